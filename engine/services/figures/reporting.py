"""The figures of the performance pages, and the cases behind each (ISO 10002:2018, 8.2, 8.4)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case_fact import FactKind, Trait
from engine.domain.case_set import CaseLine, CaseSet
from engine.domain.complaint import Severity
from engine.domain.interval import interval_of
from engine.domain.issue import CauseArea
from engine.domain.kpi import AGE_BANDS, MEASURE, MEASURES, Figure, Measure, Period, Way
from engine.services.accounts import reach
from engine.services.figures import measuring, office_figures
from engine.services.figures.measuring import ALL, Slice
from engine.store.case_figures import CaseFigures, Part
from engine.store.transaction import Transaction

_GROUPED = frozenset({"age", "by_category", "by_severity", "by_cause"})
"""Figures that are shown by their groups alone."""
_WHOLE = tuple(e for e in MEASURES if e.id not in _GROUPED and e.way is not Way.OFFICE)
_MOST_WEEKS = 53


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure with its definition and the cases behind it.

    Attributes:
        title: Of the measure, or of the group within it.
        before: The same figure for as many days before the period; None for a group.
        cases: The set that a click on the number opens; None for a figure of the office.
        target: What the organisation aims at; None for nothing.
    """

    measure: Measure
    title: str
    figure: Figure
    before: Figure | None
    cases: CaseSet | None
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Defined:
    """A definition, and what the organisation says of it.

    Attributes:
        owner: Who answers for the figure.
        target: In its unit; None where the organisation aims at nothing.
    """

    measure: Measure
    owner: str
    target: float | None

    def told(self) -> dict[str, object]:
        """Return it for programs."""
        return self.measure.model_dump(mode="json") | {"owner": self.owner, "target": self.target}


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
    """Everything the performance page shows for one period.

    Attributes:
        cases: What was received in the period; the sets behind all numbers follow from it.
        causes: The most frequent first.
        waiting: Complaints that have changed and are not counted as they are now.
        office: Figures about the office; none of a part of the complaints, and none for whoever
            may not see the evidence of conformity.
    """

    period: Period
    figures: tuple[Shown, ...]
    ages: tuple[Shown, ...]
    categories: tuple[Shown, ...]
    severities: tuple[Shown, ...]
    weeks: tuple[Week, ...]
    cases: CaseSet
    causes: tuple[Shown, ...] = ()
    waiting: int = 0
    office: tuple[Shown, ...] = ()

    @property
    def every(self) -> tuple[Shown, ...]:
        """Return all figures, those of groups behind those of all complaints."""
        grouped = (*self.ages, *self.categories, *self.severities, *self.causes)
        return (*self.figures, *self.office, *grouped)

    @property
    def told(self) -> tuple[Shown, ...]:
        """Return all figures but those of groups, as tables and reviews tell them."""
        return (*self.figures, *self.office)


def report(platform: Platform, *, actor: Actor, period: Period, of: Slice = ALL) -> Report:
    """Return the figures of a period.

    Args:
        platform: Where the complaints are.
        actor: Who looks.
        period: Of which time.
        of: Of which complaints.

    Raises:
        NotAllowedError: The actor may not see the performance figures.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        figures = tx.case_facts.figures(seen)
        told = report_in(platform, seen=figures, period=period, of=of)
        if of == ALL and actor.may(Deed.SEE_EVIDENCE):
            told = with_office(platform, tx, told, seen=figures)
        return replace(told, waiting=tx.case_facts.pending())


def definitions(platform: Platform, *, actor: Actor) -> tuple[Defined, ...]:
    """Return what each figure means, and what the organisation says of it.

    Raises:
        NotAllowedError: The actor may not see the performance figures.

    Source: ISO 10002:2018, 6.2 and 8.2.
    """
    actor.require(Deed.MEASURE)
    own = platform.policy.figures.kpis
    return tuple(
        Defined(
            each,
            owner=(own[each.id].owner if each.id in own else "") or each.owner,
            target=_target(platform, each),
        )
        for each in MEASURES
    )


def cases_behind(
    platform: Platform, *, actor: Actor, cases: CaseSet, limit: int = 50, offset: int = 0
) -> tuple[tuple[CaseLine, ...], int]:
    """Return one page of the cases a number counts, and how many they are.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = tx.case_facts.figures(reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE))
        return seen.lines(cases, limit=limit, offset=offset), seen.count(cases)


def named(shown: Shown) -> str:
    """Return the name of a figure, or of a group of one, in snapshots and for programs."""
    group = shown.figure.group
    return f"{shown.measure.id}: {group}" if group else shown.measure.id


def as_table(told: Report) -> dict[str, dict[str, float | int | None]]:
    """Return the figures of a report by name, for snapshots and programs."""
    return {
        named(shown): {
            "value": shown.figure.value,
            "n": shown.figure.n,
            "version": shown.measure.version,
            **_interval(shown),
        }
        for shown in told.every
    }


def _interval(shown: Shown) -> dict[str, float | int | None]:
    limits = interval_of(shown.measure, shown.figure)
    return {"lower": limits[0], "upper": limits[1]} if limits else {}


def report_in(platform: Platform, *, seen: CaseFigures, period: Period, of: Slice = ALL) -> Report:
    """Return the figures of a period as one transaction finds them; nobody is asked for a right."""
    now, zone = platform.now(), platform.policy.calendar.zone
    base = base_of(period, now, of)
    earlier = period.before(zone)
    figures = measuring.measured(seen, _WHOLE, base, of)
    former = measuring.measured(seen, _WHOLE, base.but(start=earlier.begin, end=earlier.end), of)
    severities = sorted(_spread(seen, "by_severity", base, Trait.SEVERITY, of), reverse=True)
    return Report(
        period=period,
        figures=tuple(
            replace(_shown(each, base, figures, former), target=_target(platform, each))
            for each in _WHOLE
        ),
        ages=_ages(seen, base, of),
        categories=tuple(
            _group("by_category", base.but(category=value), value, n)
            for value, n in _often(_spread(seen, "by_category", base, Trait.CATEGORY, of))
        ),
        severities=tuple(
            _group("by_severity", base.but(severity=int(value)), Severity(int(value)).title, n)
            for value, n in severities
        ),
        weeks=_weeks(seen, period, zone, of, backlog=figures["backlog"].n),
        cases=base,
        causes=tuple(
            _group("by_cause", base.but(name="caused", clock=area), CauseArea(area).title, n)
            for area, n in _often(_causes(seen, base, of))
        ),
    )


def with_office(platform: Platform, tx: Transaction, told: Report, *, seen: CaseFigures) -> Report:
    """Return a report of all complaints with the figures about the office."""
    earlier = told.period.before(platform.policy.calendar.zone)
    now = office_figures.measured(platform, tx, seen=seen, period=told.period)
    former = office_figures.measured(platform, tx, seen=seen, period=earlier)
    return replace(
        told,
        office=tuple(
            Shown(e, e.title, now[e.id], former[e.id], None, target=_target(platform, e))
            for e in office_figures.OFFICE
        ),
    )


def base_of(period: Period, now: datetime, of: Slice) -> CaseSet:
    """Return the set from which those of a report follow: what was received in the period."""
    only = ((Trait(of.trait), of.value),) if of.trait else ()
    return CaseSet("received", period.begin, period.end, now, only=only)


def set_of(measure: Measure, base: CaseSet) -> CaseSet:
    """Return the cases that a click on a number opens."""
    return base.but(name=measure.opens, clock=measure.detail)


def _shown(
    measure: Measure, base: CaseSet, figures: Mapping[str, Figure], former: Mapping[str, Figure]
) -> Shown:
    name = measure.id
    return Shown(measure, measure.title, figures[name], former[name], set_of(measure, base))


def _target(platform: Platform, measure: Measure) -> float | None:
    own = platform.policy.figures.kpis.get(measure.id)
    return own.target if own else None


def _group(name: str, cases: CaseSet, title: str, n: int) -> Shown:
    return Shown(MEASURE[name], title, Figure(name, n, n, title), None, cases)


def _spread(
    seen: CaseFigures, name: str, base: CaseSet, trait: Trait, of: Slice
) -> list[tuple[str, int]]:
    found = measuring.spread(seen, MEASURE[name], base, trait, of)
    return [(value, n) for value, (_good, n) in found.items()]


def _often(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda each: (-each[1], each[0]))


def _causes(seen: CaseFigures, base: CaseSet, of: Slice) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    for each in seen.tallied(
        [FactKind.CAUSED], Part(Period(base.start, base.end), of.trait, of.value)
    ):
        found[each.word.detail] += each.n
    return list(found.items())


def _ages(seen: CaseFigures, base: CaseSet, of: Slice) -> tuple[Shown, ...]:
    counted = measuring.ages(seen, base, [band.id for band in AGE_BANDS], of)
    return tuple(
        _group("age", base.but(name="open", age_band=band.id), band.title, counted[band.id])
        for band in AGE_BANDS
    )


def _weeks(
    seen: CaseFigures, period: Period, zone: str, of: Slice, *, backlog: int
) -> tuple[Week, ...]:
    """Return the whole weeks of the period, oldest first.

    Args:
        seen: What somebody sees.
        period: Of which time.
        zone: In which a week begins.
        of: Of which complaints.
        backlog: At the end of the last week; those before follow from what came and went since.
    """
    weeks = []
    every = period.weeks(zone, most=_MOST_WEEKS)
    counted = seen.by_week((FactKind.RECEIVED, FactKind.CLOSED), every, of.trait, of.value)
    for week, counts in reversed(tuple(zip(every, counted, strict=True))):
        came = {FactKind.RECEIVED: 0, FactKind.CLOSED: 0}
        for each in counts:
            came[each.kind] += each.n
        received, closed = came.values()
        weeks.append(Week(_day(week.begin, zone), received, closed, backlog))
        backlog += closed - received
    return tuple(reversed(weeks))


def _day(begin: datetime, zone: str) -> date:
    return begin.astimezone(ZoneInfo(zone)).date()
