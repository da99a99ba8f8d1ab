"""Human steps that wait, the inbox over them, and drafts of their forms."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy import case as when

from engine.domain.case import Case, Draft, Step
from engine.domain.inbox import COUNTED_TO, Called, InboxQuery, InboxRow, View, read, written
from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.sealing import Vault
from engine.store.session import Session
from engine.store.sight import Frame, is_held, of_steps, values_of
from engine.store.step_facts import StepFacts
from engine.store.tables.case_tables import CaseRow, DraftRow, StepRow
from engine.store.tables.escalation_tables import EscalationRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.words import Looked, Words, conditions

_STEP, _DRAFT, _CASE, _SUBJECT = (table_of(row) for row in (StepRow, DraftRow, CaseRow, SubjectRow))
_CALL = table_of(EscalationRow)
_Condition = ColumnElement[bool]
STEPS = select(_STEP).order_by(_STEP.c.due_at, _STEP.c.id)
_OF_CASE = STEPS.where(_STEP.c.case_id == bindparam("of"))
_CAN_BE_DONE = _STEP.c.suspended_at.is_(None)
"""In the words of the indexes: steps of suspended cases are in none of them."""
_ADD = _STEP.insert()
_SHOW = _STEP.update().where(_STEP.c.case_id == bindparam("of"))
_SET_DUE = _STEP.update().where(
    _STEP.c.case_id == bindparam("of"), _STEP.c.token == bindparam("of_token")
)
_RESTATE = _STEP.update().where(
    _STEP.c.case_id == bindparam("of"), _STEP.c.token == bindparam("of_token")
)
_REMOVALS = tuple(
    table.delete().where(table.c.case_id == bindparam("of"), table.c.token == bindparam("of_token"))
    for table in (_DRAFT, _STEP)
)


class Steps:
    """Keeps the waiting steps of all cases."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._searched: dict[str, Looked] = {}

    @property
    def facts(self) -> StepFacts:
        """What became of the steps that have ended."""
        return StepFacts(self._session)

    def of(self, case_id: int) -> tuple[Step, ...]:
        """Return the waiting steps of one case, soonest due first."""
        return tuple(to_step(row) for row in self._session.execute(_OF_CASE, {"of": case_id}))

    def add(self, case: Case, steps: Iterable[Step]) -> None:
        """Add steps that wait now."""
        shared = _shown(case)
        if rows := [_values(step) | shared for step in steps]:
            self._session.execute(_ADD, rows)

    def refresh(self, case: Case, *, before: Case) -> None:
        """Bring what the inbox shows of a case, and finds it by, up to date where it changed."""
        shown = _shown(case)
        if shown != _shown(before):
            self._session.post(_SHOW, shown | {"of": case.id})
        if not case.is_open:
            Words(self._session).forget(case.id)
        elif not before.is_open or _named(case) != _named(before):
            Words(self._session).keep(case)

    def set_due(self, case_id: int, token: str, *, due_at: datetime, begin_by: datetime) -> None:
        """Let a waiting step fall due, and be begun, at another moment."""
        given = {"of": case_id, "of_token": token, "due_at": due_at, "begin_by": begin_by}
        self._session.post(_SET_DUE, given)

    def restate(self, step: Step) -> None:
        """Let a waiting step be what another version of its process says; whose it is stays."""
        said = {name: value for name, value in _values(step).items() if name in _SAID}
        self._session.post(_RESTATE, said | {"of": step.case_id, "of_token": step.token})

    def remove(self, case_id: int, tokens: Collection[str]) -> None:
        """Remove steps that no longer wait, with their drafts."""
        for token in tokens:
            for removal in _REMOVALS:
                self._session.post(removal, {"of": case_id, "of_token": token})

    def assign(
        self,
        case_id: int,
        token: str,
        *,
        assignee: str | None,
        claimed_at: datetime | None,
        expected: str | None,
    ) -> bool:
        """Give a step to somebody, if it is still with ``expected``; tell whether it was."""
        holder = _STEP.c.assignee
        done = self._session.execute(
            _STEP.update()
            .where(
                _STEP.c.case_id == case_id,
                _STEP.c.token == token,
                holder.is_(None) if expected is None else holder == expected,
            )
            .values(assignee=assignee, claimed_at=claimed_at)
        )
        return bool(done.rowcount == 1)

    def page(self, query: InboxQuery, *, limit: int, offset: int) -> tuple[InboxRow, ...]:
        """Return one page of waiting steps, what is to be begun soonest first."""
        shape, values = self._asked(query)
        rows = self._session.execute(_page(shape), values | {"most": limit, "skipped": offset})
        return tuple(_to_inbox_row(row, self._session.seals.vault) for row in rows)

    def count(self, query: InboxQuery) -> int:
        """Return how many steps a query finds, counted to ``COUNTED_TO`` at most."""
        shape, values = self._asked(query)
        n: int = self._session.execute(_count(shape), values).scalar_one()
        return n

    def waiting_at(self, element: str, *, sight: Sight) -> tuple[str, ...]:
        """Return the references of the cases that wait at an element, most urgent first."""
        rows = self._session.execute(
            select(_CASE.c.reference)
            .join(_STEP, _STEP.c.case_id == _CASE.c.id)
            .where(_STEP.c.element == element, _CAN_BE_DONE, *of_steps(Frame.of(sight)))
            .order_by(_STEP.c.begin_by, _STEP.c.id),
            values_of(sight),
        )
        return tuple(dict.fromkeys(rows.scalars()))

    def by_element(self, now: datetime, *, sight: Sight) -> tuple[tuple[str, int, int], ...]:
        """Return per diagram element how many steps wait, and how many of these are late.

        Those of suspended cases are not counted.
        """
        late = func.sum(when((_STEP.c.due_at < now, 1), else_=0))
        rows = self._session.execute(
            select(_STEP.c.element, func.count(), late)
            .where(_CAN_BE_DONE, *of_steps(Frame.of(sight)))
            .group_by(_STEP.c.element),
            values_of(sight),
        )
        return tuple((element, int(n), int(n_late or 0)) for element, n, n_late in rows)

    def save_draft(
        self, case_id: int, token: str, *, username: str, content: Mapping[str, Any], at: datetime
    ) -> None:
        """Keep a half-filled form, replacing what the same person had typed before."""
        mine = (
            _DRAFT.c.case_id == case_id,
            _DRAFT.c.token == token,
            _DRAFT.c.username == username,
        )
        sealed = self._session.seals.of(case_id).close_data(_draft_place(case_id), dict(content))
        values = {"content": sealed, "saved_at": at}
        done = self._session.execute(_DRAFT.update().where(*mine).values(**values))
        if done.rowcount == 0:
            self._session.execute(
                _DRAFT.insert().values(case_id=case_id, token=token, username=username, **values)
            )

    def draft(self, case_id: int, token: str, *, username: str) -> Draft | None:
        """Return what a person has typed into a step's form so far."""
        row = self._session.execute(
            select(_DRAFT.c.content, _DRAFT.c.saved_at).where(
                _DRAFT.c.case_id == case_id,
                _DRAFT.c.token == token,
                _DRAFT.c.username == username,
            )
        ).first()
        if row is None:
            return None
        content = self._session.seals.of(case_id).open_data(_draft_place(case_id), row[0])
        return Draft(username, content, row[1])

    def forget_draft(self, case_id: int, token: str, *, username: str) -> None:
        """Remove what a person has typed into a step's form."""
        self._session.execute(
            _DRAFT.delete().where(
                _DRAFT.c.case_id == case_id,
                _DRAFT.c.token == token,
                _DRAFT.c.username == username,
            )
        )

    def drafts(self, case_id: int) -> tuple[Draft, ...]:
        """Return every half-filled form of a case, oldest first."""
        query = select(_DRAFT).where(_DRAFT.c.case_id == case_id).order_by(_DRAFT.c.saved_at)
        rows = self._session.execute(query).all()
        read = self._session.seals.of(case_id).open_data
        place = _draft_place(case_id)
        return tuple(Draft(row.username, read(place, row.content), row.saved_at) for row in rows)

    def _asked(self, query: InboxQuery) -> "tuple[_Shape, dict[str, Any]]":
        """Return the shape of a query and the values of its parameters."""
        # A page and its count ask for the same words: they are looked up once.
        if query.search not in self._searched:
            self._searched[query.search] = Words(self._session).look_up(query.search)
        looked = self._searched[query.search]
        shape = _Shape(
            view=query.view,
            gates_only=query.gates_only,
            has_element=bool(query.element),
            has_severities=bool(query.severities),
            has_categories=bool(query.categories),
            words=looked.words,
            frame=Frame.of(query.sight),
        )
        return shape, looked.values | values_of(query.sight) | {
            "role_sets": query.role_sets,
            "now": query.now,
            "element": query.element,
            "severities": query.severities,
            "categories": query.categories,
        }


@dataclass(frozen=True, slots=True)
class _Shape:
    """What decides the text of a statement over the inbox; each is built once."""

    view: View
    gates_only: bool
    has_element: bool
    has_severities: bool
    has_categories: bool
    words: int | None
    frame: Frame


@cache
def _page(shape: _Shape) -> Select[Any]:
    chosen = (
        select(_STEP.c.id)
        .where(*_conditions(shape))
        .order_by(_STEP.c.begin_by, _STEP.c.id)
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
        .subquery()
    )
    return _SHOWN.join(chosen, chosen.c.id == _STEP.c.id).order_by(_STEP.c.begin_by, _STEP.c.id)


@cache
def _count(shape: _Shape) -> Select[Any]:
    some = select(_STEP.c.id).where(*_conditions(shape)).limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(some)


def _shown(case: Case) -> dict[str, Any]:
    """Return what the inbox shows of a case beside each of its steps, and finds them by."""
    return {
        "severity": int(case.severity),
        "category": case.complaint.category,
        "suspended_at": case.suspended_at,
        "circle": case.circle,
    }


def _named(case: Case) -> tuple[str, ...]:
    """Return the texts whose words find a case."""
    complaint = case.complaint
    person = (complaint.complainant_name, complaint.email or "")
    return case.reference, complaint.summary, *person


def _draft_place(case_id: int) -> str:
    return f"draft:{case_id}:content"


def _of_view(view: View, is_mine: _Condition, may_take: _Condition) -> list[_Condition]:
    """Return what a view alone asks for."""
    # No step is to be begun later than it is due: the first is what an index finds.
    is_to_begin = _STEP.c.begin_by < bindparam("now")
    asked: dict[View, list[_Condition]] = {
        "mine": [is_mine],
        "unclaimed": [_STEP.c.assignee.is_(None), may_take],
        "late": [is_to_begin, _STEP.c.due_at < bindparam("now")],
        "at_risk": [is_to_begin, _STEP.c.due_at >= bindparam("now")],
        "all": [],
    }
    return asked[view]


def _conditions(shape: _Shape) -> list[_Condition]:
    is_mine = is_held(_STEP, shape.frame)
    may_take = _STEP.c.roles.in_(bindparam("role_sets", expanding=True))
    found = [_CAN_BE_DONE, *conditions(shape.words)]
    found += _of_view(shape.view, is_mine, may_take)
    if shape.view != "mine":  # what one works on oneself is seen in any case
        found += of_steps(shape.frame)
    if shape.gates_only:
        found += [_STEP.c.gate.is_(True), or_(is_mine, may_take)]
    if shape.has_element:
        found.append(_STEP.c.element == bindparam("element"))
    if shape.has_severities:
        found.append(_STEP.c.severity.in_(bindparam("severities", expanding=True)))
    if shape.has_categories:
        found.append(_STEP.c.category.in_(bindparam("categories", expanding=True)))
    return found


_SHOWN = (
    select(
        _STEP,
        _CASE.c.reference,
        _CASE.c.summary,
        _CASE.c.complainant_name,
        _CASE.c.received_at,
        _CASE.c.subject_id,
        _SUBJECT.c.sealed_key,
        _CALL.c.reason,
        _CALL.c.level,
        _CALL.c.climb_at,
    )
    .join_from(_STEP, _CASE, _CASE.c.id == _STEP.c.case_id)
    .outerjoin(
        _CALL,
        and_(
            _CALL.c.case_id == _STEP.c.case_id,
            _CALL.c.token == _STEP.c.token,
            _CALL.c.acknowledged_at.is_(None),
        ),
    )
    .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
)


def _values(step: Step) -> dict[str, Any]:
    return {
        "case_id": step.case_id,
        "token": step.token,
        "element": step.element,
        "title": step.title,
        "roles": written(step.roles, step.competences),
        "form": step.form,
        "clause": step.clause,
        "gate": step.is_gate,
        "assignee": step.assignee,
        "opened_at": step.opened_at,
        "due_at": step.due_at,
        "begin_by": step.begin_by,
        "claimed_at": step.claimed_at,
    }


_SAID = frozenset({"element", "title", "roles", "form", "clause", "gate"})
"""What the diagram says of a step."""


def to_step(row: Row[Any]) -> Step:
    """Build a step from its row."""
    roles, competences = read(row.roles)
    return Step(
        case_id=row.case_id,
        token=row.token,
        element=row.element,
        title=row.title,
        roles=roles,
        form=row.form,
        clause=row.clause,
        is_gate=row.gate,
        assignee=row.assignee,
        opened_at=row.opened_at,
        due_at=row.due_at,
        begin_by=row.begin_by,
        claimed_at=row.claimed_at,
        competences=competences,
    )


def _to_inbox_row(row: Row[Any], vault: Vault) -> InboxRow:
    read = vault.reads(row)
    return InboxRow(
        reference=row.reference,
        summary=read("summary"),
        complainant=read("complainant_name"),
        category=row.category,
        severity=row.severity,
        received_at=row.received_at,
        step=to_step(row),
        called=Called(row.reason, row.level, row.climb_at) if row.level else None,
    )
