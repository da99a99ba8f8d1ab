"""Persons complained about, and who is kept away from which case."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.domain.respondent import Conflict, KeptOut, Respondent
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.respondent_tables import KeptOutRow, RespondentRow

_RESPONDENT, _OUT, _CASE = (table_of(row) for row in (RespondentRow, KeptOutRow, CaseRow))
_NAMES = tuple(field.name for field in fields(Respondent))
_SEALED = SealedFields("respondent", "name", "unit", "about")
_OF_CASE = (
    select(*(_RESPONDENT.c[name] for name in _NAMES))
    .where(_RESPONDENT.c.case_id == bindparam("of"))
    .order_by(_RESPONDENT.c.number)
)
_OWN = _RESPONDENT.c.case_id == bindparam("of")
_CHANGE = _RESPONDENT.update().where(_OWN, _RESPONDENT.c.number == bindparam("of_number"))
_IN_CASE = _OUT.c.case_id == bindparam("of")
_KINDS = select(_OUT.c.kind).where(_IN_CASE, _OUT.c.username == bindparam("who"))
_ANY = select(_OUT.c.username).where(_IN_CASE).limit(1)
_HIDDEN = (
    select(_OUT.c.case_id)
    .where(_OUT.c.username == bindparam("who"), _OUT.c.kind == KeptOut.NAMED)
    .order_by(_OUT.c.case_id)
)
_HIDDEN_NAMES = (
    select(_CASE.c.reference)
    .join(_OUT, _OUT.c.case_id == _CASE.c.id)
    .where(_OUT.c.username == bindparam("who"), _OUT.c.kind == KeptOut.NAMED)
)
_CONFLICTS = (
    select(_OUT.c.username, _OUT.c.reason, _OUT.c.since)
    .where(_IN_CASE, _OUT.c.kind == KeptOut.CONFLICT)
    .order_by(_OUT.c.since, _OUT.c.username)
)
_LET_IN = _OUT.delete().where(
    _IN_CASE, _OUT.c.username == bindparam("who"), _OUT.c.kind == bindparam("why")
)


class Respondents:
    """Adds, reads and changes persons complained about."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, respondent: Respondent) -> None:
        """Keep a new person; the database refuses a second one of the same number."""
        values = {name: getattr(respondent, name) for name in _NAMES}
        kept = _SEALED.close(self._session.seals, case_id, values, number=respondent.number)
        self._session.post(_RESPONDENT.insert(), kept | {"case_id": case_id})

    def of(self, case_id: int) -> tuple[Respondent, ...]:
        """Return the persons of a case, by their numbers, with those who were removed."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).mappings().all()
        seals = self._session.seals
        return tuple(
            Respondent(**_SEALED.open(seals, case_id, row, number=row["number"])) for row in rows
        )

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change what became of a person."""
        self._session.post(_CHANGE, facts | {"of": case_id, "of_number": number})


class KeptOuts:
    """Keeps who is kept away from which case."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put_out(
        self, case_id: int, username: str, kind: KeptOut, *, reason: str = "", at: datetime
    ) -> None:
        """Keep somebody away from a case from now on."""
        sealed = self._session.seals.of(case_id).close(_reason_place(case_id, username), reason)
        row = {"case_id": case_id, "username": username, "kind": kind}
        self._session.execute(_OUT.insert(), row | {"reason": sealed, "since": at})

    def let_in(self, case_id: int, username: str, kind: KeptOut) -> None:
        """Keep somebody away no more for one of the reasons."""
        self._session.execute(_LET_IN, {"of": case_id, "who": username, "why": kind})

    def kinds(self, case_id: int, username: str) -> frozenset[KeptOut]:
        """Return why somebody is kept away from a case; nothing for who is not."""
        rows = self._session.execute(_KINDS, {"of": case_id, "who": username})
        return frozenset(KeptOut(kind) for kind in rows.scalars())

    def has_any(self, case_id: int) -> bool:
        """Tell whether anybody is kept away from a case."""
        return self._session.execute(_ANY, {"of": case_id}).first() is not None

    def hidden_from(self, username: str) -> tuple[int, ...]:
        """Return the cases that are about somebody, by number."""
        return tuple(self._session.execute(_HIDDEN, {"who": username}).scalars())

    def references_hidden_from(self, username: str) -> frozenset[str]:
        """Return the cases that are about somebody, by reference."""
        return frozenset(self._session.execute(_HIDDEN_NAMES, {"who": username}).scalars())

    def conflicts(self, case_id: int) -> tuple[Conflict, ...]:
        """Return who declared a conflict of interest in a case, oldest first."""
        rows = self._session.execute(_CONFLICTS, {"of": case_id}).all()
        seal = self._session.seals.of(case_id)
        return tuple(
            Conflict(
                row.username,
                seal.open(_reason_place(case_id, row.username), row.reason),
                row.since,
            )
            for row in rows
        )


def _reason_place(case_id: int, username: str) -> str:
    return f"case_kept_out:{case_id}/{username}:reason"
