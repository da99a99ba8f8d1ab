"""Clocks: promises on time that warn, are broken or are kept, each exactly once.

A clock is data; what happens to it is a function that returns the next clock. The sweep asks
`next_instant` when to look again, and `act` what to send; both give the same answer however
often, late or out of order they are asked, so that an outage or a job that runs twice neither
loses a message nor sends it again.

The due instant itself still is in time. A promise that was broken and is open counts as late, and
stays late when it is kept afterwards.

Source: ISO 10002:2018, 4.15, 7.4 and 8.2.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from config.policy import ClockPolicy
from engine.domain.working_time import Allowance, Calendar, parse_allowance
from engine.errors import CourseError, InvalidInputError

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


class Clock(BaseModel):
    """One promise on time to one complainant.

    Attributes:
        code: Name of the promise in the policy, unique within a case.
        stops_on: Milestone of the diagram that meets the promise.
        met_at: When the milestone was reached.
        warned_at: When the warning was given; may be long after ``warn_at`` after an outage.
        breached_at: When the breach was noticed; stays when the promise is kept late.
        paused_at: Since when the promise rests; only an internal one does.
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


def start_clock(policy: ClockPolicy, started_at: datetime, calendar: Calendar) -> Clock:
    """Return the clock that a promise sets running at ``started_at``.

    The warning comes after the policy's part of the time: of the working time where the promise
    is counted in working time, of the real time otherwise.

    Raises:
        InvalidInputError: The allowance cannot be read, or the calendar cannot count.
        ValueError: ``started_at`` has no zone.

    Source: ISO 10002:2018, 7.4.
    """
    allowance = _allowance(policy)
    due_at = calendar.due(started_at, allowance)
    started_at = started_at.astimezone(UTC)
    return Clock(
        code=policy.code,
        title=policy.title,
        kind=policy.kind,
        started_at=started_at,
        due_at=due_at,
        warn_at=_part_way(started_at, due_at, policy.warn_after, allowance, calendar),
        stops_on=policy.stops_on,
    )


def next_instant(clock: Clock) -> datetime | None:
    """Return when `act` gives this clock's next event; None when there will be none.

    Acting at the returned instant, or at any later one, always gives at least one event.
    """
    if clock.state is not ClockState.RUNNING or clock.paused_at is not None:
        return None
    return clock.warn_at if clock.warned_at is None else clock.due_at + _INSTANT


def act(clock: Clock, now: datetime) -> tuple[Clock, tuple[ClockEvent, ...]]:
    """Return the clock after the events that are due at ``now``, and those events in order.

    Each event is given once in the life of a clock. Where an outage let both pass, both are
    given: the diagram decides what a warning leads to, and a record without one would claim that
    nobody had to be warned.

    Args:
        clock: In any state; gives no event once it is met, breached or cancelled, or rests.
        now: May lie before an earlier ``now``; that gives nothing and loses nothing.

    Source: ISO 10002:2018, 8.2.
    """
    if clock.state is not ClockState.RUNNING or clock.paused_at is not None:
        return clock, ()
    events: list[ClockEvent] = []
    if clock.warned_at is None and now >= clock.warn_at:
        clock = clock.model_copy(update={"warned_at": now})
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
    if at > clock.due_at:
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
    left = {
        name: later(moment, since, at, calendar, is_working_time=is_working_time)
        for name, moment in (("due_at", clock.due_at), ("warn_at", clock.warn_at))
    }
    return clock.model_copy(update={**left, "paused_at": None})


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
    part = (clock.warn_at - clock.started_at) / (clock.due_at - clock.started_at)
    warn_at = clock.started_at + (due_at - clock.started_at) * part
    fresh = {"state": ClockState.RUNNING, "breached_at": None, "due_at": due_at, "warn_at": warn_at}
    return clock.model_copy(update=fresh | ({"warned_at": None} if warn_at > now else {}))


def _allowance(policy: ClockPolicy) -> Allowance:
    try:
        return parse_allowance(policy.allowance)
    except ValueError as error:
        raise InvalidInputError({f"policy.clocks.{policy.code}.allowance": str(error)}) from error


def _part_way(
    start: datetime, due: datetime, part: float, allowance: Allowance, calendar: Calendar
) -> datetime:
    if allowance.unit.is_working_time:
        return calendar.after(start, calendar.elapsed(start, due) * part)
    return start + (due - start) * part


def _event(kind: ClockEventKind, clock: Clock) -> ClockEvent:
    return ClockEvent(kind=kind, clock=clock.code, due_at=clock.due_at)
