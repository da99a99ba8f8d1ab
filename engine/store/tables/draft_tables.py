"""Rows of processes that are being drafted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()
_IS_OPEN = "ended_at IS NULL"


class ProcessDraftRow(SQLModel, table=True):
    """A process that somebody works on; its files are those of its last save."""

    __tablename__ = "process_draft"
    __table_args__ = (
        Index(
            "ix_process_draft_open",
            "id",
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    process_id: str
    title: str
    based_on: str
    rev: int
    opened_by: str
    opened_at: datetime = Field(sa_type=_AT)
    edited_by: str
    edited_at: datetime = Field(sa_type=_AT)
    editors: list[str] = Field(sa_type=_JSON)
    repairs: list[dict[str, str]] = Field(sa_type=_JSON)
    ended_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=_AT)


class ProcessDraftSaveRow(SQLModel, table=True):
    """The files of a draft as one person left them; the one with the highest ``rev`` counts."""

    __tablename__ = "process_draft_save"

    draft_id: int = Field(primary_key=True, foreign_key="process_draft.id")
    rev: int = Field(primary_key=True)
    by: str
    begun_at: datetime = Field(sa_type=_AT)
    at: datetime = Field(sa_type=_AT)
    files: list[dict[str, str]] = Field(sa_type=_JSON)
    repairs: list[dict[str, str]] = Field(sa_type=_JSON)


class ProcessDraftPresenceRow(SQLModel, table=True):
    """When somebody last had a draft open."""

    __tablename__ = "process_draft_presence"

    draft_id: int = Field(primary_key=True, foreign_key="process_draft.id")
    username: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=_AT)


class ProcessDraftOriginalRow(SQLModel, table=True):
    """A file as it was uploaded, byte by byte."""

    __tablename__ = "process_draft_original"

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="process_draft.id", index=True)
    name: str
    content: bytes
    uploaded_by: str
    uploaded_at: datetime = Field(sa_type=_AT)
