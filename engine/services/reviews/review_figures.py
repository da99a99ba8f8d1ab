"""The figures of a review: the one place that asks for those of the performance page (8.2, 8.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import dropwhile

from config.kpi import Better
from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.kpi import FEW, Figure, Period, Unit, Way
from engine.services.figures import reporting
from engine.services.figures.reporting import Report, Shown, Week

_WEEKS = timedelta(weeks=13)
_ALWAYS = frozenset({"received", "closed", "answered_on_time", "backlog"})
"""Figures that are told of also where there was nothing."""
_RECENT = 4
"""Weeks from which it is told how many are closed in one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside the same of the period before.

    Attributes:
        id: Of its definition.
        means: One sentence that says what is counted.
        value: None where there is nothing to measure, or too little.
        before: As above.
        n: Complaints behind the value, or whatever else it is made of.
        better: Which direction is good.
        target: What the organisation aims at; None for nothing.
    """

    id: str
    title: str
    means: str
    unit: Unit
    value: float | None
    before: float | None
    n: int
    better: Better
    target: float | None

    @property
    def is_missed(self) -> bool:
        """Tell whether it lies on the wrong side of what the organisation aims at."""
        if self.value is None or self.target is None or self.better is Better.NEITHER:
            return False
        is_more = self.better is Better.MORE
        return self.value < self.target if is_more else self.value > self.target

    @property
    def is_known(self) -> bool:
        """Tell whether there was anything to count, in the period or before; or it is asked for."""
        return bool(self.n or self.before) or self.id in _ALWAYS


@dataclass(frozen=True, slots=True)
class Performance:
    """What was reached.

    Attributes:
        lines: Figure by figure.
        ages: Open complaints by age.
        categories: Complaints received by category, each with its number.
        few: Of fewer complaints nothing but their number is told.
        weeks: Those of the period, or thirteen that end with it, oldest first; from the first
            complaint on.
    """

    lines: tuple[Line, ...]
    ages: tuple[tuple[str, int], ...]
    categories: tuple[tuple[str, int], ...]
    weeks: tuple[Week, ...]
    few: int = FEW

    def of(self, name: str) -> Line | None:
        """Return a figure by the id of its definition."""
        return next((line for line in self.lines if line.id == name), None)

    @property
    def backlog_weeks(self) -> float | None:
        """Return for how many weeks the open complaints are work, as quickly as they were closed.

        None where none was closed in the last four weeks.
        """
        recent = self.weeks[-_RECENT:]
        closed = sum(week.closed for week in recent)
        return recent[-1].backlog * len(recent) / closed if closed else None


def performance(platform: Platform, *, period: Period) -> Performance:
    """Return what was reached in a period, of all complaints, with the weeks before."""
    told = reporting.report(platform, actor=SYSTEM, period=period)
    longer = Period(period.end - _WEEKS, period.end)
    weeks = reporting.report(platform, actor=SYSTEM, period=longer).weeks
    return performance_of(told, weeks)


def performance_of(told: Report, weeks: Iterable[Week], *, few: int = FEW) -> Performance:
    """Return what a report tells as a review tells it.

    Args:
        told: The figures of the period.
        weeks: Of which charts are drawn.
        few: Of fewer complaints nothing but their number is told; 1 for whoever sees all.
    """
    return Performance(
        tuple(_line(shown, few) for shown in told.told),
        tuple((shown.title, shown.figure.n) for shown in told.ages),
        tuple((shown.title or "Not assessed", shown.figure.n) for shown in told.categories),
        tuple(dropwhile(_is_before_all, weeks)),
        few,
    )


def _is_before_all(week: Week) -> bool:
    return not (week.received or week.closed or week.backlog)


def _line(shown: Shown, few: int) -> Line:
    measure = shown.measure
    return Line(
        id=measure.id,
        title=shown.title,
        means=measure.sentence,
        unit=measure.unit,
        value=_told(shown, shown.figure, few),
        before=_told(shown, shown.before, few) if shown.before else None,
        n=shown.figure.n,
        better=measure.better,
        target=shown.target,
    )


def _told(shown: Shown, figure: Figure, few: int) -> float | None:
    """Return the value of a figure; None where so few are behind it that it tells of chance.

    Those of the office are always told: what is behind them was counted and not drawn.
    """
    measure = shown.measure
    if measure.way is Way.OFFICE and not measure.is_estimate:
        return figure.value
    least = max(few, measure.few if measure.way in {Way.PERCENTILE, Way.MEAN} else 1)
    return figure.value if measure.unit is Unit.COMPLAINTS or figure.n >= least else None
