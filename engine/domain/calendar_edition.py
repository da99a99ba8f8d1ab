"""Editions of a calendar: hours, special days and public holidays, as they were counted with.

What days are public holidays comes from a library that is updated; an edition holds the days
themselves, so that a date which was counted once can be counted again.
"""

import json
from datetime import date
from functools import lru_cache

from config.policy import CalendarPolicy
from engine.domain.regime import digest_of
from engine.domain.working_time import Calendar

_YEARS = 20
"""Holidays are held from the beginning of a decade for so long; what lies beyond is looked up."""


def content_of(calendar: Calendar, year: int) -> str:
    """Return a calendar as text, which is the same for calendars that count the same dates.

    Args:
        calendar: Of the organisation.
        year: For which it is needed; each year of a decade gives the same text.

    Raises:
        InvalidInputError: Its country is unknown.
    """
    return _content(calendar, year - year % 10)


@lru_cache(maxsize=32)
def _content(calendar: Calendar, first: int) -> str:
    holidays = {
        str(year): {day.isoformat(): name for day, name in sorted(days.items())}
        for year in range(first, first + _YEARS)
        if (days := calendar.holidays_of(year))
    }
    told = {"policy": calendar.policy.model_dump(mode="json"), "holidays": holidays}
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=64)
def digest_for(calendar: Calendar, first: int) -> str:
    """Return the digest of the edition of a calendar for a decade."""
    return digest_of(_content(calendar, first))


def read_calendar(content: str) -> Calendar:
    """Return the calendar that an edition holds."""
    told = json.loads(content)
    holidays = {
        int(year): {date.fromisoformat(day): name for day, name in days.items()}
        for year, days in told["holidays"].items()
    }
    return Calendar(CalendarPolicy.model_validate(told["policy"]), holidays)
