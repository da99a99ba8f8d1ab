"""Rows of scenarios: of a draft one by one, of a version for good; and of what they have shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


class DraftScenarioRow(SQLModel, table=True):
    """One scenario of a draft; one that was dropped stays, so that no other gets its number."""

    __tablename__ = "draft_scenario"
    __table_args__ = (
        Index(
            "ux_draft_scenario_title",
            "draft_id",
            "title",
            unique=True,
            sqlite_where=text("dropped_at IS NULL"),
            postgresql_where=text("dropped_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="process_draft.id")
    title: str
    text: str
    origin: str
    rev: int
    edited_by: str
    edited_at: datetime = Field(sa_type=_AT)
    dropped_at: datetime | None = Field(default=None, sa_type=_AT)


class VersionScenariosRow(SQLModel, table=True):
    """The scenarios of a version from a moment on; never changed, the last row counts."""

    __tablename__ = "version_scenarios"

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(foreign_key="process_version.digest", index=True)
    scenarios: list[dict[str, str]] = Field(sa_type=_JSON)
    kept_by: str
    kept_at: datetime = Field(sa_type=_AT)


class TrialRunRow(SQLModel, table=True):
    """What became of scenarios, or of closed cases, on a draft or proposal; never changed."""

    __tablename__ = "trial_run"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    content: str = Field(index=True)
    around: str
    draft: int | None = Field(default=None, index=True)
    run_by: str
    run_at: datetime = Field(sa_type=_AT)
    results: dict[str, Any] = Field(sa_type=_JSON)
