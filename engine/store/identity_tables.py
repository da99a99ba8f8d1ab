"""Rows about who may come in, and how: keys of programs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime, json_type

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
