"""Four rules by which a control chart says that something is more than chance; no fifth.

Every further rule finds more, and most of what it finds is chance: who is called for nothing stops
coming.

Source: NHS England, Making Data Count; the zones are those of the Western Electric rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise

from engine.domain.control_chart import ControlChart, Phase, Plotted

RUN = 7
"""So many points on one side of the centre line."""
TREND = 6
"""So many points of which each is higher, or each lower, than the one before."""
_WINDOW, _NEAR = 3, 2
"""So many of so many neighbours near a limit."""


class Rule(StrEnum):
    """What is more than chance."""

    OUTSIDE = "outside"
    RUN = "run"
    TREND = "trend"
    NEAR = "near"

    def words(self, side: int) -> str:
        """Return the rule as a person reads it.

        Args:
            side: 1 for above or rising, -1 for below or falling.
        """
        return _WORDS[self][side > 0]


_WORDS = {
    Rule.OUTSIDE: ("A point below the lower limit", "A point above the upper limit"),
    Rule.RUN: (f"{RUN} points or more below the centre", f"{RUN} points or more above the centre"),
    Rule.TREND: (f"{TREND} points or more, each lower", f"{TREND} points or more, each higher"),
    Rule.NEAR: (
        f"{_NEAR} of {_WINDOW} points near the lower limit",
        f"{_NEAR} of {_WINDOW} points near the upper limit",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something on a chart that is more than chance.

    Attributes:
        side: 1 for above or rising, -1 for below or falling.
        first: Position of its first point.
        last: Position of its last point so far.
        noticed: Position of the point with which the rule was fulfilled.
    """

    rule: Rule
    side: int
    first: int
    last: int
    noticed: int


def findings(chart: ControlChart) -> tuple[Finding, ...]:
    """Return everything on a chart that is more than chance, in the order it was noticed.

    A point on the centre line is on no side and ends a run; two equal points end a trend. No rule
    looks across a change of the limits.

    Source: ISO 10002:2018, 8.2.
    """
    found = [finding for phase in chart.phases for finding in _of_phase(chart, phase)]
    order = list(Rule)
    return tuple(sorted(found, key=lambda each: (each.noticed, order.index(each.rule))))


def _of_phase(chart: ControlChart, phase: Phase) -> Iterator[Finding]:
    if phase.computed_from is None:
        return
    points = chart.points[phase.begin : phase.end]
    yield from _outside(points, phase.begin)
    if phase.is_rare:
        return
    sides = [_side(point) for point in points]
    yield from _stretches(Rule.RUN, sides, phase.begin, least=RUN, before=0)
    steps = [_step(former.value, after.value) for former, after in pairwise(points)]
    yield from _stretches(Rule.TREND, steps, phase.begin, least=TREND - 1, before=1)
    yield from _near(points, phase.begin)


def _outside(points: Sequence[Plotted], begin: int) -> Iterator[Finding]:
    for at, side in enumerate(_far(points, 3), begin):
        if side:
            yield Finding(Rule.OUTSIDE, side, at, at, at)


def _stretches(
    rule: Rule, sides: Sequence[int], begin: int, *, least: int, before: int
) -> Iterator[Finding]:
    """Find where a side stays the same for long enough.

    Args:
        rule: Which one it is.
        sides: Of points, or of steps from one point to the next.
        begin: Position of the first point.
        least: So many must be alike.
        before: How many points a stretch of so many steps has more than steps.
    """
    at = begin
    for side, group in groupby(sides):
        length = len(list(group))
        if side and length >= least:
            yield Finding(rule, side, at, at + length - 1 + before, at + least - 1 + before)
        at += length


def _near(points: Sequence[Plotted], begin: int) -> Iterator[Finding]:
    far = _far(points, 2)
    for side in (1, -1):
        where = [at for at, found in enumerate(far, begin) if found == side]
        for stretch in _neighbours(where):
            if len(stretch) >= _NEAR:
                yield Finding(Rule.NEAR, side, stretch[0], stretch[-1], stretch[_NEAR - 1])


def _neighbours(where: Sequence[int]) -> list[list[int]]:
    """Return positions in stretches in which any two that follow each other share a window."""
    stretches: list[list[int]] = []
    for at in where:
        if stretches and at - stretches[-1][-1] < _WINDOW:
            stretches[-1].append(at)
        else:
            stretches.append([at])
    return stretches


def _far(points: Sequence[Plotted], deviations: int) -> list[int]:
    """Return of each point its side where it lies so far out, and 0 where it does not."""
    return [
        point.spread.side(point.value)
        if point.spread and point.spread.is_beyond(point.value, deviations)
        else 0
        for point in points
    ]


def _side(point: Plotted) -> int:
    return point.spread.side(point.value) if point.spread else 0


def _step(before: Fraction, after: Fraction) -> int:
    return (after > before) - (after < before)
