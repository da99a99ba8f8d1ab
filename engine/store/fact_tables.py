"""Rows of facts that are kept as things happen, for figures; they never leave ``engine.store``."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.domain.step_fact import Ending
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()

IS_DONE = "ended = 'done'"
"""Which facts tell of work; a query says it in the same words to use their indexes."""


class StepFactRow(SQLModel, table=True):
    """One human step that has ended; the journal tells the same."""

    __tablename__ = "step_fact"
    __table_args__ = (
        # What a figure is made of stands behind the order, so that counting reads no rows; also
        # what an index is limited to, since SQLite would else look into each row for it.
        Index(
            "ix_fact_done",
            *("ended_at", "element", "circle", "case_id", "process"),
            *("previous_at", "turn", "ended", "after"),
            sqlite_where=text(IS_DONE),
            postgresql_where=text(IS_DONE),
        ),
        Index(
            "ix_fact_worked",
            *("element", "worked", "ended_at", "circle", "case_id", "process", "ended"),
            sqlite_where=text(IS_DONE),
            postgresql_where=text(IS_DONE),
        ),
        Index(
            "ix_fact_due",
            *("due_at", "element", "circle", "case_id", "process", "ended_at", "ended"),
        ),
        {"sqlite_with_rowid": False},
    )

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    seq: int = Field(primary_key=True)
    """Of the event that ended it, in the journal of the case."""
    element: str
    process: str
    """How the digest of the process version begins; empty where it is not known."""
    ended: str = Field(sa_type=Word(Ending))
    opened_at: datetime = Field(sa_type=_AT)
    due_at: datetime = Field(sa_type=_AT)
    ended_at: datetime = Field(sa_type=_AT)
    worked: int
    """Working time from beginning to end, in seconds."""
    turn: int
    """1 and how many times it had been done in the case before."""
    previous_at: datetime | None = Field(default=None, sa_type=_AT)
    """When it had been done in the case before."""
    after: str
    """The element whose step was done last before this one began; empty for none."""
    circle: str = ""
    """As its case has it."""


class FactBacklogRow(SQLModel, table=True):
    """Cases of an earlier release whose facts are still to be made; no row when all are."""

    __tablename__ = "fact_backlog"

    id: int | None = Field(default=None, primary_key=True)
    after_id: int
    """The last case whose facts were made."""
    until_id: int
    """The last case that there was when facts began to be kept."""
