"""Assessments of a complaint: what is suggested, what was chosen, and assessing it anew."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from engine.domain.complaint import Complexity, Safety, Severity
from engine.services.handling import assessing
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.operation import served_by
from ui.api.reading import Body, Reference, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(prefix="/complaints/{reference}", tags=["Complaints"], route_class=StrictRoute)


class Judgement(Body):
    """How a complaint is judged."""

    severity: Severity
    safety: Safety = Safety.NONE
    complexity: Complexity
    amount: Decimal = Field(default=Decimal(0), ge=0, max_digits=14, decimal_places=2)
    vulnerable: bool = False
    chosen_priority: Literal[1, 2, 3, 4, 5] | None = Field(
        default=None, description="Another priority than suggested."
    )
    override_reason: Annotated[Text, Field(min_length=1, max_length=2_000)] = Field(
        examples=["She has called four times already."]
    )


class Assessment(Shape):
    """How a complaint was judged once."""

    number: int
    severity: Severity
    safety: Safety
    complexity: Complexity
    amount: Decimal
    vulnerable: bool
    rules: str = Field(description="Ids of the rules that fit, separated by blanks.")
    process: str = Field(description="Digest of the process version whose table was asked.")
    suggested_route: str
    suggested_priority: int | None
    route: str
    priority: int | None
    reason: str
    by: str
    at: datetime


@router.get("/assessments", **served_by("assessing.of_case"))
def list_assessments(here: Here, who: Who, reference: Reference) -> list[Assessment]:
    """Return every assessment of a complaint, oldest first."""
    found = assessing.of_case(here, actor=who, reference=reference)
    return [Assessment.model_validate(each) for each in found]


@router.post("/assessments", status_code=204, **served_by("assessing.reassess"))
def reassess_complaint(here: Here, asked: AskedOfSeenCase, said: Judgement) -> None:
    """Assess a complaint anew; every earlier assessment stays."""
    assessing.reassess(here, **asked, answers=said.model_dump())
