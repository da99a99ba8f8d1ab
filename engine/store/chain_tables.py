"""Rows that prove what happened: the chain of the organisation beside those of the cases."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime

_AT: Any = UtcDateTime()


class OrganisationEventRow(SQLModel, table=True):
    """One event that belongs to no case; triggers forbid change and removal."""

    __tablename__ = "organisation_event"

    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=_AT)
    actor: str
    type: str = Field(index=True)
    detail: str
    """Canonical JSON: exactly the bytes that were hashed."""
    prev_hash: str
    hash: str


class OrganisationChainRow(SQLModel, table=True):
    """Where the chain of the organisation ends; there is one such row."""

    __tablename__ = "organisation_chain"

    id: int | None = Field(default=None, primary_key=True)
    seq: int
    head: str
