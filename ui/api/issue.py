"""Issues of a complaint: adding them, findings, what they rest on, causes."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from engine.domain.evidence import MOST as MOST_EVIDENCE
from engine.domain.evidence import PIECE, EvidenceKind
from engine.domain.issue import MOST, CauseArea
from engine.services.investigation import evidence, issues
from ui.api.context import AskedOfSeenCase, Here, Who
from ui.api.operation import served_by
from ui.api.reading import Body, Line, Reference, StrictRoute, Text
from ui.api.shape import Shape

router = APIRouter(prefix="/complaints/{reference}", tags=["Complaints"], route_class=StrictRoute)

Number = Annotated[int, Path(ge=1, le=MOST, description="Of the issue.")]


class IssueWords(Body):
    """What an issue is about."""

    text: Annotated[Line, Field(min_length=3, max_length=200)] = Field(
        examples=["Nobody called back"]
    )
    category: Annotated[Line, Field(max_length=100)] = Field(examples=["Conduct of staff"])
    product: Annotated[Line, Field(max_length=200)] = ""
    desired_outcome: Annotated[Text, Field(max_length=2_000)] = ""


class Finding(Body):
    """What was found about an issue."""

    facts: Annotated[Text, Field(min_length=10, max_length=20_000)] = Field(
        examples=["The call of 3 May was not returned."]
    )
    conclusion: Literal["upheld", "partly_upheld", "not_upheld", "no_finding_possible"]
    standard: Annotated[Text, Field(max_length=2_000)] = ""
    reasons: Annotated[Text, Field(max_length=4_000)] = ""
    cause_area: CauseArea | None = None
    root_cause: Annotated[Text, Field(max_length=2_000)] = ""
    systemic: bool = Field(default=False, description="Others are affected too.")


class Cause(Body):
    """Why an issue has happened."""

    cause_area: CauseArea
    root_cause: Annotated[Text, Field(min_length=3, max_length=2_000)] = Field(
        examples=["Calls that are promised stand in no list."]
    )
    systemic: bool = Field(default=False, description="Others are affected too.")


class Chosen(Body):
    """What the finding on an issue rests on."""

    evidence: Annotated[
        tuple[Annotated[str, Field(pattern=PIECE)], ...], Field(max_length=MOST_EVIDENCE)
    ] = Field(examples=[["document:1", "request:2", "interview:1", "reply:1"]])


class Piece(Shape):
    """A document, the answer to a request, an interview, or the reply of a person."""

    kind: EvidenceKind
    number: int


class Evidence(Shape):
    """A piece of evidence on an issue, from when it was linked until it was taken off again."""

    issue: int
    piece: Piece
    linked_by: str
    linked_at: datetime
    unlinked_by: str
    unlinked_at: datetime | None


@router.get("/evidence", **served_by("evidence.of_case"))
def list_evidence(here: Here, who: Who, reference: Reference) -> list[Evidence]:
    """Return what findings rest on, oldest first, with what was taken off again."""
    found = evidence.of_case(here, actor=who, reference=reference)
    return [Evidence.model_validate(each) for each in found]


@router.put("/issues/{number}/evidence", status_code=204, **served_by("evidence.choose_evidence"))
def choose_evidence(here: Here, asked: AskedOfSeenCase, number: Number, said: Chosen) -> None:
    """Let the finding on an issue rest on what is named, and on nothing else."""
    evidence.choose_evidence(here, **asked, answers=said.model_dump() | {"issue": number})


@router.post("/issues", status_code=204, **served_by("issues.add"))
def add_issue(here: Here, asked: AskedOfSeenCase, said: IssueWords) -> None:
    """Add an issue to a complaint that is not decided yet."""
    issues.add(here, **asked, answers=said.model_dump())


@router.put("/issues/{number}", status_code=204, **served_by("issues.restate"))
def restate_issue(here: Here, asked: AskedOfSeenCase, number: Number, said: IssueWords) -> None:
    """Say anew what an issue is about; the first one is what the summary says."""
    issues.restate(here, **asked, number=number, answers=said.model_dump())


@router.post("/issues/{number}/finding", status_code=204, **served_by("issues.find"))
def record_finding(here: Here, asked: AskedOfSeenCase, number: Number, found: Finding) -> None:
    """Record what was found about an issue; what was found before is replaced."""
    issues.find(here, **asked, answers=found.model_dump() | {"issue": number})


@router.post("/issues/{number}/cause", status_code=204, **served_by("issues.name_cause"))
def name_cause(here: Here, asked: AskedOfSeenCase, number: Number, cause: Cause) -> None:
    """Say why an issue has happened."""
    issues.name_cause(here, **asked, answers=cause.model_dump() | {"issue": number})
