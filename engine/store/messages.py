"""Messages from outside and the keys by which they find their case."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, text

from engine.domain.message import Message, Payload
from engine.errors import ConflictError, NotFoundError
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import IS_SIGNAL, CaseRow, SubscriptionRow
from engine.store.tables.platform_tables import CorrelationRow, MessageRow

_MESSAGE, _KEY, _CASE, _AWAITED = (
    table_of(row) for row in (MessageRow, CorrelationRow, CaseRow, SubscriptionRow)
)
_IS_KEPT = _MESSAGE.c.settled_at.is_(None)
_BY_ID = select(_MESSAGE).where(_MESSAGE.c.message_id == bindparam("of"))
_BY_NUMBER = select(_MESSAGE).where(_MESSAGE.c.id == bindparam("of"))
_FOR_CASE = (
    select(_MESSAGE.c.id, _MESSAGE.c.name)
    .where(_MESSAGE.c.case_id == bindparam("of"), _IS_KEPT)
    .order_by(_MESSAGE.c.id)
)
_CASE_OF_REFERENCE = select(_CASE.c.id).where(_CASE.c.reference == bindparam("of"))
_CASE_OF_KEY = select(_KEY.c.case_id).where(_KEY.c.key == bindparam("of"))
_AWAITED_NOW = (
    select(_MESSAGE.c.id)
    .join(_CASE, _CASE.c.id == _MESSAGE.c.case_id)
    .where(
        _IS_KEPT,
        _CASE.c.suspended_at.is_(None),
        select(_AWAITED.c.id)
        .where(_AWAITED.c.case_id == _CASE.c.id, _AWAITED.c.message == _MESSAGE.c.name)
        .exists(),
    )
    .order_by(_MESSAGE.c.id)
    .limit(bindparam("most"))
)
_STRAY = (
    select(_MESSAGE.c.id)
    .where(
        _IS_KEPT,
        _MESSAGE.c.case_id.is_(None),
        select(_CASE.c.id).where(_CASE.c.reference == _MESSAGE.c.key).exists()
        | select(_KEY.c.key).where(_KEY.c.key == _MESSAGE.c.key).exists(),
    )
    .limit(bindparam("most"))
)
_OVER = (
    select(_MESSAGE.c.id)
    .where(_IS_KEPT, _MESSAGE.c.expires_at <= bindparam("now"))
    .order_by(_MESSAGE.c.expires_at)
    .limit(bindparam("most"))
)


_WAITING_FOR_SIGNAL = (
    select(_CASE.c.reference)
    .join(_AWAITED, _AWAITED.c.case_id == _CASE.c.id)
    .where(text(IS_SIGNAL), _AWAITED.c.message == bindparam("of"))
    .distinct()
    .order_by(_CASE.c.reference)
)


class Messages:
    """Keeps messages until they are taken, each id once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        *,
        message_id: str,
        name: str,
        key: str,
        payload: Payload,
        fingerprint: str,
        at: datetime,
        expires_at: datetime,
    ) -> Message:
        """Keep a message that has just come; the database refuses a second one with its id."""
        self._session.execute(
            _MESSAGE.insert().values(
                message_id=message_id,
                name=name,
                key=key,
                payload=payload,
                fingerprint=fingerprint,
                case_id=self.case_of(key),
                received_at=at,
                expires_at=expires_at,
                is_delivered=False,
            )
        )
        return _to_message(self._session.execute(_BY_ID, {"of": message_id}).mappings().first())

    def known(self, message_id: str) -> Message | None:
        """Return the message with the id its sender gave it; None when it never came."""
        row = self._session.execute(_BY_ID, {"of": message_id}).mappings().first()
        return _to_message(row) if row else None

    def get(self, number: int) -> Message:
        """Return a message by its row, which exists."""
        return _to_message(self._session.execute(_BY_NUMBER, {"of": number}).mappings().first())

    def case_of(self, key: str) -> int | None:
        """Return the case that a key leads to; None when there is none."""
        for query in (_CASE_OF_REFERENCE, _CASE_OF_KEY):
            found: int | None = self._session.execute(query, {"of": key}).scalar_one_or_none()
            if found is not None:
                return found
        return None

    def declare(self, key: str, *, case_id: int, by: str, at: datetime) -> bool:
        """Let messages with a key find a case, those too that came before; False if they do.

        Raises:
            ConflictError: The key leads to another case.
        """
        known = self.case_of(key)
        if known not in {None, case_id}:
            raise ConflictError(f"The key {key} leads to another complaint.")
        if known is None:
            self._session.execute(
                _KEY.insert().values(key=key, case_id=case_id, declared_by=by, declared_at=at)
            )
            self._session.execute(
                _MESSAGE.update().where(_MESSAGE.c.key == key, _IS_KEPT).values(case_id=case_id)
            )
        return known is None

    def keys_of(self, case_id: int) -> tuple[str, ...]:
        """Return the keys that a case has declared, by name."""
        query = select(_KEY.c.key).where(_KEY.c.case_id == case_id).order_by(_KEY.c.key)
        return tuple(self._session.execute(query).scalars())

    def attach(self, number: int) -> None:
        """Let a message find the case that its key leads to by now."""
        message = self.get(number)
        self._change(number, case_id=self.case_of(message.key))

    def kept_for(self, case_id: int, names: Collection[str]) -> tuple[int, ...]:
        """Return the messages of some names that are kept for a case, oldest first."""
        if not names:
            return ()
        kept = self._session.execute(_FOR_CASE, {"of": case_id})
        return tuple(number for number, name in kept if name in names)

    def awaited(self, limit: int) -> tuple[int, ...]:
        """Return kept messages that a case waits for by now, oldest first."""
        return tuple(self._session.execute(_AWAITED_NOW, {"most": limit}).scalars())

    def strays(self, limit: int) -> tuple[int, ...]:
        """Return kept messages whose key leads to a case by now and did not when they came."""
        return tuple(self._session.execute(_STRAY, {"most": limit}).scalars())

    def waiting_for(self, signal: str) -> tuple[str, ...]:
        """Return the references of all cases that wait for a signal."""
        return tuple(self._session.execute(_WAITING_FOR_SIGNAL, {"of": signal}).scalars())

    def over(self, now: datetime, limit: int) -> tuple[int, ...]:
        """Return kept messages whose time is over."""
        return tuple(self._session.execute(_OVER, {"now": now, "most": limit}).scalars())

    def settle(self, number: int, *, at: datetime, is_delivered: bool) -> None:
        """Note that a message was delivered or given up."""
        self._change(number, settled_at=at, is_delivered=is_delivered)

    def renew(self, number: int, *, expires_at: datetime) -> None:
        """Keep a message again that was given up."""
        self._change(number, settled_at=None, is_delivered=False, expires_at=expires_at)

    def _change(self, number: int, **values: Any) -> None:  # noqa: ANN401 - values of columns
        self._session.execute(_MESSAGE.update().where(_MESSAGE.c.id == number).values(**values))


def _to_message(row: RowMapping | None) -> Message:
    """Build a message from its row.

    Raises:
        NotFoundError: There is no such row.
    """
    if row is None:
        raise NotFoundError("message", "")
    return Message(
        id=row["id"],
        message_id=row["message_id"],
        name=row["name"],
        key=row["key"],
        payload=row["payload"],
        fingerprint=row["fingerprint"],
        case_id=row["case_id"],
        received_at=row["received_at"],
        expires_at=row["expires_at"],
        settled_at=row["settled_at"],
        is_delivered=row["is_delivered"],
    )
