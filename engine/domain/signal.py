"""Signals: changes that are more than chance, and what somebody says of each (8.2, 8.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.domain.actor import Role
from engine.domain.chart_rule import Finding, Rule
from engine.domain.complaint import Wording
from engine.domain.control_chart import Baseline, ChartKind, ControlChart, Point, control_chart
from engine.domain.kpi import Period

OWNER = Role.MANAGER
"""Whose a signal is until somebody takes it."""
_DAY = timedelta(days=1)


class Disposition(Wording):
    """What somebody makes of a signal."""

    SPECIAL_CAUSE = "special_cause_found"
    CHANCE = "chance"
    KNOWN_CHANGE = "known_change"
    ACTION_TAKEN = "action_taken"
    TO_INVESTIGATE = "to_be_investigated"

    @property
    def settles(self) -> bool:
        """Tell whether nothing more is to be said of the signal."""
        return self is not Disposition.TO_INVESTIGATE


class Measured(Wording):
    """What the points of a chart are."""

    COMPLAINTS = "complaints"
    SHARE = "share"
    DAYS = "days"
    A_DAY = "complaints_a_working_day"


@dataclass(frozen=True, slots=True)
class Watched:
    """One figure that is watched, with its points.

    Attributes:
        id: By which its signals are kept.
        told_at: When the points were read.
    """

    id: str
    title: str
    kind: ChartKind
    measured: Measured
    points: tuple[Point, ...]
    told_at: datetime

    def chart(self, baselines: Sequence[Baseline], *, span: int) -> ControlChart:
        """Return the chart with its limits."""
        return control_chart(self.kind, self.points, baselines=baselines, span=span)


@dataclass(frozen=True, slots=True)
class KeptBaseline:
    """A change after which limits are computed anew, as it is kept.

    Attributes:
        chart: Of which chart.
        by: User name of who said so.
    """

    chart: str
    baseline: Baseline
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody made of a signal, and why."""

    disposition: Disposition
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Noticed:
    """A finding of a chart by its days; these stay when the chart goes on."""

    rule: Rule
    side: int
    first: date
    last: date
    noticed: date

    @classmethod
    def of(cls, finding: Finding, points: Sequence[Point]) -> "Noticed":
        """Return a finding by the days of its points."""
        first, last, noticed = (
            points[at].day for at in (finding.first, finding.last, finding.noticed)
        )
        return cls(finding.rule, finding.side, first, last, noticed)

    def goes_on_from(self, former: "Noticed") -> bool:
        """Tell whether it is what was noticed before, a little longer or with moved limits.

        Every point outside a limit is news of its own.
        """
        if (self.rule, self.side) != (former.rule, former.side):
            return False
        if self.rule is Rule.OUTSIDE:
            return self.first == former.first
        return self.first <= former.last and former.first <= self.last


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that is more than chance, and that somebody has to answer.

    Attributes:
        title: Of the chart, when it was found.
        owner: User name of who took it; empty while it is everybody's who has the owner's role.
        climbs_at: When it is shown higher up unless it is answered.
        climbed_at: When it was; None if it was not.
        answers: Oldest first; the last one counts.
    """

    number: int
    chart: str
    title: str
    noticed: Noticed
    found_at: datetime
    owner: str
    climbs_at: datetime
    climbed_at: datetime | None
    answers: tuple[Answer, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether it still has to be answered."""
        return not (self.answers and self.answers[-1].disposition.settles)

    @property
    def words(self) -> str:
        """Return which rule it is, as a person reads it."""
        return self.noticed.rule.words(self.noticed.side)


def whole_weeks(
    first: datetime, now: datetime, zone: str, *, most: int
) -> tuple[tuple[date, Period], ...]:
    """Return the local weeks, from Monday on, that begin after a moment and are over.

    Args:
        first: Nothing was measured before.
        now: The present; the week that it lies in is left out.
        zone: Whose midnights are meant.
        most: Return the last so many at most.
    """
    today = Period.last_days(1, now, zone).first_day(zone)
    this = today - today.weekday() * _DAY
    weeks = (this - back * 7 * _DAY for back in range(most, 0, -1))
    found = ((monday, Period.of_dates(monday, monday + 6 * _DAY, zone)) for monday in weeks)
    return tuple((monday, period) for monday, period in found if period.begin >= first)
