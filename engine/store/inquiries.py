"""Requests for information of cases, and which of them wait for somebody or for a reminder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select

from engine.domain.inbox import COUNTED_TO
from engine.domain.inquiry import Asked, Inquiry, InquiryState
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields, Seals
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.inquiry_tables import InquiryRow
from engine.store.tables.privacy_tables import SubjectRow

_INQUIRY, _CASE, _SUBJECT = (table_of(row) for row in (InquiryRow, CaseRow, SubjectRow))
_SEALED = SealedFields("inquiry", "name", "email", "question", "answer", "source", "reason")
_LISTS = ("documents", "mails", "answer_documents")
_NAMES = tuple(field.name for field in fields(Inquiry) if field.name != "id")
_SHOWN = select(
    _INQUIRY.c.id.label("inquiry_id"), *(_INQUIRY.c[name] for name in (*_NAMES, "case_id"))
)
_OF_CASE = _SHOWN.where(_INQUIRY.c.case_id == bindparam("of")).order_by(_INQUIRY.c.number)
_ADD = _INQUIRY.insert()
_CHANGE = _INQUIRY.update().where(
    _INQUIRY.c.case_id == bindparam("of"), _INQUIRY.c.number == bindparam("of_number")
)
_IS_OPEN = _INQUIRY.c.state == InquiryState.OPEN
_IS_AT_WORK = _CASE.c.closed_at.is_(None) & _CASE.c.erased_at.is_(None)
_LISTED = (
    _SHOWN.add_columns(_CASE.c.id, _CASE.c.reference, _CASE.c.subject_id, _SUBJECT.c.sealed_key)
    .join(_CASE, _CASE.c.id == _INQUIRY.c.case_id)
    .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
    .order_by(_INQUIRY.c.due_on, _INQUIRY.c.id)
)
_DUE = (
    select(_CASE.c.reference, _INQUIRY.c.number)
    .join(_CASE, _CASE.c.id == _INQUIRY.c.case_id)
    .where(_INQUIRY.c.next_at <= bindparam("now"), _IS_AT_WORK, _CASE.c.suspended_at.is_(None))
    .order_by(_INQUIRY.c.next_at, _INQUIRY.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Question:
    """A request with the case that it belongs to.

    Attributes:
        case_id: Number of the case.
        reference: Of the case; whoever is asked is not told.
    """

    case_id: int
    reference: str
    inquiry: Inquiry


class Inquiries:
    """Adds, reads and changes requests for information."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, inquiry: Inquiry) -> None:
        """Keep a new request; the database refuses a second one of the same number."""
        values = {name: getattr(inquiry, name) for name in _NAMES} | {"case_id": case_id}
        self._session.post(_ADD, self._kept(case_id, inquiry.number, values))

    def of(self, case_id: int) -> tuple[Inquiry, ...]:
        """Return the requests of a case, by their numbers."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).all()
        return tuple(_to_inquiry(row, self._session.seals) for row in rows)

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change facts of a request."""
        values = self._kept(case_id, number, facts)
        self._session.post(_CHANGE, values | {"of": case_id, "of_number": number})

    def due(self, now: datetime, most: int) -> tuple[tuple[str, int], ...]:
        """Return reference and number of requests that are to be looked at, longest due first.

        Those of cases that rest or are closed wait.
        """
        found = self._session.execute(_DUE, {"now": now, "most": most})
        return tuple((row[0], row[1]) for row in found)

    def one(self, inquiry_id: int) -> Question | None:
        """Return one request of a case that is not closed or erased; None where there is none."""
        found = _LISTED.where(_INQUIRY.c.id == inquiry_id, _IS_AT_WORK)
        return next(iter(self._questions(found)), None)

    def for_somebody(
        self, username: str, teams: Collection[str], *, limit: int
    ) -> tuple[Question, ...]:
        """Return the open requests that somebody or one of their teams is asked, soonest first."""
        return self._questions(_LISTED.where(*_asks(username, teams)).limit(limit))

    def count_for(self, username: str, teams: Collection[str]) -> int:
        """Return how many those are, counted to ``COUNTED_TO`` at most."""
        some = (
            select(_INQUIRY.c.id)
            .join(_CASE, _CASE.c.id == _INQUIRY.c.case_id)
            .where(*_asks(username, teams))
            .limit(COUNTED_TO)
        )
        n: int = self._session.execute(
            select(func.count()).select_from(some.subquery())
        ).scalar_one()
        return n

    def _questions(self, statement: Any) -> tuple[Question, ...]:  # noqa: ANN401 - a selection
        rows, seals = self._session.execute(statement).all(), self._session.seals
        for row in rows:
            seals.noted(row)
        return tuple(Question(row.case_id, row.reference, _to_inquiry(row, seals)) for row in rows)

    def _kept(self, case_id: int, number: int, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return facts as they are stored: texts sealed, an empty one empty, lists as JSON."""
        values = _SEALED.close(self._session.seals, case_id, facts, number=number)
        return values | {name: list(values[name]) for name in _LISTS if name in values}


def _asks(username: str, teams: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an open request is for somebody."""
    is_own = (_INQUIRY.c.asked == Asked.PERSON) & (_INQUIRY.c.to == username)
    is_of_team = (_INQUIRY.c.asked == Asked.TEAM) & _INQUIRY.c.to.in_(sorted(teams))
    return (_IS_OPEN, is_own | is_of_team if teams else is_own, _IS_AT_WORK)


def _to_inquiry(row: Row[Any], seals: Seals) -> Inquiry:
    stored = {name: getattr(row, name) for name in _NAMES}
    values = _SEALED.open(seals, row.case_id, stored, number=row.number)
    lists = {name: tuple(values[name]) for name in _LISTS}
    return Inquiry(id=row.inquiry_id, **values | lists)
