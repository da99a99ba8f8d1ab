"""Rows of what was looked at of a process in a week, and of what was found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.domain.process_health import Change
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class ProcessLookRow(SQLModel, table=True):
    """A week of a process that was looked at."""

    __tablename__ = "process_look"

    process: str = Field(primary_key=True)
    week: date = Field(primary_key=True)
    """Its first day."""
    version: int
    done: int
    compared: int
    complaints: int
    looked_at: datetime = Field(sa_type=_AT)


class ProcessFindingRow(SQLModel, table=True):
    """Something in which a process did not run as before, or as it is drawn."""

    __tablename__ = "process_finding"
    __table_args__ = (
        UniqueConstraint("process", "week", "kind", "element"),
        Index(
            "ix_process_finding_unseen",
            "week",
            sqlite_where=text("seen_by = ''"),
            postgresql_where=text("seen_by = ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    process: str
    week: date
    kind: str = Field(sa_type=Word(Change))
    element: str
    title: str
    before: float
    now: float
    n: int
    unheld_before: float | None = None
    unheld_now: float | None = None
    since: date
    """First day of the week in which it was news."""
    seen_by: str = ""
    seen_at: datetime | None = Field(default=None, sa_type=_AT)
    note: str = ""
