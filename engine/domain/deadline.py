"""Clocks: promises on time that warn, are broken or are kept, each exactly once.

A clock is data; what happens to it is a function that returns the next clock. The sweep asks
`next_instant` when to look again, and `act` what to send; both give the same answer however
often, late or out of order they are asked, so that an outage or a job that runs twice neither
loses a message nor sends it again.

The due instant itself still is in time. A promise that was broken and is open counts as late, and
stays late when it is kept afterwards. A clock that lapses breaks nothing: it says until when
something was possible.

Source: ISO 10002:2018, 4.15, 7.4 and 8.2.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from engine.domain.allowance import Allowance
from engine.domain.reckoning import Counting, reckon
from engine.domain.regime import ClockRule
from engine.domain.working_time import Calendar
from engine.errors import CourseError

_INSTANT = timedelta(microseconds=1)


class ClockState(StrEnum):
    """Where a promise stands."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"
    """Past its due time and not met."""
    CANCELLED = "cancelled"
    """The promise no longer applies, for example after a withdrawal; counts nowhere."""


class ClockEventKind(StrEnum):
    """What a clock tells its case; the value is the message that the diagram receives."""

    WARNING = "clock_warning"
    BREACH = "clock_breach"


class ClockEvent(BaseModel):
    """A message that is due now, for one case."""

    model_config = ConfigDict(frozen=True)

    kind: ClockEventKind
    clock: str
    """Code of the clock."""
    due_at: AwareDatetime


class Move(BaseModel):
    """Why a clock fell due at one moment, and falls due at another.

    Attributes:
        at: When it was moved.
        before: When it fell due until then.
        since: Since when it had rested, or from when it was counted until then.
        warns: When it would have warned until then.
        allowance: How much time an extension gave at most.
        is_total: The extension was counted from the start.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["extension", "rest", "by_hand", "calendar", "receipt", "named"]
    at: AwareDatetime
    before: AwareDatetime
    due_at: AwareDatetime
    since: AwareDatetime | None = None
    allowance: str = ""
    is_total: bool = False
    warns: tuple[AwareDatetime, ...] = ()


class Clock(BaseModel):
    """One promise on time to one complainant.

    Attributes:
        code: Name of the promise, unique within a case.
        stops_on: Occasions of which any one meets the promise, with spaces between.
        met_at: When that happened.
        warn_at: When the first warning is due; ``later_warns`` are those that follow it.
        warned_at: When the last warning was given; may be long after it was due after an outage.
        breached_at: When the breach was noticed; stays when the promise is kept late.
        paused_at: Since when the promise rests; only an internal one does.
        lapses: Passing it breaks no promise.
        profile: Digest of the edition of the regime that it is counted by; empty for a clock of a
            release that kept none.
        rule: Code of the rule in that edition; ``variant`` tells which of some with this code.
        calendar: Digest of the edition of the calendar that it is counted by.
        moves: What has moved it, oldest first.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    title: str
    kind: Literal["statutory", "internal"]
    started_at: AwareDatetime
    due_at: AwareDatetime
    warn_at: AwareDatetime
    stops_on: str
    state: ClockState = ClockState.RUNNING
    met_at: AwareDatetime | None = None
    warned_at: AwareDatetime | None = None
    breached_at: AwareDatetime | None = None
    paused_at: AwareDatetime | None = None
    later_warns: tuple[AwareDatetime, ...] = ()
    lapses: bool = False
    profile: str = ""
    variant: str = ""
    rule: str = ""
    calendar: str = ""
    moves: tuple[Move, ...] = ()

    @property
    def stops(self) -> frozenset[str]:
        """Return the occasions of which any one meets the promise."""
        return frozenset(self.stops_on.split())

    @property
    def is_open(self) -> bool:
        """Tell whether the promise can still be kept, in time or late."""
        return self.state in {ClockState.RUNNING, ClockState.BREACHED}

    @property
    def is_late(self) -> bool:
        """Tell whether the promise was kept late, or is known to be late and still open."""
        if self.met_at is not None:
            return self.met_at > self.due_at
        return self.state is ClockState.BREACHED


def start_clock(rule: ClockRule, started_at: datetime, calendar: Calendar) -> Clock:
    """Return the clock that a rule sets running at ``started_at``.

    The warnings come after the rule's parts of the time: of the working time where the promise
    is counted in working time, of the real time otherwise.

    Raises:
        InvalidInputError: The calendar cannot count.
        ValueError: ``started_at`` has no zone.

    Source: ISO 10002:2018, 7.4.
    """
    reckoned = reckon(started_at, rule.time, calendar, rule.counting)
    start, due_at = reckoned.start, reckoned.due_at
    first, *later = (_part_way(start, due_at, part, rule.time, calendar) for part in rule.warn)
    return Clock(
        code=rule.code,
        title=rule.title,
        kind=rule.kind,
        started_at=start,
        due_at=due_at,
        warn_at=first,
        later_warns=tuple(later),
        stops_on=" ".join(rule.stops_on),
        lapses=rule.lapses,
        rule=rule.code,
    )


def next_instant(clock: Clock) -> datetime | None:
    """Return when `act` next changes this clock; None when it never will.

    Acting at the returned instant, or at any later one, gives at least one event, or lets the
    clock lapse.
    """
    if clock.state is not ClockState.RUNNING or clock.paused_at is not None:
        return None
    warns = () if clock.lapses else _warns_left(clock)
    return min(warns, default=clock.due_at + _INSTANT)


def act(clock: Clock, now: datetime) -> tuple[Clock, tuple[ClockEvent, ...]]:
    """Return the clock after the events that are due at ``now``, and those events in order.

    Each event is given once in the life of a clock. Where an outage let both pass, both are
    given: the diagram decides what a warning leads to, and a record without one would claim that
    nobody had to be warned. Of several warnings that passed by then, one is given.

    Args:
        clock: In any state; gives no event once it is met, breached or cancelled, or rests.
        now: May lie before an earlier ``now``; that gives nothing and loses nothing.

    Source: ISO 10002:2018, 8.2.
    """
    if clock.state is not ClockState.RUNNING or clock.paused_at is not None:
        return clock, ()
    if clock.lapses:
        is_past = now > clock.due_at
        return (clock.model_copy(update={"state": ClockState.CANCELLED}) if is_past else clock), ()
    events: list[ClockEvent] = []
    if any(now >= moment for moment in _warns_left(clock)):
        later = tuple(moment for moment in clock.later_warns if moment > now)
        clock = clock.model_copy(update={"warned_at": now, "later_warns": later})
        events.append(_event(ClockEventKind.WARNING, clock))
    if now > clock.due_at:
        clock = clock.model_copy(update={"state": ClockState.BREACHED, "breached_at": now})
        events.append(_event(ClockEventKind.BREACH, clock))
    return clock, tuple(events)


def meet(clock: Clock, at: datetime) -> Clock:
    """Return the clock after its milestone was reached, in time or late.

    Only the first time counts: a clock that is met already or cancelled comes back unchanged, so
    that a reopened case does not rewrite how long the first answer took.
    """
    if not clock.is_open:
        return clock
    return clock.model_copy(update={"state": ClockState.MET, "met_at": at})


def cancel(clock: Clock, at: datetime) -> Clock:
    """Return the clock after its promise ceased to apply at ``at``.

    A promise broken before ``at`` stays broken, whether or not a sweep has noticed: withdrawing
    a complaint must not make its late answer disappear. A clock that is met stays met.
    """
    if clock.state is not ClockState.RUNNING:
        return clock
    if at > clock.due_at and not clock.lapses:
        return clock.model_copy(update={"state": ClockState.BREACHED, "breached_at": at})
    return clock.model_copy(update={"state": ClockState.CANCELLED})


def is_overdue(clock: Clock, now: datetime) -> bool:
    """Tell whether the promise is open and its due time has passed, noticed or not.

    One that rests is late if it was when it was laid to rest.
    """
    return clock.is_open and (clock.paused_at or now) > clock.due_at


def pause(clock: Clock, at: datetime) -> Clock:
    """Return the clock at rest; a statutory one runs on, as does one that is over or broken."""
    is_running = clock.state is ClockState.RUNNING and clock.paused_at is None
    if clock.kind == "statutory" or not is_running or at > clock.due_at:
        return clock
    return clock.model_copy(update={"paused_at": at})


def resume(clock: Clock, at: datetime, calendar: Calendar, *, is_working_time: bool) -> Clock:
    """Return the clock running again, with as much time left as when it was laid to rest.

    Args:
        clock: One that does not rest comes back unchanged.
        at: When it goes on.
        calendar: Counts working time.
        is_working_time: Whether the promise is counted in working time.
    """
    if clock.paused_at is None:
        return clock
    since = clock.paused_at

    def moved_on(moment: datetime) -> datetime:
        return later(moment, since, at, calendar, is_working_time=is_working_time)

    due_at = moved_on(clock.due_at)
    move = Move(kind="rest", at=at, before=clock.due_at, due_at=due_at, since=since)
    return clock.model_copy(
        update={
            "due_at": due_at,
            "warn_at": moved_on(clock.warn_at),
            "later_warns": tuple(map(moved_on, clock.later_warns)),
            "paused_at": None,
            "moves": (*clock.moves, move),
        }
    )


def later(
    moment: datetime, since: datetime, at: datetime, calendar: Calendar, *, is_working_time: bool
) -> datetime:
    """Return a moment moved by a rest from ``since`` to ``at``; what had passed by then stays."""
    if moment <= since:
        return moment
    if is_working_time:
        return calendar.after(at, calendar.elapsed(since, moment))
    return moment + (at - since)


def moved(clock: Clock, due_at: datetime, now: datetime) -> Clock:
    """Return an internal clock that is due at another moment; it warns at the same part of it.

    Raises:
        CourseError: The promise is statutory, or it is over.
    """
    if clock.kind == "statutory":
        raise CourseError(f"“{clock.title}” is a statutory time limit; nobody moves it by hand.")
    if not clock.is_open:
        raise CourseError(f"“{clock.title}” is over; its due date stays as it was.")
    move = Move(kind="by_hand", at=now, before=clock.due_at, due_at=due_at)
    fresh = {"state": ClockState.RUNNING, "breached_at": None, "moves": (*clock.moves, move)}
    return stretched(clock, due_at, now).model_copy(update=fresh)


def extended(
    clock: Clock, rule: ClockRule, calendar: Calendar, now: datetime, *, until: datetime | None
) -> Clock:
    """Return a clock that was made longer as its rule allows.

    Args:
        clock: Runs, and is not late.
        rule: By which it is counted.
        calendar: By which it is counted.
        now: When it is extended.
        until: Another end than the farthest that the rule allows; None for that.

    Raises:
        CourseError: The rule allows no extension, or none any more; the limit is over or has
            passed; ``until`` lies beyond what the rule allows, or gives no more time.
    """
    if rule.extension is None:
        raise CourseError(f"“{clock.title}” cannot be extended: its rule has no extension.")
    if clock.state is not ClockState.RUNNING or now > clock.due_at:
        raise CourseError(f"“{clock.title}” is over or has passed; it is too late to extend it.")
    if sum(move.kind == "extension" for move in clock.moves) >= rule.extension.times:
        raise CourseError(f"“{clock.title}” was extended as often as its rule allows.")
    farthest = longest(clock.started_at, clock.due_at, rule, calendar)
    if not clock.due_at < (due_at := until or farthest) <= farthest:
        day = calendar.day_of(farthest)
        raise CourseError(f"“{clock.title}” can be extended to {day:%d %B %Y} at most.")
    move = Move(
        kind="extension",
        at=now,
        before=clock.due_at,
        due_at=due_at,
        allowance=str(rule.extension.allowance),
        is_total=rule.extension.to is not None,
    )
    return stretched(clock, due_at, now).model_copy(update={"moves": (*clock.moves, move)})


def counted_anew(clock: Clock, due_at: datetime, calendar: str, now: datetime) -> Clock:
    """Return a clock that is counted by another calendar; it warns at the same parts of it.

    Args:
        clock: Runs.
        due_at: When it falls due by that calendar.
        calendar: Digest of the calendar.
        now: When it is counted.
    """
    if due_at == clock.due_at:  # the moves of one that has some are told by the old calendar
        return clock if clock.moves else clock.model_copy(update={"calendar": calendar})
    move = Move(kind="calendar", at=now, before=clock.due_at, due_at=due_at)
    fresh = {"calendar": calendar, "moves": (*clock.moves, move)}
    return stretched(clock, due_at, now).model_copy(update=fresh)


def longest(begin: datetime, due_at: datetime, rule: ClockRule, calendar: Calendar) -> datetime:
    """Return until when a limit reaches at most, with an extension where its rule has one."""
    if (more := rule.extension) is None:
        return due_at
    if more.to is not None:
        return reckon(begin, more.allowance, calendar, rule.counting).due_at
    return reckon(due_at, more.allowance, calendar, more_of(rule)).due_at


def more_of(rule: ClockRule) -> Counting:
    """Return how time is counted that is added to a limit: from the day after it."""
    return rule.counting.model_copy(update={"first_day": "next", "late_receipt": "same_day"})


def stretched(clock: Clock, due_at: datetime, now: datetime) -> Clock:
    """Return a clock with another end; what it warns of lies at the same parts of the time."""
    scale = (due_at - clock.started_at) / (clock.due_at - clock.started_at)
    first, *later = (
        clock.started_at + (moment - clock.started_at) * scale
        for moment in (clock.warn_at, *clock.later_warns)
    )
    fresh = {"due_at": due_at, "warn_at": first, "later_warns": tuple(later)}
    return clock.model_copy(update=fresh | ({"warned_at": None} if first > now else {}))


def _warns_left(clock: Clock) -> tuple[datetime, ...]:
    """Return when warnings are due that were not given."""
    first = (clock.warn_at,) if clock.warned_at is None else ()
    return (*first, *clock.later_warns)


def _part_way(
    start: datetime, due: datetime, part: float, allowance: Allowance, calendar: Calendar
) -> datetime:
    if allowance.unit.is_working_time:
        return calendar.after(start, calendar.elapsed(start, due) * part)
    return start + (due - start) * part


def _event(kind: ClockEventKind, clock: Clock) -> ClockEvent:
    return ClockEvent(kind=kind, clock=clock.code, due_at=clock.due_at)
