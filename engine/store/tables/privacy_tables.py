"""Rows about the people behind complaints: who they are to us, and what may not be erased."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from engine.domain.complaint import Channel
from engine.domain.subject_request import Right, Stage
from engine.store.column import UtcDateTime, Word, json_type

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


class SubjectRequestRow(SQLModel, table=True):
    """What somebody asks for about their own data; words and names are sealed with their key."""

    __tablename__ = "subject_request"
    __table_args__ = (
        CheckConstraint(
            "(answered_on IS NULL) = (stage IN ('open', 'extended'))",
            name="subject_request_answered",
        ),
        Index(
            "ix_subject_request_open",
            "due_on",
            sqlite_where=text("answered_on IS NULL"),
            postgresql_where=text("answered_on IS NULL"),
        ),
        Index("ix_subject_request_subject", "subject_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Word(Right))
    channel: str = Field(sa_type=Word(Channel))
    subject_id: str = Field(foreign_key="subject.id")
    case_id: int | None = Field(default=None, foreign_key="complaint_case.id")
    """By which it is known who it is; None for somebody of whom nothing else is held."""
    name: str
    """Only of somebody of whom nothing else is held, as the address."""
    email: str
    text: str
    received_on: date
    first_due_on: date
    due_on: date
    owner: str
    recorded_by: str
    recorded_at: datetime = Field(sa_type=_AT)
    stage: str = Field(sa_type=Word(Stage))
    identity_asked_on: date | None = None
    identity_seen_on: date | None = None
    extended_on: date | None = None
    extension_reason: str
    exported_at: datetime | None = Field(default=None, sa_type=_AT)
    disposal_id: int | None = Field(default=None, foreign_key="disposal.id")
    answered_on: date | None = None
    answered_by: str
    answer: str
    warned: int | None = None
    """So many days before it was due."""
    climbed_at: datetime | None = Field(default=None, sa_type=_AT)
