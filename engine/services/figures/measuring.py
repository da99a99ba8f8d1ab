"""The arithmetic from counted facts to figures, by the definitions (ISO 10002:2018, 8.2)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.case_fact import PROMISED, FactKind, Trait
from engine.domain.case_set import CaseSet
from engine.domain.fact_line import Word
from engine.domain.kpi import Figure, Measure, Period, Unit, Way, nearest_rank
from engine.domain.tally import begin_of, place_of
from engine.store.case_figures import CaseFigures, Part, Tallied

_SECONDS_A_DAY = 86_400
_MINOR = 100
_PACE = timedelta(weeks=4)
_STOCKS = frozenset({Way.STOCK, Way.WEEKS})
_RANKED = frozenset({Way.PERCENTILE, Way.SPREAD})
_QUARTILES = (25, 75)


@dataclass(frozen=True, slots=True)
class Slice:
    """Which complaints a figure is about: those with a value of a trait, or all."""

    trait: str = ""
    value: str = ""


ALL = Slice()


def measured(
    seen: CaseFigures, measures: Sequence[Measure], base: CaseSet, of: Slice = ALL
) -> Mapping[str, Figure]:
    """Return the figures of a period by the ids of their definitions.

    Args:
        seen: What somebody sees.
        measures: Their definitions.
        base: Any set of the period.
        of: Which complaints.
    """
    counted = _counted(seen, measures, base, of)
    classes = _classes(seen, measures, base, of)
    stock = _stock(seen, measures, base, of)
    return {
        each.id: stock[each.id]
        if each.id in stock
        else _figure(seen, each, counted, classes, base, of)
        for each in measures
    }


def spread(
    seen: CaseFigures, measure: Measure, base: CaseSet, trait: Trait, of: Slice = ALL
) -> Mapping[str, tuple[int, int]]:
    """Return how many facts are good and how many there are, by value of a trait."""
    kind = FactKind(measure.facts)
    period = _period(base, kind)
    found: dict[str, tuple[int, int]] = {}
    if period is None:
        return found
    for each in _apart(seen, kind, period, trait, of):
        if _is_meant(measure, each):
            good, all_of = found.get(each.value, (0, 0))
            found[each.value] = (good + each.n * bool(each.word.good), all_of + each.n)
    return found


def spread_out(
    seen: CaseFigures, measure: Measure, base: CaseSet, trait: Trait, of: Slice = ALL
) -> Mapping[str, tuple[float | None, int]]:
    """Return how far apart values are, and how many there are, by value of a trait."""
    kind = FactKind(measure.facts)
    part = Part(Period(base.start, base.end), of.trait, of.value)
    return {
        value: (_ratio(quartiles), n)
        for value, (n, quartiles) in seen.ranked_apart(kind, part, trait, _QUARTILES).items()
    }


def _apart(
    seen: CaseFigures, kind: FactKind, period: Period, trait: Trait, of: Slice
) -> Iterable[Tallied]:
    """Return how many facts of a kind there are by a trait, of the complaints that are meant."""
    if of.trait in ("", trait):
        return seen.tallied([kind], Part(period, trait, of.value), is_apart=True)
    return (
        Tallied(kind, value, Word(detail, good, 0), n)
        for value, detail, good, n in seen.crossed(kind, Part(period, of.trait, of.value), trait)
    )


def open_by(seen: CaseFigures, base: CaseSet, trait: Trait, of: Slice = ALL) -> Mapping[str, int]:
    """Return how many complaints are open at the end of a period, by value of a trait."""
    if of.trait not in ("", trait):
        return seen.open_by(base.but(name="open"), trait)
    found: Counter[str] = Counter()
    kinds = (FactKind.RECEIVED, FactKind.CLOSED)
    for each in seen.tallied(kinds, Part(_ever(base.end), trait, of.value), is_apart=True):
        found[each.value] += each.n if each.kind is FactKind.RECEIVED else -each.n
    return {value: n for value, n in found.items() if n}


def values_of(seen: CaseFigures, trait: Trait, now: datetime) -> tuple[str, ...]:
    """Return the values of a trait that complaints have had, in the order of their words."""
    whole = Part(_ever(now + timedelta(days=1)), trait)
    received = seen.tallied([FactKind.RECEIVED], whole, is_apart=True)
    return tuple(sorted({each.value for each in received}))


def ages(
    seen: CaseFigures, base: CaseSet, bands: Sequence[str], of: Slice = ALL
) -> Mapping[str, int]:
    """Return how many complaints are open at the end of a period, by age band.

    Args:
        seen: What somebody sees.
        base: Any set of the period.
        bands: From the youngest to the oldest.
        of: Which complaints.
    """
    grown: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for each in seen.tallied([FactKind.AGED], Part(_ever(base.until), of.trait, of.value)):
        grown[each.word.detail] += each.n
    kinds = (FactKind.RECEIVED, FactKind.CLOSED)
    for each in seen.tallied(kinds, Part(_ever(base.end), of.trait, of.value)):
        if each.kind is FactKind.RECEIVED:
            grown[bands[0]] += each.n
        else:
            gone[each.word.detail] += each.n
    older = (*(grown[band] for band in bands[1:]), 0)
    return {band: grown[band] - up - gone[band] for band, up in zip(bands, older, strict=True)}


def _counted(
    seen: CaseFigures, measures: Sequence[Measure], base: CaseSet, of: Slice
) -> Mapping[FactKind, list[Tallied]]:
    """Return the facts of the period, and of what is promised, those whose moment has come."""
    wanted = {FactKind(m.facts) for m in measures if m.way not in _STOCKS}
    wanted |= {FactKind(m.of) for m in measures if m.of}
    found: dict[FactKind, list[Tallied]] = {kind: [] for kind in wanted}
    for kinds in (wanted - PROMISED, wanted & PROMISED):
        period = _period(base, next(iter(kinds))) if kinds else None
        if period is not None:
            for each in seen.tallied(kinds, Part(period, of.trait, of.value)):
                found[each.kind].append(each)
    return found


def _classes(
    seen: CaseFigures, measures: Sequence[Measure], base: CaseSet, of: Slice
) -> Mapping[FactKind, Counter[int]]:
    """Return how many facts of the kinds that are ranked there are in each class of values."""
    found: dict[FactKind, Counter[int]] = defaultdict(Counter)
    ranked = {FactKind(m.facts) for m in measures if m.way in _RANKED}
    if ranked:
        part = Part(Period(base.start, base.end), of.trait, of.value)
        for each in seen.tallied(ranked, part, is_fine=True):
            found[each.kind][each.word.value_class] += each.n
    return found


def _period(base: CaseSet, kind: FactKind) -> Period | None:
    """Return when facts of a kind count; None where nothing of the period has come yet."""
    end = base.until if kind in PROMISED else base.end
    return Period(base.start, end) if end > base.start else None


def _ever(end: datetime) -> Period:
    return Period(min(begin_of(0), end - timedelta(days=1)), end)


def _stock(
    seen: CaseFigures, measures: Sequence[Measure], base: CaseSet, of: Slice
) -> Mapping[str, Figure]:
    some = [each for each in measures if each.way in _STOCKS]
    if not some:
        return {}
    kinds = (FactKind.RECEIVED, FactKind.CLOSED)
    left = _left(seen.tallied(kinds, Part(_ever(base.end), of.trait, of.value)))
    closed = 0
    if any(each.way is Way.WEEKS for each in some):
        pace = Part(Period(base.until - _PACE, base.end), of.trait, of.value)
        closed = sum(each.n for each in seen.tallied([FactKind.CLOSED], pace))
    weeks = left / (closed / 4) if closed else None
    return {
        each.id: Figure(each.id, float(left) if each.way is Way.STOCK else weeks, left)
        for each in some
    }


def _left(tallied: Iterable[Tallied]) -> int:
    return sum(t.n if t.kind is FactKind.RECEIVED else -t.n for t in tallied)


def _is_meant(measure: Measure, tallied: Tallied) -> bool:
    if measure.detail and tallied.word.detail != measure.detail:
        return False
    return measure.good is None or tallied.word.good is measure.good


def _figure(
    seen: CaseFigures,
    measure: Measure,
    counted: Mapping[FactKind, list[Tallied]],
    classes: Mapping[FactKind, Counter[int]],
    base: CaseSet,
    of: Slice,
) -> Figure:
    kind = FactKind(measure.facts)
    period = _period(base, kind)
    meant = [each for each in counted[kind] if _is_meant(measure, each)]
    n = sum(each.n for each in meant)
    if measure.is_private and n < measure.few:
        return Figure(measure.id, None, n)
    value: float | None = None
    match measure.way:
        case Way.COUNT:
            value = float(n)
        case Way.SHARE:
            value = sum(each.n for each in meant if each.word.good) / n if n else None
        case Way.RATIO:
            whole = sum(each.n for each in counted[FactKind(measure.of)])
            value = n / whole if whole else None
        case Way.MEAN:
            value = sum(each.n * each.word.value_class for each in meant) / n if n else None
        case Way.SUM if period is not None:
            value = seen.total(kind, Part(period, of.trait, of.value)) / _MINOR
        case Way.PERCENTILE if period is not None:
            value = _percentile(seen, measure, classes[kind], Part(period, of.trait, of.value))
        case Way.SPREAD if period is not None:
            part = Part(period, of.trait, of.value)
            value = _ratio(_values(seen, measure, classes[kind], part, _QUARTILES))
    return Figure(measure.id, value, n)


def _percentile(
    seen: CaseFigures, measure: Measure, classes: Counter[int], part: Part
) -> float | None:
    """Return the value of one fact, by its rank."""
    found = _values(seen, measure, classes, part, (measure.percent or 0,))
    return found[0] / (_MINOR if measure.unit is Unit.MONEY else _SECONDS_A_DAY) if found else None


def _values(
    seen: CaseFigures,
    measure: Measure,
    classes: Counter[int],
    part: Part,
    percents: Sequence[int],
) -> tuple[int, ...]:
    """Return the values of some percentiles as facts have them; none where there are no facts."""
    ranks = [nearest_rank(classes.total(), percent) for percent in percents]
    places = [place_of(rank, classes) for rank in ranks if rank]
    return seen.ranked(FactKind(measure.facts), part, places)


def _ratio(quartiles: Sequence[int]) -> float | None:
    """Return how many times as much the last of some values is as the first."""
    return quartiles[-1] / quartiles[0] if quartiles and quartiles[0] else None
