"""Rows of requests for more time."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.domain.extension import RequestState
from engine.domain.regime import Ground
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()
IS_OPEN = "state = 'open'"


class ExtensionRequestRow(SQLModel, table=True):
    """More time that somebody has asked for; kept whatever became of it."""

    __tablename__ = "extension_request"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint(
            "state NOT IN ('granted', 'declined') OR decided_by <> asked_by",
            name="extension_request_four_eyes",
        ),
        Index(
            "ux_extension_request_open",
            "case_id",
            "code",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    number: int
    code: str
    ground: str = Field(sa_type=Word(Ground))
    reason: str
    """Sealed."""
    until: date | None = None
    due_at: datetime = Field(sa_type=_AT)
    asked_by: str
    asked_at: datetime = Field(sa_type=_AT)
    owner: str = ""
    state: str = Field(sa_type=Word(RequestState))
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    answer: str = ""
    """Sealed."""
