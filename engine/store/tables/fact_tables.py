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
IS_AGAIN = "ended = 'done' AND turn > 1"
IS_LATE = "ended_at > due_at"


def _index(name: str, *columns: str, of: str = "") -> Index:
    limit = text(of) if of else None
    return Index(name, *columns, sqlite_where=limit, postgresql_where=limit)


class StepFactRow(SQLModel, table=True):
    """One human step that has ended; the journal tells the same."""

    __tablename__ = "step_fact"
    __table_args__ = (
        _index("ix_fact_ended", "ended_at"),
        _index("ix_fact_due", "due_at"),
        # What ranks and lists are chosen by stands in the index, so that they read no rows; also
        # what it is limited to, since SQLite would else look into each row for it.
        _index(
            "ix_fact_took",
            *("element", "took_class", "ended_at", "worked", "circle", "process", "case_id"),
            "ended",
            of=IS_DONE,
        ),
        _index("ix_fact_again", "element", "ended_at", of=IS_AGAIN),
        _index("ix_fact_late", "element", "due_at", of=IS_LATE),
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
    due_at: datetime | None = Field(default=None, sa_type=_AT)
    due_day: int | None = None
    """Number of the day (UTC) in which it fell due; see ``engine.domain.tally``."""
    ended_at: datetime = Field(sa_type=_AT)
    ended_day: int
    worked: int
    """Working time from beginning to end, in seconds."""
    held: int | None = None
    """Working time since somebody took it, in seconds; None where nobody did."""
    took_class: int
    """The class of durations that this is of."""
    turn: int
    """1 and how many times it had been done in the case before."""
    after: str
    """The element whose step was done last before this one began; empty for none."""
    circle: str = ""
    """As its case has it."""


class TallyRow(SQLModel, table=True):
    """How many facts there are of one kind, in so many days together."""

    __tablename__ = "tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series: str = Field(primary_key=True)
    """What is counted."""
    level: int = Field(primary_key=True)
    """How many days are counted together; see ``engine.domain.tally``."""
    unit: int = Field(primary_key=True)
    element: str = Field(primary_key=True)
    process: str = Field(primary_key=True)
    circle: str = Field(primary_key=True)
    detail: str = Field(primary_key=True)
    """What else tells these facts from others of the series."""
    n: int


class TallyChangeRow(SQLModel, table=True):
    """What a command adds to the tallies, or takes off; a job brings it in.

    No command changes a row that another one changes too, so that none waits for another.
    """

    __tablename__ = "tally_change"

    id: int | None = Field(default=None, primary_key=True)
    series: str
    day: int
    element: str
    process: str
    circle: str
    detail: str
    n: int


class FactBacklogRow(SQLModel, table=True):
    """Cases of an earlier release whose facts are still to be made; no row when all are."""

    __tablename__ = "fact_backlog"

    id: int | None = Field(default=None, primary_key=True)
    after_id: int
    """The last case whose facts were made."""
    until_id: int
    """The last case that there was when facts began to be kept."""
