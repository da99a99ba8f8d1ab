"""How a time limit is counted, and every interval of it with the reason why it counts or not.

The date and its explanation are one computation: what is shown is what was counted. The intervals
follow each other without a gap from the start to the due instant, and the amounts of those that
count add up to the allowance.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.working_time import Calendar, later_day

Measure = Literal["seconds", "days", "working days", "months"]

_DAY = timedelta(days=1)
_SECONDS = {
    AllowanceUnit.MINUTES: 60,
    AllowanceUnit.HOURS: 3_600,
    AllowanceUnit.WORKING_MINUTES: 60,
    AllowanceUnit.WORKING_HOURS: 3_600,
}
_DAYS: dict[AllowanceUnit, tuple[Measure, int]] = {
    AllowanceUnit.DAYS: ("days", 1),
    AllowanceUnit.WEEKS: ("days", 7),
    AllowanceUnit.MONTHS: ("months", 1),
    AllowanceUnit.WORKING_DAYS: ("working days", 1),
}
_CAME_LATE = "came outside working hours, so it counts as received on the next working day"
_DAY_ONE = "the day on which the time begins does not count"
_WORK_WAS_OVER = "work was over for the day"
_ROLLED = "the last day is none to act on ({why}), so the time ends with the next working day"


class Counting(BaseModel):
    """The conventions by which dates are counted.

    Attributes:
        first_day: Whether the day on which the time begins is the first of those that count.
        late_receipt: What comes after closing time, or on a free day, came on that day, or on the
            next working day.
        ends: When the last day ends; empty for close of business where working days are counted,
            and for the last second of the day elsewhere.
        rolls: A last day that is free passes the end on to the next working day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_day: Literal["next", "same"] = "next"
    late_receipt: Literal["same_day", "next_working_day"] = "same_day"
    ends: Literal["", "close_of_business", "end_of_day"] = ""
    rolls: bool = False


USUAL = Counting()
"""As ``Calendar.due`` counts."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time that counts, or that does not.

    Attributes:
        amount: How much of it counts, in the measure of the reckoning; 0 for none.
        reason: Why, in words.
    """

    begin: datetime
    end: datetime
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A time limit as it was counted.

    Attributes:
        intervals: In order and without a gap, from the start to the due instant.
        measure: What amounts are counted in.
        total: Amount of the allowance in that measure.
    """

    start: datetime
    due_at: datetime
    intervals: tuple[Interval, ...]
    measure: Measure
    total: int


def reckon(
    start: datetime, allowance: Allowance, calendar: Calendar, counting: Counting = USUAL
) -> Reckoning:
    """Return when an allowance that begins at ``start`` is used up, and how that was counted.

    Args:
        start: Aware.
        allowance: How much time there is.
        calendar: Of the organisation.
        counting: By which conventions; hours and minutes have none.

    Raises:
        ValueError: ``start`` has no zone.
        InvalidInputError: The calendar stays closed for years, or its country is unknown.
    """
    if start.tzinfo is None:
        raise ValueError(f"{start.isoformat()} has no time zone")
    start = start.astimezone(UTC)
    if allowance.unit in _SECONDS:
        total = allowance.amount * _SECONDS[allowance.unit]
        is_real = not allowance.unit.is_working_time
        found = _real(start, total) if is_real else working(start, total, calendar)
        measure: Measure = "seconds"
    else:
        measure, size = _DAYS[allowance.unit]
        total = allowance.amount * size
        found = _dates(start, allowance, calendar, counting)
    intervals = tuple(_worded(found, measure))
    return Reckoning(start, intervals[-1].end, intervals, measure, total)


def working(start: datetime, seconds: int, calendar: Calendar) -> list[Interval]:
    """Return the intervals in which so many seconds are worked from ``start`` on.

    Raises:
        InvalidInputError: The calendar stays closed for years, or its country is unknown.
    """
    found, at, left = list[Interval](), start, seconds
    for begin, stop in calendar.spans(start):
        if begin > at:
            found.append(Interval(at, begin, 0, _why_closed(calendar, at, begin)))
        end = min(stop, begin + timedelta(seconds=left))
        counted = round((end - begin).total_seconds())
        found.append(Interval(begin, end, counted, ""))
        at, left = end, left - counted
        if left <= 0:
            return found
    return found


def _real(start: datetime, seconds: int) -> list[Interval]:
    return [Interval(start, start + timedelta(seconds=seconds), seconds, "")]


def _why_closed(calendar: Calendar, begin: datetime, end: datetime) -> str:
    """Return why nobody works from ``begin`` to ``end``."""
    first, last = calendar.day_of(begin), calendar.day_of(end)
    days = (first + number * _DAY for number in range((last - first).days + 1))
    whys = dict.fromkeys(why for day in days if (why := calendar.why_free(day)))
    return "; ".join(("outside working hours", *whys))


def _dates(
    start: datetime, allowance: Allowance, calendar: Calendar, counting: Counting
) -> list[Interval]:
    """Return the intervals of a limit that is counted in dates."""
    before, day = _receipt(start, calendar, counting)
    at = before[-1].end if before else start
    if counting.first_day == "next":
        before.append(Interval(at, calendar.begin_of(day + _DAY), 0, _DAY_ONE))
    elif allowance.unit is AllowanceUnit.WORKING_DAYS and _is_over(at, day, calendar):
        before.append(Interval(at, calendar.begin_of(day + _DAY), 0, _WORK_WAS_OVER))
        day += _DAY
    first = day + _DAY if counting.first_day == "next" else day
    if allowance.unit is AllowanceUnit.WORKING_DAYS:
        days = list(_working_days(first, allowance.amount, calendar))
    else:
        days = [_calendar_days(day, first, allowance)]
    days += _rolled(days[-1][1], calendar) if counting.rolls else ()
    usual = "close_of_business" if allowance.unit is AllowanceUnit.WORKING_DAYS else "end_of_day"
    begin, ends = before[-1].end if before else start, counting.ends or usual
    return [*before, *_spans(days, begin, calendar, ends)]


def _receipt(
    start: datetime, calendar: Calendar, counting: Counting
) -> tuple[list[Interval], date]:
    """Return what does not count before the day of receipt, and that day."""
    day = calendar.day_of(start)
    if counting.late_receipt == "same_day" or not _is_over(start, day, calendar):
        return [], day
    is_free = bool(calendar.why_free(day))
    received = calendar.next_working_day(day if is_free else day + _DAY)
    return [Interval(start, calendar.begin_of(received), 0, _CAME_LATE)], received


def _is_over(at: datetime, day: date, calendar: Calendar) -> bool:
    """Tell whether no work is left on a day from an instant on."""
    closes = calendar.close_of(day)
    return closes is None or at >= closes


_Days = tuple[date, date, int, str]
"""First and last day, how much counts, and why not."""


def _calendar_days(day: date, first: date, allowance: Allowance) -> _Days:
    """Return the days of a limit in which every day counts."""
    last = later_day(day, allowance.amount, allowance.unit) - (
        _DAY if first == day else timedelta()
    )
    return first, last, allowance.amount * _DAYS[allowance.unit][1], ""


def _working_days(first: date, amount: int, calendar: Calendar) -> Iterator[_Days]:
    """Yield days until enough of them were working days."""
    day, left = first, amount
    while left:
        free_until = calendar.next_working_day(day)
        while day < free_until:
            yield day, day, 0, calendar.why_free(day)
            day += _DAY
        yield day, day, 1, ""
        day, left = day + _DAY, left - 1


def _rolled(last: date, calendar: Calendar) -> Iterator[_Days]:
    """Yield the days by which a limit is passed on to a working day; none where it ends on one."""
    why, until = calendar.why_free(last), calendar.next_working_day(last)
    if why:
        yield last + _DAY, until, 0, _ROLLED.format(why=why)


def _spans(
    days: Iterable[_Days], start: datetime, calendar: Calendar, ends: str
) -> Iterator[Interval]:
    """Yield days as intervals; the last ends when the limit does."""
    merged: list[_Days] = []
    for first, last, amount, why in days:
        if merged and (bool(merged[-1][2]), merged[-1][3]) == (bool(amount), why):
            merged[-1] = (merged[-1][0], last, merged[-1][2] + amount, why)
        else:
            merged.append((first, last, amount, why))
    at = start
    for first, last, amount, why in merged[:-1]:
        end = calendar.begin_of(last + _DAY)
        yield Interval(max(at, calendar.begin_of(first)), end, amount, why)
        at = end
    first, last, amount, why = merged[-1]
    closes = calendar.close_of(last) if ends == "close_of_business" else None
    end = closes or calendar.end_of(last)
    yield Interval(max(at, calendar.begin_of(first)), end, amount, why)


def _worded(intervals: Iterable[Interval], measure: Measure) -> Iterator[Interval]:
    """Yield intervals with the reason of those that count."""
    for each in intervals:
        yield (
            replace(each, reason=f"{_said(each.amount, measure)} counted") if each.amount else each
        )


def _said(amount: int, measure: Measure) -> str:
    """Return an amount in words."""
    if measure != "seconds":
        return f"{amount} {measure.removesuffix('s') if amount == 1 else measure}"
    hours, rest = divmod(amount, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
    told = [f"{n} {name}{'' if n == 1 else 's'}" for n, name in parts if n]
    return " ".join(told) or "no time"
