"""What other programs are told of figures, and of the complaints behind them."""

from datetime import datetime

from pydantic import Field

from engine.domain.kpi import Unit
from ui.api.shape import Shape


class Figure(Shape):
    """One figure with its definition."""

    id: str = Field(examples=["answered_on_time"])
    title: str
    formula: str
    unit: Unit
    value: float | None = Field(description="None when there was nothing to measure.")
    n: int = Field(description="Number of complaints behind the value, or of what else it is made.")


class Figures(Shape):
    """The figures of a period."""

    begin: datetime
    end: datetime
    items: list[Figure]


class CaseLine(Shape):
    """One complaint behind a figure."""

    reference: str
    summary: str
    category: str
    severity: int
    received_at: datetime
    decided_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


class CaseLines(Shape):
    """A page of the complaints behind a figure."""

    items: list[CaseLine]
    total: int
