"""The figures of the performance pages, and the cases behind each (ISO 10002:2018, 8.2, 8.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case_set import CaseLine, CaseSet
from engine.domain.complaint import Severity
from engine.domain.kpi import AGE_BANDS, MEASURE, Figure, Measure, Period
from engine.domain.sight import EVERYTHING
from engine.services.accounts import reach
from engine.store.measures import Measures
from engine.store.transaction import Transaction

_SECONDS_A_DAY = 86_400
_CLOCKS = {"acknowledged_on_time": "acknowledgement", "answered_on_time": "final_response"}
"""Measure to the clock it counts."""

_MOST_WEEKS = 53


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure with its definition and the cases behind it.

    Attributes:
        title: Of the measure, or of the group within it.
        before: The same figure for as many days before the period; None for a group.
        cases: The set that a click on the number opens.
    """

    measure: Measure
    title: str
    figure: Figure
    before: Figure | None
    cases: CaseSet


@dataclass(frozen=True, slots=True)
class Week:
    """Complaints received and closed in one week, and open at its end.

    Attributes:
        begin: First local day of the week.
    """

    begin: date
    received: int
    closed: int
    backlog: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the performance page shows for one period."""

    period: Period
    figures: tuple[Shown, ...]
    ages: tuple[Shown, ...]
    categories: tuple[Shown, ...]
    severities: tuple[Shown, ...]
    weeks: tuple[Week, ...]


def report(platform: Platform, *, actor: Actor, period: Period) -> Report:
    """Return the figures of a period.

    Raises:
        NotAllowedError: The actor may not see the performance figures.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        return _report(platform, tx.measures(seen), period)


def cases_behind(
    platform: Platform, *, actor: Actor, cases: CaseSet, limit: int = 50, offset: int = 0
) -> tuple[tuple[CaseLine, ...], int]:
    """Return one page of the cases a number counts, and how many they are.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = tx.measures(reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE))
        return seen.lines(cases, limit=limit, offset=offset), seen.count(cases)


def snapshot(platform: Platform, *, actor: Actor, period: Period, kind: str) -> bool:
    """Freeze the figures of a period; False when they were frozen before.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 8.4.
    """
    actor.require(Deed.RUN_JOBS)
    day = (period.end - timedelta(microseconds=1)).date()

    def work(tx: Transaction) -> bool:
        figures = as_table(_report(platform, tx.measures(EVERYTHING), period))
        return tx.jobs.keep_snapshot(day, kind, figures=figures, at=platform.now())

    return platform.database.write(work)


def as_table(told: Report) -> dict[str, Mapping[str, float | int | None]]:
    """Return the figures of a report by name, for snapshots and programs."""
    every = (*told.figures, *told.ages, *told.categories, *told.severities)
    return {
        (f"{shown.measure.id}: {shown.figure.group}" if shown.figure.group else shown.measure.id): {
            "value": shown.figure.value,
            "n": shown.figure.n,
        }
        for shown in every
    }


def _report(platform: Platform, seen: Measures, period: Period) -> Report:
    now, zone = platform.now(), platform.policy.calendar.zone
    base = CaseSet("received", period.begin, period.end, now)
    earlier = period.before(zone)
    former = base.but(start=earlier.begin, end=earlier.end)
    return Report(
        period=period,
        figures=tuple(
            _shown(seen, MEASURE[name], base, former)
            for name in (
                "received",
                "closed",
                "acknowledged_on_time",
                "answered_on_time",
                "median_days_to_close",
                "p90_days_to_close",
                "backlog",
            )
        ),
        ages=tuple(
            _group(seen, "age", base.but(name="open", age_band=band.id), band.title)
            for band in AGE_BANDS
        ),
        categories=tuple(
            _group(seen, "by_category", base.but(category=category), category, n)
            for category, n in seen.by_category(base)
        ),
        severities=tuple(
            _group(seen, "by_severity", base.but(severity=severity), Severity(severity).title, n)
            for severity, n in sorted(seen.by_severity(base), reverse=True)
        ),
        weeks=_weeks(seen, base, period, zone),
    )


def _shown(seen: Measures, measure: Measure, base: CaseSet, former: CaseSet) -> Shown:
    cases, figure = _measured(seen, measure, base)
    _before, earlier = _measured(seen, measure, former)
    return Shown(measure, measure.title, figure, earlier, cases)


def _measured(seen: Measures, measure: Measure, base: CaseSet) -> tuple[CaseSet, Figure]:
    """Return the cases a measure counts, and its value."""
    name = measure.id
    if name in _CLOCKS:
        due = base.but(name="clock_due", clock=_CLOCKS[name])
        n = seen.count(due)
        kept = seen.count(due.but(name="clock_on_time"))
        return due.but(name="clock_late"), Figure(name, kept / n if n else None, n)
    if name in {"median_days_to_close", "p90_days_to_close"}:
        closed = base.but(name="closed")
        percent = 50 if name.startswith("median") else 90
        seconds = seen.seconds_to_close(closed, percent=percent)
        value = None if seconds is None else seconds / _SECONDS_A_DAY
        return closed, Figure(name, value, seen.count(closed))
    cases = base.but(name="open" if name == "backlog" else name)
    n = seen.count(cases)
    return cases, Figure(name, n, n)


def _group(seen: Measures, name: str, cases: CaseSet, title: str, n: int | None = None) -> Shown:
    count = seen.count(cases) if n is None else n
    return Shown(MEASURE[name], title, Figure(name, count, count, title), None, cases)


def _weeks(seen: Measures, base: CaseSet, period: Period, zone: str) -> tuple[Week, ...]:
    """Return the whole weeks of the period, oldest first.

    Only the last backlog is counted; those before follow from what came and went since, which
    reads no case that was not received or closed in the period.
    """
    weeks = []
    backlog = seen.count(base.but(name="open"))
    for week in reversed(period.weeks(zone, most=_MOST_WEEKS)):
        cases = base.but(start=week.begin, end=week.end)
        received = seen.count(cases)
        closed = seen.count(cases.but(name="closed"))
        weeks.append(Week(_day(week.begin, zone), received, closed, backlog))
        backlog += closed - received
    return tuple(reversed(weeks))


def _day(begin: datetime, zone: str) -> date:
    return begin.astimezone(ZoneInfo(zone)).date()
