"""Complaints that were taken to a body outside."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select

from engine.domain.referral import Referral
from engine.store.prepared import table_of
from engine.store.referral_tables import ReferralRow
from engine.store.session import Session

_REFERRAL = table_of(ReferralRow)
_NAMES = tuple(field.name for field in fields(Referral))
_SEALED = ("their_reference", "summary")
_ADD = _REFERRAL.insert()
_OF_CASE = (
    select(*(_REFERRAL.c[name] for name in _NAMES))
    .where(_REFERRAL.c.case_id == bindparam("of"))
    .order_by(_REFERRAL.c.number)
)
_CHANGE = _REFERRAL.update().where(
    _REFERRAL.c.case_id == bindparam("of"), _REFERRAL.c.number == bindparam("of_number")
)


class Referrals:
    """Adds, reads and changes referrals; none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, referral: Referral) -> None:
        """Keep a new referral; the database refuses a second one of the same number."""
        values = {name: getattr(referral, name) for name in _NAMES}
        kept = self._kept(case_id, referral.number, values)
        self._session.post(_ADD, kept | {"case_id": case_id})

    def of(self, case_id: int) -> tuple[Referral, ...]:
        """Return the referrals of a case, by their numbers."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).mappings().all()
        if not rows:
            return ()
        seal, found = self._session.seals.of(case_id), []
        for row in rows:
            values = dict(row)
            for name in _SEALED:
                values[name] = seal.open(_place(case_id, row["number"], name), values[name])
            found.append(Referral(**values))
        return tuple(found)

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change facts of a referral."""
        kept = self._kept(case_id, number, facts)
        self._session.post(_CHANGE, kept | {"of": case_id, "of_number": number})

    def _kept(self, case_id: int, number: int, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return facts as they are stored: texts sealed, an empty one empty."""
        values, seal = dict(facts), self._session.seals.of(case_id)
        for name in _SEALED:
            if values.get(name):
                values[name] = seal.close(_place(case_id, number, name), values[name])
        return values


def _place(case_id: int, number: int, name: str) -> str:
    return f"external_referral:{case_id}/{number}:{name}"
