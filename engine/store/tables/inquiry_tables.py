"""Rows of what was asked while a complaint was investigated."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.domain.inquiry import Asked, InquiryState
from engine.domain.interview import Consent, Interviewed, Meeting
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


class InquiryRow(SQLModel, table=True):
    """One request for information, and its answer."""

    __tablename__ = "inquiry"
    __table_args__ = (
        UniqueConstraint("case_id", "number", name="uq_inquiry_number"),
        Index(
            "ix_inquiry_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index("ix_inquiry_to", "asked", "to", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    asked: str = Field(sa_type=Word(Asked))
    to: str
    """User name or code of a team; empty for somebody outside."""
    name: str
    """Sealed, as all texts of people are here."""
    email: str
    question: str
    documents: list[int] = Field(sa_type=_JSON)
    due_on: date
    asked_by: str
    asked_at: datetime = Field(sa_type=_AT)
    state: str = Field(sa_type=Word(InquiryState))
    chased: int
    chased_at: datetime | None = Field(default=None, sa_type=_AT)
    next_at: datetime | None = Field(default=None, sa_type=_AT)
    told_at: datetime | None = Field(default=None, sa_type=_AT)
    mails: list[str] = Field(sa_type=_JSON)
    answer: str
    source: str
    answered_by: str
    answered_at: datetime | None = Field(default=None, sa_type=_AT)
    answer_documents: list[int] = Field(sa_type=_JSON)
    reason: str


class InterviewRow(SQLModel, table=True):
    """Whom somebody spoke with, and what was said."""

    __tablename__ = "interview"
    __table_args__ = (UniqueConstraint("case_id", "number", name="uq_interview_number"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    who: str = Field(sa_type=Word(Interviewed))
    name: str
    """Sealed, as all texts of people are here."""
    held_at: datetime = Field(sa_type=_AT)
    led_by: str
    meeting: str = Field(sa_type=Word(Meeting))
    place: str
    consent: str = Field(sa_type=Word(Consent))
    notes: str
    documents: list[int] = Field(sa_type=_JSON)
    kept_by: str
    kept_at: datetime = Field(sa_type=_AT)
