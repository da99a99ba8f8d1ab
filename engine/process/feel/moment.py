"""Dates, times and durations of FEEL: reading, writing and calculating.

Days-and-time durations are `timedelta`, years-and-months durations are `Months`. Dates before
the year 1 and after 9999 are not known; zones are offsets such as ``Z`` or ``+02:00``.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?")
_DAYS = re.compile(
    r"(-?)P(?=.)(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
_MONTHS = re.compile(r"(-?)P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?")
_DAY: Final = timedelta(days=1)
_Built = TypeVar("_Built")


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months, counted in months; may be negative."""

    count: int


Duration = timedelta | Months
Moment = date | datetime | time | Duration


def read_date(text: str) -> date | None:
    """Read ``2026-03-01``; None when it is no date."""
    return _tried(date.fromisoformat, text) if _DATE.fullmatch(text) else None


def read_time(text: str) -> time | None:
    """Read ``09:30:00``, perhaps with fractions and an offset; None when it is no time."""
    return _tried(time.fromisoformat, _shortened(text)) if _TIME.fullmatch(text) else None


def read_datetime(text: str) -> datetime | None:
    """Read ``2026-03-01T09:30:00`` or a date alone, which means its midnight; None otherwise."""
    day, sign, clock = text.partition("T")
    if not _DATE.fullmatch(day) or (sign and not _TIME.fullmatch(clock)):
        return None
    return _tried(datetime.fromisoformat, f"{day}T{_shortened(clock) or '00:00:00'}")


def read_duration(text: str) -> Duration | None:
    """Read ``P1DT2H`` or ``P1Y2M``; None when it is no duration."""
    in_months, in_days = _MONTHS.fullmatch(text), _DAYS.fullmatch(text)
    if in_months:
        count = 12 * int(in_months[2] or 0) + int(in_months[3] or 0)
        return Months(-count if in_months[1] else count)
    if in_days:
        days, hours, minutes, seconds = (float(part or 0) for part in in_days.groups()[1:])
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return -length if in_days[1] else length
    return None


def read(text: str) -> Moment | None:
    """Read whatever kind of moment the text is; None when it is none."""
    return read_date(text) or read_datetime(text) or read_time(text) or read_duration(text)


def written(moment: Moment) -> str:
    """Return the text that reads back as the same moment."""
    if isinstance(moment, Months):
        years, months = divmod(abs(moment.count), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if moment.count < 0 else ''}P{parts}"
    if isinstance(moment, timedelta):
        return _written_length(moment)
    return moment.isoformat().replace("+00:00", "Z")


def later(start: date, length: Duration) -> date:
    """Return the date, or date and time, that lies a duration after another.

    Months keep the day of the month where they can, else the last day of it; hours added to a
    date without a time only count as whole days.

    Raises:
        OverflowError: The result lies outside the calendar.
    """
    if isinstance(length, timedelta):
        return start + length
    years, month = divmod(start.year * 12 + start.month - 1 + length.count, 12)
    if not 1 <= years <= 9999:
        raise OverflowError("the calendar ends there")
    day = min(start.day, monthrange(years, month + 1)[1])
    return start.replace(year=years, month=month + 1, day=day)


def turned(clock: time, length: timedelta) -> time:
    """Return the time of day a duration later, beginning again at midnight."""
    around = timedelta(seconds=length.total_seconds() % _DAY.total_seconds())
    return (datetime.combine(date(2000, 1, 1), clock) + around).timetz()


def between_times(later_: time, earlier: time) -> timedelta:
    """Return how much later one time of the same day is than another."""
    day = date(2000, 1, 1)
    return datetime.combine(day, later_) - datetime.combine(day, earlier)


def months_between(start: date, end: date) -> Months:
    """Return the whole months from one date to another; negative when the second is earlier."""
    if end < start:
        return Months(-months_between(end, start).count)
    count = (end.year - start.year) * 12 + end.month - start.month
    return Months(count - (end.day < start.day))


def _written_length(length: timedelta) -> str:
    rest, micro = divmod(abs(length) // timedelta(microseconds=1), 1_000_000)
    minutes, seconds = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    exact = f"{seconds}.{micro:06}".rstrip("0").rstrip(".") if micro else str(seconds)
    clock = "".join(
        f"{amount}{unit}"
        for amount, unit in ((hours, "H"), (minutes, "M"), (exact, "S"))
        if str(amount) != "0"
    )
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if length < timedelta() else ''}P{text or 'T0S'}"


def _shortened(text: str) -> str:
    """Cut fractions of a second after the sixth digit, as finer ones cannot be kept."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def _tried(build: Callable[[str], _Built], text: str) -> _Built | None:
    try:
        return build(text)
    except ValueError:
        return None
