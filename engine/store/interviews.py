"""Interviews of cases."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.interview import Interview
from engine.store.inquiry_tables import InterviewRow
from engine.store.prepared import table_of
from engine.store.sealing import Seal
from engine.store.session import Session

_INTERVIEW = table_of(InterviewRow)
_SEALED = ("name", "place", "notes")
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
        if not rows:
            return ()
        seal = self._session.seals.of(case_id)
        return tuple(_to_interview(row, seal) for row in rows)

    def _kept(self, case_id: int, interview: Interview) -> dict[str, Any]:
        """Return facts as they are stored: texts sealed, an empty one empty."""
        values = {name: getattr(interview, name) for name in _NAMES}
        seal = self._session.seals.of(case_id)
        for name in _SEALED:
            if values[name]:
                values[name] = seal.close(_place(case_id, interview.number, name), values[name])
        return values | {"documents": list(interview.documents)}


def _to_interview(row: Row[Any], seal: Seal) -> Interview:
    values = {name: getattr(row, name) for name in _NAMES}
    for name in _SEALED:
        if values[name]:
            values[name] = seal.open(_place(row.case_id, row.number, name), values[name])
    return Interview(**values | {"documents": tuple(values["documents"])})


def _place(case_id: int, number: int, name: str) -> str:
    return f"interview:{case_id}/{number}:{name}"
