"""The figures that an organisation watches, as the points of charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from config.signals import ChartPolicy
from engine.bootstrap import Platform
from engine.domain.control_chart import ChartKind, Point
from engine.domain.issue import CauseArea
from engine.domain.signal import Measured, Watched, whole_weeks
from engine.store.transaction import Transaction
from engine.store.weekly import Week, Weeks

_SECONDS_A_DAY = 86_400
_DAYS = tuple(timedelta(days=number) for number in range(7))


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read at once for all charts."""

    weeks: Sequence[Week]
    told: Weeks

    def days(self) -> Iterator[tuple[int, date]]:
        """Yield the place and the Monday of each week."""
        return enumerate(monday for monday, _ in self.weeks)


def watched(platform: Platform, tx: Transaction) -> tuple[Watched, ...]:
    """Return every figure that is watched, in the order of the policy, with its points.

    A week counts once it is over, and from the first that began after the first complaint.

    Source: ISO 10002:2018, 8.2.
    """
    now, policy = platform.now(), platform.policy
    first = tx.weekly.first() or now
    weeks = whole_weeks(first, now, policy.calendar.zone, most=policy.signals.weeks)
    read = _Read(weeks, tx.weekly.read(weeks))
    return tuple(
        Watched(name, title, ChartKind(chart.chart), _measured(chart), tuple(points), now)
        for chart in policy.signals.charts
        for name, title, points in _charts(platform, tx, chart, read)
    )


def _charts(
    platform: Platform, tx: Transaction, chart: ChartPolicy, read: _Read
) -> Iterator[tuple[str, str, Iterator[Point]]]:
    """Yield id, title and points of each chart that one line of the policy means."""
    if chart.series == "on_time":
        for code in [chart.clock] if chart.clock else _clocks(read):
            words = code.replace("_", " ")
            yield f"{chart.id}:{code}", f"{chart.title}: {words}", _on_time(read, code)
    elif chart.series == "cause":
        for area in [CauseArea(chart.cause)] if chart.cause else _causes(read):
            title = f"{chart.title}: {area.title.lower()}"
            yield f"{chart.id}:{area.value}", title, _caused(platform, chart, read, area)
    elif chart.each_category:
        for category in platform.policy.categories:
            title = f"{chart.title}: {category}"
            yield f"{chart.id}:{category}", title, _received(platform, chart, read, category)
    elif chart.series == "received":
        yield chart.id, chart.title, _received(platform, chart, read, chart.category)
    elif chart.series == "upheld":
        yield chart.id, chart.title, _upheld(read)
    elif chart.series == "days_to_close":
        yield chart.id, chart.title, _days_to_close(read)
    else:
        yield chart.id, chart.title, _days_between(platform, tx, chart, read)


def _clocks(read: _Read) -> list[str]:
    """Return the codes of all time limits of which any fell due."""
    return sorted({code for week in read.told.due for code in week})


def _causes(read: _Read) -> list[CauseArea]:
    """Return all causes of which any was found."""
    return sorted({CauseArea(area) for week in read.told.causes for area in week})


def _caused(
    platform: Platform, chart: ChartPolicy, read: _Read, area: CauseArea
) -> Iterator[Point]:
    for at, monday in read.days():
        number = read.told.causes[at].get(area, 0)
        of = _working_days(platform, monday) if chart.chart == "u" else 1
        if of:
            yield Point(monday, number, of, number)


def _received(
    platform: Platform, chart: ChartPolicy, read: _Read, category: str
) -> Iterator[Point]:
    for at, monday in read.days():
        told = read.told.received[at]
        number = told.get(category, 0) if category else sum(told.values())
        of = _working_days(platform, monday) if chart.chart == "u" else 1
        if of:
            yield Point(monday, number, of, number)


def _working_days(platform: Platform, monday: date) -> int:
    return sum(not platform.calendar.why_free(monday + day) for day in _DAYS)


def _on_time(read: _Read, code: str) -> Iterator[Point]:
    for at, monday in read.days():
        kept, due = read.told.due[at].get(code, (0, 0))
        if due:
            yield Point(monday, kept, due, due)


def _upheld(read: _Read) -> Iterator[Point]:
    for at, monday in read.days():
        upheld, decided = read.told.decided[at]
        if decided:
            yield Point(monday, upheld, decided, decided)


def _days_to_close(read: _Read) -> Iterator[Point]:
    for at, monday in read.days():
        seconds, closed = read.told.closed[at]
        if closed:
            yield Point(monday, seconds, _SECONDS_A_DAY, closed)


def _days_between(
    platform: Platform, tx: Transaction, chart: ChartPolicy, read: _Read
) -> Iterator[Point]:
    """Yield the time to each complaint from the one before; whole days for a g chart."""
    if not read.weeks:
        return
    zone = ZoneInfo(platform.policy.calendar.zone)
    begin = read.weeks[0][1].begin
    between = tx.weekly.between(begin, category=chart.category, safety=chart.safety)
    for at, seconds in between:
        day = at.astimezone(zone).date()
        if chart.chart == "g":
            former = (at - timedelta(seconds=seconds)).astimezone(zone).date()
            yield Point(day, (day - former).days, 1, 1)
        else:
            yield Point(day, seconds, _SECONDS_A_DAY, 1)


def _measured(chart: ChartPolicy) -> Measured:
    if chart.series in {"on_time", "upheld"}:
        return Measured.SHARE
    if chart.series in {"days_to_close", "days_between"}:
        return Measured.DAYS
    return Measured.A_DAY if chart.chart == "u" else Measured.COMPLAINTS
