"""Rows of control charts, of what they found, and of what was said of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.domain.chart_rule import Rule
from engine.domain.control_chart import ChartKind
from engine.domain.signal import Disposition, Measured
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()


class WatchedChartRow(SQLModel, table=True):
    """One figure that is watched, with its points as the job read them last."""

    __tablename__ = "watched_chart"

    id: str = Field(primary_key=True)
    place: int
    """Where it stands among the others."""
    title: str
    kind: str = Field(sa_type=Word(ChartKind))
    measured: str = Field(sa_type=Word(Measured))
    points: list[list[Any]] = Field(sa_type=json_type())
    """Day, number, of how many, and how many complaints stand behind it."""
    told_at: datetime = Field(sa_type=_AT)


class ChartBaselineRow(SQLModel, table=True):
    """A change after which the limits of a chart are computed anew."""

    __tablename__ = "chart_baseline"
    __table_args__ = (UniqueConstraint("chart", "since"),)

    id: int | None = Field(default=None, primary_key=True)
    chart: str
    since: date
    reason: str
    set_by: str
    set_at: datetime = Field(sa_type=_AT)


class SignalRow(SQLModel, table=True):
    """Something on a chart that is more than chance; none is ever removed."""

    __tablename__ = "signal"
    __table_args__ = (
        UniqueConstraint("chart", "rule", "first"),
        Index(
            "ix_signal_open",
            "climbs_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    chart: str
    title: str
    rule: str = Field(sa_type=Word(Rule))
    side: int
    first: date
    last: date
    noticed: date
    found_at: datetime = Field(sa_type=_AT)
    owner: str = ""
    climbs_at: datetime = Field(sa_type=_AT)
    climbed_at: datetime | None = Field(default=None, sa_type=_AT)
    settled_at: datetime | None = Field(default=None, sa_type=_AT)


class SignalAnswerRow(SQLModel, table=True):
    """What somebody made of a signal; the last one counts, and none is ever removed."""

    __tablename__ = "signal_answer"
    __table_args__ = (UniqueConstraint("signal_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    signal_id: int = Field(foreign_key="signal.id")
    number: int
    """Which answer to this signal it is, from 1 on."""
    disposition: str = Field(sa_type=Word(Disposition))
    reason: str
    answered_by: str
    answered_at: datetime = Field(sa_type=_AT)
