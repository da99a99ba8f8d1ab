"""Figures of steps over many cases, from tallies; and the list behind each number."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy import case as when

from engine.domain.heat import Behind, HeatLine, Stretch
from engine.domain.kpi import Period
from engine.domain.process_health import StepCount
from engine.domain.sight import Sight
from engine.domain.step_fact import Ending
from engine.domain.tally import Place, classes_of_longest
from engine.store.prepared import table_of
from engine.store.sealing import Vault
from engine.store.session import Session
from engine.store.sight import Frame, of_circles, of_steps, values_of
from engine.store.tables.case_tables import CaseRow, StepRow
from engine.store.tables.fact_tables import IS_AGAIN, IS_DONE, IS_LATE, StepFactRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.tallies import Asked, Series, Tallies

_FACT, _STEP, _CASE, _SUBJECT = (
    table_of(row) for row in (StepFactRow, StepRow, CaseRow, SubjectRow)
)
_MINUTE, _SECOND = 60, literal(2)
_CAN_BE_DONE = _STEP.c.suspended_at.is_(None)
_DONE: Any = text(IS_DONE)
_IS_AGAIN: Any = text(IS_AGAIN)
_WAS_LATE: Any = text(IS_LATE)
_ENDED = (_FACT, _FACT.c.ended_at, _FACT.c.ended_day)
TOOK = Series("step.took", *_ENDED, cast(_FACT.c.took_class, String), (_DONE,))
"""Steps that were done, told apart by the class of the time that they took."""
AGAIN = Series("step.again", *_ENDED, _FACT.c.after, (_IS_AGAIN,))
"""Steps that were done again, told apart by what they were begun anew after."""
TWICE = Series("step.twice", *_ENDED, literal(""), (_IS_AGAIN, _FACT.c.turn == _SECOND))
"""Steps that were done for the second time: one of each complaint in which a step is repeated."""
DUE = Series(
    "step.due",
    *(_FACT, _FACT.c.due_at, _FACT.c.due_day),
    when((_FACT.c.ended_at > _FACT.c.due_at, "late"), else_="kept"),
    (_FACT.c.due_day.is_not(None), or_(_FACT.c.ended == Ending.DONE, _WAS_LATE)),
)
"""Ended steps that fell due, late ones apart; what was no longer needed before then is neither."""
_WORKED, _HELD = (
    _FACT.c.worked // literal(_MINUTE),
    func.coalesce(_FACT.c.held, 0) // literal(_MINUTE),
)
SPENT = Series(
    "step.spent",
    *_ENDED,
    when((_FACT.c.held.is_(None), "untaken"), else_="waiting"),
    (_DONE, _WORKED > _HELD),
    weight=_WORKED - _HELD,
)
"""Minutes of steps that were done in which nobody had taken them, those never taken apart."""
HELD = Series("step.held", *_ENDED, literal("held"), (_DONE, _HELD > 0), weight=_HELD)
"""Minutes from when somebody took a step to its end."""
STEP_SERIES = (TOOK, AGAIN, TWICE, DUE, SPENT, HELD)

_ORDERS: Mapping[Behind, tuple[str, bool]] = {
    "waiting": ("due_at", False),
    "done": ("worked", True),
    "late": ("due_at", False),
    "again": ("ended_at", True),
}
"""By what each list is sorted, and whether the greatest comes first."""


class Spent(NamedTuple):
    """Working minutes that went by at an element, of steps that were done.

    Attributes:
        held: From when somebody took a step to its end.
        waiting: From the beginning of such a step until somebody took it.
        untaken: Of steps that nobody took: it is not known when somebody began.
    """

    held: int
    waiting: int
    untaken: int


class Waits(NamedTuple):
    """Steps that wait at an element: now, late now, and fallen due in the period."""

    number: int
    late: int
    due: int


@dataclass(frozen=True, slots=True)
class Done:
    """Steps done at an element.

    Attributes:
        took: How many took so long, by class of durations.
        loops: How many were done again, by the element that was done last before they began.
    """

    took: Mapping[int, int]
    loops: Mapping[str, int]

    @property
    def number(self) -> int:
        """Return how many were done."""
        return sum(self.took.values())

    @property
    def again(self) -> int:
        """Return how many had been done before in their complaints."""
        return sum(self.loops.values())


class Due(NamedTuple):
    """Steps that have ended and fell due in the period, and how many of them were late."""

    number: int
    late: int


class Rank(NamedTuple):
    """One of the steps done at an element, by the time that it took."""

    element: str
    place: Place


NO_WAITS, NONE_DONE, NONE_DUE = Waits(0, 0, 0), Done({}, {}), Due(0, 0)
NO_TIME = Spent(0, 0, 0)


class StepFigures:
    """Counts, ranks and lists steps, as far as somebody sees their cases."""

    def __init__(self, session: Session, sight: Sight) -> None:
        self._session = session
        self._sight = sight
        self._frame = Frame.of(sight)
        self._given = values_of(sight)
        self._tallies = Tallies(session)

    def waiting(self, of: Stretch) -> Mapping[str, Waits]:
        """Return how many steps wait at each element; those of suspended cases do not count."""
        found = self._found(
            select(
                _STEP.c.element,
                func.count(),
                _sum(_STEP.c.due_at < of.now),
                _sum(and_(_STEP.c.due_at >= of.period.begin, _STEP.c.due_at < of.until)),
            )
            .where(*self._open(of))
            .group_by(_STEP.c.element)
        )
        return {element: Waits(*map(int, rest)) for element, *rest in found}

    def done(self, of: Stretch, element: str = "") -> Mapping[str, Done]:
        """Return what was done at each element, or at one."""
        took: dict[str, dict[int, int]] = defaultdict(dict)
        loops: dict[str, dict[str, int]] = defaultdict(dict)
        asked = Asked(of.period, of.process, element)
        for each in self._tallies.count((TOOK, AGAIN), asked, self._sight):
            if each.series == TOOK.name:
                took[each.element][int(each.detail)] = each.n
            else:
                loops[each.element][each.detail] = each.n
        return {name: Done(counts, loops[name]) for name, counts in took.items()}

    def counts(self, of: Stretch) -> Mapping[str, StepCount]:
        """Return what was done at each element, with in how many complaints it was done twice."""
        twice = self._tallies.count((TWICE,), Asked(of.period, of.process), self._sight)
        second = {each.element: each.n for each in twice}
        return {
            name: StepCount(each.took, each.again, second.get(name, 0))
            for name, each in self.done(of).items()
        }

    def awaited(self, elements: Collection[str]) -> frozenset[str]:
        """Return at which of some elements a step waits that somebody sees."""
        query = select(_STEP.c.element).where(
            _CAN_BE_DONE, _STEP.c.element.in_(sorted(elements)), *of_steps(self._frame)
        )
        return frozenset(self._found(query.distinct()).scalars())

    def due(self, of: Stretch, element: str = "") -> Mapping[str, Due]:
        """Return how many ended steps fell due at each element, or at one, and how many late."""
        if of.until <= of.period.begin:
            return {}
        found: dict[str, dict[str, int]] = defaultdict(dict)
        asked = Asked(Period(of.period.begin, of.until), of.process, element)
        for each in self._tallies.count((DUE,), asked, self._sight):
            found[each.element][each.detail] = each.n
        return {name: Due(sum(n.values()), n.get("late", 0)) for name, n in found.items()}

    def spent(self, of: Stretch) -> Mapping[str, Spent]:
        """Return the working minutes that went by at each element, of what was done."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for each in self._tallies.count((SPENT, HELD), Asked(of.period, of.process), self._sight):
            found[each.element][each.detail] = each.n
        return {
            name: Spent(n.get("held", 0), n.get("waiting", 0), n.get("untaken", 0))
            for name, n in found.items()
        }

    def worked(self, of: Stretch, ranks: Sequence[Rank]) -> tuple[timedelta, ...]:
        """Return the working times of some of the steps that were done; each must be there."""
        statement = _ranked(self._frame, has_process=bool(of.process))
        known = self._given | _period(of)
        asked = []
        for element, place in ranks:
            given = {"element": element, "took": place.of_class, "skipped": place.rank - 1}
            asked.append((statement, known | given))
        found = self._session.together(*asked) if asked else []
        return tuple(timedelta(seconds=each.scalar_one()) for each in found)

    def count(self, of: Stretch, element: str, behind: Behind) -> int:
        """Return how many lines a list has."""
        if behind == "waiting":
            return self.waiting(of).get(element, NO_WAITS).number
        if behind == "late":
            still = self.waiting(of).get(element, NO_WAITS).due
            return self.due(of, element).get(element, NONE_DUE).late + still
        done = self.done(of, element).get(element, NONE_DONE)
        return done.number if behind == "done" else done.again

    def lines(
        self, of: Stretch, element: str, behind: Behind, *, limit: int, offset: int = 0
    ) -> tuple[HeatLine, ...]:
        """Return one page of the steps behind a number.

        What took longest comes first, then what is longest due, then what was done again last.
        """
        some = self._behind(of, element, behind, most=offset + limit).subquery()
        chosen = select(some).order_by(*_order(some, behind)).limit(limit).offset(offset).subquery()
        rows = self._found(
            select(
                chosen,
                _CASE.c.reference,
                _CASE.c.summary,
                _CASE.c.category,
                _CASE.c.severity,
                _CASE.c.subject_id,
                _SUBJECT.c.sealed_key,
            )
            .join(_CASE, _CASE.c.id == chosen.c.case_id)
            .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
            .order_by(*_order(chosen, behind))
        )
        return tuple(_to_line(row, self._session.seals.vault) for row in rows)

    def _behind(self, of: Stretch, element: str, behind: Behind, *, most: int) -> Select[Any]:
        """Return the steps behind a number; where they are many, at least the first of them."""
        here = (_FACT.c.element == element, *self._which(of))
        ended = (_FACT.c.ended_at >= of.period.begin, _FACT.c.ended_at < of.period.end)
        match behind:
            case "waiting":
                return self._waits_of(of, element)
            case "done":
                took = self.done(of, element).get(element, NONE_DONE).took
                # From the classes of the longest: no other one is read.
                longest = _FACT.c.took_class >= classes_of_longest(most, took)
                return _FACTS.where(*here, *ended, _DONE, longest)
            case "late":
                due = (_FACT.c.due_at >= of.period.begin, _FACT.c.due_at < of.until)
                still = self._waits_of(of, element).where(
                    _STEP.c.due_at >= of.period.begin, _STEP.c.due_at < of.until
                )
                return select(union_all(_FACTS.where(*here, *due, _WAS_LATE), still).subquery())
            case "again":
                return _FACTS.where(*here, *ended, _IS_AGAIN)

    def _waits_of(self, of: Stretch, element: str) -> Select[Any]:
        return select(
            _STEP.c.case_id,
            literal(0).label("seq"),
            _STEP.c.due_at,
            null().label("ended_at"),
            null().label("worked"),
            literal(0).label("turn"),
        ).where(_STEP.c.element == element, *self._open(of))

    def _open(self, of: Stretch) -> tuple[ColumnElement[bool], ...]:
        seen = (_CAN_BE_DONE, *of_steps(self._frame))
        if not of.process:
            return seen
        is_on_it = func.substr(_CASE.c.process, 1, len(of.process)) == of.process
        of_version = select(_CASE.c.id).where(_CASE.c.id == _STEP.c.case_id, is_on_it)
        return (*seen, of_version.exists())

    def _which(self, of: Stretch) -> tuple[ColumnElement[bool], ...]:
        seen = of_circles(_FACT, self._frame)
        return (*seen, _FACT.c.process == of.process) if of.process else seen

    def _found(self, statement: Select[Any]) -> Any:  # noqa: ANN401 - a result
        return self._session.execute(statement, self._given)


_FACTS = select(
    _FACT.c.case_id,
    _FACT.c.seq,
    _FACT.c.due_at,
    _FACT.c.ended_at,
    _FACT.c.worked,
    _FACT.c.turn,
)


@cache
def _ranked(frame: Frame, *, has_process: bool) -> Select[Any]:
    of_process = (_FACT.c.process == bindparam("process"),) if has_process else ()
    return (
        select(_FACT.c.worked)
        .where(
            _DONE,
            _FACT.c.element == bindparam("element"),
            _FACT.c.took_class == bindparam("took"),
            _FACT.c.ended_at >= bindparam("begin"),
            _FACT.c.ended_at < bindparam("end"),
            *of_circles(_FACT, frame),
            *of_process,
        )
        .order_by(_FACT.c.worked)
        .offset(bindparam("skipped"))
        .limit(1)
    )


def _period(of: Stretch) -> dict[str, Any]:
    return {"begin": of.period.begin, "end": of.period.end, "process": of.process}


def _order(rows: FromClause, behind: Behind) -> tuple[ColumnElement[Any], ...]:
    name, is_falling = _ORDERS[behind]
    column = rows.c[name]
    return (column.desc() if is_falling else column, rows.c.case_id, rows.c.seq)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(when((condition, 1), else_=0))


def _to_line(row: Row[Any], vault: Vault) -> HeatLine:
    return HeatLine(
        reference=row.reference,
        summary=vault.reads(row)("summary"),
        category=row.category,
        severity=row.severity,
        due_at=row.due_at,
        ended_at=row.ended_at,
        worked=None if row.worked is None else timedelta(seconds=row.worked),
        turn=row.turn,
    )
