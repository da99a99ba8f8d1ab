"""When a job is due: in the words of an organisation, in its zone, and by its calendar.

    every 10 minutes
    daily at 02:30
    working days at 07:30
    mondays at 06:00
    day 1 of the month at 03:00
    working day 3 of the month at 06:00
    working day 10 of the quarter at 06:00
    day 15 of november at 06:00

A time of day that the clocks leave out counts as one hour earlier, and one that comes twice as the
first of the two: so every day has the instant exactly once. The scheduler counts the same way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError

Cycle = Literal["day", "month", "quarter", "year"]

_DAY = timedelta(days=1)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Intervals count from here, so that a restart keeps the instants at which a job is due."""

_WEEKDAYS = ("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
_MONTHS: dict[Cycle, int] = {"month": 1, "quarter": 3, "year": 12}
_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_LAST_DAY = 28
"""No later day is in every month."""
_LAST_WORKING_DAY = 15
_LONGEST = timedelta(days=1)
_FARTHEST = 366
"""Days that are looked at for one that is worked on."""
_EXAMPLES = "“every 10 minutes”, “daily at 02:30”, “working days at 07:30”, “mondays at 06:00”, "
_MORE = "“day 1 of the month at 03:00” or “working day 3 of the quarter at 06:00”"

_EVERY = re.compile(r"every (?:(\d{1,4}) )?(minute|hour)s?")
_AT = re.compile(
    r"(?:(?P<often>daily|working days|" + "|".join(_WEEKDAYS) + r")"
    r"|(?P<working>working )?day (?P<number>\d{1,2}) of "
    r"(?:the (?P<cycle>month|quarter|year)|(?P<month>" + "|".join(_NAMES) + r")))"
    r" at (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)"
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is due again and again.

    Attributes:
        text: As somebody wrote it.
        every: From one instant to the next; None where it is due at a time of day.
        at: Local time of day.
        cycle: Of what one day is meant.
        number: Which day of a month, quarter or year, counted from 1; which weekday, counted from 1
            for Monday, of days; 0 for every day.
        is_working: Whether only working days count.
        month: In which the cycle of a year begins, from 1 to 12.
    """

    text: str
    every: timedelta | None = None
    at: time = time()
    cycle: Cycle = "day"
    number: int = 0
    is_working: bool = False
    month: int = 1

    def last(self, at: datetime, calendar: Calendar) -> datetime:
        """Return the latest instant that is not after ``at``, in UTC.

        Raises:
            InvalidInputError: Only working days are meant, and there is none for a year.
        """
        if self.every:
            return at - (at - EPOCH) % self.every
        days = self._days(calendar.day_of(at) + _DAY, -1, calendar)
        return next(due for day in days if (due := self._instant(day, calendar)) <= at)

    def next(self, after: datetime, calendar: Calendar) -> datetime:
        """Return the earliest instant after ``after``, in UTC.

        Raises:
            InvalidInputError: Only working days are meant, and there is none for a year.
        """
        if self.every:
            return self.last(after, calendar) + self.every
        days = self._days(calendar.day_of(after) - _DAY, 1, calendar)
        return next(due for day in days if (due := self._instant(day, calendar)) > after)

    def is_due(self, at: datetime, calendar: Calendar) -> bool:
        """Tell whether an instant is one of the schedule."""
        return self.last(at, calendar) == at

    def leaves_out(self, at: datetime, calendar: Calendar) -> bool:
        """Tell whether an instant is one of the line of cron, and none of the schedule."""
        if not self.is_working or self.is_due(at, calendar):
            return False
        day = calendar.day_of(at)
        near = (self._instant(each, calendar) for each in (day, day + _DAY))
        return at in near

    @property
    def cron(self) -> str:
        """Return a line of cron whose instants contain those of the schedule, in the local zone.

        It cannot say which days are worked on; ``is_due`` can.

        Raises:
            ValueError: It is due by an interval.
        """
        if self.every:
            raise ValueError("an interval has no line of cron")
        day, months, weekday = "*", "*", "*"
        if self.cycle == "day" and self.number:
            weekday = str(self.number % 7)
        if self.cycle != "day":
            months = ",".join(map(str, range(self.month, 13, _MONTHS[self.cycle])))
            day = "*" if self.is_working else str(self.number)
        return f"{self.at.minute} {self.at.hour} {day} {months} {weekday}"

    def _instant(self, day: date, calendar: Calendar) -> datetime:
        zone = ZoneInfo(calendar.policy.zone)
        there = datetime.combine(day, self.at, zone)
        is_left_out = there.astimezone(UTC).astimezone(zone).time() != self.at
        return there.replace(fold=int(is_left_out)).astimezone(UTC)

    def _days(self, first: date, step: Literal[-1, 1], calendar: Calendar) -> Iterator[date]:
        """Return the days that are meant, from one on, forwards or backwards.

        Raises:
            InvalidInputError: No day is worked on for a year.
        """
        if self.cycle == "day":
            near = (first + step * distance * _DAY for distance in range(_FARTHEST))
            yield from (day for day in near if self._is_meant(day, calendar))
            raise InvalidInputError({"schedule": f"“{self.text}”: nobody works for a year."})
        months = _MONTHS[self.cycle]
        ahead = self.month - 1
        begin = (first.year * 12 + first.month - 1 - ahead) // months * months + ahead
        for distance in count():
            month = begin + step * distance * months
            yield self._of_cycle(date(month // 12, month % 12 + 1, 1), calendar)

    def _is_meant(self, day: date, calendar: Calendar) -> bool:
        if self.is_working:
            return calendar.close_of(day) is not None
        return self.number in {0, day.isoweekday()}

    def _of_cycle(self, first: date, calendar: Calendar) -> date:
        if not self.is_working:
            return first + (self.number - 1) * _DAY
        day = first - _DAY
        for _ in range(self.number):
            day = calendar.next_working_day(day + _DAY)
        return day


@lru_cache(maxsize=200)
def parse_schedule(text: str) -> Schedule:
    """Read a schedule.

    Raises:
        InvalidInputError: The text is not understood, or names a day or an interval that is none.
    """
    words = " ".join(text.lower().split())
    if found := _EVERY.fullmatch(words):
        every = int(found[1] or 1) * timedelta(**{f"{found[2]}s": 1})
        if timedelta() < every <= _LONGEST and not _LONGEST % every:
            return Schedule(words, every)
        raise InvalidInputError({"schedule": f"“{text}” does not divide a day into equal parts."})
    if found := _AT.fullmatch(words):
        return _at_a_time(words, found)
    raise InvalidInputError({"schedule": f"“{text}” is no schedule. Write {_EXAMPLES}{_MORE}."})


def _at_a_time(words: str, found: re.Match[str]) -> Schedule:
    at = time(int(found["hour"]), int(found["minute"]))
    if often := found["often"]:
        number = _WEEKDAYS.index(often) + 1 if often in _WEEKDAYS else 0
        return Schedule(words, None, at, "day", number, often == "working days")
    number, is_working = int(found["number"]), bool(found["working"])
    last = _LAST_WORKING_DAY if is_working else _LAST_DAY
    if not 1 <= number <= last:
        raise InvalidInputError({"schedule": f"“{words}”: the day must be from 1 to {last}."})
    if name := found["month"]:
        return Schedule(words, None, at, "year", number, is_working, _NAMES.index(name) + 1)
    cycle: Cycle = found["cycle"]  # type: ignore[assignment] # the pattern allows no other
    return Schedule(words, None, at, cycle, number, is_working)
