"""Complaints: lodging them, looking at them, and what happens beside their steps."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, ValidationError

from engine.domain import complaint as domain
from engine.domain.complaint import Channel, ContactBy, Need
from engine.domain.filling import problems_of
from engine.errors import InvalidInputError
from engine.services.handling import casefile, casework
from engine.services.handling.casefile import CaseFile, OpenStep
from engine.services.handling.casework import Answer
from engine.services.intake import intake
from engine.services.people import parties
from engine.services.staffing import ownership
from ui.api import shape
from ui.api.context import AskedOfCase, AskedOfSeenCase, CommandId, Here, Who
from ui.api.operation import served_by
from ui.api.reading import Body, Line, Reference, StrictRoute, Text, Username

router = APIRouter(prefix="/complaints", tags=["Complaints"], route_class=StrictRoute)

_CASE = "/{reference}"


class NewComplaint(Body):
    """A complaint as it was received."""

    summary: Annotated[Text, Field(min_length=3, max_length=200)] = Field(
        description="In one sentence.", examples=["Charged twice for March"]
    )
    complainant_name: Annotated[Text, Field(min_length=1, max_length=200)] = Field(
        examples=["Jane Doe"]
    )
    description: Annotated[Text, Field(max_length=50_000)] = Field(
        default="", description="What happened, in the complainant's words."
    )
    desired_outcome: Annotated[Text, Field(max_length=2_000)] = ""
    email: Annotated[Line, Field(max_length=254)] | None = Field(
        default=None, examples=["jane@example.org"]
    )
    postal_address: Annotated[Text, Field(max_length=500)] = Field(
        default="", description="Lines of the address for letters by post, without the name."
    )
    language: Annotated[Line, Field(max_length=3, pattern="^([a-z]{2,3})?$")] = Field(
        default="", description="Language the complainant reads; the organisation's when left out."
    )
    phone: Annotated[Line, Field(max_length=50)] = ""
    contact_by: ContactBy | None = Field(default=None, description="How the person wants to hear.")
    needs: list[Need] = Field(
        default=[], max_length=len(Need), description="What lets the person take part."
    )
    adjustments: Annotated[Text, Field(max_length=2_000)] = ""
    representative_name: Annotated[Line, Field(max_length=200)] = Field(
        default="", description="Who speaks for the complainant."
    )
    representative_contact: Annotated[Line, Field(max_length=254)] = ""
    representative_relation: Annotated[Line, Field(max_length=100)] = ""
    channel: Channel = Channel.API
    received_at: datetime | None = Field(
        default=None,
        description="When it reached the organisation, with a time zone; now when left out.",
        examples=["2026-01-05T10:00:00Z"],
    )
    category: Annotated[Line, Field(max_length=100)] = "Other"
    product: Annotated[Line, Field(max_length=200)] = ""
    amount: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] = Field(
        default=Decimal(0), description="Money at stake, in the organisation's currency."
    )
    vulnerable: bool = Field(default=False, description="The complainant is vulnerable.")
    source: Annotated[Line, Field(max_length=50)] = Field(
        default="", description="System it comes from; with `source_id`, the same is taken once."
    )
    source_id: Annotated[Line, Field(max_length=100)] = ""
    regimes: list[Annotated[Line, Field(max_length=101)]] | None = Field(
        default=None,
        max_length=10,
        description="Whose time limits hold; what the policy says when left out.",
        examples=[["fca_disp/payment_services"]],
    )


class Reason(Body):
    """Why something is done."""

    reason: Annotated[Text, Field(min_length=1, max_length=10_000)] = Field(
        examples=["The customer has called three times."]
    )


class NewNote(Body):
    """A remark for colleagues."""

    text: Annotated[Text, Field(min_length=1, max_length=10_000)] = Field(
        examples=["She prefers to be called in the afternoon."]
    )


class GivenAnswer(Body):
    """What the complainant says to the decision."""

    answer: Answer
    text: Annotated[Text, Field(max_length=10_000)] = Field(
        default="", description="In the complainant's words."
    )
    channel: Channel = Channel.EMAIL


class Parties(Body):
    """Who complains, how they are reached, who speaks for them, and how that is known."""

    complainant_name: Annotated[Line, Field(min_length=1, max_length=200)]
    email: Annotated[Line, Field(max_length=254)] | None = None
    phone: Annotated[Line, Field(max_length=50)] = ""
    postal_address: Annotated[Text, Field(max_length=500)] = ""
    contact_by: ContactBy | None = None
    language: Annotated[Line, Field(max_length=3, pattern="^([a-z]{2,3})?$")] = ""
    needs: list[Need] = Field(default=[], max_length=len(Need))
    adjustments: Annotated[Text, Field(max_length=2_000)] = ""
    vulnerable: bool = False
    representative_name: Annotated[Line, Field(max_length=200)] = ""
    representative_contact: Annotated[Line, Field(max_length=254)] = ""
    representative_relation: Annotated[Line, Field(max_length=100)] = ""
    reason: Annotated[Text, Field(min_length=3, max_length=2_000)]


class NewOwner(Body):
    """Who owns a complaint from now on, and why."""

    to: Username = Field(description="User name.", examples=["ivo"])
    reason: Annotated[Text, Field(min_length=1, max_length=10_000)]


class Acknowledgement(Body):
    """What is done about an escalation."""

    action: Annotated[Text, Field(min_length=5, max_length=4_000)] = Field(
        examples=["I speak with the supplier today."]
    )


@router.post("", status_code=201, **served_by("intake.lodge"))
def lodge_complaint(
    here: Here, who: Who, command_id: CommandId, complaint: NewComplaint, response: Response
) -> shape.Lodged:
    """Record a complaint; its process and its promises on time begin."""
    received = _received(complaint, here.now())
    reference = intake.lodge(
        here,
        actor=who,
        complaint=received,
        command_id=command_id,
        is_received_now=complaint.received_at is None,
        wanted=complaint.regimes,
    )
    response.headers["location"] = f"/api/v1/complaints/{reference}"
    return shape.Lodged(reference=reference)


@router.get(_CASE, **served_by("casefile.view"))
def show_complaint(
    here: Here, who: Who, reference: Reference, response: Response
) -> shape.CaseFile:
    """Show a complaint with everything on it; its `ETag` goes into `If-Match` of a change."""
    found = casefile.view(here, actor=who, reference=reference)
    response.headers["etag"] = f'"{found.case.rev}"'
    return _shown(found)


@router.post(f"{_CASE}/escalations", status_code=204, **served_by("casework.escalate"))
def escalate(here: Here, asked: AskedOfCase, why: Reason) -> None:
    """Call the team leader to a complaint; the call waits until somebody acknowledges it."""
    casework.escalate(here, **asked, reason=why.reason)


@router.post(f"{_CASE}/withdrawal", status_code=204, **served_by("casework.withdraw"))
def withdraw(here: Here, asked: AskedOfSeenCase, why: Reason) -> None:
    """Record that the complainant withdraws; work on the complaint stops."""
    casework.withdraw(here, **asked, reason=why.reason)


@router.post(f"{_CASE}/notes", status_code=204, **served_by("casework.add_note"))
def add_note(here: Here, asked: AskedOfCase, note: NewNote) -> None:
    """Leave a remark for colleagues; the complainant does not see it."""
    casework.add_note(here, **asked, text=note.text)


@router.post(f"{_CASE}/parties", status_code=204, **served_by("parties.restate_parties"))
def restate_parties(here: Here, asked: AskedOfSeenCase, said: Parties) -> None:
    """Put right who complains, how they are reached, and who speaks for them; state all of it."""
    parties.restate_parties(here, **asked, answers=said.model_dump())


@router.post(f"{_CASE}/owner", status_code=204, **served_by("ownership.give"))
def give_complaint(here: Here, asked: AskedOfSeenCase, new: NewOwner) -> None:
    """Give a complaint to another owner; the reason becomes a note on it."""
    ownership.give(here, **asked, to=new.to, reason=new.reason)


@router.post(f"{_CASE}/answer", status_code=204, **served_by("casework.deliver_answer"))
def record_answer(here: Here, asked: AskedOfSeenCase, given: GivenAnswer) -> None:
    """Record what the complainant says to the decision."""
    casework.deliver_answer(
        here, **asked, answer=given.answer, text=given.text, channel=given.channel
    )


def _received(sent: NewComplaint, now: datetime) -> domain.Complaint:
    """Return the complaint that was sent.

    Raises:
        InvalidInputError: A field is wrong; names each.
    """
    facts = sent.model_dump(exclude={"regimes"}) | {"received_at": sent.received_at or now}
    try:
        return domain.Complaint.model_validate(facts)
    except ValidationError as error:
        raise InvalidInputError(problems_of(error, domain.Complaint)) from error


def _shown(found: CaseFile) -> shape.CaseFile:
    """Put a case and what belongs to it side by side."""
    of_case = shape.CaseFile.model_fields.keys() & type(found.case).model_fields.keys()
    beside = shape.CaseFile.model_fields.keys() - of_case - {"steps", "awaits"}
    steps = [step_shown(each) for each in found.steps]
    told = {name: getattr(found.case, name) for name in of_case}
    told |= {name: getattr(found, name) for name in beside}
    told |= {"steps": steps, "awaits": sorted(found.awaits)}
    return shape.CaseFile.model_validate(told)


def step_shown(found: OpenStep) -> dict[str, Any]:
    """Return what is told of a waiting step, as its caller stands to it."""
    told = {name: getattr(found.step, name) for name in shape.Step.model_fields}
    own = shape.OwnStep.model_fields.keys() - told.keys()
    return told | {name: getattr(found, name) for name in own}
