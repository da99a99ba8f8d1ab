"""What is done about causes that come again, and whether it has helped.

A systemic issue and what corrects or prevents it are records of governance. Beside a record stands
its aim: which figure it should move, and which way. Once an action is carried out, somebody who had
no part in it judges at set times whether it has helped.

Source: ISO 10002:2018, 4.13, 8.2 and 8.7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.domain.complaint import Wording
from engine.domain.governance import GovernanceRecord, RecordKind, RecordState
from engine.domain.invitation import working_days_after
from engine.domain.issue import CauseArea
from engine.domain.working_time import Calendar


class Way(Wording):
    """What an action is for."""

    CORRECTIVE = "corrective"
    """What went wrong shall not come again."""
    PREVENTIVE = "preventive"
    """What could go wrong shall not come at all."""


class Wants(Wording):
    """Which way a figure shall move."""

    LOWER = "lower"
    HIGHER = "higher"

    @property
    def side(self) -> int:
        """Return 1 for up, -1 for down."""
        return 1 if self is Wants.HIGHER else -1


class Effect(Wording):
    """What somebody judges of an action."""

    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not_effective"
    CANNOT_TELL = "cannot_be_told"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a systemic issue is about, or what an action shall move.

    Attributes:
        way: Of an action; None for a systemic issue.
        cause_area: Where its cause lies; None where nobody said so.
        category: Of the complaints that it is about; empty for any.
        affected: How many people are affected in all, as far as it is known; None where not.
        chart: Id of the figure that it shall move; empty for none.
        wants: Which way; None without a figure.
        signal: Number of the signal that it answers; None for none.
        acted_at: When an action was carried out for the first time; None before.
    """

    way: Way | None = None
    cause_area: CauseArea | None = None
    category: str = ""
    affected: int | None = None
    chart: str = ""
    wants: Wants | None = None
    signal: int | None = None
    acted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A look at whether an action has helped.

    Attributes:
        number: 0 before it is kept.
        record: Number of the action.
        turn: 1 for the first time that the action was carried out, 2 after it was reopened.
        days: So long after that it is looked at.
        climbs_at: When it is shown higher up unless it is judged, or followed where it asks for
            another action.
        measured: What was read when it was judged: before, after, and what is more than chance.
        asks_another: It had no effect, and another action has to follow.
        withdrawn_at: When it was dropped, since the action was reopened or ended; None if not.
    """

    number: int
    record: int
    turn: int
    days: int
    due_on: date
    climbs_at: datetime
    climbed_at: datetime | None = None
    verdict: Effect | None = None
    reason: str = ""
    judged_by: str = ""
    judged_at: datetime | None = None
    measured: dict[str, Any] | None = None
    asks_another: bool = False
    withdrawn_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for its day, or to be judged."""
        return self.verdict is None and self.withdrawn_at is None

    def is_due(self, today: date) -> bool:
        """Tell whether somebody has to judge."""
        return self.is_open and self.due_on <= today


@dataclass(frozen=True, slots=True)
class WantedAction:
    """What somebody wants to be done.

    Attributes:
        title: In a few words.
        text: What shall change.
        owner: User name of who does it.
        within: Working days from today.
        way: Whether it corrects or prevents.
        about: Number of the systemic issue, finding, review or former action that it answers to;
            None for none.
        chart: Id of the figure that it shall move; empty for none.
        wants: Which way; None without a figure.
    """

    title: str
    text: str
    owner: str
    within: int
    way: Way
    about: int | None = None
    chart: str = ""
    wants: Wants | None = None


@dataclass(frozen=True, slots=True)
class WantedIssue:
    """A cause that affects others than who complained, as somebody wants it to be on record.

    Attributes:
        title: In a few words.
        text: What it is, and how it is known.
        owner: User name of who answers for it.
        within: Working days until it shall be dealt with.
        cause_area: Where the cause lies.
        category: Of the complaints; empty for any.
        affected: How many people are affected in all, as far as it is known; None where not.
    """

    title: str
    text: str
    owner: str
    within: int
    cause_area: CauseArea
    category: str = ""
    affected: int | None = None


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """An action that was carried out to move a figure: a mark on its chart."""

    chart: str
    title: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cause:
    """How often a cause was named of late for complaints of one category.

    Attributes:
        issues: Of how many issues.
        systemic: Of how many of them somebody said that others are affected too.
        last_at: When it was found last.
    """

    area: CauseArea
    category: str
    issues: int
    systemic: int
    last_at: datetime


class Standing(Wording):
    """Where an action or a systemic issue stands; what waits for somebody comes first."""

    OVERDUE = "overdue"
    CHECK_DUE = "effect_to_be_judged"
    ASKS_ANOTHER = "another_action_is_needed"
    PROPOSED = "waits_for_approval"
    TO_DO = "to_do"
    WATCHED = "effect_is_watched"
    EFFECTIVE = "effective"
    CANNOT_TELL = "effect_cannot_be_told"
    NOT_EFFECTIVE = "not_effective"
    DONE = "done"
    ENDED = "ended"

    @property
    def needs_somebody(self) -> bool:
        """Tell whether somebody has to do something now."""
        return self in {Standing.OVERDUE, Standing.CHECK_DUE, Standing.ASKS_ANOTHER}

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more is to come."""
        return list(Standing).index(self) >= list(Standing).index(Standing.EFFECTIVE)


_OF_VERDICT = {
    Effect.EFFECTIVE: Standing.EFFECTIVE,
    Effect.NOT_EFFECTIVE: Standing.NOT_EFFECTIVE,
    Effect.CANNOT_TELL: Standing.CANNOT_TELL,
}


def standing(
    record: GovernanceRecord, checks: Sequence[Check], *, is_followed: bool, today: date
) -> Standing:
    """Return where a record stands.

    Args:
        record: An action or a systemic issue.
        checks: Of it, oldest first.
        is_followed: Whether another action followed the last verdict.
        today: In the organisation's zone.
    """
    if record.state is RecordState.ENDED:
        return Standing.ENDED
    if record.is_overdue(today):
        return Standing.OVERDUE
    waiting = {RecordState.PROPOSED: Standing.PROPOSED, RecordState.APPROVED: Standing.TO_DO}
    return waiting.get(record.state) or _effect(checks, is_followed=is_followed, today=today)


def _effect(checks: Sequence[Check], *, is_followed: bool, today: date) -> Standing:
    """Return where an action stands that was carried out."""
    if any(check.is_due(today) for check in checks):
        return Standing.CHECK_DUE
    if not is_followed and any(check.asks_another for check in checks):
        return Standing.ASKS_ANOTHER
    if any(check.is_open for check in checks):
        return Standing.WATCHED
    verdicts = [check.verdict for check in checks if check.verdict is not None]
    return _OF_VERDICT[verdicts[-1]] if verdicts else Standing.DONE


def followed(records: Iterable[GovernanceRecord], check: Check) -> bool:
    """Tell whether another action was recorded after a verdict that asks for one."""
    return any(
        record.kind is RecordKind.ACTION
        and record.about == check.record
        and record.state is not RecordState.ENDED
        and check.judged_at is not None
        and record.made_at >= check.judged_at
        for record in records
    )


def climbs_after(calendar: Calendar, day: date, working_days: int) -> datetime:
    """Return when something that is due on a day is shown higher up."""
    return working_days_after(calendar.begin_of(day), working_days, calendar=calendar)


def days_of_checks(carried_out: date, days: Iterable[int]) -> tuple[tuple[int, date], ...]:
    """Return after how many days an action is looked at, each with its day, soonest first."""
    return tuple((each, carried_out + timedelta(days=each)) for each in sorted(set(days)))
