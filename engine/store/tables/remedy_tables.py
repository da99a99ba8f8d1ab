"""Rows of what is done for a complainant, remedy by remedy."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.domain.remedy import RemedyKind, RemedyState
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class RemedyRow(SQLModel, table=True):
    """One thing that was proposed, offered, carried out and verified, or not."""

    __tablename__ = "remedy"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("verified_by <> carried_out_by", name="ck_remedy_two_people"),
        Index("ix_remedy_due", "state", "due_on"),
        Index("ix_remedy_paid", "category", "offered_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    issue: int
    kind: str = Field(sa_type=Word(RemedyKind))
    category: str
    """Of the issue, as it was when the remedy was proposed."""
    text: str
    """Sealed."""
    amount_minor: int = Field(sa_type=BigInteger)
    owner: str
    due_on: date
    proposed_by: str
    proposed_at: datetime = Field(sa_type=_AT)
    state: str = Field(sa_type=Word(RemedyState))
    offered_at: datetime | None = Field(default=None, sa_type=_AT)
    answered_at: datetime | None = Field(default=None, sa_type=_AT)
    carried_out_by: str | None = None
    carried_out_at: datetime | None = Field(default=None, sa_type=_AT)
    proof: str
    """Sealed."""
    needs_check: bool
    verified_by: str | None = None
    verified_at: datetime | None = Field(default=None, sa_type=_AT)
    overdue_at: datetime | None = Field(default=None, sa_type=_AT)
    """When it was told that its date was over; once."""
