"""What people ask for about their own data, in the database."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlmodel import col

from engine.domain.disposal import ERASED
from engine.domain.subject_request import SubjectRequest
from engine.store.prepared import table_of
from engine.store.sealing import Seal, case_place
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.privacy_tables import DisposalRow, SubjectRequestRow, SubjectRow

SEALED = ("name", "email", "text", "extension_reason", "answer")
"""What is sealed with the key of the person."""

_REQUEST, _CASE, _SUBJECT, _DISPOSAL = (
    table_of(row) for row in (SubjectRequestRow, CaseRow, SubjectRow, DisposalRow)
)
_ELSEWHERE = {"number", "right", "subject", "disposal", "reference", "disposal_state"}
_NAMES = tuple(f.name for f in fields(SubjectRequest) if f.name not in _ELSEWHERE)
_IS_OPEN = _REQUEST.c.answered_on.is_(None)
_SHOWN = (
    select(
        _REQUEST,
        _CASE.c.reference,
        _CASE.c.complainant_name,
        _SUBJECT.c.sealed_key,
        _DISPOSAL.c.state.label("disposal_state"),
    )
    .join(_SUBJECT, _SUBJECT.c.id == _REQUEST.c.subject_id)
    .outerjoin(_CASE, _CASE.c.id == _REQUEST.c.case_id)
    .outerjoin(_DISPOSAL, _DISPOSAL.c.id == _REQUEST.c.disposal_id)
)
_ONE = _SHOWN.where(_REQUEST.c.id == bindparam("of"))
_TAKE = select(_REQUEST.c.id).where(_REQUEST.c.id == bindparam("of")).with_for_update()
_CHANGE = _REQUEST.update().where(_REQUEST.c.id == bindparam("of_number"))
_OLD = select(_REQUEST.c.id, _REQUEST.c.subject_id).where(
    _REQUEST.c.case_id.is_(None),
    _REQUEST.c.answered_on < bindparam("before"),
    _REQUEST.c.name != "",
)


class SubjectRequests:
    """Adds, reads and changes requests of people about their own data; none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, request: SubjectRequest) -> int:
        """Keep a new request and return its number."""
        blank = self._values(request) | dict.fromkeys(SEALED, "")
        adding = _REQUEST.insert().values(**blank).returning(_REQUEST.c.id)
        number: int = self._session.execute(adding).scalar_one()
        self._session.post(_CHANGE, self._sealed(request, number) | {"of_number": number})
        return number

    def replace(self, request: SubjectRequest) -> None:
        """Keep a request that moved on.

        Raises:
            UnavailableError: It says something new, and the person was erased.
        """
        values = self._values(request) | self._sealed(request, request.number)
        self._session.post(_CHANGE, values | {"of_number": request.number})

    def get(self, number: int, *, besides: Collection[int] = ()) -> SubjectRequest | None:
        """Return one request.

        Args:
            number: Its number.
            besides: Numbers of cases; requests of whoever made them are not there.
        """
        row = self._session.execute(_but_of(_ONE, besides), {"of": number}).first()
        return self._to_request(row) if row else None

    def take(self, number: int, *, besides: Collection[int] = ()) -> SubjectRequest | None:
        """Return one request, and keep others from changing it meanwhile."""
        self._session.execute(_TAKE, {"of": number})
        return self.get(number, besides=besides)

    def open(self, *, besides: Collection[int] = ()) -> tuple[SubjectRequest, ...]:
        """Return the requests that are to be answered, soonest due first."""
        query = _but_of(_SHOWN.where(_IS_OPEN), besides).order_by(_REQUEST.c.due_on, _REQUEST.c.id)
        return tuple(self._to_request(row) for row in self._session.execute(query))

    def answered(
        self, *, besides: Collection[int] = (), limit: int = 100
    ) -> tuple[SubjectRequest, ...]:
        """Return the requests that were answered, the latest first."""
        query = _but_of(_SHOWN.where(~_IS_OPEN), besides)
        query = query.order_by(_REQUEST.c.answered_on.desc(), _REQUEST.c.id.desc()).limit(limit)
        return tuple(self._to_request(row) for row in self._session.execute(query))

    def open_count(self, *, besides: Collection[int] = ()) -> int:
        """Return how many requests are to be answered."""
        query = select(func.count()).select_from(_REQUEST).where(_IS_OPEN)
        n: int = self._session.execute(_but_of(query, besides)).scalar_one()
        return n

    def of_subject(self, subject: str) -> tuple[SubjectRequest, ...]:
        """Return the requests of a person, in the order in which they were recorded."""
        query = _SHOWN.where(_REQUEST.c.subject_id == subject).order_by(_REQUEST.c.id)
        return tuple(self._to_request(row) for row in self._session.execute(query))

    def answerable(self, begin: date, end: date) -> list[tuple[int, date, date | None]]:
        """Return what was due from a day on, or is still open, and was received before another.

        Args:
            begin: First day.
            end: Last day of receipt.

        Returns:
            Number, last day, and the day of the answer; None while there is none.
        """
        r = _REQUEST.c
        matters = r.answered_on.is_(None) | (r.due_on >= begin) | (r.answered_on >= begin)
        query = select(r.id, r.due_on, r.answered_on).where(matters, r.received_on <= end)
        return [tuple(row) for row in self._session.execute(query.order_by(r.id))]

    def forget(self, before: date) -> tuple[str, ...]:
        """Forget who asked, of those of whom nothing else is held and who were answered long ago.

        Returns:
            The subjects whose keys are of no use any more.
        """
        found = self._session.execute(_OLD, {"before": before}).all()
        for row in found:
            self._session.post(_CHANGE, dict.fromkeys(SEALED, "") | {"of_number": row.id})
        return tuple(row.subject_id for row in found)

    def _values(self, request: SubjectRequest) -> dict[str, Any]:
        """Return what is stored as it is."""
        plain = {name: getattr(request, name) for name in _NAMES if name not in SEALED}
        return plain | {
            "kind": request.right,
            "subject_id": request.subject,
            "disposal_id": request.disposal,
        }

    def _sealed(self, request: SubjectRequest, number: int) -> dict[str, str]:
        seal = self._session.seals.of_subject(request.subject)
        known = {name: getattr(request, name) for name in SEALED}
        if request.case_id is not None:
            known |= {"name": "", "email": ""}
        known |= {name: "" for name, said in known.items() if said == ERASED}
        return {name: seal.close(_place(number, name), said) for name, said in known.items()}

    def _to_request(self, row: Row[Any]) -> SubjectRequest:
        seal = self._session.seals.of_subject(row.subject_id)
        told = {name: getattr(row, name) for name in _NAMES}
        told |= {name: seal.open(_place(row.id, name), getattr(row, name)) for name in SEALED}
        told["name"] = _name_of(row, seal) or told["name"] or ERASED
        return SubjectRequest(
            number=row.id,
            right=row.kind,
            subject=row.subject_id,
            reference=row.reference or "",
            disposal=row.disposal_id,
            disposal_state=row.disposal_state,
            **told,
        )


def _but_of(query: Select[Any], besides: Collection[int]) -> Select[Any]:
    """Leave out what whoever made some cases asks for."""
    if not besides:
        return query
    theirs = select(col(CaseRow.subject_id)).where(col(CaseRow.id).in_(besides))
    return query.where(_REQUEST.c.subject_id.not_in(theirs))


def _name_of(row: Row[Any], seal: Seal) -> str:
    """Return the name in the complaint by which it is known who asks; empty for none."""
    if row.case_id is None:
        return ""
    return seal.open(case_place(row.reference, "complainant_name"), row.complainant_name)


def _place(number: int, name: str) -> str:
    return f"subject_request:{number}:{name}"
