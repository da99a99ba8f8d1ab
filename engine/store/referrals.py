"""Complaints that were taken to a body outside."""

from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select

from engine.domain.referral import Referral
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields
from engine.store.session import Session
from engine.store.tables.referral_tables import ReferralRow

_REFERRAL = table_of(ReferralRow)
_NAMES = tuple(field.name for field in fields(Referral))
_SEALED = SealedFields("external_referral", "their_reference", "summary")
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
        kept = _SEALED.close(self._session.seals, case_id, values, number=referral.number)
        self._session.post(_ADD, kept | {"case_id": case_id})

    def of(self, case_id: int) -> tuple[Referral, ...]:
        """Return the referrals of a case, by their numbers."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).mappings().all()
        seals = self._session.seals
        return tuple(
            Referral(**_SEALED.open(seals, case_id, row, number=row["number"])) for row in rows
        )

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change facts of a referral."""
        kept = _SEALED.close(self._session.seals, case_id, facts, number=number)
        self._session.post(_CHANGE, kept | {"of": case_id, "of_number": number})
