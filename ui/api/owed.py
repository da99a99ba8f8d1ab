"""What other programs are told of remedies that wait, and of what is usually paid."""

from decimal import Decimal

from pydantic import Field

from ui.api.shape import Remedy, Shape


class OpenRemedy(Shape):
    """A remedy that waits, with the complaint it belongs to."""

    reference: str = Field(examples=["C-2026-000001"])
    remedy: Remedy
    owner: str = Field(description="Name of who sees to it.")


class RemedyPage(Shape):
    """A page of remedies that wait."""

    items: list[OpenRemedy]
    total: int = Field(description="How many there are; counted to 1,000 at most.")


class PaidRange(Shape):
    """What was paid in similar complaints: smallest, quartiles, largest."""

    count: int
    low: Decimal
    lower: Decimal
    middle: Decimal
    upper: Decimal
    high: Decimal
