"""By when returns to regulators are due, and when those who send them are reminded.

A reporting period is whole months. It is over with the last moment of its last day; what is due
within working days or months is counted from the day after that.

Source: DISP 1.10; ASIC RG 271; ISO 10002:2018, 8.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from config.returns import ReturnPolicy
from engine.domain.allowance import AllowanceUnit, parse_allowance
from engine.domain.kpi import Period
from engine.domain.regulator_return import KeptReturn, ReturnKind
from engine.domain.working_time import Calendar, later_day

REMINDERS = (20, 10, 5, 1)
"""Working days before the due day on which somebody is reminded."""
MOST_MISSED = 4
"""So many periods are made up for after an outage."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """What a return held when the system looked at it.

    Attributes:
        cases: Complaints in it.
        problems: What is wrong with single complaints.
        untied: Sums that did not add up.
        sha256: Of the file that would have been sent, hex.
    """

    at: datetime
    cases: int
    problems: int
    untied: int
    sha256: str

    @property
    def wrong(self) -> int:
        """Return how much keeps the file from being made."""
        return self.problems + self.untied


@dataclass(frozen=True, slots=True)
class Preparation:
    """A return of one period that is to be sent.

    Attributes:
        number: 0 before it is kept.
        due_on: The last day on which it is in time.
        prepared: What it held when it was prepared; never changes.
        latest: What it held at the last look.
        reminded: The last reminder, in working days before the due day; None before the first.
        climbed_at: When those above were told that the day is over.
    """

    number: int
    kind: ReturnKind
    period: Period
    due_on: date
    prepared: Look
    latest: Look
    reminded: int | None = None
    climbed_at: datetime | None = None

    def is_about(self, other: "Preparation | KeptReturn") -> bool:
        """Tell whether something is about the same return of exactly the same period."""
        return (self.kind, self.period) == (other.kind, other.period)

    def sent(self, kept: Iterable[KeptReturn]) -> KeptReturn | None:
        """Return what was sent of it, the latest first where it was sent again; None: nothing."""
        return max(filter(self.is_about, kept), key=lambda each: each.number, default=None)


def periods_before(day: date, policy: ReturnPolicy, zone: str) -> tuple[Period, ...]:
    """Return the latest reporting periods that are over on a local day, oldest first.

    Source: DISP 1.10.1R; ASIC RG 271.
    """
    months = 12 // policy.per_year
    this = day.year * 12 + day.month - 1
    begin = this - (this - policy.year_ends_in) % months
    firsts = [_first_of(begin - back * months) for back in range(MOST_MISSED, -1, -1)]
    return tuple(Period.of_dates(one, after - _DAY, zone) for one, after in pairwise(firsts))


def to_prepare(
    policy: ReturnPolicy, today: date, calendar: Calendar, *, since: datetime | None
) -> tuple[Period, ...]:
    """Return the periods of a return that are over and were not prepared, oldest first.

    Args:
        policy: Of the return.
        today: Local.
        calendar: Of the organisation.
        since: End of the latest period that was prepared. None before the first: then only the
            latest one, and none that is past its day; those before were sent without Redress.
    """
    over = periods_before(today, policy, calendar.policy.zone)
    if since is None:
        return tuple(each for each in over[-1:] if today <= due_on(policy, each, calendar))
    return tuple(each for each in over if each.end > since)


def due_on(policy: ReturnPolicy, period: Period, calendar: Calendar) -> date:
    """Return the last day on which the return of a period is in time.

    Raises:
        InvalidInputError: The calendar stays closed for years, or its country is unknown.

    Source: DISP 1.10.5R; ASIC takes data until the end of February and of August.
    """
    within, day = parse_allowance(policy.within), calendar.day_of(period.end)
    if within.unit is not AllowanceUnit.WORKING_DAYS:
        return later_day(day, within.amount, within.unit) - _DAY
    for _ in range(within.amount):
        day = calendar.next_working_day(day) + _DAY
    return day - _DAY


def working_days_until(day: date, today: date, calendar: Calendar) -> int:
    """Return how many working days come after today, up to a day; 0 when it is not later.

    Raises:
        InvalidInputError: The calendar stays closed for years, or its country is unknown.
    """
    number, at = 0, calendar.next_working_day(today + _DAY)
    while at <= day:
        number += 1
        at = calendar.next_working_day(at + _DAY)
    return number


def reminder(left: int, reminded: int | None) -> int | None:
    """Return the reminder that is due now; None where none is.

    After an outage it is one for all that were missed.

    Args:
        left: Working days until the due day.
        reminded: The last reminder; None before the first.
    """
    reached = min((each for each in REMINDERS if left <= each), default=None)
    if reached is None or (reminded is not None and reminded <= reached):
        return None
    return reached


def _first_of(month: int) -> date:
    """Return the first day of a month that is counted from the year 0."""
    return date(month // 12, month % 12 + 1, 1)
