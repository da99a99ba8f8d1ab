"""Second factors and recovery codes in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import col

from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.identity_tables import RecoveryCodeRow, SecondFactorRow

_FACTOR, _CODE = table_of(SecondFactorRow), table_of(RecoveryCodeRow)
_OF = select(_FACTOR).where(_FACTOR.c.username == bindparam("of"))
_LEFT = select(func.count()).where(_CODE.c.username == bindparam("of"), _CODE.c.used_at.is_(None))


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The second factor of a person.

    Attributes:
        sealed: The secret as the keyring sealed it, in hexadecimal.
        last_step: Number of the last code that was taken.
    """

    sealed: str
    is_confirmed: bool
    last_step: int


class SecondFactors:
    """Begins, confirms, asks and removes second factors."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, username: str) -> SecondFactor | None:
        """Return the second factor of a person, confirmed or begun."""
        row = self._session.execute(_OF, {"of": username}).first()
        return (
            SecondFactor(row.sealed, row.confirmed_at is not None, row.last_step) if row else None
        )

    def begin(self, username: str, *, sealed: str, at: datetime) -> None:
        """Keep a new secret in place of one there may be."""
        self.remove(username)
        self._session.execute(
            insert(SecondFactorRow).values(
                username=username, sealed=sealed, begun_at=at, last_step=0
            )
        )

    def confirm(self, username: str, at: datetime) -> None:
        """Note that the first code was right."""
        self._session.execute(
            update(SecondFactorRow)
            .where(col(SecondFactorRow.username) == username)
            .values(confirmed_at=at)
        )

    def take(self, username: str, step: int) -> bool:
        """Take the code of a step unless it or a later one was taken; of two at once, one wins."""
        taken = self._session.execute(
            update(SecondFactorRow)
            .where(col(SecondFactorRow.username) == username, col(SecondFactorRow.last_step) < step)
            .values(last_step=step)
        )
        return bool(taken.rowcount)

    def remove(self, username: str) -> None:
        """Forget the second factor of a person, with its recovery codes."""
        for row in (SecondFactorRow, RecoveryCodeRow):
            self._session.execute(delete(row).where(col(row.username) == username))

    def keep_codes(self, username: str, hashes: Iterable[str]) -> None:
        """Keep new recovery codes in place of those there may be."""
        self._session.execute(
            delete(RecoveryCodeRow).where(col(RecoveryCodeRow.username) == username)
        )
        for code_hash in hashes:
            self._session.execute(
                insert(RecoveryCodeRow).values(code_hash=code_hash, username=username)
            )

    def use_code(self, username: str, code_hash: str, at: datetime) -> bool:
        """Use a recovery code up; tell whether it was there to be used."""
        used = self._session.execute(
            update(RecoveryCodeRow)
            .where(
                col(RecoveryCodeRow.username) == username,
                col(RecoveryCodeRow.code_hash) == code_hash,
                col(RecoveryCodeRow.used_at).is_(None),
            )
            .values(used_at=at)
        )
        return bool(used.rowcount)

    def codes_left(self, username: str) -> int:
        """Return how many recovery codes are unused."""
        n: int = self._session.execute(_LEFT, {"of": username}).scalar_one()
        return n
