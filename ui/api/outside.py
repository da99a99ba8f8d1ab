"""Complaints at a body outside: recording that, its file, its decision, and what was done."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from engine.domain.referral import MOST, BodyDecision
from engine.domain.remedy import RemedyKind
from engine.services.post import referring
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.document import HEADERS, attachment, require_own_site
from ui.api.operation import served_by
from ui.api.reading import Body, Line, Reference, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(
    prefix="/complaints/{reference}/referrals", tags=["Complaints"], route_class=StrictRoute
)

Number = Annotated[int, Path(ge=1, le=MOST, description="Of the referral.")]


class NewReferral(Body):
    """To which body the complainant has turned, and when."""

    body: Annotated[Line, Field(min_length=3, max_length=200)] = Field(
        examples=["The Utilities Ombudsman"]
    )
    their_reference: Annotated[Line, Field(max_length=100)] = ""
    referred_on: date


class DecisionOfBody(Body):
    """What the body has decided; an award becomes a remedy that is owed."""

    decision: BodyDecision
    decided_on: date
    summary: Annotated[Text, Field(min_length=3, max_length=4_000)]
    award: Annotated[Line, Field(max_length=1_000)] = Field(
        default="", description="What it awards; empty for nothing."
    )
    award_kind: RemedyKind = RemedyKind.COMPENSATION_LOSS
    award_amount: Decimal = Field(default=Decimal(0), ge=0, max_digits=14, decimal_places=2)
    owner: Annotated[Line, Field(max_length=100)] | None = None
    comply_by: date | None = None


class Referral(Shape):
    """One way to a body outside, and what came of it."""

    number: int
    body: str
    their_reference: str
    referred_on: date
    recorded_at: datetime
    file_sent_at: datetime | None
    decision: BodyDecision | None
    decided_on: date | None
    summary: str
    comply_by: date | None
    remedy: int | None = Field(description="Number of the remedy that is the award.")
    ended_at: datetime | None


class ReferralList(Shape):
    """The referrals of a complaint."""

    items: list[Referral]


@router.get("", **served_by("referring.of_case"))
def list_referrals(here: Here, who: Who, reference: Reference) -> ReferralList:
    """List the ways of a complaint to a body outside, oldest first."""
    found = referring.of_case(here, actor=who, reference=reference)
    return ReferralList.model_validate({"items": found})


@router.post("", status_code=204, **served_by("referring.refer"))
def refer_complaint(here: Here, asked: AskedOfSeenCase, said: NewReferral) -> None:
    """Record that a complaint went to a body outside; the time for its file begins."""
    referring.refer(here, **asked, answers=said.model_dump())


@router.post("/{number}/file", status_code=204, **served_by("referring.send_file"))
def send_case_file(here: Here, asked: AskedOfSeenCase, number: Number) -> None:
    """Record that the file of the complaint was sent."""
    referring.send_file(here, **asked, number=number)


@router.post(
    "/file",
    response_class=Response,
    dependencies=[Depends(require_own_site)],
    **served_by("referring.case_file"),
)
def hand_out_case_file(here: Here, who: Who, reference: Reference) -> Response:
    """Hand out the file of a complaint for a body outside, as a zip; that it left is kept."""
    packed = referring.case_file(here, actor=who, reference=reference)
    told = {"content-disposition": attachment(f"{reference}.zip")}
    return Response(packed, media_type="application/zip", headers=HEADERS | told)


@router.post("/{number}/decision", status_code=204, **served_by("referring.keep_decision"))
def record_body_decision(
    here: Here, asked: AskedOfSeenCase, number: Number, said: DecisionOfBody
) -> None:
    """Record what the body has decided; what it awards is a remedy that is owed."""
    referring.keep_decision(here, **asked, number=number, answers=said.model_dump())


@router.post("/{number}/compliance", status_code=204, **served_by("referring.comply"))
def record_compliance(here: Here, asked: AskedOfSeenCase, number: Number) -> None:
    """Record that the award is carried out."""
    referring.comply(here, **asked, number=number)
