"""Mails that came in: kept as they came, sealed, each once."""

import base64
import os
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Row, bindparam, func, select

from engine.domain.incoming import KeptMail, MailHead, MailKind, MailState
from engine.errors import SealBrokenError
from engine.keyring import KEY_SIZE
from engine.store.prepared import table_of
from engine.store.sealing import Seal
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.mail_tables import IncomingMailRow

_MAIL, _CASE = table_of(IncomingMailRow), table_of(CaseRow)
_NONCE = 12
_SHOWN = (
    *(_MAIL.c.id, _MAIL.c.case_id, _MAIL.c.kind, _MAIL.c.state, _MAIL.c.reason, _MAIL.c.head),
    *(_MAIL.c.arrived_at, _MAIL.c.recorded_at, _MAIL.c.settled_at, _MAIL.c.settled_by),
    *(_MAIL.c.key, _MAIL.c.master_key, _MAIL.c.sealed_key, _CASE.c.reference),
)
_ALL = select(*_SHOWN).join(_CASE, _CASE.c.id == _MAIL.c.case_id, isouter=True)
_BY_KEY = select(_MAIL.c.id).where(_MAIL.c.key == bindparam("of"))
_BY_NUMBER = _ALL.where(_MAIL.c.id == bindparam("of"))
_OF_CASE = _ALL.where(_MAIL.c.case_id == bindparam("of")).order_by(_MAIL.c.id)
_ALONE = _ALL.where(_MAIL.c.case_id.is_(None), _MAIL.c.sender_mark == bindparam("of")).order_by(
    _MAIL.c.id
)
_RAW = select(_MAIL.c.raw).where(_MAIL.c.id == bindparam("of"))
_ADD = _MAIL.insert().returning(_MAIL.c.id)
_EMPTY: Mapping[str, Any] = {
    "reason": "", "sender_mark": None, "master_key": None, "sealed_key": "", "head": "",
    "raw": None,
}  # fmt: skip


class Mails:
    """Keeps mails, and what became of them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._vault = session.seals.vault

    def key_of(self, text: str) -> str:
        """Return what two deliveries of one mail have in common, so that nobody can read it."""
        return self._vault.keyring.blind("incoming mail", text).hex()

    def known(self, key: str) -> int | None:
        """Return the number of a mail that came before; None for a new one."""
        number: int | None = self._session.execute(_BY_KEY, {"of": key}).scalar_one_or_none()
        return number

    def add(self, key: str, head: MailHead, raw: bytes, **known: Any) -> int:  # noqa: ANN401 - values of columns
        """Keep a mail and return its number; the database refuses a second one with its key.

        Args:
            key: See ``key_of``.
            head: What people see of it.
            raw: As it came.
            known: ``kind``, ``state``, ``reason``, ``case_id``, ``arrived_at``, ``recorded_at``,
                ``settled_at``, ``settled_by``, ``has_receipt``, ``opened_case``.
        """
        own = secrets.token_bytes(KEY_SIZE)
        values = {
            "key": key,
            "sender_mark": self._mark(head.sender),
            "head": Seal(own).close_data(_place(key, "head"), head.as_data()),
            "raw": _sealed(own, _place(key, "raw"), raw),
            **self._wrapped(own, key, known["case_id"]),
            **known,
        }
        number: int = self._session.execute(_ADD, values).scalar_one()
        return number

    def settle(
        self,
        mail: KeptMail,
        *,
        state: MailState,
        by: str,
        at: datetime,
        **more: Any,  # noqa: ANN401 - as above
    ) -> None:
        """Note what became of a mail; ``case_id`` among the rest gives it to that case."""
        values = {"state": state.value, "settled_by": by, "settled_at": at} | more
        if (case_id := more.get("case_id")) is not None:
            values |= self._wrapped(self._own_key(mail), mail.key, case_id)
        self._session.execute(_MAIL.update().where(_MAIL.c.id == mail.number).values(values))

    def discard(self, mail: KeptMail, *, by: str, at: datetime, said: str) -> None:
        """Note that somebody has looked at a mail and that it needs nothing, and why."""
        head = replace(mail.head, said=said).as_data()
        sealed = Seal(self._own_key(mail)).close_data(_place(mail.key, "head"), head)
        self.settle(mail, state=MailState.DISCARDED, by=by, at=at, head=sealed)

    def get(self, number: int) -> KeptMail | None:
        """Return a mail; None where there is none of this number."""
        row = self._session.execute(_BY_NUMBER, {"of": number}).first()
        return self._to_mail(row) if row else None

    def raw(self, mail: KeptMail) -> bytes:
        """Return a mail as it came; nothing of one that was erased.

        Raises:
            SealBrokenError: It was altered.
        """
        stored = self._session.execute(_RAW, {"of": mail.number}).scalar_one_or_none()
        if not stored or not (own := self._own_key(mail)):
            return b""
        place, data = _place(mail.key, "raw"), bytes(stored)
        try:
            packed = AESGCM(own).decrypt(data[:_NONCE], data[_NONCE:], place.encode())
        except InvalidTag as error:
            raise SealBrokenError(place) from error
        return zlib.decompress(packed)

    def page(
        self, states: Sequence[MailState], *, kinds: Sequence[MailKind], limit: int, offset: int
    ) -> tuple[KeptMail, ...]:
        """Return mails in some states, the latest first; of all kinds where none is named."""
        query = _ALL.where(_MAIL.c.state.in_([each.value for each in states]))
        if kinds:
            query = query.where(_MAIL.c.kind.in_([each.value for each in kinds]))
        rows = self._session.execute(query.order_by(_MAIL.c.id.desc()).limit(limit).offset(offset))
        return tuple(self._to_mail(row) for row in rows.all())

    def of_case(self, case_id: int) -> tuple[KeptMail, ...]:
        """Return the mails of a case, oldest first."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).all()
        return tuple(self._to_mail(row) for row in rows)

    def from_sender(self, sender: str) -> tuple[KeptMail, ...]:
        """Return the mails of an address that belong to no case and were not forgotten."""
        rows = self._session.execute(_ALONE, {"of": self._mark(sender)}).all()
        return tuple(self._to_mail(row) for row in rows)

    def counts(self) -> dict[MailState, int]:
        """Return how many mails are in each state."""
        query = select(_MAIL.c.state, func.count()).group_by(_MAIL.c.state)
        found = {MailState(state): n for state, n in self._session.execute(query)}
        return {state: found.get(state, 0) for state in MailState}

    def count_since(self, sender: str, since: datetime) -> tuple[int, int]:
        """Return how many receipts were sent to, and complaints opened for, an address since."""
        query = select(_MAIL.c.has_receipt, _MAIL.c.opened_case).where(
            _MAIL.c.sender_mark == self._mark(sender), _MAIL.c.recorded_at > since
        )
        rows = self._session.execute(query).all()
        return sum(row.has_receipt for row in rows), sum(row.opened_case for row in rows)

    def forget_from(self, sender: str) -> int:
        """Empty the mails of an address that belong to no case; return how many."""
        done = self._session.execute(
            _MAIL.update()
            .where(_MAIL.c.case_id.is_(None), _MAIL.c.sender_mark == self._mark(sender))
            .values(**_EMPTY, state=MailState.DISCARDED.value)
        )
        return int(done.rowcount)

    def forget_discarded(self, before: datetime) -> int:
        """Empty mails that were discarded so long ago; return how many."""
        done = self._session.execute(
            _MAIL.update()
            .where(
                _MAIL.c.state == MailState.DISCARDED.value,
                _MAIL.c.settled_at < before,
                _MAIL.c.raw.is_not(None),
            )
            .values(**_EMPTY)
        )
        return int(done.rowcount)

    def _mark(self, sender: str) -> str | None:
        return self._vault.email_mark(sender) if sender else None

    def _wrapped(self, own: bytes, key: str, case_id: int | None) -> dict[str, Any]:
        """Return the key of a mail, sealed by whom it belongs to."""
        if case_id is None:
            return {"master_key": self._vault.keyring.seal(purpose(key), own), "sealed_key": ""}
        told = base64.b64encode(own).decode()
        sealed = self._session.seals.of(case_id).close(_place(key, f"key:{case_id}"), told)
        return {"master_key": None, "sealed_key": sealed}

    def _own_key(self, mail: KeptMail) -> bytes:
        """Return the key of a mail; empty where it was destroyed."""
        row = self._session.execute(_BY_NUMBER, {"of": mail.number}).first()
        return self._unwrapped(row) if row else b""

    def _unwrapped(self, row: Row[Any]) -> bytes:
        if row.case_id is None:
            sealed = row.master_key
            return self._vault.keyring.unseal(purpose(row.key), bytes(sealed)) if sealed else b""
        seal = self._session.seals.of(row.case_id)
        return base64.b64decode(seal.open(_place(row.key, f"key:{row.case_id}"), row.sealed_key))

    def _to_mail(self, row: Row[Any]) -> KeptMail:
        own = self._unwrapped(row)
        head = Seal(own or None).open_data(_place(row.key, "head"), row.head)
        return KeptMail(
            number=row.id,
            key=row.key,
            reference=row.reference,
            kind=MailKind(row.kind),
            state=MailState(row.state),
            reason=row.reason,
            head=MailHead.of_data(head),
            arrived_at=row.arrived_at,
            recorded_at=row.recorded_at,
            settled_at=row.settled_at,
            settled_by=row.settled_by,
        )


def purpose(key: str) -> str:
    """Return for what the key of a mail is sealed while it belongs to no case."""
    return f"incoming_mail:{key}:key"


def _place(key: str, field: str) -> str:
    return f"incoming_mail:{key}:{field}"


def _sealed(own: bytes, place: str, raw: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(own).encrypt(nonce, zlib.compress(raw), place.encode())
