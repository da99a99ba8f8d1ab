"""When a clock would fall due if its rules or its calendar were others."""

from collections.abc import Hashable
from datetime import datetime
from functools import lru_cache

from engine.domain.allowance import AllowanceUnit, parse_allowance
from engine.domain.deadline import Clock, Move, more_of
from engine.domain.reckoning import Counting, reckon
from engine.domain.regime import ClockRule
from engine.domain.working_time import Calendar

_BY_HOUR = frozenset(
    {
        AllowanceUnit.MINUTES,
        AllowanceUnit.HOURS,
        AllowanceUnit.WORKING_MINUTES,
        AllowanceUnit.WORKING_HOURS,
    }
)


def is_counted(clock: Clock) -> bool:
    """Tell whether nothing but its rule and its extensions says when a clock falls due."""
    return all(move.kind in {"extension", "calendar"} for move in clock.moves)


def recounted(
    clock: Clock, *, old: tuple[ClockRule, Calendar], new: tuple[ClockRule, Calendar]
) -> datetime:
    """Return when a clock would fall due by another rule or calendar.

    An extension to an earlier day than its rule allowed keeps that day.

    Args:
        clock: One that only its rule and extensions have moved.
        old: By which it is counted.
        new: By which it would be.

    Raises:
        InvalidInputError: A calendar cannot count.
    """
    rule, calendar = new
    due_at = reckon(clock.started_at, rule.time, calendar, rule.counting).due_at
    for move in clock.moves:
        if move.kind == "extension":
            is_farthest = _extended(clock.started_at, move, move.before, *old) == move.due_at
            longer = _extended(clock.started_at, move, due_at, rule, calendar)
            due_at = longer if is_farthest else max(due_at, move.due_at)
    return due_at


def alike(clock: Clock, rule: ClockRule, calendar: Calendar) -> Hashable:
    """Return what clocks of one rule have in common that fall due at the same moment.

    Dates are counted from a day, whatever the hour; so many clocks are counted once.
    """
    if clock.moves or not _is_by_day(rule.allowance, rule.counting):
        return clock.started_at, clock.moves
    return calendar.day_of(clock.started_at)


@lru_cache(maxsize=256)
def _is_by_day(allowance: str, counting: Counting) -> bool:
    """Tell whether the hour at which a limit begins makes no difference."""
    is_dated = parse_allowance(allowance).unit not in _BY_HOUR
    return is_dated and counting.first_day == "next" and counting.late_receipt == "same_day"


def _extended(
    start: datetime, move: Move, due_at: datetime, rule: ClockRule, calendar: Calendar
) -> datetime:
    allowance = parse_allowance(move.allowance)
    if move.is_total:
        return reckon(start, allowance, calendar, rule.counting).due_at
    return reckon(due_at, allowance, calendar, more_of(rule)).due_at
