"""What the performance figures mean: their definitions, and the arithmetic behind them.

The definitions are data (``config/kpi.toml``). The store counts facts in SQL; this module is the
slow and plain arithmetic that its figures are tested against.

Source: ISO 10002:2018, 8.2 and 8.3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.kpi import Better, Unit, Way, shipped
from config.kpi import Definition as Measure

__all__ = ["MEASURE", "MEASURES", "Better", "Figure", "Measure", "Period", "Unit", "Way"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        value: In the unit of the measure; None when there was nothing to measure.
        n: Number of complaints behind the value; a reader needs it to trust the value.
        group: Category, severity or age band that the figure is about; empty for all.
    """

    measure_id: str
    value: float | None
    n: int
    group: str = ""


MEASURES: tuple[Measure, ...] = shipped()
"""All definitions, in the order of their file."""

MEASURE: Mapping[str, Measure] = {measure.id: measure for measure in MEASURES}

EARLIEST = date(2000, 1, 1)
"""Before it nobody asks for figures."""

FEW = 10
"""Below so many complaints, a share or a ninth decile says more about chance than about work."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time; the end does not belong to it.

    Attributes:
        begin: UTC.
        end: UTC, later than ``begin``.

    Raises:
        ValueError: The period is empty, or one of its limits is not in UTC.
    """

    begin: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Check the limits.

        Raises:
            ValueError: The period is empty, or one of its limits is not in UTC.
        """
        if self.begin.utcoffset() != timedelta() or self.end.utcoffset() != timedelta():
            raise ValueError("the limits of a period must be in UTC")
        if self.end <= self.begin:
            raise ValueError("a period must end after it begins")

    def __contains__(self, at: datetime) -> bool:
        """Tell whether the instant lies in the period."""
        return self.begin <= at < self.end

    def first_day(self, zone: str) -> date:
        """Return the local day on which the period begins."""
        return self.begin.astimezone(ZoneInfo(zone)).date()

    def last_day(self, zone: str) -> date:
        """Return the local day on which the last moment of the period lies."""
        return (self.end - timedelta.resolution).astimezone(ZoneInfo(zone)).date()

    @classmethod
    def of_dates(cls, first: date, last: date, zone: str) -> "Period":
        """Return the whole local days from ``first`` to ``last``, both included.

        Raises:
            ValueError: ``last`` lies before ``first``.
        """
        return cls(_midnight(first, zone), _midnight(last + _DAY, zone))

    @classmethod
    def last_days(cls, days: int, now: datetime, zone: str) -> "Period":
        """Return so many whole local days, today being the last of them.

        Raises:
            ValueError: ``days`` is less than 1.
        """
        today = now.astimezone(ZoneInfo(zone)).date()
        return cls.of_dates(today - (days - 1) * _DAY, today, zone)

    @classmethod
    def last_weeks(cls, weeks: int, now: datetime, zone: str) -> "Period":
        """Return so many times seven local days, today being the last of them.

        Raises:
            ValueError: ``weeks`` is less than 1.
        """
        return cls.last_days(7 * weeks, now, zone)

    def before(self, zone: str) -> "Period":
        """Return as many local days, ending where this period begins."""
        first, end = (at.astimezone(ZoneInfo(zone)).date() for at in (self.begin, self.end))
        return Period.of_dates(first - (end - first), first - _DAY, zone)

    def weeks(self, zone: str, *, most: int) -> tuple["Period", ...]:
        """Return the whole local weeks that end with this period, oldest first.

        The days that are left over at the beginning belong to no week: a week of two days
        would read like a quiet one.

        Args:
            zone: Whose midnights are meant.
            most: Return the last so many at most.
        """
        first, end = (at.astimezone(ZoneInfo(zone)).date() for at in (self.begin, self.end))
        number = min(most, (end - first).days // 7)
        begins = [end - timedelta(weeks=back) for back in range(number, 0, -1)]
        return tuple(Period.of_dates(begin, begin + 6 * _DAY, zone) for begin in begins)


@dataclass(frozen=True, slots=True)
class AgeBand:
    """How long a complaint has been open.

    Attributes:
        over: Longer than this.
        up_to: At most this; None for no limit.
    """

    id: str
    title: str
    over: timedelta
    up_to: timedelta | None

    def __contains__(self, age: timedelta) -> bool:
        """Tell whether a complaint of this age belongs to the band."""
        return age > self.over and (self.up_to is None or age <= self.up_to)


AGE_BANDS = (
    AgeBand("3_days", "up to 3 days", timedelta.min, timedelta(days=3)),
    AgeBand("4_weeks", "3 days to 4 weeks", timedelta(days=3), timedelta(weeks=4)),
    AgeBand("8_weeks", "4 to 8 weeks", timedelta(weeks=4), timedelta(weeks=8)),
    AgeBand("older", "over 8 weeks", timedelta(weeks=8), None),
)
"""Every age belongs to exactly one of these."""


def band_of(age: timedelta) -> AgeBand:
    """Return the band that an age belongs to."""
    return next(band for band in AGE_BANDS if age in band)


@dataclass(frozen=True, slots=True)
class Promise:
    """When an answer was due and when it came; ``met_at`` is None while it has not."""

    due_at: datetime
    met_at: datetime | None


def kept_on_time(promises: Iterable[Promise], period: Period, now: datetime) -> tuple[int, int]:
    """Return how many promises of the period were kept in time, and how many fell due in it.

    A promise late and still open counts as late from its due time on: leaving it out would make
    the figure better the longer the worst cases stay open. One whose due time is yet to come does
    not count, even when it was kept: those that will be late cannot be known yet.

    Source: ISO 10002:2018, 8.2.
    """
    due = [promise for promise in promises if promise.due_at in period and promise.due_at < now]
    kept = sum(promise.met_at is not None and promise.met_at <= promise.due_at for promise in due)
    return kept, len(due)


def share(part: int, whole: int) -> float | None:
    """Return ``part`` of ``whole`` from 0 to 1; None when the whole is nothing.

    Raises:
        ValueError: The part is negative or greater than the whole.
    """
    if not 0 <= part <= whole:
        raise ValueError("part must be from 0 to whole")
    return part / whole if whole else None


def percentile(durations: Sequence[timedelta], percent: int) -> timedelta | None:
    """Return the duration that ``percent`` of the complaints did not exceed.

    Args:
        durations: One per complaint, in any order.
        percent: From 1 to 100; 50 asks for the median.

    Returns:
        The nearest-rank value, always one of ``durations``; None when there are none.

    Raises:
        ValueError: ``percent`` lies outside its range.
    """
    rank = nearest_rank(len(durations), percent)
    return sorted(durations)[rank - 1] if rank else None


def nearest_rank(count: int, percent: int) -> int:
    """Return the position, counted from 1, of a percentile among so many sorted values.

    The store uses it to fetch that one value; 0 when there are none.

    Raises:
        ValueError: ``percent`` lies outside 1 to 100.
    """
    if not 1 <= percent <= 100:
        raise ValueError("percent must be from 1 to 100")
    return -(-percent * count // 100)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def months_before(now: datetime, zone: str, *, since: date | None, most: int) -> list[Period]:
    """Return the whole local months that have ended, the oldest first.

    Args:
        now: The month in which it lies has not ended.
        zone: Whose months are meant.
        since: Only months after the one of this day; None for the last month alone.
        most: No more than these, the latest.
    """
    first = now.astimezone(ZoneInfo(zone)).date().replace(day=1)
    found: list[Period] = []
    while len(found) < (most if since else 1):
        last = first - _DAY
        first = last.replace(day=1)
        if since and last <= since:
            break
        found.insert(0, Period.of_dates(first, last, zone))
    return found
