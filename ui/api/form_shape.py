"""What steps ask, as the interface tells it."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field

from engine.domain.field_kind import FieldKind
from ui.api.shape import OwnStep, Shape


class FormChoice(Shape):
    """One of the answers that can be chosen."""

    value: str = Field(examples=["gas"], description="What is sent.")
    title: str = Field(examples=["Gas"])


class OwnField(Shape):
    """One question of a form that the organisation made itself."""

    name: str = Field(examples=["meter_kind"], description="What the answer is sent under.")
    title: str = Field(examples=["Which meter"])
    help: str
    kind: FieldKind
    required: bool = Field(description="Whether it must be answered where it is asked.")
    choices: list[FormChoice]
    minimum: Decimal | date | None = Field(
        description="The least number or day, or number of characters or choices."
    )
    maximum: Decimal | date | None
    shown_when: str = Field(
        examples=["meter_kind == 'gas'"],
        description="It is asked while this holds; what is answered otherwise is not kept.",
    )
    routes: bool = Field(description="The answer decides which way the complaint goes.")


class StepForm(Shape):
    """What a waiting step asks."""

    step: OwnStep
    about: str
    answers: dict[str, Any] = Field(description="JSON Schema of the answers.")
    is_own: bool = Field(description="The organisation made the form itself.")
    fields: list[OwnField] = Field(description="Of such a form; empty for a form of Redress.")


class FormEntry(Shape):
    """A form that a step may name."""

    name: str = Field(examples=["assess"])
    about: str
    answers: dict[str, Any] = Field(description="JSON Schema of its answers.")


class FormList(Shape):
    """Every form there is."""

    items: list[FormEntry]
