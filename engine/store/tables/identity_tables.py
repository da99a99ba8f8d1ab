"""Rows about who may come in, and how: keys, links, second factors, identities elsewhere."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.domain.account import LinkKind
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


class ApiKeyRow(SQLModel, table=True):
    """A key by which a program acts for its owner; only its hash is kept."""

    __tablename__ = "api_key"
    __table_args__ = (
        Index(
            "ux_api_key_name",
            "owner",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key_hash: str = Field(unique=True)
    owner: str = Field(foreign_key="account.username")
    name: str
    hint: str
    scopes: list[str] = Field(sa_type=_JSON)
    created_at: datetime = Field(sa_type=_AT)
    expires_at: datetime = Field(sa_type=_AT)
    last_used_at: datetime | None = Field(default=None, sa_type=_AT)
    revoked_at: datetime | None = Field(default=None, sa_type=_AT)
    revoked_by: str = ""


class OneTimeLinkRow(SQLModel, table=True):
    """Something that opens one door once; only the hash of it is kept."""

    __tablename__ = "one_time_link"

    token_hash: str = Field(primary_key=True)
    kind: str = Field(sa_type=Word(LinkKind))
    username: str = Field(index=True)
    """Whom it is for; empty where nobody is known yet."""
    detail: dict[str, Any] = Field(sa_type=_JSON)
    created_by: str
    created_at: datetime = Field(sa_type=_AT)
    expires_at: datetime = Field(sa_type=_AT)
    used_at: datetime | None = Field(default=None, sa_type=_AT)


class SecondFactorRow(SQLModel, table=True):
    """The secret from which somebody's one-time codes are made, sealed."""

    __tablename__ = "second_factor"

    username: str = Field(primary_key=True, foreign_key="account.username")
    sealed: str
    begun_at: datetime = Field(sa_type=_AT)
    confirmed_at: datetime | None = Field(default=None, sa_type=_AT)
    """When the first code was right; until then it is asked of nobody."""
    last_step: int
    """Number of the last code that was taken; it and those before are never taken again."""


class RecoveryCodeRow(SQLModel, table=True):
    """A code for whoever lost the device of the second factor; only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: str = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", index=True)
    used_at: datetime | None = Field(default=None, sa_type=_AT)


class OutsideIdentityRow(SQLModel, table=True):
    """Who somebody is at the organisation's own sign-in."""

    __tablename__ = "outside_identity"

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", index=True)
    linked_at: datetime = Field(sa_type=_AT)


class RoleRequestRow(SQLModel, table=True):
    """Administrator rights that wait for a second administrator's yes."""

    __tablename__ = "role_request"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(foreign_key="account.username")
    roles: list[str] = Field(sa_type=_JSON)
    reason: str
    asked_by: str
    asked_at: datetime = Field(sa_type=_AT)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    is_granted: bool = False


class DailyMailRow(SQLModel, table=True):
    """Somebody wants to be told each working day what waits for them."""

    __tablename__ = "daily_mail"

    username: str = Field(primary_key=True, foreign_key="account.username")
    address: str
    told_on: date | None = None
