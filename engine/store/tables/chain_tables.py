"""Rows that prove what happened: the chain of the organisation beside those of the cases."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


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


class CheckpointRow(SQLModel, table=True):
    """A signed statement of where every chain ended; triggers forbid change and removal."""

    __tablename__ = "checkpoint"

    number: int | None = Field(default=None, primary_key=True)
    body: str
    """Canonical JSON: exactly the bytes that were signed."""
    signature: str
    changes: str
    """Which chains went on since the checkpoint before, and how far."""


class ChunkRow(SQLModel, table=True):
    """The ends of neighbouring cases at the last checkpoint; made anew from their journal."""

    __tablename__ = "journal_chunk"

    number: int | None = Field(default=None, primary_key=True)
    cases: int
    events: int
    root: str
    ends: str
    """JSON: case, number of events and the beginning of the last hash, one after the other."""


class VerificationRow(SQLModel, table=True):
    """One run of a verification, while it runs and afterwards."""

    __tablename__ = "verification"

    id: int | None = Field(default=None, primary_key=True)
    scope: str
    by: str
    started_at: datetime = Field(sa_type=_AT)
    seen_at: datetime = Field(sa_type=_AT)
    """When it was last heard of."""
    finished_at: datetime | None = Field(default=None, sa_type=_AT)
    cases: int
    events: int
    expected: int
    """Events that there were to look at when it began."""
    findings: list[dict[str, str]] = Field(sa_type=_JSON)
    notes: list[str] = Field(sa_type=_JSON)
