"""Rows of packs for the management review, of the mails that carried them, and of meetings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.domain.review import PackKind
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()


class ReviewPackRow(SQLModel, table=True):
    """One pack with its files; the database refuses to change or remove it."""

    __tablename__ = "review_pack"
    __table_args__ = (UniqueConstraint("kind", "first"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Word(PackKind))
    first: date
    last: date
    made_at: datetime = Field(sa_type=_AT)
    made_by: str
    content: dict[str, Any] = Field(sa_type=json_type())
    html: bytes = Field(sa_type=LargeBinary)
    pdf: bytes = Field(sa_type=LargeBinary)
    statement: str
    signature: str


class ReviewMailRow(SQLModel, table=True):
    """Which pack goes with which mail."""

    __tablename__ = "review_mail"

    message_id: str = Field(primary_key=True)
    pack_id: int = Field(foreign_key="review_pack.id")


class ReviewMeetingRow(SQLModel, table=True):
    """A meeting about a pack; what was decided stands in the register of governance."""

    __tablename__ = "review_meeting"
    __table_args__ = (UniqueConstraint("pack_id", "held_on"),)

    id: int | None = Field(default=None, primary_key=True)
    pack_id: int = Field(foreign_key="review_pack.id")
    held_on: date
    present: list[str] = Field(sa_type=json_type())
    guests: str
    minutes: str
    record: int = Field(foreign_key="governance_record.id")
    recorded_by: str
    recorded_at: datetime = Field(sa_type=_AT)
