"""Keeps the facts of complaints, and their tallies, as the records of each say."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from engine.domain.case_fact import CaseFact, CaseTold, FactKind, Trait, facts_of
from engine.domain.fact_line import Line, lines_of
from engine.domain.sight import Sight
from engine.domain.tally import day_of
from engine.store.case_figures import EVERY_SERIES, CaseFigures, series_of
from engine.store.case_records import CaseRecords
from engine.store.complainants import Complainants, Moment
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_fact_tables import CaseFactRow, CaseTraitRow, ChangedCaseRow
from engine.store.tables.case_tables import CaseRow
from engine.store.tallies import Tallies

_FACT, _TRAIT, _CHANGED, _CASE = (
    table_of(row) for row in (CaseFactRow, CaseTraitRow, ChangedCaseRow, CaseRow)
)
_ADD, _ADD_TRAITS = _FACT.insert(), _TRAIT.insert()
_PENDING = select(func.count(_CHANGED.c.case_id.distinct()))
_LOOKED_AT = 20
"""Entries of the queue that are looked at for each complaint that may be taken."""
_QUEUE = _CHANGED.alias("queue")
_OLDEST = select(_QUEUE).order_by(_QUEUE.c.id).limit(bindparam("entries")).subquery("oldest")
_FIRST = (
    select(_OLDEST.c.case_id)
    .group_by(_OLDEST.c.case_id)
    .order_by(func.min(_OLDEST.c.id))
    .limit(bindparam("most"))
)
_TAKE = (
    _CHANGED.delete()
    .where(_CHANGED.c.case_id.in_(_FIRST))
    .returning(_CHANGED.c.case_id.label("of"))
)
_DROP = _FACT.delete().where(
    _FACT.c.case_id == bindparam("of"),
    _FACT.c.kind == bindparam("of_kind"),
    _FACT.c.number == bindparam("of_number"),
)
_DROP_TRAITS = _TRAIT.delete().where(_TRAIT.c.case_id == bindparam("of"))
_AFTER = (
    select(_CASE.c.id)
    .where(_CASE.c.id > bindparam("after"))
    .order_by(_CASE.c.id)
    .limit(bindparam("most"))
)


class _Shape(NamedTuple):
    """What of a complaint decides in which lines of tallies its facts count."""

    circle: str
    traits: tuple[tuple[Trait, str], ...]
    received_at: datetime
    closed_at: datetime | None


class CaseFacts:
    """Makes the facts of complaints, and counts them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def figures(self, sight: Sight) -> CaseFigures:
        """Return what counts them, as far as somebody sees their cases."""
        return CaseFigures(self._session, sight)

    def pending(self) -> int:
        """Return how many complaints have changed since their facts were made."""
        n: int = self._session.execute(_PENDING).scalar_one()
        return n

    def take(self, most: int) -> tuple[int, ...]:
        """Take the complaints that changed longest ago off the queue; each comes once.

        Whatever changed of them since goes with it: what is made is what is there by now.
        """
        Tallies(self._session).keep_others_out()
        given = {"most": most, "entries": most * _LOOKED_AT}
        return tuple(sorted(set(self._session.execute(_TAKE, given).scalars())))

    def after(self, case_id: int, most: int) -> tuple[int, ...]:
        """Return the complaints that follow a number, in their order."""
        return tuple(self._session.execute(_AFTER, {"after": case_id, "most": most}).scalars())

    def make(self, case_ids: Sequence[int], zone: str) -> int:
        """Make the facts of complaints anew; return of how many complaints any was wrong.

        Only what is different is written, and posted to the tallies. Where it is another time
        at which somebody complained, that tells something of the next complaint of that person:
        the facts of that one are made anew as well.

        Args:
            case_ids: Each once.
            zone: In which a day ends.
        """
        wrong, some = 0, tuple(case_ids)
        while some:
            fresh, moments = self._make(some, zone)
            wrong += fresh
            following = Complainants(self._session).followed_by(moments, besides=some)
            some = self._waiting_for_none(following)
        return wrong

    def _make(self, case_ids: Sequence[int], zone: str) -> tuple[int, list[Moment]]:
        """Make the facts of some complaints; return of how many any was wrong, and what is told.

        Returns:
            Besides, when these tell something else of the next complaint of the same person.
        """
        Tallies(self._session).keep_others_out()
        shapes, kept = self._shapes(case_ids), self._kept(case_ids)
        lines: Counter[Line] = Counter()
        moments: list[Moment] = []
        wrong = 0
        for told in CaseRecords(self._session, zone).of(case_ids):
            traits = tuple(sorted(told.traits.items()))
            shape = _Shape(told.circle, traits, told.received_at, told.closed_at)
            facts = frozenset(facts_of(told))
            was = shapes.get(told.case_id)
            if was == shape and kept[told.case_id] == facts:
                continue
            wrong += 1
            if was is not None:
                lines.subtract(_lines(kept[told.case_id], was))
            lines.update(_lines(facts, shape))
            self._replace(told, kept[told.case_id], facts, was, shape)
            moments += _moments(told.case_id, kept[told.case_id], facts)
        self._post(lines)
        return wrong, moments

    def count_again(self) -> None:
        """Make the tallies of all facts again."""
        Tallies(self._session).make_again(EVERY_SERIES)

    def _waiting_for_none(self, case_ids: Sequence[int]) -> tuple[int, ...]:
        """Return those of some complaints that are not to be made anyhow."""
        if not case_ids:
            return ()
        query = select(_CHANGED.c.case_id).where(_CHANGED.c.case_id.in_(case_ids))
        waiting = set(self._session.execute(query).scalars())
        return tuple(each for each in case_ids if each not in waiting)

    def _shapes(self, case_ids: Sequence[int]) -> dict[int, _Shape]:
        rows = self._session.execute(select(_TRAIT).where(_TRAIT.c.case_id.in_(case_ids)))
        return {
            row.case_id: _Shape(
                row.circle,
                tuple(sorted((trait, getattr(row, trait)) for trait in Trait)),
                row.received_at,
                row.closed_at,
            )
            for row in rows
        }

    def _kept(self, case_ids: Sequence[int]) -> dict[int, frozenset[CaseFact]]:
        found: dict[int, list[CaseFact]] = defaultdict(list)
        for row in self._session.execute(select(_FACT).where(_FACT.c.case_id.in_(case_ids))):
            found[row.case_id].append(
                CaseFact(
                    *(row.case_id, FactKind(row.kind), row.number, row.at),
                    *(row.detail, row.value, row.good),
                )
            )
        return defaultdict(frozenset, {of: frozenset(facts) for of, facts in found.items()})

    def _replace(
        self,
        told: CaseTold,
        kept: frozenset[CaseFact],
        facts: frozenset[CaseFact],
        was: _Shape | None,
        shape: _Shape,
    ) -> None:
        """Put facts in place of those that were kept, where they are different."""
        if was != shape:
            self._session.post(_DROP_TRAITS, {"of": told.case_id})
            given: dict[str, Any] = {trait.value: value for trait, value in shape.traits}
            given |= {"circle": shape.circle, "case_id": told.case_id}
            times = {"received_at": shape.received_at, "closed_at": shape.closed_at}
            self._session.post(_ADD_TRAITS, given | times)
        has_moved = was is not None and was.circle != shape.circle
        gone = kept if has_moved else kept - facts
        for fact in gone:
            which = {"of": fact.case_id, "of_kind": fact.kind, "of_number": fact.number}
            self._session.post(_DROP, which)
        for fact in facts if has_moved else facts - kept:
            self._session.post(_ADD, _values(fact, shape.circle))

    def _post(self, lines: Counter[Line]) -> None:
        sums: Counter[tuple[Any, ...]] = Counter()
        for line, n in lines.items():
            series = series_of(line.kind, line.trait)
            sums[line.day, series, line.trait, line.value, line.circle, line.word] = n
        Tallies(self._session).post(sums)


def _moments(case_id: int, kept: Iterable[CaseFact], facts: Iterable[CaseFact]) -> list[Moment]:
    """Return when somebody complained who was not thought to have, or the other way round."""
    before, now = ({f.at for f in some if f.kind is FactKind.REPEATED} for some in (kept, facts))
    return [Moment(case_id, at) for at in sorted(before ^ now)]


def _lines(facts: Iterable[CaseFact], shape: _Shape) -> Counter[Line]:
    dated = ((fact, day_of(fact.at)) for fact in facts)
    return Counter(lines_of(dated, shape.circle, dict(shape.traits)))


def _values(fact: CaseFact, circle: str) -> dict[str, Any]:
    return {
        "case_id": fact.case_id,
        "kind": fact.kind,
        "number": fact.number,
        "detail": fact.detail,
        "at": fact.at,
        "day": day_of(fact.at),
        "value": fact.value,
        "value_class": fact.value_class,
        "good": fact.good,
        "circle": circle,
    }
