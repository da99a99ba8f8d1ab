"""By what authority somebody speaks for a complainant: recording, checking, ending it."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from engine.domain.authority import MOST, AuthorityKind, AuthorityState
from engine.services.people import authorities
from ui.api.complaint import Reason
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.operation import served_by
from ui.api.reading import Body, Line, Reference, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(prefix="/complaints/{reference}", tags=["Complaints"], route_class=StrictRoute)

Number = Annotated[int, Path(ge=1, le=MOST, description="Of the authority.")]
_OF_ONE = "/authorities/{number}"


class NewAuthority(Body):
    """What shows that somebody may speak for the complainant."""

    name: Annotated[Line, Field(min_length=2, max_length=200)] = Field(
        description="Of the representative, as the complaint names them.", examples=["Ruth Doe"]
    )
    kind: AuthorityKind
    received_on: date
    valid_until: date | None = Field(default=None, description="The last day on which it holds.")
    document: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        default=None, description="Number of the document that shows it."
    )
    scope: Annotated[Text, Field(max_length=2_000)] = Field(
        default="", description="What it covers; empty for the whole complaint."
    )


class Seen(Body):
    """What was looked at."""

    finding: Annotated[Text, Field(min_length=3, max_length=2_000)] = Field(
        examples=["The signature is that of the contract."]
    )


class Authority(Shape):
    """What shows that somebody may speak for the complainant."""

    number: int
    name: str
    kind: AuthorityKind
    scope: str
    document: int | None
    received_on: date
    valid_until: date | None
    recorded_by: str
    recorded_at: datetime
    checked_by: str
    checked_at: datetime | None
    finding: str
    refused_by: str
    refused_at: datetime | None
    withdrawn_by: str
    withdrawn_at: datetime | None
    reason: str


class Representation(Shape):
    """Who speaks for the complainant, and where their authority stands today."""

    representative: str
    state: AuthorityState | None
    authorities: list[Authority]


@router.get("/authorities", **served_by("authorities.of_case"))
def list_authorities(here: Here, who: Who, reference: Reference) -> Representation:
    """Return who speaks for the complainant, and by what authority."""
    found = authorities.of_case(here, actor=who, reference=reference)
    return Representation.model_validate(found)


@router.post("/authorities", status_code=204, **served_by("authorities.record_authority"))
def record_authority(here: Here, asked: AskedOfSeenCase, said: NewAuthority) -> None:
    """Record by what authority somebody speaks for the complainant; it counts once checked."""
    authorities.record_authority(here, **asked, answers=said.model_dump())


@router.post(f"{_OF_ONE}/check", status_code=204, **served_by("authorities.check_authority"))
def check_authority(here: Here, asked: AskedOfSeenCase, number: Number, said: Seen) -> None:
    """Keep that an authority was looked at and holds."""
    authorities.check_authority(here, **asked, number=number, answers=said.model_dump())


@router.post(f"{_OF_ONE}/refusal", status_code=204, **served_by("authorities.refuse_authority"))
def refuse_authority(here: Here, asked: AskedOfSeenCase, number: Number, why: Reason) -> None:
    """Refuse an authority, with what is missing."""
    answers = {"reason": why.reason}
    authorities.refuse_authority(here, **asked, number=number, answers=answers)


@router.post(
    f"{_OF_ONE}/withdrawal", status_code=204, **served_by("authorities.withdraw_authority")
)
def withdraw_authority(here: Here, asked: AskedOfSeenCase, number: Number, why: Reason) -> None:
    """Record that the complainant took an authority back."""
    answers = {"reason": why.reason}
    authorities.withdraw_authority(here, **asked, number=number, answers=answers)
