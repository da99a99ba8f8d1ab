"""Rows of complaints that belong together."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from engine.domain.kinship import LinkKind
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()
HOLDS = "undone_at IS NULL"


class CaseLinkRow(SQLModel, table=True):
    """Two cases that somebody has linked; kept when it is undone.

    The pair is kept in one order, so that two of one pair are seen by the database.
    """

    __tablename__ = "case_link"
    __table_args__ = (
        CheckConstraint("case_id < other_id", name="ck_case_link_order"),
        Index(
            "ux_case_link_pair",
            "case_id",
            "other_id",
            unique=True,
            sqlite_where=text(HOLDS),
            postgresql_where=text(HOLDS),
        ),
        Index("ix_case_link_other", "other_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    other_id: int = Field(foreign_key="complaint_case.id")
    kind: str = Field(sa_type=Word(LinkKind))
    is_turned: bool
    """The kind is said of the second of the pair."""
    reason: str
    """Sealed with the key of the first."""
    linked_by: str
    linked_at: datetime = Field(sa_type=_AT)
    undone_by: str | None = None
    undone_at: datetime | None = Field(default=None, sa_type=_AT)
    undone_reason: str = ""
    """Sealed as well."""


class CaseMergeRow(SQLModel, table=True):
    """A case that somebody has merged into another; kept when it is undone."""

    __tablename__ = "case_merge"
    __table_args__ = (
        CheckConstraint("case_id <> other_id", name="ck_case_merge_two"),
        Index(
            "ux_case_merge_case",
            "case_id",
            unique=True,
            sqlite_where=text(HOLDS),
            postgresql_where=text(HOLDS),
        ),
        Index("ix_case_merge_other", "other_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    other_id: int = Field(foreign_key="complaint_case.id")
    own_received_at: datetime = Field(sa_type=_AT)
    """When the other was received itself."""
    carried: list[list[int]] = Field(sa_type=_JSON)
    """Issues that were taken over: the number of each, and the one that it has in the other."""
    reason: str
    """Sealed with the key of the case."""
    merged_by: str
    merged_at: datetime = Field(sa_type=_AT)
    undone_by: str | None = None
    undone_at: datetime | None = Field(default=None, sa_type=_AT)
    undone_reason: str = ""
    """Sealed as well."""
