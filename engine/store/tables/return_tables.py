"""Rows of returns to regulators: prepared, and as they were sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.domain.regulator_return import ReturnKind
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class KeptReturnRow(SQLModel, table=True):
    """One return with its file; none is ever changed or removed."""

    __tablename__ = "kept_return"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Word(ReturnKind))
    begin_at: datetime = Field(sa_type=_AT)
    end_at: datetime = Field(sa_type=_AT)
    cases: int
    made_by: str
    made_at: datetime = Field(sa_type=_AT)
    sha256: str
    """Of the file, hex; the journal has it too."""
    content: bytes = Field(sa_type=LargeBinary)
    """The file, packed by zlib."""


class ReturnPreparationRow(SQLModel, table=True):
    """One return of one period that is to be sent; what it held when it was prepared stays."""

    __tablename__ = "return_preparation"
    __table_args__ = (UniqueConstraint("kind", "begin_at", "end_at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Word(ReturnKind))
    begin_at: datetime = Field(sa_type=_AT)
    end_at: datetime = Field(sa_type=_AT)
    due_on: date
    prepared_at: datetime = Field(sa_type=_AT)
    cases: int
    problems: int
    untied: int
    sha256: str
    """Of the file that would have been sent then, hex; the journal has it too."""
    looked_at: datetime = Field(sa_type=_AT)
    latest_cases: int
    latest_problems: int
    latest_untied: int
    latest_sha256: str
    reminded: int | None = None
    """Working days before the due day of the last reminder."""
    climbed_at: datetime | None = Field(default=None, sa_type=_AT)
