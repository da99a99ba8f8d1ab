"""Rows of scenarios that are kept with a process."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime

_AT: Any = UtcDateTime()


class ScenarioRow(SQLModel, table=True):
    """One scenario; one that was dropped stays, so that what Redress ships does not come back."""

    __tablename__ = "process_scenario"
    __table_args__ = (
        Index(
            "ux_scenario_title",
            "process_id",
            "title",
            unique=True,
            sqlite_where=text("dropped_at IS NULL"),
            postgresql_where=text("dropped_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    process_id: str
    title: str
    text: str
    origin: str
    rev: int
    edited_by: str
    edited_at: datetime = Field(sa_type=_AT)
    dropped_at: datetime | None = Field(default=None, sa_type=_AT)
