"""Sealing anew, with the newest key of the keyring, what was sealed with an older one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, func, select

from engine.store.mails import purpose as mail_purpose
from engine.store.prepared import table_of
from engine.store.sealing import purpose
from engine.store.session import Session
from engine.store.tables.identity_tables import SecondFactorRow
from engine.store.tables.mail_tables import IncomingMailRow
from engine.store.tables.platform_tables import SessionRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.visits import proof_purpose


@dataclass(frozen=True)
class _Sealed:
    """A column that the keyring sealed.

    Attributes:
        key: Of its table.
        purpose: What it was sealed for, by the key of the row.
        raw: From the column to bytes.
        kept: From bytes to the column.
    """

    column: Column[Any]
    key: Column[Any]
    purpose: Callable[[str], str]
    raw: Callable[[Any], bytes]
    kept: Callable[[bytes], Any]


_SUBJECT, _FACTOR = table_of(SubjectRow), table_of(SecondFactorRow)
_VISIT, _MAIL = table_of(SessionRow), table_of(IncomingMailRow)
_COLUMNS = (
    _Sealed(_SUBJECT.c.sealed_key, _SUBJECT.c.id, purpose, bytes, bytes),
    _Sealed(
        _FACTOR.c.sealed,
        _FACTOR.c.username,
        lambda username: f"second_factor:{username}",
        bytes.fromhex,
        bytes.hex,
    ),
    _Sealed(_MAIL.c.master_key, _MAIL.c.key, mail_purpose, bytes, bytes),
    _Sealed(_VISIT.c.proof, _VISIT.c.token_hash, proof_purpose, bytes.fromhex, bytes.hex),
)
"""Everything that ``Keyring.seal`` sealed and that is stored."""


class Resealing:
    """Finds what an older key sealed, and seals it anew."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._keyring = session.seals.vault.keyring

    def some(self, limit: int) -> int:
        """Seal some anew; return how many, 0 when nothing is left that an older key sealed."""
        done = 0
        for sealed in _COLUMNS:
            for key, value in self._old(sealed, limit - done):
                plain = self._keyring.unseal(sealed.purpose(key), sealed.raw(value))
                fresh = self._keyring.seal(sealed.purpose(key), plain)
                table = sealed.column.table
                self._session.execute(
                    table.update()
                    .where(sealed.key == key, sealed.column == value)
                    .values({sealed.column.name: sealed.kept(fresh)})
                )
                done += 1
        return done

    def _old(self, sealed: _Sealed, limit: int) -> Sequence[Row[Any]]:
        newest = sealed.kept(self._keyring.newest)
        begin = func.substr(sealed.column, 1, len(newest))
        query = select(sealed.key, sealed.column).where(begin != newest).limit(limit)
        found: Sequence[Row[Any]] = self._session.execute(query).all()
        return found
