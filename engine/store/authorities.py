"""By what authority somebody speaks for a complainant."""

from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select

from engine.domain.authority import Authority
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields
from engine.store.session import Session
from engine.store.tables.authority_tables import AuthorityRow

_AUTHORITY = table_of(AuthorityRow)
_NAMES = tuple(field.name for field in fields(Authority))
_SEALED = SealedFields("authority", "name", "scope", "finding", "reason")
_OF_CASE = (
    select(*(_AUTHORITY.c[name] for name in _NAMES))
    .where(_AUTHORITY.c.case_id == bindparam("of"))
    .order_by(_AUTHORITY.c.number)
)
_CHANGE = _AUTHORITY.update().where(
    _AUTHORITY.c.case_id == bindparam("of"), _AUTHORITY.c.number == bindparam("of_number")
)


class Authorities:
    """Adds, reads and changes the authorities of representatives."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, authority: Authority) -> None:
        """Keep a new authority; the database refuses a second one of the same number."""
        values = {name: getattr(authority, name) for name in _NAMES}
        kept = _SEALED.close(self._session.seals, case_id, values, number=authority.number)
        self._session.post(_AUTHORITY.insert(), kept | {"case_id": case_id})

    def of(self, case_id: int) -> tuple[Authority, ...]:
        """Return the authorities of a case, by their numbers, with those that ended."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).mappings().all()
        seals = self._session.seals
        return tuple(
            Authority(**_SEALED.open(seals, case_id, row, number=row["number"])) for row in rows
        )

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change what became of an authority."""
        kept = _SEALED.close(self._session.seals, case_id, facts, number=number)
        self._session.post(_CHANGE, kept | {"of": case_id, "of_number": number})
