"""Rows of facts of complaints, made by a job from what is recorded of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from engine.domain.case_fact import FactKind
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class CaseFactRow(SQLModel, table=True):
    """One fact of a complaint, see ``engine.domain.case_fact``."""

    __tablename__ = "case_fact"
    __table_args__ = (
        # What facts are counted, told apart and summed up by stands in the index.
        Index("ix_case_fact_at", "kind", "at", "case_id", "detail", "good", "value", "circle"),
        Index("ix_case_fact_rank", "kind", "value_class", "at", "value", "case_id", "circle"),
        {"sqlite_with_rowid": False},
    )

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    kind: str = Field(sa_type=Word(FactKind), primary_key=True)
    number: int = Field(primary_key=True)
    detail: str
    at: datetime = Field(sa_type=_AT)
    day: int
    """Number of the day (UTC) in which it lies; see ``engine.domain.tally``."""
    value: int = Field(sa_type=BigInteger)
    value_class: int
    good: bool | None = None
    circle: str
    """As its case has it."""


class CaseTraitRow(SQLModel, table=True):
    """By what the facts of a complaint are told apart."""

    __tablename__ = "case_trait"
    __table_args__ = (
        Index(
            "ix_case_trait_open",
            "received_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_case_trait_closed", "closed_at"),
    )

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    circle: str
    received_at: datetime = Field(sa_type=_AT)
    closed_at: datetime | None = Field(default=None, sa_type=_AT)
    category: str
    severity: str
    channel: str
    language: str
    vulnerable: str
    regime: str
    team: str
    handler: str
    outcome: str


class ChangedCaseRow(SQLModel, table=True):
    """That a complaint has changed and its facts are to be made anew; a job takes the row.

    Every command writes one, so that the database looks up nothing for it: the number is of a
    complaint that the same transaction changes.
    """

    __tablename__ = "changed_case"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int
