"""Numbers about complaints that may be made public: no group of few, no text, nobody's data.

A group that is too small gives up what tells it apart, column by column, and joins others of its
kind until they are enough; what is left at last joins the smallest group of all. So whatever is
told is told of at least so many complaints, and so is whatever is left out.

Source: ISO 10002:2018, 8.1; k-anonymity (Sweeney, 2002).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.domain.complaint import Channel, Outcome, Severity
from engine.domain.event_log import LoggedCase
from engine.domain.kpi import AGE_BANDS, Period
from engine.errors import InvalidInputError

ANY = "any"
"""Stands where a group gave up what tells it apart."""
OTHER = "Other"
"""Stands for a category that is none of the organisation's."""
OPEN = "open"
COUNT = "complaints"

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as whoever reads the table must know it."""

    title: str
    about: str


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "month": Column("Month received", "Year and month in which the complaint was received."),
        "category": Column("Category", "What the complaint was mainly about, as it was assessed."),
        "channel": Column("Channel", "How the complaint reached the organisation."),
        "severity": Column("Severity", "How much harm the complaint reported, as assessed."),
        "outcome": Column("Outcome", "What became of the complaint; open while it is undecided."),
        "time_to_close": Column(
            "Time to close", "Calendar time from receipt to closing; open while it is not closed."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """So many complaints that are alike."""

    key: Key
    number: int


def whole_months(period: Period, now: datetime, zone: str) -> Period:
    """Return a period if it is whole months of the organisation that are over.

    Two tables of periods that overlap by days could be taken from each other, and what is left
    might be few.

    Raises:
        InvalidInputError: It is not, or they are not.
    """
    first, end = (at.astimezone(ZoneInfo(zone)) for at in (period.begin, period.end))
    if first.day != 1 or end.day != 1:
        raise InvalidInputError(
            {"Period": "Open data are about whole months: from the first day of one to the last."}
        )
    if period.end > now:
        raise InvalidInputError({"Period": "Open data are about months that are over."})
    return period


def months_before(today: date, most: int) -> tuple[date, ...]:
    """Return the first days of the months that are over, latest first."""
    found, day = [], today.replace(day=1)
    for _ in range(most):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(day)
    return tuple(found)


def key_of(
    case: LoggedCase, columns: Sequence[str], *, categories: Collection[str], zone: ZoneInfo
) -> Key:
    """Return what of a complaint is told, as words of fixed lists.

    Args:
        case: The complaint.
        columns: Which are asked for, of ``COLUMNS``.
        categories: Those of the organisation; any other may be what somebody typed.
        zone: Whose months are meant.
    """
    told = {
        "month": f"{case.received_at.astimezone(zone):%Y-%m}",
        "category": case.category if case.category in categories else OTHER,
        "channel": Channel(case.channel).title,
        "severity": Severity(case.severity).title,
        "outcome": Outcome(case.outcome).title if case.outcome else OPEN,
        "time_to_close": _band(case),
    }
    return tuple(told[name] for name in columns)


def _band(case: LoggedCase) -> str:
    if case.closed_at is None:
        return OPEN
    age = case.closed_at - case.received_at
    return next(band.title for band in AGE_BANDS if age in band)


def guarded(counted: Mapping[Key, int], *, smallest: int) -> tuple[Group, ...]:
    """Return groups of at least so many complaints, in order of their words.

    Args:
        counted: How many complaints there are of each kind.
        smallest: How many a group must have.

    Returns:
        Groups that hold every complaint; none when all of them together are too few.
    """
    found = {key: n for key, n in counted.items() if n >= smallest}
    small = Counter({key: n for key, n in counted.items() if 0 < n < smallest})
    width = len(next(iter(counted), ()))
    for place in reversed(range(width)):
        joined: Counter[Key] = Counter()
        for key, n in small.items():
            joined[(*key[:place], ANY, *key[place + 1 :])] += n
        for key, n in joined.items():
            if n >= smallest:
                found[key] = found.get(key, 0) + n
        small = Counter({key: n for key, n in joined.items() if n < smallest})
    left, nobody = small.total(), (ANY,) * width
    while 0 < left < smallest and found:
        key = min(found, key=lambda each: (found[each], each))
        left += found.pop(key)
    if left >= smallest:
        found[nobody] = found.get(nobody, 0) + left
    return tuple(Group(key, found[key]) for key in sorted(found))


def told_of(groups: Iterable[Group], *, left_out: bool) -> tuple[Group, ...]:
    """Return the groups that are told of.

    Args:
        groups: As they are guarded.
        left_out: Whether those that gave something up are not told of at all.
    """
    return tuple(group for group in groups if not (left_out and ANY in group.key))
