"""A figure before something was done, and after: on the chart that it was seen on.

Points before are those that ended before the day, points after those that began on it or later; a
week in which it was done is neither. What came after is compared with the limits of before, so that
only what is more than chance by them speaks for a change.

Source: ISO 10002:2018, 8.7; NHS England, Making Data Count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from engine.domain.chart_rule import findings
from engine.domain.control_chart import (
    LEAST,
    Baseline,
    ChartKind,
    ControlChart,
    Point,
    control_chart,
)

_WEEK = timedelta(days=6)
_BETWEEN = frozenset({ChartKind.T, ChartKind.G})
"""Kinds whose points are times from one event to the next; others measure whole weeks."""


@dataclass(frozen=True, slots=True)
class Side:
    """A figure on one side of the day.

    Attributes:
        points: How many there are.
        n: How many complaints stand behind them.
        value: Of all together; None without a point.
    """

    points: int
    n: int
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """A figure before something was done, and after.

    Attributes:
        chart: To be drawn: with limits of its own after the day where there are points enough,
            else with those of before.
        beyond: What came after and is more than chance by the limits of before, as a person reads
            it, and to which side.
        why: Why nothing can be more than chance; empty where it can.
    """

    before: Side
    after: Side
    chart: ControlChart
    beyond: tuple[tuple[int, str], ...]
    why: str = ""

    def moved(self) -> int:
        """Return 1 where the figure is higher than before, -1 where it is lower, else 0."""
        if self.before.value is None or self.after.value is None:
            return 0
        return (self.after.value > self.before.value) - (self.after.value < self.before.value)

    def is_more_than_chance(self, side: int) -> bool:
        """Tell whether it moved to a side by more than chance."""
        return self.moved() == side and any(each == side for each, _words in self.beyond)

    def as_data(self) -> dict[str, Any]:
        """Return the numbers as they are kept with a verdict."""
        sides = {"before": self.before, "after": self.after}
        told: dict[str, Any] = {
            name: {
                "points": side.points,
                "n": side.n,
                "value": None if side.value is None else float(side.value),
            }
            for name, side in sides.items()
        }
        return told | {"beyond": [[side, words] for side, words in self.beyond]}


def before_after(
    kind: ChartKind,
    points: Sequence[Point],
    *,
    done_on: date,
    what: str,
    baselines: Sequence[Baseline],
    span: int,
) -> BeforeAfter:
    """Compare the points after a day with those before.

    Args:
        kind: Of the chart.
        points: By their days, oldest first.
        done_on: When it was done.
        what: What was done, for the mark of new limits.
        baselines: Of the chart; those of the day and later count for nothing.
        span: At most so many of the last points before are compared.
    """
    former = [each for each in baselines if each.since < done_on]
    phases = control_chart(kind, points, baselines=former, span=span).phases
    begin = phases[-1].begin if phases else 0
    ended = [at for at, p in enumerate(points) if at >= begin and _days(kind, p)[1] < done_on]
    begun = [at for at, point in enumerate(points) if _days(kind, point)[0] >= done_on]
    first = begun[0] if begun else len(points)
    anew = [Baseline(points[first].day, what)] if begun else []
    apart = control_chart(kind, points, baselines=[*former, *anew], span=span)
    before, after = (_side([points[at] for at in side]) for side in (ended[-span:], begun))
    if len(ended) < LEAST:
        why = f"There are {len(ended)} points before; limits are computed from {LEAST} on."
        return BeforeAfter(before, after, apart, (), why)
    # What came after has no part in the limits that it is held against.
    old = control_chart(kind, points, baselines=former, span=min(span, len(ended)))
    cut = _cut(old, first)
    found = [each for each in findings(cut) if each.first >= first]
    return BeforeAfter(
        before,
        after,
        chart=apart if len(begun) >= LEAST else old,
        beyond=tuple((each.side, each.rule.words(each.side)) for each in found),
        why=cut.phases[-1].why,
    )


def _days(kind: ChartKind, point: Point) -> tuple[date, date]:
    """Return the first and the last day that a point measures."""
    if kind in _BETWEEN:
        # Rounded up: a time of four and a half days may have begun five days before its end.
        return point.day - timedelta(days=-(-point.number // point.of)), point.day
    return point.day, point.day + _WEEK


def _cut(chart: ControlChart, first: int) -> ControlChart:
    """Return a chart whose points from a position on are a stretch of their own, limits unmoved."""
    phases = []
    for phase in chart.phases:
        if phase.begin < first < phase.end:
            phases += [replace(phase, end=first), replace(phase, begin=first, baseline=None)]
        else:
            phases.append(phase)
    return replace(chart, phases=tuple(phases))


def _side(points: Sequence[Point]) -> Side:
    number, of = sum(point.number for point in points), sum(point.of for point in points)
    value = Fraction(number, of) if points else None
    return Side(len(points), sum(point.n for point in points), value)
