"""A case taken for a change: kept from other writers, with all that every change of it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.case import Case, Step
from engine.domain.deadline import Clock
from engine.errors import NotFoundError
from engine.store.cases import (
    AWAITED,
    RECEIPT,
    TAKE_BY_ID,
    TAKE_BY_REFERENCE,
    Awaited,
    is_carried_out,
    to_case,
)
from engine.store.clocks import CLOCKS, to_clock
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.steps import STEPS, to_step
from engine.store.tables.case_tables import CaseRow, StepRow, SubscriptionRow

_CASE, _STEP, _AWAITED = (table_of(row) for row in (CaseRow, StepRow, SubscriptionRow))
_THE_CASE = select(_CASE.c.id).where(_CASE.c.reference == bindparam("of")).scalar_subquery()
_STEPS_NAMED = STEPS.where(_STEP.c.case_id == _THE_CASE)
_STEPS_NUMBERED = STEPS.where(_STEP.c.case_id == bindparam("of"))
_AWAITED_NAMED = AWAITED.where(_AWAITED.c.case_id == _THE_CASE)
_AWAITED_NUMBERED = AWAITED.where(_AWAITED.c.case_id == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A case as it was taken.

    Attributes:
        case: As it stands.
        steps: The human steps that wait, soonest due first.
        awaited: The messages it waits for.
        clocks: Its promises on time; None where they were not read.
        receipt: Of a command with the id that was asked for, if it was carried out before.
    """

    case: Case
    steps: tuple[Step, ...] = ()
    awaited: frozenset[Awaited] = frozenset()
    clocks: tuple[Clock, ...] | None = None
    receipt: Row[Any] | None = None

    def was_changed_by(self, fingerprint: str) -> bool:
        """Tell whether the command that was asked for was carried out before.

        Raises:
            CommandReusedError: Its id came with another content.
        """
        return is_carried_out(self.receipt, fingerprint)


def take(session: Session, reference: str, *, command_id: str | None) -> Taken:
    """Take one case, with the receipt of a command; others who want it wait.

    SQLite has one writer at a time anyway. PostgreSQL would let two work on the same case until
    one of them fails on the first row that both add.

    Raises:
        NotFoundError: No case has this reference.
    """
    of = {"of": reference}
    asked = [(TAKE_BY_REFERENCE, of), (_STEPS_NAMED, of), (_AWAITED_NAMED, of)]
    if command_id:
        asked.append((RECEIPT, {"of": command_id}))
    case, steps, awaited, *receipt = session.together(*asked)
    if (row := case.first()) is None:
        raise NotFoundError("complaint", reference)
    return Taken(
        to_case(row, session.seals),
        _steps(steps),
        _awaited(awaited),
        receipt=receipt[0].first() if receipt else None,
    )


def take_all(session: Session, case_ids: Sequence[int]) -> tuple[Taken, ...]:
    """Take several cases by their numbers, with their clocks; leave out what is not there."""
    asked = [
        (query, {"of": case_id})
        for case_id in case_ids
        for query in (TAKE_BY_ID, _STEPS_NUMBERED, _AWAITED_NUMBERED, CLOCKS)
    ]
    answers = iter(session.together(*asked))
    each = zip(answers, answers, answers, answers, strict=True)
    return tuple(
        Taken(
            to_case(row, session.seals),
            _steps(steps),
            _awaited(awaited),
            tuple(map(to_clock, clocks)),
        )
        for case, steps, awaited, clocks in each
        if (row := case.first()) is not None
    )


def _steps(rows: Any) -> tuple[Step, ...]:  # noqa: ANN401 - rows
    return tuple(map(to_step, rows))


def _awaited(rows: Any) -> frozenset[Awaited]:  # noqa: ANN401 - rows
    return frozenset(Awaited(*row) for row in rows)
