"""The arithmetic of figures that are about the office and not about complaints.

Each takes plain records and a period, and returns a value with how many things are behind it.

Source: ISO 10002:2018, 8.2, 8.3 and 8.5; what is counted stands in ``config/kpi.toml``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.domain.conformity import Verdict
from engine.domain.governance import GovernanceRecord, RecordKind, RecordState
from engine.domain.kpi import Period, percentile, share
from engine.domain.signal import Signal

Value = tuple[float | None, int]
"""A value, None where there is nothing to measure, and how many things are behind it."""

_DAY = timedelta(days=1)
_CARRIED_OUT = frozenset({RecordState.DONE, RecordState.VERIFIED})
_AUDITED = frozenset({RecordKind.AUDIT, RecordKind.REVIEW})
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a period where the organisation is.

    Attributes:
        first: First day of the period.
        last: Last day of it.
        today: The present day.
    """

    first: date
    last: date
    today: date

    @property
    def told_on(self) -> date:
        """Return the day as of which is told: the first one after the period, or the present."""
        return min(self.last + _DAY, self.today)


def of_all(good: int, n: int) -> Value:
    """Return how large a part is."""
    return share(good, n), n


def signals_answered(
    signals: Iterable[Signal],
    period: Period,
    now: datetime,
    due: Callable[[datetime], datetime],
) -> Value:
    """Return the share of signals that were given a disposition in time.

    Args:
        signals: Of any time.
        period: In which their time ended; what is still to end does not count.
        now: The present.
        due: Until when a signal found at a moment is to be answered.
    """
    by = [(due(each.found_at), each) for each in signals]
    meant = [(at, each) for at, each in by if at in period and at < now]
    good = sum(bool(each.answers) and each.answers[0].at <= at for at, each in meant)
    return of_all(good, len(meant))


def done_on_time(
    records: Iterable[GovernanceRecord], days: Days, day_of: Callable[[datetime], date]
) -> Value:
    """Return the share of audits and reviews of a period that were carried out by their day.

    One that was given up before it was carried out was not due. A day counts once it is over.

    Args:
        records: Of any kind and time.
        days: Of the period.
        day_of: The day of a moment, where the organisation is.
    """
    meant = [
        each
        for each in records
        if each.kind in _AUDITED
        and each.state is not RecordState.ENDED
        and days.first <= each.due_on <= days.last
        and each.due_on < days.today
    ]
    done = [(each.due_on, each.done_at) for each in meant if each.state in _CARRIED_OUT]
    good = sum(at is not None and day_of(at) <= due for due, at in done)
    return of_all(good, len(meant))


def open_at(records: Iterable[GovernanceRecord], at: datetime) -> list[GovernanceRecord]:
    """Return the actions that were put on record before a moment and not over by then."""
    return [
        each
        for each in records
        if each.kind is RecordKind.ACTION and each.made_at < at and not _is_over(each, at)
    ]


def _is_over(record: GovernanceRecord, at: datetime) -> bool:
    if record.state is RecordState.ENDED:
        return record.ended_at is not None and record.ended_at < at
    done = record.done_at if record.state in _CARRIED_OUT else None
    return done is not None and done < at


def median_age(records: Iterable[GovernanceRecord], at: datetime) -> Value:
    """Return the age in days that half of some records did not exceed at a moment."""
    ages = [at - each.made_at for each in records]
    middle = percentile(ages, 50)
    return (None if middle is None else middle / _DAY), len(ages)


def days_proven(runs: Iterable[tuple[date, bool]], days: Days, since: date | None) -> Value:
    """Return the share of days on which the whole journal was verified, and nothing was found.

    Args:
        runs: Day of each verification of everything and whether it found nothing, oldest first.
        days: Of which time.
        since: First day of the journal; None where there is none. It was there at the latest when
            it was verified.
    """
    last_of = dict(runs)
    there = [*last_of] if since is None else [since, *last_of]
    if not there:
        return None, 0
    first = max(days.first, min(there))
    every = [first + n * _DAY for n in range((min(days.last, days.today) - first).days + 1)]
    due = [day for day in every if day < days.today or day in last_of]
    return of_all(sum(last_of.get(day, False) for day in due), len(due))


def clauses_kept(verdicts: Iterable[Verdict]) -> Value:
    """Return the share of clauses that pass, of those that apply."""
    applying = [each for each in verdicts if each is not Verdict.NOT_APPLICABLE]
    return of_all(sum(each is Verdict.PASS for each in applying), len(applying))


def per_thousand(received: Mapping[date, int], stated: Mapping[date, int]) -> Value:
    """Return how many complaints came per thousand of something, and month.

    Args:
        received: Complaints, by the first day of their month.
        stated: How many of the other there were, by month; a month that is not here is left out.

    Returns:
        The value, and the complaints behind it; None where no month is stated.
    """
    meant = received.keys() & stated.keys()
    whole = sum(stated[month] for month in meant)
    n = sum(received[month] for month in meant)
    return (_THOUSAND * n / whole if whole else None), n


def whole_months(days: Days) -> tuple[tuple[date, date], ...]:
    """Return first and last day of the months that lie wholly in a period and are over."""
    first = days.first if days.first.day == 1 else _next_month(days.first)
    found = []
    while (after := _next_month(first)) <= days.told_on:
        found.append((first, after - _DAY))
        first = after
    return tuple(found)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)
