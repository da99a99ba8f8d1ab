"""Rows of calls upwards as the database holds them; they never leave ``engine.store``."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.domain.complaint import EscalationReason
from engine.domain.ladder import Level
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class EscalationRow(SQLModel, table=True):
    """A call upwards that must be acknowledged."""

    __tablename__ = "escalation"
    __table_args__ = (
        Index("ix_escalation_case", "case_id", "id"),
        Index(
            "ix_escalation_climb",
            *("climb_at", "case_id"),
            sqlite_where=text("climb_at IS NOT NULL"),
            postgresql_where=text("climb_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    token: str
    reason: str = Field(sa_type=Word(EscalationReason))
    detail: str
    raised_by: str
    raised_at: datetime = Field(sa_type=_AT)
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=_AT)
    action: str = ""
    level: str = Field(sa_type=Word(Level))
    level_at: datetime | None = Field(default=None, sa_type=_AT)
    climb_at: datetime | None = Field(default=None, sa_type=_AT)
