"""Rows of letters that need a hand: to be posted, or not arrived."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.domain.posting import PostingState
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()
IS_OPEN = "state IN ('waiting', 'failed')"
"""Which letters somebody has something to do with; a query says it in the same words."""
IS_DATED = "(state = 'posted') = (posted_on IS NOT NULL)"


class PostingRow(SQLModel, table=True):
    """One letter that needs or needed a hand; the database refuses a second row for it."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("communication_id", name="uq_posting_letter"),
        CheckConstraint(IS_DATED, name="ck_posting_day"),
        Index("ix_posting_case", "case_id"),
        Index(
            "ix_posting_open",
            *("state", "since", "id"),
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_posting_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    communication_id: int = Field(foreign_key="communication.id")
    state: str = Field(sa_type=Word(PostingState))
    since: datetime = Field(sa_type=_AT)
    late_at: datetime = Field(sa_type=_AT)
    occasions: list[str] = Field(sa_type=_JSON)
    why: str
    """Sealed, as tracking and reason are."""
    chased: int
    next_at: datetime | None = Field(default=None, sa_type=_AT)
    posted_on: date | None = None
    settled_by: str
    settled_at: datetime | None = Field(default=None, sa_type=_AT)
    tracking: str
    reason: str
