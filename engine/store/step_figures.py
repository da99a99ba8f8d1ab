"""Figures of steps over many cases: each number, and the list behind it, from one condition."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy import case as when

from engine.domain.heat import Behind, HeatLine, Stretch
from engine.domain.sight import Sight
from engine.domain.step_fact import Ending
from engine.store.fact_tables import IS_DONE, StepFactRow
from engine.store.prepared import table_of
from engine.store.privacy_tables import SubjectRow
from engine.store.sealing import Vault
from engine.store.session import Session
from engine.store.sight import Frame, of_circles, of_steps, values_of
from engine.store.tables import CaseRow, StepRow

_FACT, _STEP, _CASE, _SUBJECT = (
    table_of(row) for row in (StepFactRow, StepRow, CaseRow, SubjectRow)
)
_CAN_BE_DONE = _STEP.c.suspended_at.is_(None)
_ELEMENT: ColumnElement[Any] = _FACT.c.element.concat(literal_column("''"))
"""The element, so that SQLite takes the index that begins with a moment, which is what limits."""
_IS_LATE = _FACT.c.ended_at > _FACT.c.due_at
_COUNTS = or_(_FACT.c.ended == Ending.DONE, _IS_LATE)
"""What was no longer needed before it fell due was neither late nor in time."""


class Waits(NamedTuple):
    """Steps that wait at an element: now, late now, and fallen due in the period."""

    number: int
    late: int
    due: int


class Done(NamedTuple):
    """Steps done at an element: how many, in how many cases, and in how many of these again."""

    number: int
    cases: int
    again: int


class Due(NamedTuple):
    """Steps that have ended and fell due in the period, and how many of them were late."""

    number: int
    late: int


class StepFigures:
    """Counts, ranks and lists steps, as far as somebody sees their cases."""

    def __init__(self, session: Session, sight: Sight) -> None:
        self._session = session
        self._frame = Frame.of(sight)
        self._given = values_of(sight)
        self._seen = of_circles(_FACT, self._frame)

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

    def done(self, of: Stretch) -> Mapping[str, Done]:
        """Return how many steps were done at each element, and in how many cases."""
        former = _FACT.c.previous_at
        is_first_here = or_(former.is_(None), former < of.period.begin)
        # Of those that a case did again in the period, one counts: the first of them.
        is_first_again = or_(_FACT.c.turn == 2, and_(_FACT.c.turn > 2, former < of.period.begin))
        found = self._found(
            select(_ELEMENT, func.count(), _sum(is_first_here), _sum(is_first_again))
            .where(*self._done(of))
            .group_by(_ELEMENT)
        )
        return {element: Done(*map(int, rest)) for element, *rest in found}

    def due(self, of: Stretch) -> Mapping[str, Due]:
        """Return how many ended steps fell due at each element, and how many of them late."""
        found = self._found(
            select(_ELEMENT, func.count(), _sum(_IS_LATE))
            .where(*self._due(of), _COUNTS)
            .group_by(_ELEMENT)
        )
        return {element: Due(*map(int, rest)) for element, *rest in found}

    def worked(self, of: Stretch, element: str, *, rank: int) -> timedelta:
        """Return the working time of one of the steps done at an element.

        Args:
            of: Which steps.
            element: Where.
            rank: Which of them, counted from 1 for the quickest; there must be so many.
        """
        found = self._found(
            select(_FACT.c.worked)
            .where(_FACT.c.element == element, *self._done(of))
            .order_by(_FACT.c.worked)
            .offset(rank - 1)
            .limit(1)
        )
        return timedelta(seconds=found.scalar_one())

    def loops(self, of: Stretch) -> tuple[tuple[str, str, int], ...]:
        """Return where steps were begun anew: after which element, which, and how often."""
        found = self._found(
            select(_FACT.c.after, _ELEMENT, func.count())
            .where(*self._done(of), _FACT.c.turn > 1)
            .group_by(_FACT.c.after, _ELEMENT)
            .order_by(func.count().desc(), _FACT.c.after, _ELEMENT)
        )
        return tuple((after, element, int(count)) for after, element, count in found)

    def count(self, of: Stretch, element: str, behind: Behind) -> int:
        """Return how many lines a list has."""
        of_it = self._behind(of, element, behind).subquery()
        n: int = self._found(select(func.count()).select_from(of_it)).scalar_one()
        return n

    def lines(
        self, of: Stretch, element: str, behind: Behind, *, limit: int, offset: int = 0
    ) -> tuple[HeatLine, ...]:
        """Return one page of the steps behind a number: what took or waited longest first."""
        listed = self._behind(of, element, behind)
        order = ("worked", True) if behind == "done" else ("due_at", False)
        if behind == "again":
            order = ("turn", True)
        some = listed.subquery()
        column = some.c[order[0]]
        ordered = (column.desc() if order[1] else column, some.c.case_id, some.c.seq)
        chosen = select(some).order_by(*ordered).limit(limit).offset(offset).subquery()
        column = chosen.c[order[0]]
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
            .order_by(column.desc() if order[1] else column, chosen.c.case_id, chosen.c.seq)
        )
        return tuple(_to_line(row, self._session.seals.vault) for row in rows)

    def _behind(self, of: Stretch, element: str, behind: Behind) -> Select[Any]:
        """Return the steps behind a number; of steps done again, one for each case."""
        here = _ELEMENT.in_((element,))
        match behind:
            case "waiting":
                return self._waits_of(of, element)
            case "done":
                return _FACTS.where(_FACT.c.element == element, *self._done(of))
            case "late":
                ended = _FACTS.where(here, *self._due(of), _IS_LATE)
                still = self._waits_of(of, element).where(
                    _STEP.c.due_at >= of.period.begin, _STEP.c.due_at < of.until
                )
                return select(union_all(ended, still).subquery())
            case "again":
                later = _FACT.alias("later")
                is_last = ~(
                    select(later.c.seq)
                    .where(
                        later.c.case_id == _FACT.c.case_id,
                        later.c.element == _FACT.c.element,
                        text(f"later.{IS_DONE}"),
                        later.c.ended_at < of.period.end,
                        later.c.seq > _FACT.c.seq,
                    )
                    .exists()
                )
                return _FACTS.where(here, *self._done(of), _FACT.c.turn > 1, is_last)

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

    def _done(self, of: Stretch) -> tuple[ColumnElement[bool], ...]:
        return (text(IS_DONE), *self._ended(of))  # type: ignore[arg-type] # a text is a condition

    def _ended(self, of: Stretch) -> tuple[ColumnElement[bool], ...]:
        ended = (_FACT.c.ended_at >= of.period.begin, _FACT.c.ended_at < of.period.end)
        return (*ended, *self._which(of))

    def _due(self, of: Stretch) -> tuple[ColumnElement[bool], ...]:
        due = (_FACT.c.due_at >= of.period.begin, _FACT.c.due_at < of.until)
        return (*due, *self._which(of))

    def _which(self, of: Stretch) -> tuple[ColumnElement[bool], ...]:
        return (*self._seen, _FACT.c.process == of.process) if of.process else self._seen

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
