"""Clocks that something outside their rule moves: an earlier receipt, or a body outside.

A complaint into which another was merged keeps the earliest receipt of both: its complainant has
waited since then. When the merge is undone, its clocks are again what they would have been.
"""

from datetime import datetime, timedelta

from engine.domain.deadline import Clock, ClockState, Move, start_clock, stretched
from engine.domain.reckoning import reckon
from engine.domain.regime import ClockRule, Occasion
from engine.domain.working_time import Calendar


def own_start(clock: Clock) -> datetime:
    """Return from when a clock would be counted, had nothing been merged into its complaint."""
    move = _receipt_of(clock)
    return move.since if move is not None and move.since is not None else clock.started_at


def counted_from(
    clock: Clock, rule: ClockRule, calendar: Calendar, received_at: datetime, now: datetime
) -> Clock:
    """Return a clock counted from the receipt of another complaint, where that is earlier.

    What has moved it besides, such as an extension, stays as long as it was. A clock that another
    occasion than the receipt has started comes back unchanged, and so does one that was over
    before.

    Args:
        clock: Of the complaint that stays.
        rule: By which it is counted.
        calendar: By which it is counted.
        received_at: The earliest receipt; its own or a later one gives the clock as it was.
        now: The present.
    """
    had = _receipt_of(clock) is not None
    if rule.starts_on is not Occasion.RECEIVED or not (clock.is_open or had):
        return clock
    own = _by_itself(clock, now)
    return own if received_at >= own.started_at else _earlier(own, rule, calendar, received_at, now)


def named(clock: Clock, due_at: datetime, now: datetime) -> Clock:
    """Return a clock that is due when a body outside has said, whatever its rule counts."""
    move = Move(kind="named", at=now, before=clock.due_at, due_at=due_at)
    return stretched(clock, due_at, now).model_copy(update={"moves": (*clock.moves, move)})


def _earlier(
    clock: Clock, rule: ClockRule, calendar: Calendar, received_at: datetime, now: datetime
) -> Clock:
    fresh = start_clock(rule, received_at, calendar)
    usual = reckon(clock.started_at, rule.time, calendar, rule.counting).due_at
    sooner = usual - fresh.due_at
    warns = (clock.warn_at - sooner, *(each - sooner for each in clock.later_warns))
    if not clock.moves:
        given = len(fresh.later_warns) - len(clock.later_warns)
        warns = (fresh.warn_at, *fresh.later_warns[max(given, 0) :])
    due_at = clock.due_at - sooner
    move = Move(
        kind="receipt",
        at=now,
        before=clock.due_at,
        due_at=due_at,
        since=clock.started_at,
        warns=(clock.warn_at, *clock.later_warns),
    )
    return clock.model_copy(
        update={
            "started_at": fresh.started_at,
            "due_at": due_at,
            "warn_at": warns[0],
            "later_warns": warns[1:],
            "moves": (*clock.moves, move),
        }
    )


def _by_itself(clock: Clock, now: datetime) -> Clock:
    """Return a clock as it would be without the earlier receipt."""
    move = _receipt_of(clock)
    if move is None or move.since is None:
        return clock
    place = clock.moves.index(move)
    later, left = _passed_on(clock.moves[place + 1 :], move.before - move.due_at)
    warn_at, *more = move.warns
    if later:
        warn_at, *more = (each + left for each in (clock.warn_at, *clock.later_warns))
    due_at = clock.due_at + left
    fresh = {
        "started_at": move.since,
        "due_at": due_at,
        "warn_at": warn_at,
        "later_warns": tuple(more),
        "moves": (*clock.moves[:place], *later),
    }
    if clock.warned_at is not None and clock.warned_at >= move.at and warn_at > now:
        fresh["warned_at"] = None
    was_broken_by_it = clock.breached_at is not None and clock.breached_at >= move.at
    if clock.state is ClockState.BREACHED and was_broken_by_it and now <= due_at:
        fresh |= {"state": ClockState.RUNNING, "breached_at": None}
    return clock.model_copy(update=fresh)


def _passed_on(moves: tuple[Move, ...], later: timedelta) -> tuple[tuple[Move, ...], timedelta]:
    """Return the moves after one that is taken away, and by how much the end moves with it.

    What somebody has set by hand stays where it was set.
    """
    found = []
    for move in moves:
        before, left = move.before + later, timedelta() if move.kind == "by_hand" else later
        found.append(move.model_copy(update={"before": before, "due_at": move.due_at + left}))
        later = left
    return tuple(found), later


def _receipt_of(clock: Clock) -> Move | None:
    return next((each for each in clock.moves if each.kind == "receipt"), None)
