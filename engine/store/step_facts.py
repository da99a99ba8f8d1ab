"""Keeps the facts of steps that have ended: added with each end, made again from the journal."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Insert, bindparam, func, select, text

from engine.domain.case import Case
from engine.domain.journal import Event
from engine.domain.sight import Sight
from engine.domain.step_fact import ENDINGS, OPENED, Ending, StepFact
from engine.domain.tally import class_of, day_of
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.step_figures import DUE, HELD, STEP_SERIES, StepFigures
from engine.store.tables.case_tables import CaseRow, JournalRow
from engine.store.tables.fact_tables import IS_DONE, FactBacklogRow, StepFactRow
from engine.store.tallies import Tallies, changes

_FACT, _JOURNAL, _CASE = table_of(StepFactRow), table_of(JournalRow), table_of(CaseRow)
_BACKLOG = table_of(FactBacklogRow)
_BEFORE = _FACT.alias("former")
_NAMES = (
    *("case_id", "seq", "element", "process", "ended", "opened_at", "due_at", "due_day"),
    *("ended_at", "ended_day", "worked", "held", "took_class", "circle"),
)
_GIVEN: dict[str, BindParameter[Any]] = {name: bindparam(f"its_{name}") for name in _NAMES}
_DONE_BEFORE = (_BEFORE.c.case_id == _GIVEN["case_id"], text(f"former.{IS_DONE}"))
_SAME_BEFORE = (*_DONE_BEFORE, _BEFORE.c.element == _GIVEN["element"])
_AFTER = (
    select(_BEFORE.c.element)
    .where(*_DONE_BEFORE, _BEFORE.c.ended_at <= _GIVEN["opened_at"])
    .order_by(_BEFORE.c.seq.desc())
    .limit(1)
)
# What a fact says of those before it is read where it is written: no trip of its own.
_ADD = _FACT.insert().values(
    turn=select(1 + func.count()).where(*_SAME_BEFORE).scalar_subquery(),
    after=func.coalesce(_AFTER.scalar_subquery(), ""),
    **_GIVEN,
)
_COUNT_ALL = changes(STEP_SERIES, _FACT.c.case_id == bindparam("of"))
_TAKE_OFF = changes(STEP_SERIES, _FACT.c.case_id == bindparam("of"), n=-1)
_SHOW = _FACT.update().where(_FACT.c.case_id == bindparam("of"))
_FORGET = _FACT.delete().where(_FACT.c.case_id == bindparam("of"))
_TOLD = (
    select(_JOURNAL)
    .where(
        _JOURNAL.c.case_id == bindparam("of"),
        _JOURNAL.c.type.in_((OPENED, *ENDINGS)),
    )
    .order_by(_JOURNAL.c.seq)
)


class Backlog(NamedTuple):
    """Which cases still wait for their facts: those after one number, up to another."""

    after: int
    until: int


class StepFacts:
    """Adds the facts of steps that end, and makes them again."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def figures(self, sight: Sight) -> StepFigures:
        """Return what counts them, as far as somebody sees their cases."""
        return StepFigures(self._session, sight)

    def add(self, case: Case, facts: Iterable[StepFact]) -> None:
        """Add the facts of a case, in the order of their ends."""
        for fact in facts:
            self._session.post(_ADD, _values(case, fact))
            count = _count(is_done=fact.ending is Ending.DONE, is_held=bool(fact.held))
            self._session.post(count, {"of": case.id, "of_seq": fact.seq})

    def show(self, case: Case) -> None:
        """Count the facts of a case for the circle that it is there for now."""
        self._session.post(_TAKE_OFF, {"of": case.id})
        self._session.post(_SHOW, {"of": case.id, "circle": case.circle})
        self._session.post(_COUNT_ALL, {"of": case.id})

    def make_again(self, case: Case, facts: Iterable[StepFact]) -> None:
        """Put facts in place of all that a case has."""
        self._session.post(_TAKE_OFF, {"of": case.id})
        self._session.post(_FORGET, {"of": case.id})
        self.add(case, facts)

    def count_again(self) -> None:
        """Make the tallies of all facts again."""
        Tallies(self._session).make_again(STEP_SERIES)

    def pending(self) -> int:
        """Return how many changes are not brought into the tallies yet."""
        return Tallies(self._session).pending()

    def bring_in(self, *, enough: int, most: int) -> int:
        """Bring changes into the tallies where there are enough; return how many were."""
        return Tallies(self._session).bring_in(most) if self.pending() >= enough else 0

    def told(self, case_id: int) -> list[Event]:
        """Return the events of a case that tell of its steps, oldest first."""
        rows = self._session.execute(_TOLD, {"of": case_id})
        return [
            Event(row.case_id, row.seq, row.at, row.actor, row.type, row.detail, "", row.hash)
            for row in rows
        ]

    def backlog(self) -> Backlog | None:
        """Return which cases of an earlier release still wait for their facts."""
        row = self._session.execute(select(_BACKLOG.c.after_id, _BACKLOG.c.until_id)).first()
        return Backlog(*row) if row else None

    def next_cases(self, backlog: Backlog, few: int) -> tuple[int, ...]:
        """Return some cases that wait for their facts, in the order of their numbers."""
        rows = self._session.execute(
            select(_CASE.c.id)
            .where(_CASE.c.id > backlog.after, _CASE.c.id <= backlog.until)
            .order_by(_CASE.c.id)
            .limit(few)
        )
        return tuple(rows.scalars())

    def made_until(self, case_id: int) -> None:
        """Keep up to which case of an earlier release the facts are made."""
        self._session.execute(_BACKLOG.update().values(after_id=case_id))

    def nothing_left(self) -> None:
        """Keep that every case of an earlier release has its facts."""
        self._session.execute(_BACKLOG.delete())


@cache
def _count(*, is_done: bool, is_held: bool) -> Insert:
    """Return the statement that counts a fact: each series in which such a one may count.

    Every command waits for it, so that none is asked in which it cannot.
    """
    some = [s for s in STEP_SERIES if (is_done or s is DUE) and (is_held or s is not HELD)]
    return changes(some, _FACT.c.case_id == bindparam("of"), _FACT.c.seq == bindparam("of_seq"))


def _values(case: Case, fact: StepFact) -> dict[str, Any]:
    return {
        "its_case_id": case.id,
        "its_seq": fact.seq,
        "its_element": fact.element,
        "its_process": fact.process,
        "its_ended": fact.ending,
        "its_opened_at": fact.opened_at,
        "its_due_at": fact.due_at,
        "its_due_day": day_of(fact.due_at),
        "its_ended_at": fact.ended_at,
        "its_ended_day": day_of(fact.ended_at),
        "its_worked": fact.worked,
        "its_held": fact.held,
        "its_took_class": class_of(fact.worked),
        "its_circle": case.circle,
    }
