"""Rows that say from when a published version is the one for new cases, and which is no more."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from engine.domain.process_version import ReleaseKind
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class ProcessReleaseRow(SQLModel, table=True):
    """A version made the one for new cases from a moment on; never changed."""

    __tablename__ = "process_release"

    id: int | None = Field(default=None, primary_key=True)
    process_id: str = Field(index=True)
    digest: str = Field(foreign_key="process_version.digest")
    kind: str = Field(sa_type=Word(ReleaseKind))
    valid_from: datetime = Field(sa_type=_AT)
    released_by: str
    released_at: datetime = Field(sa_type=_AT)
    reason: str


class ProcessRetirementRow(SQLModel, table=True):
    """A version on which no case begins any more; never changed."""

    __tablename__ = "process_retirement"

    digest: str = Field(primary_key=True, foreign_key="process_version.digest")
    retired_by: str
    retired_at: datetime = Field(sa_type=_AT)
    reason: str
