"""Time limits: extending one, and telling what starts or stops them outside of the diagram."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from engine.domain.regime import Ground, Occasion
from engine.services import timing
from ui.api.context import AskedOfSeenCase, Here
from ui.api.operation import served_by
from ui.api.reading import Body, StrictRoute, Text

router = APIRouter(prefix="/complaints/{reference}", tags=["Complaints"], route_class=StrictRoute)

Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_.]{0,99}$", examples=["final_response"])]


class NewExtension(Body):
    """How much longer a time limit is to be, and why."""

    ground: Ground
    reason: Annotated[Text, Field(min_length=1, max_length=4_000)] = Field(
        description="In words that the complainant reads.", examples=["The expert needs a week."]
    )
    until: date | None = Field(
        default=None, description="Last day that is granted; the farthest when left out."
    )


class NewOccasion(Body):
    """What happened, and when."""

    occasion: Occasion
    at: datetime | None = Field(default=None, description="With a zone; now when left out.")


@router.post("/clocks/{code}/extension", status_code=204, **served_by("timing.extend"))
def extend(here: Here, asked: AskedOfSeenCase, code: Code, wanted: NewExtension) -> None:
    """Make a time limit longer as its rule allows; the complainant is told at once."""
    timing.extend(
        here, **asked, code=code, ground=wanted.ground, reason=wanted.reason, until=wanted.until
    )


@router.post("/occasions", status_code=204, **served_by("timing.note_occasion"))
def note_occasion(here: Here, asked: AskedOfSeenCase, told: NewOccasion) -> None:
    """Record what happened outside of the diagram, and starts or stops time limits."""
    timing.note_occasion(here, **asked, occasion=told.occasion, at=told.at)
