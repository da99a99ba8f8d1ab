"""Rows of promises on time, and of the rules and calendars by which they are counted."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


class EditionRow(SQLModel, table=True):
    """One edition of a regime or of a calendar, as cases are counted by it; never changed."""

    __tablename__ = "edition"

    digest: str = Field(primary_key=True)
    """Of the content, so that an edition that was changed shows."""
    kind: str
    name: str
    version: str
    content: str
    kept_at: datetime = Field(sa_type=_AT)


class ClockRow(SQLModel, table=True):
    """One promise on time that runs for a case."""

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("case_id", "code"),
        Index(
            "ix_clock_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index("ix_clock_due", "code", "due_at", "state", "met_at", "case_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    code: str
    title: str
    kind: str
    started_at: datetime = Field(sa_type=_AT)
    due_at: datetime = Field(sa_type=_AT)
    warn_at: datetime = Field(sa_type=_AT)
    stops_on: str
    state: str
    met_at: datetime | None = Field(default=None, sa_type=_AT)
    warned_at: datetime | None = Field(default=None, sa_type=_AT)
    breached_at: datetime | None = Field(default=None, sa_type=_AT)
    next_at: datetime | None = Field(default=None, sa_type=_AT)
    paused_at: datetime | None = Field(default=None, sa_type=_AT)
    later_warns: list[str] = Field(default=[], sa_type=_JSON)
    lapses: bool = False
    profile: str = ""
    """Digest of an edition, as is ``calendar``; empty for clocks of releases that kept none."""
    variant: str = ""
    rule: str = ""
    calendar: str = ""
    moves: list[dict[str, Any]] = Field(default=[], sa_type=_JSON)


class ExtensionRow(SQLModel, table=True):
    """A time limit that was made longer, by somebody who does not own the case."""

    __tablename__ = "clock_extension"
    __table_args__ = (
        CheckConstraint("approver <> owner", name="extension_two_people"),
        Index("ix_extension_case", "case_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    code: str
    ground: str
    reason: str
    """Sealed."""
    owner: str
    approver: str
    before: datetime = Field(sa_type=_AT)
    due_at: datetime = Field(sa_type=_AT)
    at: datetime = Field(sa_type=_AT)


class PathRow(SQLModel, table=True):
    """How long it takes from one element of the diagram to the decision."""

    __tablename__ = "remaining_path"

    element: str = Field(primary_key=True)
    count: int
    seconds: int
    measured_at: datetime = Field(sa_type=_AT)


class CalendarChangeRow(SQLModel, table=True):
    """Running cases are counted by another calendar from then on; counts once confirmed."""

    __tablename__ = "calendar_change"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by", name="calendar_change_four_eyes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    calendar: str
    reason: str
    later: int
    earlier: int
    overdue: int
    proposed_by: str
    proposed_at: datetime = Field(sa_type=_AT)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    is_confirmed: bool = False
    cases: int = 0
    finished_at: datetime | None = Field(default=None, sa_type=_AT)
