"""Rows about the people behind complaints: who they are to us, and what may not be erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


class SubjectRow(SQLModel, table=True):
    """One person who complained; everything personal of the cases is sealed with the key here."""

    __tablename__ = "subject"

    id: str = Field(primary_key=True)
    sealed_key: bytes | None = None
    """Sealed with a key outside the database; None when the person was erased."""
    email_mark: str | None = Field(default=None, unique=True)
    """Equal for equal addresses; nobody can tell the address from it."""
    created_at: datetime = Field(sa_type=_AT)
    erased_at: datetime | None = Field(default=None, sa_type=_AT)


class JournalValueRow(SQLModel, table=True):
    """What is personal in one event: sealed, erasable; the journal has only a commitment to it."""

    __tablename__ = "journal_value"

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    seq: int = Field(primary_key=True)
    sealed: str


class LegalHoldRow(SQLModel, table=True):
    """Why the personal data of a case must be kept for now."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(
            "ux_legal_hold",
            "case_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    reason: str
    placed_by: str
    placed_at: datetime = Field(sa_type=_AT)
    lifted_by: str = ""
    lifted_at: datetime | None = Field(default=None, sa_type=_AT)


class DisposalRow(SQLModel, table=True):
    """One erasure: proposed by one person, carried out by another."""

    __tablename__ = "disposal"
    __table_args__ = (CheckConstraint("decided_by <> proposed_by", name="two_keys"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    cases: list[int] = Field(sa_type=_JSON)
    """Numbers of the cases whose personal data go."""
    reason: str
    proposed_by: str
    proposed_at: datetime = Field(sa_type=_AT)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    state: str
    certificate: dict[str, Any] = Field(sa_type=_JSON)
    """What was erased, in numbers; empty until then."""
