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
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from threading import Lock
from zoneinfo import ZoneInfo

from config.policy import CalendarPolicy
from engine.domain.allowance import Allowance, AllowanceUnit
from engine.errors import InvalidInputError

Span = tuple[datetime, datetime]
"""Begin and end in UTC; the end does not belong to it."""

_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 1_500
_END_OF_DAY = time(23, 59, 59, fold=1)  # where 23:59:59 happens twice, the day ends with the second


_LENGTHS = {
    AllowanceUnit.MINUTES: timedelta(minutes=1),
    AllowanceUnit.HOURS: timedelta(hours=1),
    AllowanceUnit.WORKING_MINUTES: timedelta(minutes=1),
    AllowanceUnit.WORKING_HOURS: timedelta(hours=1),
}


class Calendar:
    """When the organisation works, ready to count with.

    One calendar serves all threads: what it caches can only be computed to the same value twice.

    Args:
        policy: Zone, week, public holidays and special days.
        holidays: Public holidays by year, with their names, as an edition of the calendar keeps
            them; the other years are looked up.

    Raises:
        InvalidInputError: No day of the week has working hours.
    """

    def __init__(
        self, policy: CalendarPolicy, holidays: Mapping[int, Mapping[date, str]] | None = None
    ) -> None:
        if not any(policy.week.of(weekday) for weekday in range(7)):
            raise InvalidInputError(
                {"policy.calendar.week": "No day has working hours, so nothing would fall due."}
            )
        self._policy = policy
        self._zone = ZoneInfo(policy.zone)
        self._opened: dict[date, tuple[Span, ...]] = {}
        self._holidays: dict[int, Mapping[date, str]] = dict(holidays or {})
        self._lock = Lock()

    @property
    def policy(self) -> CalendarPolicy:
        """Return what the calendar was made of."""
        return self._policy

    @property
    def usual_day(self) -> timedelta:
        """Return how long people work on a usual day: the mean of the days that have hours."""
        days = [self._policy.week.of(weekday) for weekday in range(7)]
        lengths = [sum((_length(*span) for span in day), timedelta()) for day in days if day]
        return sum(lengths, timedelta()) / len(lengths)

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
            following = self._working_days(self.day_of(start) + _DAY)
            last, _ = next(islice(following, amount - 1, None))
            return self.close_of(last) or self.end_of(last)
        if unit.is_working_time:
            return self.after(start, amount * _LENGTHS[unit])
        if unit in _LENGTHS:
            return start + amount * _LENGTHS[unit]
        return self.end_of(later_day(self.day_of(start), amount, unit))

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
        yesterday = self.day_of(reached) - _DAY  # a night shift may still be running
        for _, hours in self._working_days(yesterday):
            for begin, end in hours:
                if end > reached:
                    yield max(begin, reached), end
                    reached = end

    def day_of(self, at: datetime) -> date:
        """Return the date on the local wall at an instant."""
        return at.astimezone(self._zone).date()

    def begin_of(self, day: date) -> datetime:
        """Return the first instant (UTC) of a local day."""
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Return the last second (UTC) of a local day."""
        return datetime.combine(day, _END_OF_DAY, self._zone).astimezone(UTC)

    def close_of(self, day: date) -> datetime | None:
        """Return when the work of a local day ends; None for a day that is free.

        A night shift of the day before may end last: no working day closes before an earlier one.

        Raises:
            InvalidInputError: The country is unknown.
        """
        hours = self._hours(day)
        return max(end for _, end in (*self._hours(day - _DAY), *hours)) if hours else None

    def why_free(self, day: date) -> str:
        """Return why nobody works on a local day, in words; empty for a working day.

        Raises:
            InvalidInputError: The country is unknown.
        """
        if self._hours(day):
            return ""
        if day in self._policy.special_days:
            return "closed on this day by the organisation's calendar"
        if name := self.holidays_of(day.year).get(day):
            return f"public holiday: {name}"
        return "not a working day of the week"

    def next_working_day(self, day: date) -> date:
        """Return the first working day on or after a local day.

        Raises:
            InvalidInputError: The calendar stays closed for years, or its country is unknown.
        """
        found, _ = next(self._working_days(day))
        return found

    def holidays_of(self, year: int) -> Mapping[date, str]:
        """Return the public holidays of a year with their names.

        Raises:
            InvalidInputError: The country is unknown.
        """
        return self._holidays_of(year)

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

    def _holidays_of(self, year: int) -> Mapping[date, str]:
        with self._lock:
            if year not in self._holidays:
                self._holidays[year] = _public_holidays(
                    self._policy.country, self._policy.subdivision, year
                )
            return self._holidays[year]


def _public_holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """Return the public holidays of a year with their names; none for the empty country.

    Raises:
        InvalidInputError: The country or its subdivision is not known.
    """
    if not country:
        return {}
    import holidays  # noqa: PLC0415 - takes a second, and not every organisation needs it

    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError as error:
        place = f"{country} {subdivision}".strip()
        raise InvalidInputError(
            {"policy.calendar.country": f"No public holidays are known for “{place}”."}
        ) from error
    return dict(found)


def later_day(day: date, amount: int, unit: AllowanceUnit) -> date:
    """Return the calendar day that lies so many days, weeks or months later."""
    if unit is not AllowanceUnit.MONTHS:
        return day + amount * (7 * _DAY if unit is AllowanceUnit.WEEKS else _DAY)
    years, month = divmod(day.month - 1 + amount, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _length(opens: time, closes: time) -> timedelta:
    """Return how long a span on the wall clock is; it may run over midnight."""
    begin, end = (datetime.combine(date.min, at, UTC) for at in (opens, closes))
    return end - begin if end > begin else end + _DAY - begin


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
