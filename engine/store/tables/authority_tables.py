"""Rows of the authority by which somebody speaks for a complainant."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.domain.authority import AuthorityKind
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class AuthorityRow(SQLModel, table=True):
    """What shows that somebody may speak for the complainant of a case."""

    __tablename__ = "representative_authority"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    name: str
    """Sealed."""
    kind: str = Field(sa_type=Word(AuthorityKind))
    scope: str
    """Sealed."""
    document: int | None = None
    received_on: date
    valid_until: date | None = None
    recorded_by: str
    recorded_at: datetime = Field(sa_type=_AT)
    checked_by: str = ""
    checked_at: datetime | None = Field(default=None, sa_type=_AT)
    finding: str = ""
    """Sealed."""
    refused_by: str = ""
    refused_at: datetime | None = Field(default=None, sa_type=_AT)
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = Field(default=None, sa_type=_AT)
    reason: str = ""
    """Sealed."""
