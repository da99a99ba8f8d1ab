"""Rows of plans by which running cases move to another version of their process."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.domain.migration_plan import Outcome, PlanState
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


class MigrationPlanRow(SQLModel, table=True):
    """A plan to move running cases to another version; none is ever removed."""

    __tablename__ = "migration_plan"

    id: int | None = Field(default=None, primary_key=True)
    process_id: str
    sources: list[str] = Field(sa_type=_JSON)
    """Digests, as is ``target``."""
    target: str = Field(foreign_key="process_version.digest")
    mapping: dict[str, str] = Field(sa_type=_JSON)
    rev: int
    state: str = Field(sa_type=Word(PlanState))
    made_by: str
    made_at: datetime = Field(sa_type=_AT)
    dry_run: dict[str, Any] = Field(sa_type=_JSON, default={})
    """What would become of every case; empty before it was tried out."""
    reason: str = ""
    begun_by: str = ""
    begun_at: datetime | None = Field(default=None, sa_type=_AT)
    advanced_at: datetime | None = Field(default=None, sa_type=_AT)
    finished_at: datetime | None = Field(default=None, sa_type=_AT)
    undone_by: str = ""
    undone_at: datetime | None = Field(default=None, sa_type=_AT)
    undone_reason: str = ""
    total: int = 0


class MigratedCaseRow(SQLModel, table=True):
    """What a plan did to one case."""

    __tablename__ = "migrated_case"
    __table_args__ = (
        UniqueConstraint("plan_id", "case_id"),
        Index("ix_migrated_case", "case_id"),
        Index("ix_migrated_outcome", "plan_id", "outcome", "case_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="migration_plan.id")
    case_id: int = Field(foreign_key="complaint_case.id")
    outcome: str = Field(sa_type=Word(Outcome))
    texts: list[str] = Field(sa_type=_JSON)
    """In words of the diagram; nothing of a person is in them."""
    process_before: str
    state_before: bytes
    """As it stood, for moving it back; empty where it was not moved."""
    hash_after: str
    """Of the state that it was given, hex: tells whether the case has gone on since."""
    at: datetime = Field(sa_type=_AT)
    kept_because: str = ""
    """Why it could not be moved back."""
