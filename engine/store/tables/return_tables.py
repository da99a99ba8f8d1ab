"""Rows of returns to regulators, as they were sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary
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
