"""Accounts, sessions and failed tries to sign in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy import case as when
from sqlmodel import col

from engine.domain.actor import Actor, Role
from engine.errors import ConflictError
from engine.store.platform_tables import AccountRow, SessionRow, SignInTryRow
from engine.store.prepared import table_of
from engine.store.session import Session


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    actor: Actor
    password_hash: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that is signed in."""

    account: Account
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None


_ACCOUNT, _VISITS, _TRY = (table_of(row) for row in (AccountRow, SessionRow, SignInTryRow))
_BY_NAME = select(_ACCOUNT).where(_ACCOUNT.c.username == bindparam("of"))
_BY_NAMES = select(_ACCOUNT).order_by(_ACCOUNT.c.name)
_VISIT = (
    select(
        _ACCOUNT, _VISITS.c.created_at.label("began_at"), _VISITS.c.last_seen_at, _VISITS.c.ended_at
    )
    .join_from(_VISITS, _ACCOUNT, _ACCOUNT.c.username == _VISITS.c.username)
    .where(_VISITS.c.token_hash == bindparam("of"))
)
_TRIES = select(_TRY.c.failures, _TRY.c.last_at).where(_TRY.c.key == bindparam("of"))


class Accounts:
    """Adds and finds accounts and sessions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, actor: Actor, *, password_hash: str, at: datetime) -> None:
        """Add an account.

        Raises:
            ConflictError: The user name is taken.
        """
        if self.get(actor.username) is not None:
            raise ConflictError(f"The user name {actor.username} is taken.")
        self._session.execute(
            insert(AccountRow).values(
                username=actor.username,
                name=actor.name,
                roles=sorted(actor.roles),
                password_hash=password_hash,
                is_active=True,
                created_at=at,
            )
        )

    def get(self, username: str) -> Account | None:
        """Return an account by user name."""
        row = self._session.execute(_BY_NAME, {"of": username}).first()
        return to_account(row) if row else None

    def all(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        rows = self._session.execute(_BY_NAMES)
        return tuple(to_account(row) for row in rows)

    def set_password(self, username: str, password_hash: str) -> None:
        """Replace a password and end every session under the old one."""
        self._session.execute(
            update(AccountRow)
            .where(col(AccountRow.username) == username)
            .values(password_hash=password_hash)
        )
        self._session.execute(delete(SessionRow).where(col(SessionRow.username) == username))

    def open_session(self, token_hash: str, *, username: str, at: datetime) -> None:
        """Remember a browser that has signed in."""
        self._session.execute(
            insert(SessionRow).values(
                token_hash=token_hash, username=username, created_at=at, last_seen_at=at
            )
        )

    def session(self, token_hash: str) -> Visit | None:
        """Return a session with its account, live or not."""
        row = self._session.execute(_VISIT, {"of": token_hash}).first()
        if row is None:
            return None
        return Visit(to_account(row), row.began_at, row.last_seen_at, row.ended_at)

    def touch_session(self, token_hash: str, at: datetime) -> None:
        """Note that a session was used."""
        self._session.execute(
            update(SessionRow)
            .where(col(SessionRow.token_hash) == token_hash)
            .values(last_seen_at=at)
        )

    def end_session(self, token_hash: str, at: datetime) -> None:
        """End a session for good."""
        self._session.execute(
            update(SessionRow)
            .where(col(SessionRow.token_hash) == token_hash, col(SessionRow.ended_at).is_(None))
            .values(ended_at=at)
        )

    def failures(self, key: str, since: datetime) -> int:
        """Return how often a user name or address failed since then."""
        row = self._session.execute(_TRIES, {"of": key}).first()
        return row.failures if row and row.last_at >= since else 0

    def note_failure(self, key: str, *, since: datetime, at: datetime) -> None:
        """Count a failed try; tries whose last one lies before ``since`` count no more."""
        last, failures = col(SignInTryRow.last_at), col(SignInTryRow.failures)
        counted = self._session.execute(
            update(SignInTryRow)
            .where(col(SignInTryRow.key) == key)
            .values(failures=when((last >= since, failures + 1), else_=1), last_at=at)
        )
        if counted.rowcount == 0:
            self._session.execute(insert(SignInTryRow).values(key=key, failures=1, last_at=at))

    def forget_failures(self, key: str) -> None:
        """Forget failed tries after a good one."""
        self._session.execute(delete(SignInTryRow).where(col(SignInTryRow.key) == key))


def to_account(row: Row[Any], name: str = "") -> Account:
    """Return the account in a row.

    Args:
        row: With the columns of the account, besides others.
        name: Of the person, where the row has another column of that name.
    """
    roles = frozenset(Role(role) for role in row.roles)
    actor = Actor(username=row.username, name=name or row.name, roles=roles)
    return Account(actor, row.password_hash, row.is_active)
