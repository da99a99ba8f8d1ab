"""Next year's public holidays, put before people before they count (ISO 10002:2018, 7.3 and 8.4).

Which days are public holidays comes from a library, and governments change them. What begins is
counted by the days as they are known now; what runs is counted by those of its beginning, until
somebody says otherwise. Nothing here changes a time limit: it proposes, and a person confirms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.calendar_edition import read_calendar
from engine.domain.working_time import Calendar
from engine.errors import ConflictError
from engine.services.running import recounting


@dataclass(frozen=True, slots=True)
class DayOff:
    """A public holiday on a day of the week on which people would work.

    Attributes:
        is_closed: Whether nobody works on it; an organisation may have said otherwise.
    """

    day: date
    name: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What one look found.

    Attributes:
        days: Public holidays of next year that fall on working days.
        changed: Days of this year and the next that are free, or worked on, other than running
            complaints are counted by.
        proposed: 1 where it was proposed to count running complaints anew.
    """

    days: int
    changed: int
    proposed: int


def days_off(platform: Platform, *, actor: Actor, year: int) -> tuple[DayOff, ...]:
    """Return the public holidays of a year that fall on working days, in their order.

    Raises:
        NotAllowedError: The actor may not see limits.
    """
    actor.require(Deed.SEE_LIMITS)
    return _days_off(platform.calendar, year)


def look_at_holidays(platform: Platform, *, actor: Actor = SYSTEM) -> Refreshed:
    """Propose to count running complaints anew where public holidays have changed.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    this_year = platform.calendar.day_of(platform.now()).year
    changed = _changed(platform, (this_year, this_year + 1))
    proposed = 0
    if changed:
        try:
            recounting.propose(platform, actor=SYSTEM, reason=_reason(changed))
            proposed = 1
        except ConflictError:  # nothing would move, or a person has to decide on one already
            proposed = 0
    return Refreshed(len(_days_off(platform.calendar, this_year + 1)), len(changed), proposed)


def _days_off(calendar: Calendar, year: int) -> tuple[DayOff, ...]:
    week = calendar.policy.week
    return tuple(
        DayOff(day, name, calendar.close_of(day) is None)
        for day, name in sorted(calendar.holidays_of(year).items())
        if week.of(day.weekday())
    )


def _changed(platform: Platform, years: tuple[int, ...]) -> Mapping[date, str]:
    """Return the days that count otherwise in some running complaint, and how."""
    with platform.database.read() as tx:
        digests = tx.calendar_changes.in_use()
        contents = [tx.editions.content(digest) for digest in sorted(digests)]
    now = _free(platform.calendar, years)
    found: dict[date, str] = {}
    for content in filter(None, contents):
        then = _free(read_calendar(content), years)
        found |= {day: f"no longer {then[day]}" for day in then.keys() - now.keys()}
        found |= {day: f"now {now[day]}" for day in now.keys() - then.keys()}
    return found


def _free(calendar: Calendar, years: tuple[int, ...]) -> dict[date, str]:
    """Return the public holidays of some years on which nobody works."""
    days = (each for year in years for each in _days_off(calendar, year))
    return {each.day: each.name for each in days if each.is_closed}


def _reason(changed: Mapping[date, str]) -> str:
    """Return in words which days count otherwise."""
    days = (f"{day:%-d %B %Y} is {how}" for day, how in sorted(changed.items()))
    return f"Public holidays have changed: {', '.join(days)}."
