"""Requests for more time."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.extension import ExtensionRequest, RequestState, WaitingExtension
from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields, Seals
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.clock_tables import ClockRow
from engine.store.tables.extension_tables import ExtensionRequestRow
from engine.store.tables.privacy_tables import SubjectRow

_REQUEST, _CASE, _CLOCK, _SUBJECT = (
    table_of(row) for row in (ExtensionRequestRow, CaseRow, ClockRow, SubjectRow)
)
_NAMES = tuple(field.name for field in fields(ExtensionRequest))
_SEALED = SealedFields("extension_request", "reason", "answer")
_SHOWN = select(*(_REQUEST.c[name] for name in _NAMES))
_OF_CASE = _SHOWN.where(_REQUEST.c.case_id == bindparam("of")).order_by(_REQUEST.c.number)
_CHANGE = _REQUEST.update().where(
    _REQUEST.c.case_id == bindparam("of"), _REQUEST.c.number == bindparam("of_number")
)
_WAITING = (
    _SHOWN.add_columns(
        _CASE.c.id,
        _CASE.c.reference,
        _CASE.c.summary,
        _CASE.c.owner.label("case_owner"),
        _CASE.c.subject_id,
        _SUBJECT.c.sealed_key,
        _CLOCK.c.title,
    )
    .join(_CASE, _CASE.c.id == _REQUEST.c.case_id)
    .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
    .join(_CLOCK, (_CLOCK.c.case_id == _REQUEST.c.case_id) & (_CLOCK.c.code == _REQUEST.c.code))
    .where(
        _REQUEST.c.state == RequestState.OPEN,
        _REQUEST.c.due_at >= bindparam("request_now"),
        _CLOCK.c.state == "running",
        _CASE.c.closed_at.is_(None),
        _CASE.c.suspended_at.is_(None),
    )
    .order_by(_REQUEST.c.due_at, _REQUEST.c.id)
)
MOST_LISTED = 100


class Extensions:
    """Adds, reads and changes requests for more time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, request: ExtensionRequest) -> None:
        """Keep a new request; the database refuses a second open one for the same clock."""
        values = {name: getattr(request, name) for name in _NAMES}
        kept = _SEALED.close(self._session.seals, case_id, values, number=request.number)
        self._session.post(_REQUEST.insert(), kept | {"case_id": case_id})

    def of(self, case_id: int) -> tuple[ExtensionRequest, ...]:
        """Return the requests of a case, by their numbers."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).all()
        return tuple(_to_request(row, case_id, self._session.seals) for row in rows)

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change what became of a request."""
        kept = _SEALED.close(self._session.seals, case_id, facts, number=number)
        self._session.post(_CHANGE, kept | {"of": case_id, "of_number": number})

    def waiting(
        self, sight: Sight, *, now: datetime, by: frozenset[str]
    ) -> tuple[WaitingExtension, ...]:
        """Return the requests that wait, soonest due first, ``MOST_LISTED`` at most.

        Args:
            sight: Of whoever looks.
            now: The present; what has lapsed is left out.
            by: Whoever looks, and whom they stand in for.
        """
        chosen = _WAITING.where(*of_cases(Frame.of(sight))).limit(MOST_LISTED)
        rows = self._session.execute(chosen, values_of(sight) | {"request_now": now}).all()
        seals, found = self._session.seals, []
        for row in rows:
            seals.noted(row)
            request = _to_request(row, row.id, seals)
            is_own = bool({request.asked_by, request.owner, row.case_owner} & by)
            summary = seals.vault.reads(row)("summary")
            told = (row.reference, summary, row.title, request, is_own)
            found.append(WaitingExtension(*told))
        return tuple(found)


def _to_request(row: Row[Any], case_id: int, seals: Seals) -> ExtensionRequest:
    values = {name: getattr(row, name) for name in _NAMES}
    return ExtensionRequest(**_SEALED.open(seals, case_id, values, number=row.number))
