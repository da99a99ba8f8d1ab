"""Rows of what a complaint is about, issue by issue, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.domain.issue import CauseArea, FindingResult
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()
HAS_CAUSE = "cause_area IS NOT NULL"


class IssueRow(SQLModel, table=True):
    """One head of a complaint; what was found in words stands in the statement of who found it."""

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index(
            "ix_issue_cause",
            "found_at",
            sqlite_where=text(HAS_CAUSE),
            postgresql_where=text(HAS_CAUSE),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    text: str
    """Sealed."""
    category: str
    product: str
    desired_outcome: str
    """Sealed."""
    raised_by: str
    raised_at: datetime = Field(sa_type=_AT)
    result: str | None = Field(default=None, sa_type=Word(FindingResult))
    found_by: str | None = None
    found_at: datetime | None = Field(default=None, sa_type=_AT)
    cause_area: str | None = Field(default=None, sa_type=Word(CauseArea))
    is_systemic: bool = False
