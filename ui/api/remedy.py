"""Remedies of complaints: proposing, carrying out, verifying, and what waits."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from engine.domain.issue import MOST as MOST_ISSUES
from engine.domain.remedy import MOST, RemedyKind
from engine.services.handling import remedies
from ui.api import owed
from ui.api.complaint import Reason
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.operation import served_by
from ui.api.reading import Body, Limit, Line, Offset, Reference, StrictRoute

router = APIRouter(tags=["Complaints"], route_class=StrictRoute)

Number = Annotated[int, Path(ge=1, le=MOST, description="Of the remedy.")]
_OF_CASE = "/complaints/{reference}/remedies"


class RemedyWords(Body):
    """What is to be done, by whom and until when."""

    issue: int = Field(default=1, ge=1, le=MOST_ISSUES, description="Which issue it answers.")
    kind: RemedyKind
    amount: Decimal = Field(default=Decimal(0), ge=0, max_digits=14, decimal_places=2)
    text: Annotated[Line, Field(min_length=3, max_length=1_000)] = Field(
        examples=["The second payment is returned."]
    )
    owner: Annotated[Line, Field(max_length=100)] = Field(examples=["hanna"])
    due_on: date


class Proof(Body):
    """How the carrying out can be found again."""

    proof: Annotated[Line, Field(min_length=3, max_length=500)] = Field(examples=["Payment 4711"])


@router.get("/remedies", **served_by("remedies.page"))
def list_remedies(
    here: Here,
    who: Who,
    to_verify: Annotated[bool, Query(description="Those to verify, not to carry out.")] = False,  # noqa: FBT002 - a query
    limit: Limit = 25,
    offset: Offset = 0,
) -> owed.RemedyPage:
    """List the remedies of all complaints that wait, soonest due first."""
    rows, total = remedies.page(here, actor=who, to_verify=to_verify, limit=limit, offset=offset)
    return owed.RemedyPage.model_validate({"items": rows, "total": total})


@router.post(_OF_CASE, status_code=204, **served_by("remedies.propose"))
def propose_remedy(here: Here, asked: AskedOfSeenCase, said: RemedyWords) -> None:
    """Propose a remedy, which the decision offers when it is sent."""
    remedies.propose(here, **asked, answers=said.model_dump())


@router.put(f"{_OF_CASE}/{{number}}", status_code=204, **served_by("remedies.restate"))
def restate_remedy(here: Here, asked: AskedOfSeenCase, number: Number, said: RemedyWords) -> None:
    """Change a remedy that is not offered yet."""
    remedies.restate(here, **asked, number=number, answers=said.model_dump())


@router.post(f"{_OF_CASE}/{{number}}/drop", status_code=204, **served_by("remedies.drop"))
def drop_remedy(here: Here, asked: AskedOfSeenCase, number: Number, why: Reason) -> None:
    """Take a proposed remedy back, or note that nobody took it up."""
    remedies.drop(here, **asked, number=number, reason=why.reason)


@router.post(f"{_OF_CASE}/{{number}}/carry-out", status_code=204, **served_by("remedies.carry_out"))
def carry_out_remedy(here: Here, asked: AskedOfSeenCase, number: Number, done: Proof) -> None:
    """Record that a remedy was carried out."""
    remedies.carry_out(here, **asked, number=number, answers=done.model_dump())


@router.post(f"{_OF_CASE}/{{number}}/verify", status_code=204, **served_by("remedies.verify"))
def verify_remedy(here: Here, asked: AskedOfSeenCase, number: Number) -> None:
    """Confirm that a remedy was carried out, as somebody else than who did."""
    remedies.verify(here, **asked, number=number)


@router.get(f"{_OF_CASE}/paid", **served_by("remedies.paid"))
def show_paid(
    here: Here,
    who: Who,
    reference: Reference,
    issue: Annotated[int, Query(ge=1, le=MOST_ISSUES, description="What is to be put right.")] = 1,
) -> dict[RemedyKind, owed.PaidRange]:
    """Tell what was paid in similar complaints, kind by kind; kinds with too few are left out."""
    found = remedies.paid(here, actor=who, reference=reference, issue=issue)
    return {kind: owed.PaidRange.model_validate(told) for kind, told in found.items()}
