"""Rows of persons complained about, and of those who are kept away from a complaint."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.domain.respondent import KeptOut
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class RespondentRow(SQLModel, table=True):
    """A person of whom somebody complains; what they were told and said is in statements."""

    __tablename__ = "respondent"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    username: str
    name: str
    """Sealed."""
    unit: str
    """Sealed."""
    about: str
    """Sealed."""
    issue: int | None = None
    named_by: str
    named_at: datetime = Field(sa_type=_AT)
    told_by: str = ""
    told_at: datetime | None = Field(default=None, sa_type=_AT)
    reply_by: date | None = None
    replied_at: datetime | None = Field(default=None, sa_type=_AT)
    silent_at: datetime | None = Field(default=None, sa_type=_AT)
    removed_by: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=_AT)


class KeptOutRow(SQLModel, table=True):
    """Somebody who works here and is kept away from a case."""

    __tablename__ = "case_kept_out"
    __table_args__ = (Index("ix_case_kept_out", "username", "kind", "case_id"),)

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    username: str = Field(primary_key=True)
    kind: str = Field(sa_type=Word(KeptOut), primary_key=True)
    reason: str
    """Sealed; empty where the person is named."""
    since: datetime = Field(sa_type=_AT)
