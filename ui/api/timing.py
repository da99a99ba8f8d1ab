"""Time limits: more time for one, and telling what starts or stops them outside of the diagram."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from engine.domain.extension import MOST, RequestState
from engine.domain.regime import Ground, Occasion
from engine.services.handling import casefile, extensions
from engine.services.running import timing
from ui.api.complaint import Reason
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.operation import served_by
from ui.api.reading import Body, Reference, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(prefix="/complaints/{reference}", tags=["Complaints"], route_class=StrictRoute)

Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_.]{0,99}$", examples=["final_response"])]
Number = Annotated[int, Path(ge=1, le=MOST, description="Of the request.")]
_REQUEST = "/extension-requests/{number}"


class NewExtension(Body):
    """How much more time is asked for, and why."""

    ground: Ground
    reason: Annotated[Text, Field(min_length=1, max_length=4_000)] = Field(
        description="In words that the complainant reads.", examples=["The expert needs a week."]
    )
    until: date | None = Field(
        default=None, description="Last day that is asked for; the farthest when left out."
    )


class NewOccasion(Body):
    """What happened, and when."""

    occasion: Occasion
    at: datetime | None = Field(default=None, description="With a zone; now when left out.")


class ExtensionRequest(Shape):
    """More time that somebody has asked for, and what became of it."""

    number: int
    code: str
    ground: Ground
    reason: str
    until: date | None
    asked_by: str
    asked_at: datetime
    state: RequestState
    decided_by: str
    decided_at: datetime | None
    answer: str = Field(description="Why it was declined or taken back.")


class ExtensionRequestList(Shape):
    """The requests for more time of a complaint."""

    items: list[ExtensionRequest]


@router.post(
    "/clocks/{code}/extension-requests", status_code=204, **served_by("extensions.ask_extension")
)
def ask_extension(here: Here, asked: AskedOfSeenCase, code: Code, wanted: NewExtension) -> None:
    """Ask for more time as the rule of a time limit allows; somebody else grants it."""
    extensions.ask_extension(here, **asked, code=code, answers=wanted.model_dump())


@router.get("/extension-requests", **served_by("casefile.view"))
def list_extension_requests(here: Here, who: Who, reference: Reference) -> ExtensionRequestList:
    """List what more time was asked for, oldest first."""
    found = casefile.view(here, actor=who, reference=reference).extensions
    return ExtensionRequestList.model_validate({"items": found})


@router.post(f"{_REQUEST}/grant", status_code=204, **served_by("extensions.grant_extension"))
def grant_extension(here: Here, asked: AskedOfSeenCase, number: Number) -> None:
    """Make a time limit longer as it was asked for; the complainant is told at once."""
    extensions.grant_extension(here, **asked, number=number)


@router.post(f"{_REQUEST}/decline", status_code=204, **served_by("extensions.decline_extension"))
def decline_extension(here: Here, asked: AskedOfSeenCase, number: Number, why: Reason) -> None:
    """Leave a time limit as it is; whoever asked reads why."""
    extensions.decline_extension(here, **asked, number=number, reason=why.reason)


@router.post(f"{_REQUEST}/withdraw", status_code=204, **served_by("extensions.withdraw_extension"))
def withdraw_extension(here: Here, asked: AskedOfSeenCase, number: Number, why: Reason) -> None:
    """Take a request for more time back."""
    extensions.withdraw_extension(here, **asked, number=number, reason=why.reason)


@router.post("/occasions", status_code=204, **served_by("timing.note_occasion"))
def note_occasion(here: Here, asked: AskedOfSeenCase, told: NewOccasion) -> None:
    """Record what happened outside of the diagram, and starts or stops time limits."""
    timing.note_occasion(here, **asked, occasion=told.occasion, at=told.at)
