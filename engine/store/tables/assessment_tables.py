"""Rows of how complaints were judged, each with what the table suggested."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.domain.complaint import Complexity, Safety
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class AssessmentRow(SQLModel, table=True):
    """One assessment of a case."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    severity: int
    safety: str = Field(sa_type=Word(Safety))
    complexity: str = Field(sa_type=Word(Complexity))
    amount_minor: int = Field(sa_type=BigInteger)
    vulnerable: bool
    process: str = Field(foreign_key="process_version.digest")
    rules: str
    suggested_route: str
    suggested_priority: int | None = None
    route: str
    priority: int | None = None
    reason: str
    """Sealed."""
    by: str
    at: datetime = Field(sa_type=_AT)
