"""By what authority somebody speaks for a complainant."""

from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select

from engine.domain.authority import Authority
from engine.store.authority_tables import AuthorityRow
from engine.store.prepared import table_of
from engine.store.session import Session

_AUTHORITY = table_of(AuthorityRow)
_NAMES = tuple(field.name for field in fields(Authority))
_SEALED = frozenset({"name", "scope", "finding", "reason"})
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
        sealed = self._closed(case_id, authority.number, values)
        self._session.post(_AUTHORITY.insert(), sealed | {"case_id": case_id})

    def of(self, case_id: int) -> tuple[Authority, ...]:
        """Return the authorities of a case, by their numbers, with those that ended."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).mappings().all()
        if not rows:
            return ()
        seal, found = self._session.seals.of(case_id), []
        for row in rows:
            values = dict(row)
            for name in _SEALED:
                values[name] = seal.open(_place(case_id, values["number"], name), values[name])
            found.append(Authority(**values))
        return tuple(found)

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change what became of an authority."""
        sealed = self._closed(case_id, number, facts)
        self._session.post(_CHANGE, sealed | {"of": case_id, "of_number": number})

    def _closed(self, case_id: int, number: int, facts: dict[str, Any]) -> dict[str, Any]:
        """Return facts with every text sealed."""
        seal = self._session.seals.of(case_id)
        return {
            name: seal.close(_place(case_id, number, name), value) if name in _SEALED else value
            for name, value in facts.items()
        }


def _place(case_id: int, number: int, name: str) -> str:
    return f"authority:{case_id}/{number}:{name}"
