"""Rows of discarded mails that chance drew for a second judgement."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from engine.domain.second_look import SecondVerdict
from engine.store.column import UtcDateTime, Word

_AT: Any = UtcDateTime()


class SecondLookRow(SQLModel, table=True):
    """One mail; it is drawn at most once, and the row is never removed."""

    __tablename__ = "second_look"
    __table_args__ = (
        CheckConstraint("(verdict IS NULL) = (judged_at IS NULL)", name="second_look_judged"),
        Index("ix_second_look_period", "period_begin"),
    )

    mail_id: int = Field(foreign_key="incoming_mail.id", primary_key=True)
    period_begin: datetime = Field(sa_type=_AT)
    seed: str
    among: int
    drawn_at: datetime = Field(sa_type=_AT)
    verdict: str | None = Field(default=None, sa_type=Word(SecondVerdict))
    judged_by: str = ""
    judged_at: datetime | None = Field(default=None, sa_type=_AT)
