"""Interviews of cases."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.interview import Interview
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields, Seals
from engine.store.session import Session
from engine.store.tables.inquiry_tables import InterviewRow

_INTERVIEW = table_of(InterviewRow)
_SEALED = SealedFields("interview", "name", "place", "notes")
_NAMES = tuple(field.name for field in fields(Interview))
_OF_CASE = (
    select(*(_INTERVIEW.c[name] for name in (*_NAMES, "case_id")))
    .where(_INTERVIEW.c.case_id == bindparam("of"))
    .order_by(_INTERVIEW.c.number)
)
_ADD = _INTERVIEW.insert()
_CHANGE = _INTERVIEW.update().where(
    _INTERVIEW.c.case_id == bindparam("of"), _INTERVIEW.c.number == bindparam("of_number")
)


class Interviews:
    """Adds, reads and changes interviews."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, interview: Interview) -> None:
        """Keep a new interview; the database refuses a second one of the same number."""
        self._session.post(_ADD, self._kept(case_id, interview) | {"case_id": case_id})

    def change(self, case_id: int, interview: Interview) -> None:
        """Keep an interview as it is written down anew."""
        values = self._kept(case_id, interview)
        self._session.post(_CHANGE, values | {"of": case_id, "of_number": interview.number})

    def of(self, case_id: int) -> tuple[Interview, ...]:
        """Return the interviews of a case, by their numbers."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).all()
        return tuple(_to_interview(row, self._session.seals) for row in rows)

    def _kept(self, case_id: int, interview: Interview) -> dict[str, Any]:
        """Return facts as they are stored: texts sealed, an empty one empty."""
        stated = {name: getattr(interview, name) for name in _NAMES}
        values = _SEALED.close(self._session.seals, case_id, stated, number=interview.number)
        return values | {"documents": list(interview.documents)}


def _to_interview(row: Row[Any], seals: Seals) -> Interview:
    stored = {name: getattr(row, name) for name in _NAMES}
    values = _SEALED.open(seals, row.case_id, stored, number=row.number)
    return Interview(**values | {"documents": tuple(values["documents"])})
