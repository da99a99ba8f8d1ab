"""API keys in the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import col

from engine.domain.api_key import ApiKey, Scope
from engine.errors import ConflictError
from engine.store.accounts import Account, to_account
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.identity_tables import ApiKeyRow
from engine.store.tables.platform_tables import AccountRow

_KEY, _ACCOUNT = table_of(ApiKeyRow), table_of(AccountRow)
_FACTS = [column for column in _KEY.c if column.name != "key_hash"]
_OF_OWNER = (
    select(*_FACTS).where(_KEY.c.owner == bindparam("of")).order_by(_KEY.c.created_at, _KEY.c.id)
)
_ALL = select(*_FACTS).order_by(_KEY.c.owner, _KEY.c.created_at, _KEY.c.id)
_BY_ID = select(*_FACTS).where(_KEY.c.id == bindparam("of"))
_OWNED = ("username", "roles", "teams", "competences", "password_hash", "is_active")
_OWNER_FACTS = [_ACCOUNT.c[name] for name in _OWNED]
_BY_HASH = (
    select(*_FACTS, *_OWNER_FACTS, _ACCOUNT.c.name.label("owner_name"))
    .join_from(_KEY, _ACCOUNT, _ACCOUNT.c.username == _KEY.c.owner)
    .where(_KEY.c.key_hash == bindparam("of"))
)


@dataclass(frozen=True, slots=True)
class OwnedKey:
    """A key with the account it acts for."""

    key: ApiKey
    owner: Account


class ApiKeys:
    """Adds, finds and ends API keys."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        key_hash: str,
        *,
        owner: str,
        name: str,
        hint: str,
        scopes: tuple[Scope, ...],
        at: datetime,
        expires_at: datetime,
    ) -> None:
        """Add a key.

        Raises:
            ConflictError: The owner has a live key of this name.
        """
        if any(key.name == name and key.revoked_at is None for key in self.of(owner)):
            raise ConflictError(f"There is a key “{name}” already; choose another name.")
        self._session.execute(
            insert(ApiKeyRow).values(
                key_hash=key_hash,
                owner=owner,
                name=name,
                hint=hint,
                scopes=[scope.value for scope in scopes],
                created_at=at,
                expires_at=expires_at,
                revoked_by="",
            )
        )

    def of(self, owner: str) -> tuple[ApiKey, ...]:
        """Return the keys of a person, oldest first, with those that are over."""
        return tuple(_to_key(row) for row in self._session.execute(_OF_OWNER, {"of": owner}))

    def all(self) -> tuple[ApiKey, ...]:
        """Return every key, by owner."""
        return tuple(_to_key(row) for row in self._session.execute(_ALL))

    def get(self, key_id: int) -> ApiKey | None:
        """Return a key by its number."""
        row = self._session.execute(_BY_ID, {"of": key_id}).first()
        return _to_key(row) if row else None

    def by_hash(self, key_hash: str) -> OwnedKey | None:
        """Return a key with its owner, live or not."""
        row = self._session.execute(_BY_HASH, {"of": key_hash}).first()
        return OwnedKey(_to_key(row), to_account(row, row.owner_name)) if row else None

    def touch(self, key_id: int, at: datetime) -> None:
        """Note that a key was used."""
        self._change(key_id, last_used_at=at)

    def revoke(self, key_id: int, *, by: str, at: datetime) -> None:
        """End a key for good; one that is ended stays as it is."""
        self._change(key_id, revoked_at=at, revoked_by=by)

    def revoke_all(self, owner: str, *, by: str, at: datetime) -> None:
        """End every key of a person."""
        self._session.execute(
            update(ApiKeyRow)
            .where(col(ApiKeyRow.owner) == owner, col(ApiKeyRow.revoked_at).is_(None))
            .values(revoked_at=at, revoked_by=by)
        )

    def _change(self, key_id: int, **values: object) -> None:
        self._session.execute(
            update(ApiKeyRow)
            .where(col(ApiKeyRow.id) == key_id, col(ApiKeyRow.revoked_at).is_(None))
            .values(**values)
        )


def _to_key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        owner=row.owner,
        name=row.name,
        hint=row.hint,
        scopes=tuple(Scope(scope) for scope in row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
