"""Rows of what an action shall move, and of whether it has helped."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.domain.improvement import Effect, Wants, Way
from engine.domain.issue import CauseArea
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
OPEN = "verdict IS NULL AND withdrawn_at IS NULL"


class AimRow(SQLModel, table=True):
    """What a systemic issue is about, or what an action shall move; one for a record."""

    __tablename__ = "improvement_aim"
    __table_args__ = (
        CheckConstraint("(chart = '') = (wants IS NULL)", name="improvement_aim_wants"),
        Index("ix_improvement_aim_chart", "chart"),
    )

    record_id: int = Field(foreign_key="governance_record.id", primary_key=True)
    way: str | None = Field(default=None, sa_type=Word(Way))
    cause_area: str | None = Field(default=None, sa_type=Word(CauseArea))
    category: str = ""
    affected: int | None = None
    chart: str = ""
    """Id of a watched chart, which may be given up later."""
    wants: str | None = Field(default=None, sa_type=Word(Wants))
    signal_id: int | None = Field(default=None, foreign_key="signal.id")
    acted_at: datetime | None = Field(default=None, sa_type=_AT)
    """When an action was carried out for the first time."""


class CheckRow(SQLModel, table=True):
    """A look at whether an action has helped; none is ever removed."""

    __tablename__ = "effectiveness_check"
    __table_args__ = (
        UniqueConstraint("record_id", "turn", "days"),
        CheckConstraint(
            "(verdict IS NULL) = (judged_at IS NULL)", name="effectiveness_check_judged"
        ),
        Index(
            "ix_effectiveness_check_open",
            "due_on",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="governance_record.id")
    turn: int
    days: int
    due_on: date
    climbs_at: datetime = Field(sa_type=_AT)
    climbed_at: datetime | None = Field(default=None, sa_type=_AT)
    verdict: str | None = Field(default=None, sa_type=Word(Effect))
    reason: str = ""
    judged_by: str = ""
    judged_at: datetime | None = Field(default=None, sa_type=_AT)
    measured: dict[str, Any] | None = Field(default=None, sa_type=json_type())
    asks_another: bool = False
    withdrawn_at: datetime | None = Field(default=None, sa_type=_AT)
