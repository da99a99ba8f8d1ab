"""Rows of complaints that were taken to a body outside."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.domain.referral import BodyDecision
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class ReferralRow(SQLModel, table=True):
    """One way to a body outside, and what came of it."""

    __tablename__ = "external_referral"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    body: str
    their_reference: str
    """Sealed."""
    referred_on: date
    recorded_by: str
    recorded_at: datetime = Field(sa_type=_AT)
    file_sent_by: str | None = None
    file_sent_at: datetime | None = Field(default=None, sa_type=_AT)
    decision: str | None = Field(default=None, sa_type=Word(BodyDecision))
    decided_on: date | None = None
    summary: str
    """Sealed."""
    comply_by: date | None = None
    remedy: int | None = None
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=_AT)
