"""Administrator rights that wait for a second administrator."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import col

from engine.domain.account import RoleRequest
from engine.domain.actor import Role
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.identity_tables import RoleRequestRow
from engine.store.tables.platform_tables import AccountRow

_REQUEST, _ACCOUNT = table_of(RoleRequestRow), table_of(AccountRow)
_WAITING = (
    select(_REQUEST, _ACCOUNT.c.name)
    .join_from(_REQUEST, _ACCOUNT, _ACCOUNT.c.username == _REQUEST.c.username)
    .where(_REQUEST.c.decided_at.is_(None))
    .order_by(_REQUEST.c.id)
)
_ONE = _WAITING.where(_REQUEST.c.id == bindparam("of"))


class RoleRequests:
    """Keeps what waits, and how it was decided."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask(
        self, username: str, roles: Iterable[Role], *, reason: str, by: str, at: datetime
    ) -> None:
        """Keep a request, in place of one that waits for the same person."""
        self.settle(username, by=by, at=at)
        self._session.execute(
            insert(RoleRequestRow).values(
                username=username,
                roles=sorted(roles),
                reason=reason,
                asked_by=by,
                asked_at=at,
                decided_by="",
                is_granted=False,
            )
        )

    def waiting(self) -> tuple[RoleRequest, ...]:
        """Return what waits, oldest first."""
        return tuple(_to_request(row) for row in self._session.execute(_WAITING))

    def get(self, request_id: int) -> RoleRequest | None:
        """Return a request that waits."""
        row = self._session.execute(_ONE, {"of": request_id}).first()
        return _to_request(row) if row else None

    def decide(self, request_id: int, *, by: str, at: datetime, is_granted: bool) -> bool:
        """Decide a request; tell whether it still waited. Of two at once, one wins."""
        decided = self._session.execute(
            update(RoleRequestRow)
            .where(col(RoleRequestRow.id) == request_id, col(RoleRequestRow.decided_at).is_(None))
            .values(decided_by=by, decided_at=at, is_granted=is_granted)
        )
        return bool(decided.rowcount)

    def settle(self, username: str, *, by: str, at: datetime) -> None:
        """Turn down what waits for a person, because something else came in its place."""
        self._session.execute(
            update(RoleRequestRow)
            .where(
                col(RoleRequestRow.username) == username, col(RoleRequestRow.decided_at).is_(None)
            )
            .values(decided_by=by, decided_at=at)
        )


def _to_request(row: Row[Any]) -> RoleRequest:
    return RoleRequest(
        id=row.id,
        username=row.username,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        reason=row.reason,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
    )
