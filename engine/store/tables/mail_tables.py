"""Rows about mails that came in; each is sealed with a key of its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime

_AT: Any = UtcDateTime()


class IncomingMailRow(SQLModel, table=True):
    """A mail that came in, as it came, and what became of it."""

    __tablename__ = "incoming_mail"
    __table_args__ = (
        Index("ix_incoming_mail_case", "case_id", "id"),
        Index("ix_incoming_mail_sender", "sender_mark", "recorded_at"),
        Index("ix_incoming_mail_state", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    """Blind: what two deliveries of the same mail have in common, and nobody can read."""
    case_id: int | None = Field(default=None, foreign_key="complaint_case.id")
    kind: str
    state: str
    reason: str
    """Why it is in its state; the words of a person are sealed instead, in ``head``."""
    sender_mark: str | None = None
    """Blind: the address it says it comes from."""
    arrived_at: datetime = Field(sa_type=_AT)
    recorded_at: datetime = Field(sa_type=_AT)
    settled_at: datetime | None = Field(default=None, sa_type=_AT)
    """When it was filed, answered or discarded; None while somebody must look at it."""
    settled_by: str = ""
    has_receipt: bool
    """Whether its sender was told by itself that it came."""
    opened_case: bool
    """Whether a complaint was opened for it by itself."""
    master_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Its key, sealed by the keyring: while it belongs to no case."""
    sealed_key: str = ""
    """Its key, sealed by that of the subject: once it belongs to a case."""
    head: str
    """Sealed: sender, title and the like, as JSON."""
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Sealed and packed: the mail as it came."""
