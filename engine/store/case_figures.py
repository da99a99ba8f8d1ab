"""Counts, ranks, adds up and lists facts of complaints, as far as somebody sees them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import case as when

from engine.domain.case_fact import MEASURED, PARTS, FactKind, Trait
from engine.domain.case_set import CaseLine, CaseSet
from engine.domain.fact_line import VALUES, Word, fine, read_word
from engine.domain.kpi import AGE_BANDS, Period
from engine.domain.sight import Sight
from engine.domain.tally import Place
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_circles, values_of
from engine.store.tables.case_fact_tables import CaseFactRow, CaseTraitRow
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.tallies import Asked, Series, Tallies, is_any
from engine.store.week_tallies import by_week

_FACT, _TRAIT, _CASE, _SUBJECT = (
    table_of(row) for row in (CaseFactRow, CaseTraitRow, CaseRow, SubjectRow)
)
_PREFIX = "case."
_GOOD = when((_FACT.c.good.is_(None), ""), (_FACT.c.good.is_(True), "y"), else_="n")
_COARSE = (_FACT.c.value_class + (PARTS - 1)) // literal(PARTS)
_HEAD = (
    _CASE.c.reference,
    _CASE.c.summary,
    _CASE.c.category,
    _CASE.c.severity,
    _CASE.c.received_at,
    _CASE.c.decided_at,
    _CASE.c.closed_at,
    _CASE.c.outcome,
    _CASE.c.subject_id,
    _SUBJECT.c.sealed_key,
)


def series_of(kind: str, trait: str = "") -> str:
    """Return the name under which facts of a kind are counted, told apart by a trait."""
    return f"{_PREFIX}{kind}:{trait}"


def kind_of(series: str) -> FactKind:
    """Return of what kind the facts are that are counted under a name."""
    return FactKind(series.removeprefix(_PREFIX).partition(":")[0])


@cache
def _series(kinds: tuple[FactKind, ...], trait: str) -> Series:
    """Return facts of some kinds, or of all, told apart by a trait, finely by value, or not."""
    is_measured = is_any(_FACT.c.kind, sorted(MEASURED))
    is_fine, is_sliced = trait == VALUES, trait not in ("", VALUES)
    each: ColumnElement[Any] = _FACT.c.value_class
    if not is_fine:
        each = when((is_measured, _COARSE if is_sliced else literal(0)), else_=each)
    limit: list[ColumnElement[bool]] = [is_any(_FACT.c.kind, sorted(kinds))] if kinds else []
    if is_fine and not kinds:
        limit.append(is_measured)
    if is_sliced:
        limit.append(_TRAIT.c.case_id == _FACT.c.case_id)
    counted = kinds or (MEASURED if is_fine else FactKind)
    return Series(
        f"{_PREFIX}{trait}",
        *(_FACT, _FACT.c.at, _FACT.c.day),
        (literal("||") if is_fine else _FACT.c.detail + "|" + _GOOD + "|") + cast(each, String),
        tuple(limit),
        names=tuple(series_of(kind, trait) for kind in counted),
        called=literal(_PREFIX) + cast(_FACT.c.kind, String) + literal(f":{trait}"),
        element=cast(literal(trait), String),
        process=_TRAIT.c[trait] if is_sliced else cast(literal(""), String),
    )


EVERY_SERIES = tuple(_series((), trait) for trait in ("", VALUES, *Trait))


class Tallied(NamedTuple):
    """How many facts there are of a kind, with a value of a trait, and a word."""

    kind: FactKind
    value: str
    word: Word
    n: int


class Part(NamedTuple):
    """Which complaints are meant: those with a value of a trait, or all; and facts of when."""

    period: Period
    trait: str = ""
    value: str = ""


class CaseFigures:
    """Counts facts of complaints; of what it has counted it knows the answer until it is gone."""

    def __init__(self, session: Session, sight: Sight) -> None:
        self._session = session
        self._sight = sight
        self._frame = Frame.of(sight)
        self._given = values_of(sight)
        self._tallies = Tallies(session)
        self._counted: dict[tuple[Series, Asked, bool], tuple[Tallied, ...]] = {}

    def tallied(
        self,
        kinds: Iterable[FactKind],
        part: Part,
        *,
        is_apart: bool = False,
        is_fine: bool = False,
    ) -> tuple[Tallied, ...]:
        """Return how many facts of some kinds there are in a part.

        Args:
            kinds: Of facts.
            part: Where they are counted; with a trait and no value, of all its values.
            is_apart: Each value of the trait apart.
            is_fine: By the finest classes of what is measured that there are, and by nothing else
                but a trait.
        """
        trait = part.trait or (VALUES if is_fine else "")
        series = _series(tuple(sorted(set(kinds))), trait)
        asked = Asked(part.period, part.value)
        key = (series, asked, is_apart)
        if key not in self._counted:
            self._counted[key] = tuple(
                Tallied(kind_of(each.series), each.process, read_word(each.detail), each.n)
                for each in self._tallies.count((series,), asked, self._sight, is_apart=is_apart)
            )
        return self._counted[key]

    def by_week(
        self, kinds: Iterable[FactKind], weeks: Sequence[Period], trait: str = "", value: str = ""
    ) -> tuple[tuple[Tallied, ...], ...]:
        """Return how many facts of some kinds there are in each of many weeks.

        Args:
            kinds: Of facts.
            weeks: Each begins where the one before ends, oldest first.
            trait: By whose values they are told apart; empty for none.
            value: Only those with this; empty for each value of the trait.
        """
        series = _series(tuple(sorted(set(kinds))), trait)
        return tuple(
            tuple(
                Tallied(kind_of(each.series), each.process, read_word(each.detail), n)
                for each, n in counts.items()
                if n
            )
            for counts in by_week(self._session, series, weeks, self._sight, process=value)
        )

    def crossed(
        self, kind: FactKind, part: Part, trait: Trait
    ) -> tuple[tuple[str, str, bool | None, int], ...]:
        """Return facts of a part by another trait: its value, their detail, if good, how many.

        Two traits at once are in no tally: the facts themselves are counted.
        """
        keys = (_TRAIT.c[trait], _FACT.c.detail, _FACT.c.good)
        statement = (
            select(*keys, func.count())
            .where(*_of(kind, part), *of_circles(_FACT, self._frame))
            .where(*_has({Trait(part.trait): part.value}, _FACT.c.case_id))
            .group_by(*keys)
        )
        return tuple(tuple(row) for row in self._session.execute(statement, self._given))

    def open_by(self, cases: CaseSet, trait: Trait) -> Mapping[str, int]:
        """Return how many complaints of a set of open ones there are by a trait."""
        by = _TRAIT.c[trait]
        statement = self._set(cases, by, func.count()).group_by(by)
        return {row[0]: row[1] for row in self._session.execute(statement, self._given)}

    def count(self, cases: CaseSet) -> int:
        """Return how many lines the list of a set has."""
        statement = self._set(cases, func.count())
        n: int = self._session.execute(statement, self._given).scalar_one()
        return n

    def lines(self, cases: CaseSet, *, limit: int, offset: int = 0) -> tuple[CaseLine, ...]:
        """Return one page of the cases in a set, one line for each fact, the latest first."""
        is_open = cases.name == "open"
        at, of = (
            (_TRAIT.c.received_at, _TRAIT.c.case_id) if is_open else (_FACT.c.at, _FACT.c.case_id)
        )
        number = literal(0) if is_open else _FACT.c.number
        few = (
            self._set(cases, of.label("of"), at.label("at"), number.label("number"))
            .order_by(at.desc(), of.desc(), number.desc())
            .limit(limit)
            .offset(offset)
            .subquery()
        )
        statement = (
            select(*_HEAD)
            .join_from(few, _CASE, _CASE.c.id == few.c.of)
            .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
            .order_by(few.c.at.desc(), few.c.of.desc(), few.c.number.desc())
        )
        vault = self._session.seals.vault
        return tuple(
            CaseLine(row.reference, vault.reads(row)("summary"), *tuple(row)[2:8])
            for row in self._session.execute(statement, self._given)
        )

    def ranked(self, kind: FactKind, part: Part, places: Sequence[Place]) -> tuple[int, ...]:
        """Return values of facts by their places in the classes that they are counted in."""
        statement = _ranked(self._frame, part.trait if part.value else "")
        known = self._given | {"begin": part.period.begin, "end": part.period.end}
        known |= {"of_kind": kind, "of_value": part.value}
        asked = []
        for place in places:
            classes = fine(place.of_class) if part.trait else (place.of_class,)
            limits = {"least": min(classes), "most": max(classes), "skipped": place.rank - 1}
            asked.append((statement, known | limits))
        found = self._session.together(*asked) if asked else []
        return tuple(each.scalar_one() for each in found)

    def ranked_apart(
        self, kind: FactKind, part: Part, trait: Trait, percents: Sequence[int]
    ) -> Mapping[str, tuple[int, tuple[int, ...]]]:
        """Return by a trait how many facts of a part there are, and values by percentiles.

        The facts themselves are put in order, since tallies have only classes of them.
        """
        by = _TRAIT.c[trait]
        only = {Trait(part.trait): part.value} if part.trait else {}
        place = func.row_number().over(partition_by=by, order_by=_FACT.c.value)
        number = func.count().over(partition_by=by)
        placed = (
            select(by.label("by"), _FACT.c.value, place.label("place"), number.label("number"))
            .where(*_of(kind, part), *of_circles(_FACT, self._frame))
            .where(*_has(only, _FACT.c.case_id))
            .subquery()
        )
        # As ``kpi.nearest_rank`` has it.
        ranks = ((placed.c.number * percent + 99) // 100 for percent in percents)
        statement = (
            select(placed).where(or_(*(placed.c.place == r for r in ranks))).order_by("place")
        )
        found: dict[str, tuple[int, tuple[int, ...]]] = {}
        for row in self._session.execute(statement, self._given):
            former = found.get(row.by, (0, ()))[1]
            found[row.by] = (row.number, (*former, row.value))
        return found

    def total(self, kind: FactKind, part: Part) -> int:
        """Return the sum of the values of facts."""
        statement = select(func.coalesce(func.sum(_FACT.c.value), 0)).where(
            *_of(kind, part), *of_circles(_FACT, self._frame)
        )
        if part.trait:
            statement = statement.where(*_has({Trait(part.trait): part.value}, _FACT.c.case_id))
        return int(self._session.execute(statement, self._given).scalar_one())

    def _set(self, cases: CaseSet, *columns: Any) -> Select[Any]:  # noqa: ANN401 - of any type
        """Return the facts of a set that somebody sees; of open ones, the complaints."""
        if cases.name == "open":
            seen = of_circles(_TRAIT, self._frame)
            traits = (_TRAIT.c[name] == value for name, value in cases.traits.items())
            return select(*columns).select_from(_TRAIT).where(*_is_open(cases), *traits, *seen)
        meant = cases.counts
        statement = (
            select(*columns)
            .select_from(_FACT)
            .where(
                _FACT.c.kind == meant.kind,
                _FACT.c.at >= cases.start,
                _FACT.c.at < cases.limit,
                *of_circles(_FACT, self._frame),
            )
        )
        if meant.detail:
            statement = statement.where(_FACT.c.detail == meant.detail)
        if meant.good is not None:
            statement = statement.where(_FACT.c.good.is_(meant.good))
        if cases.traits:
            statement = statement.where(*_has(cases.traits, _FACT.c.case_id))
        return statement


def _of(kind: FactKind, part: Part) -> list[ColumnElement[bool]]:
    at = _FACT.c.at
    return [_FACT.c.kind == kind, at >= part.period.begin, at < part.period.end]


def _has(traits: Mapping[Trait, str], case_id: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    wanted = (_TRAIT.c[name] == value for name, value in traits.items())
    return [_TRAIT.c.case_id == case_id, *wanted]


def _is_open(cases: CaseSet) -> list[ColumnElement[bool]]:
    received, closed = _TRAIT.c.received_at, _TRAIT.c.closed_at
    # Nothing is closed in the future: only open cases are read.
    still: ColumnElement[bool] = closed.is_(None)
    if cases.end <= cases.now:
        still = or_(still, closed >= cases.end)
    found: list[ColumnElement[bool]] = [received < cases.end, still]
    if cases.age_band is not None:
        band = next(band for band in AGE_BANDS if band.id == cases.age_band)
        if band.up_to is not None:
            found.append(received >= cases.until - band.up_to)
        if band.over > timedelta.min:
            found.append(received < cases.until - band.over)
    return found


@cache
def _ranked(frame: Frame, trait: str) -> Select[Any]:
    of_kind: BindParameter[Any] = bindparam("of_kind")
    statement = select(_FACT.c.value).where(
        _FACT.c.kind == of_kind,
        _FACT.c.value_class >= bindparam("least"),
        _FACT.c.value_class <= bindparam("most"),
        _FACT.c.at >= bindparam("begin"),
        _FACT.c.at < bindparam("end"),
        *of_circles(_FACT, frame),
    )
    if trait:
        value: BindParameter[Any] = bindparam("of_value")
        statement = statement.where(_TRAIT.c.case_id == _FACT.c.case_id, _TRAIT.c[trait] == value)
    return statement.order_by(_FACT.c.value).offset(bindparam("skipped")).limit(1)
