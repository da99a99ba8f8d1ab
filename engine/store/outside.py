"""Who somebody is at the organisation's own sign-in."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import col

from engine.domain.account import Tie
from engine.store.accounts import Account, to_account
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.identity_tables import OutsideIdentityRow
from engine.store.tables.platform_tables import AccountRow

_OUTSIDE, _ACCOUNT = table_of(OutsideIdentityRow), table_of(AccountRow)
_OF = (
    select(_ACCOUNT)
    .join_from(_OUTSIDE, _ACCOUNT, _ACCOUNT.c.username == _OUTSIDE.c.username)
    .where(_OUTSIDE.c.issuer == bindparam("of"), _OUTSIDE.c.subject == bindparam("of_subject"))
)
_TIES = (
    select(_OUTSIDE)
    .where(_OUTSIDE.c.username == bindparam("of"))
    .order_by(_OUTSIDE.c.linked_at, _OUTSIDE.c.issuer, _OUTSIDE.c.subject)
)


class Outside:
    """Ties accounts to subjects of an issuer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def account(self, issuer: str, subject: str) -> Account | None:
        """Return the account of a subject."""
        row = self._session.execute(_OF, {"of": issuer, "of_subject": subject}).first()
        return to_account(row) if row else None

    def link(self, issuer: str, subject: str, *, username: str, at: datetime) -> None:
        """Tie an account to a subject."""
        self._session.execute(
            insert(OutsideIdentityRow).values(
                issuer=issuer, subject=subject, username=username, linked_at=at
            )
        )

    def of(self, username: str) -> tuple[Tie, ...]:
        """Return who a person is at each provider, the oldest tie first."""
        rows = self._session.execute(_TIES, {"of": username})
        return tuple(Tie(row.issuer, row.subject, row.linked_at) for row in rows)

    def unlink(self, issuer: str, subject: str, *, username: str) -> bool:
        """Untie an account from a subject; tell whether it was tied."""
        gone = self._session.execute(
            delete(OutsideIdentityRow).where(
                col(OutsideIdentityRow.issuer) == issuer,
                col(OutsideIdentityRow.subject) == subject,
                col(OutsideIdentityRow.username) == username,
            )
        )
        return bool(gone.rowcount)
