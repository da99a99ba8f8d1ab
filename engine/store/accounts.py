"""Accounts, and failed tries to come in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy import case as when
from sqlmodel import col

from engine.domain.account import Member
from engine.domain.actor import Actor, Role
from engine.errors import ConflictError
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.identity_tables import SecondFactorRow
from engine.store.tables.platform_tables import AccountRow, SessionRow, SignInTryRow


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    actor: Actor
    password_hash: str
    is_active: bool


_ACCOUNT, _VISIT, _TRY, _FACTOR = (
    table_of(row) for row in (AccountRow, SessionRow, SignInTryRow, SecondFactorRow)
)
_BY_NAME = select(_ACCOUNT).where(_ACCOUNT.c.username == bindparam("of"))
_ALIKE = select(_ACCOUNT).where(func.lower(_ACCOUNT.c.username) == bindparam("of"))
_BY_NAMES = select(_ACCOUNT).order_by(_ACCOUNT.c.name)
_TRIES = select(_TRY.c.failures, _TRY.c.last_at).where(_TRY.c.key == bindparam("of"))
_SEEN = (
    select(func.max(_VISIT.c.last_seen_at))
    .where(_VISIT.c.username == _ACCOUNT.c.username)
    .scalar_subquery()
)
_HAS_FACTOR = exists().where(
    _FACTOR.c.username == _ACCOUNT.c.username, _FACTOR.c.confirmed_at.is_not(None)
)
_MEMBERS = select(_ACCOUNT, _SEEN.label("seen_at"), _HAS_FACTOR.label("has_factor"))


class Accounts:
    """Adds, finds and changes accounts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, actor: Actor, *, password_hash: str, at: datetime) -> None:
        """Add an account.

        Raises:
            ConflictError: The user name is taken, be it in capitals.
        """
        if self._session.execute(_ALIKE, {"of": actor.username.lower()}).first() is not None:
            raise ConflictError(f"The user name {actor.username} is taken.")
        self._session.execute(
            insert(AccountRow).values(
                username=actor.username,
                name=actor.name,
                roles=sorted(actor.roles),
                teams=sorted(actor.teams),
                competences=sorted(actor.competences),
                password_hash=password_hash,
                is_active=True,
                created_at=at,
            )
        )

    def get(self, username: str) -> Account | None:
        """Return an account by user name."""
        row = self._session.execute(_BY_NAME, {"of": username}).first()
        return to_account(row) if row else None

    def take(self, username: str) -> Account | None:
        """Return an account, and keep others from changing it meanwhile."""
        query = _BY_NAME.with_for_update()
        row = self._session.execute(query, {"of": username}).first()
        return to_account(row) if row else None

    def all(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        rows = self._session.execute(_BY_NAMES)
        return tuple(to_account(row) for row in rows)

    def members(self, *, search: str, limit: int, offset: int) -> tuple[Member, ...]:
        """Return accounts as an administrator sees them, open ones first, by name.

        Args:
            search: A part of the name or user name; empty for all.
            limit: At most so many.
            offset: After so many.
        """
        query = _MEMBERS.order_by(_ACCOUNT.c.is_active.desc(), _ACCOUNT.c.name)
        rows = self._session.execute(query.where(_is_like(search)).limit(limit).offset(offset))
        return tuple(_to_member(row) for row in rows)

    def member(self, username: str) -> Member | None:
        """Return one account as an administrator sees it."""
        row = self._session.execute(_MEMBERS.where(_ACCOUNT.c.username == username)).first()
        return _to_member(row) if row else None

    def count(self, *, search: str) -> int:
        """Return how many accounts there are with such a name."""
        query = select(func.count()).select_from(_ACCOUNT).where(_is_like(search))
        n: int = self._session.execute(query).scalar_one()
        return n

    def administrators(self) -> tuple[str, ...]:
        """Return the user names of everybody who may administer users now."""
        return tuple(
            account.actor.username
            for account in self.all()
            if account.is_active and Role.ADMINISTRATOR in account.actor.roles
        )

    def set_password(self, username: str, password_hash: str) -> None:
        """Replace a password."""
        self._change(username, password_hash=password_hash)

    def set_active(self, username: str, *, is_active: bool) -> None:
        """Close or reopen an account."""
        self._change(username, is_active=is_active)

    def set_roles(self, username: str, roles: Iterable[Role]) -> None:
        """Replace the roles of a person."""
        self._change(username, roles=sorted(roles))

    def set_competences(self, username: str, competences: Iterable[str]) -> None:
        """Replace the competences of a person."""
        self._change(username, competences=sorted(competences))

    def failures(self, key: str, since: datetime) -> int:
        """Return how often a user name or address failed since then."""
        row = self._session.execute(_TRIES, {"of": self._mark(key)}).first()
        return row.failures if row and row.last_at >= since else 0

    def _mark(self, key: str) -> str:
        """Return what stands for a key: what strangers type where a name is asked is not kept."""
        kind, _, typed = key.partition(":")
        if kind == "address":
            return key
        return f"{kind}:{self._session.seals.vault.mark_of('sign-in try', typed)}"

    def note_failure(self, key: str, *, since: datetime, at: datetime) -> int:
        """Count a failed try and return how many there are by now.

        Tries whose last one lies before ``since`` count no more.
        """
        last, failures = col(SignInTryRow.last_at), col(SignInTryRow.failures)
        counted: int | None = self._session.execute(
            update(SignInTryRow)
            .where(col(SignInTryRow.key) == self._mark(key))
            .values(failures=when((last >= since, failures + 1), else_=1), last_at=at)
            .returning(failures)
        ).scalar_one_or_none()
        if counted is not None:
            return counted
        self._session.execute(
            insert(SignInTryRow).values(key=self._mark(key), failures=1, last_at=at)
        )
        return 1

    def forget_failures(self, key: str) -> None:
        """Forget failed tries after a good one."""
        self._session.execute(delete(SignInTryRow).where(col(SignInTryRow.key) == self._mark(key)))

    def _change(self, username: str, **values: object) -> None:
        self._session.execute(
            update(AccountRow).where(col(AccountRow.username) == username).values(**values)
        )


def to_account(row: Row[Any], name: str = "") -> Account:
    """Return the account in a row.

    Args:
        row: With the columns of the account, besides others.
        name: Of the person, where the row has another column of that name.
    """
    roles = frozenset(Role(role) for role in row.roles)
    actor = Actor(
        username=row.username,
        name=name or row.name,
        roles=roles,
        teams=frozenset(row.teams),
        competences=frozenset(row.competences),
    )
    return Account(actor, row.password_hash, row.is_active)


def _to_member(row: Row[Any]) -> Member:
    account = to_account(row)
    return Member(
        actor=account.actor,
        is_active=account.is_active,
        has_password=bool(account.password_hash),
        has_second_factor=bool(row.has_factor),
        seen_at=row.seen_at,
    )


def _is_like(search: str) -> Any:  # noqa: ANN401 - a condition
    """Return the condition that a name or user name holds a text; signs of patterns are text."""
    text = search.strip().lower()
    columns = (_ACCOUNT.c.name, _ACCOUNT.c.username)
    return or_(*(func.lower(column).contains(text, autoescape=True) for column in columns))
