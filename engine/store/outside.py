"""Who somebody is at the organisation's own sign-in."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select

from engine.store.accounts import Account, to_account
from engine.store.identity_tables import OutsideIdentityRow
from engine.store.platform_tables import AccountRow
from engine.store.prepared import table_of
from engine.store.session import Session

_OUTSIDE, _ACCOUNT = table_of(OutsideIdentityRow), table_of(AccountRow)
_OF = (
    select(_ACCOUNT)
    .join_from(_OUTSIDE, _ACCOUNT, _ACCOUNT.c.username == _OUTSIDE.c.username)
    .where(_OUTSIDE.c.issuer == bindparam("of"), _OUTSIDE.c.subject == bindparam("of_subject"))
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
