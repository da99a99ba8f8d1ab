"""Working time: when something falls due, and how much time was really there to work on it.

Conventions, each chosen so that a complainant who counts along gets the same date:

- *Working days* are counted from the day after receipt, whatever the hour of receipt, and end
  at close of business of the last one: a promise of "3 working days" gives three whole days.
- *Days, weeks and months* are counted on the local calendar and end with the last second of
  the last day (23:59:59), because regulators count dates. A month ends on the same day of the
  month, or on the last one where that month is shorter.
- *Hours and minutes* are real time; *working hours and minutes* run while the calendar is open.
- ISO 8601 durations count as real time and calendar dates: ``PT4H`` four hours, ``P28D`` 28 days.

Everything is computed on UTC instants: adding a length to a local time is wrong by an hour on
the two days a year on which clocks change.
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from threading import Lock
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from config.policy import CalendarPolicy
from engine.errors import InvalidInputError

Span = tuple[datetime, datetime]
"""Begin and end in UTC; the end does not belong to it."""

MOST = 10_000
"""Largest amount of an allowance; more is a slip of the keyboard."""

_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 1_500
_END_OF_DAY = time(23, 59, 59, fold=1)  # where 23:59:59 happens twice, the day ends with the second
_WORDS = re.compile(r"(\d+)\s*([a-z]+(?:[ _][a-z]+)?)")
_ISO = re.compile(r"p(?:(\d+)([dwm])|t(\d+)([hm]))")


class AllowanceUnit(StrEnum):
    """What an allowance is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    WORKING_MINUTES = "working_minutes"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"

    @property
    def is_working_time(self) -> bool:
        """Tell whether the allowance runs only while the calendar is open."""
        return self.value.startswith("working_")


_ISO_DATES = {"d": AllowanceUnit.DAYS, "w": AllowanceUnit.WEEKS, "m": AllowanceUnit.MONTHS}
_ISO_TIMES = {"h": AllowanceUnit.HOURS, "m": AllowanceUnit.MINUTES}
_LENGTHS = {
    AllowanceUnit.MINUTES: timedelta(minutes=1),
    AllowanceUnit.HOURS: timedelta(hours=1),
    AllowanceUnit.WORKING_MINUTES: timedelta(minutes=1),
    AllowanceUnit.WORKING_HOURS: timedelta(hours=1),
}


class Allowance(BaseModel):
    """How much time a promise or a step has, for example three working days."""

    model_config = ConfigDict(frozen=True)

    amount: int = Field(gt=0, le=MOST)
    unit: AllowanceUnit

    def __str__(self) -> str:
        """Return the allowance as a person writes it; `parse_allowance` reads it back."""
        unit = self.unit.value.replace("_", " ")
        return f"{self.amount} {unit.removesuffix('s') if self.amount == 1 else unit}"


def parse_allowance(text: str) -> Allowance:
    """Read an allowance such as ``3 working days``, ``8 weeks``, ``P28D`` or ``"PT4H"``.

    Args:
        text: Amount and unit, singular or plural, or one part of an ISO 8601 duration; upper or
            lower case, with or without quotes around it.

    Raises:
        ValueError: The text is no such allowance, or its amount is outside 1 to 10,000.
    """
    plain = text.strip().strip("\"'").strip().lower()
    found = _iso(plain) or _words(plain)
    if found is None:
        raise ValueError(
            f"“{text}” is no allowance such as “3 working days”, “4 working hours”, “8 weeks” "
            "or “P28D”."
        )
    amount, unit = found
    if not 1 <= amount <= MOST:
        raise ValueError(f"“{text}” is no allowance: the amount must be from 1 to {MOST:,}.")
    return Allowance(amount=amount, unit=unit)


def _iso(plain: str) -> tuple[int, AllowanceUnit] | None:
    match = _ISO.fullmatch(plain)
    if match is None:
        return None
    if match[1]:
        return int(match[1]), _ISO_DATES[match[2]]
    return int(match[3]), _ISO_TIMES[match[4]]


def _words(plain: str) -> tuple[int, AllowanceUnit] | None:
    match = _WORDS.fullmatch(plain)
    if match is None:
        return None
    name = match[2].replace(" ", "_").removesuffix("s") + "s"
    return (int(match[1]), AllowanceUnit(name)) if name in list(AllowanceUnit) else None


class Calendar:
    """When the organisation works, ready to count with.

    One calendar serves all threads: what it caches can only be computed to the same value twice.

    Args:
        policy: Zone, week, public holidays and special days.

    Raises:
        InvalidInputError: No day of the week has working hours.
    """

    def __init__(self, policy: CalendarPolicy) -> None:
        if not any(policy.week.of(weekday) for weekday in range(7)):
            raise InvalidInputError(
                {"policy.calendar.week": "No day has working hours, so nothing would fall due."}
            )
        self._policy = policy
        self._zone = ZoneInfo(policy.zone)
        self._opened: dict[date, tuple[Span, ...]] = {}
        self._holidays: dict[int, frozenset[date]] = {}
        self._lock = Lock()

    def due(self, start: datetime, allowance: Allowance) -> datetime:
        """Return the instant (UTC) at which the allowance that began at ``start`` is used up.

        Raises:
            ValueError: ``start`` has no zone.
            InvalidInputError: The calendar stays closed for years, or its country is unknown.

        Source: ISO 10002:2018, 7.4; the conventions are in the module's docstring.
        """
        start = _utc(start)
        unit, amount = allowance.unit, allowance.amount
        if unit is AllowanceUnit.WORKING_DAYS:
            return self._close_of_business(self._date(start), amount)
        if unit.is_working_time:
            return self.after(start, amount * _LENGTHS[unit])
        if unit in _LENGTHS:
            return start + amount * _LENGTHS[unit]
        last = _later(self._date(start), amount, unit)
        return datetime.combine(last, _END_OF_DAY, self._zone).astimezone(UTC)

    def after(self, start: datetime, working: timedelta, pauses: Iterable[Span] = ()) -> datetime:
        """Return the earliest instant (UTC) by which ``working`` was worked since ``start``.

        Args:
            start: Aware; may lie outside working hours.
            working: Working time, zero or more; zero gives ``start``.
            pauses: Spans that do not count, in any order, overlapping or not.

        Raises:
            ValueError: ``working`` is negative, a pause ends before it begins, or a time has
                no zone.
            InvalidInputError: The calendar stays closed for years, or its country is unknown.
        """
        if working < timedelta():
            raise ValueError("working must not be negative")
        end, left = _utc(start), working
        pieces = self._counted(end, _merged(pauses))
        while left > timedelta():
            begin, stop = next(pieces)
            end = min(stop, begin + left)
            left -= end - begin
        return end

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from ``start`` to ``end``; zero when ``end`` is not later.

        Raises:
            ValueError: A time has no zone.
            InvalidInputError: The calendar stays closed for years, or its country is unknown.
        """
        total, end = timedelta(), _utc(end)
        for begin, stop in self.spans(start):
            if begin >= end:
                break
            total += min(stop, end) - begin
        return total

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody works at this instant; the closing instant itself is closed."""
        begin, _ = next(self.spans(at))
        return begin == at

    def spans(self, start: datetime) -> Iterator[Span]:
        """Yield the working spans from ``start`` on, in order, apart, without end.

        Raises:
            ValueError: ``start`` has no zone.
            InvalidInputError: The calendar stays closed for years, or its country is unknown.
        """
        reached = _utc(start)
        yesterday = self._date(reached) - _DAY  # a night shift may still be running
        for _, hours in self._working_days(yesterday):
            for begin, end in hours:
                if end > reached:
                    yield max(begin, reached), end
                    reached = end

    def _counted(self, start: datetime, pauses: list[Span]) -> Iterator[Span]:
        """Yield what the pauses leave of the working spans."""
        for begin, end in self.spans(start):
            at = begin
            for pause_begin, pause_end in pauses:
                if at < pause_begin < end:
                    yield at, pause_begin
                if pause_begin < end and pause_end > at:
                    at = pause_end
            if at < end:
                yield at, end

    def _close_of_business(self, received: date, days: int) -> datetime:
        following = self._working_days(received + _DAY)
        _, hours = next(islice(following, days - 1, None))
        return max(end for _, end in hours)

    def _working_days(self, first: date) -> Iterator[tuple[date, tuple[Span, ...]]]:
        """Yield the days with working hours from ``first`` on, each with its spans.

        Raises:
            InvalidInputError: No such day comes for years; the search must not go on for ever.
        """
        day, closed = first, 0
        while closed < _LONGEST_CLOSURE:
            hours = self._hours(day)
            closed = 0 if hours else closed + 1
            if hours:
                yield day, hours
            day += _DAY
        raise InvalidInputError(
            {
                "policy.calendar": f"There is no working hour in the {_LONGEST_CLOSURE:,} days "
                f"before {day.isoformat()}."
            }
        )

    def _hours(self, day: date) -> tuple[Span, ...]:
        """Return the spans that begin on this day, in order; empty when it is free."""
        known = self._opened.get(day)
        if known is None:
            spans = sorted(self._instants(day, *span) for span in self._plan(day))
            known = tuple((begin, end) for begin, end in spans if end > begin)
            self._opened[day] = known
        return known

    def _plan(self, day: date) -> tuple[tuple[time, time], ...]:
        """Return the hours on the wall clock: special days first, then holidays, then the week."""
        special = self._policy.special_days.get(day)
        if special is not None:
            return special
        return () if day in self._holidays_of(day.year) else self._policy.week.of(day.weekday())

    def _instants(self, day: date, opens: time, closes: time) -> Span:
        last = day if closes > opens else day + _DAY
        begin = datetime.combine(day, opens, self._zone)
        return begin.astimezone(UTC), datetime.combine(last, closes, self._zone).astimezone(UTC)

    def _holidays_of(self, year: int) -> frozenset[date]:
        with self._lock:
            if year not in self._holidays:
                self._holidays[year] = _public_holidays(
                    self._policy.country, self._policy.subdivision, year
                )
            return self._holidays[year]

    def _date(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def _public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Return the public holidays of a year; none for the empty country.

    Raises:
        InvalidInputError: The country or its subdivision is not known.
    """
    if not country:
        return frozenset()
    import holidays  # noqa: PLC0415 - takes a second, and not every organisation needs it

    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError as error:
        place = f"{country} {subdivision}".strip()
        raise InvalidInputError(
            {"policy.calendar.country": f"No public holidays are known for “{place}”."}
        ) from error
    return frozenset(found)


def _later(day: date, amount: int, unit: AllowanceUnit) -> date:
    """Return the calendar day that lies so many days, weeks or months later."""
    if unit is not AllowanceUnit.MONTHS:
        return day + amount * (7 * _DAY if unit is AllowanceUnit.WEEKS else _DAY)
    years, month = divmod(day.month - 1 + amount, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _merged(pauses: Iterable[Span]) -> list[Span]:
    """Return the pauses in UTC, in order, with those that overlap joined.

    Raises:
        ValueError: A pause ends before it begins.
    """
    joined: list[Span] = []
    for begin, end in sorted((_utc(begin), _utc(end)) for begin, end in pauses):
        if end < begin:
            raise ValueError(f"the pause from {begin.isoformat()} ends before it begins")
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _utc(at: datetime) -> datetime:
    """Return the instant in UTC.

    Raises:
        ValueError: The time has no zone, so that it names no instant.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return at.astimezone(UTC)
