"""What other programs are told: the shapes of the answers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.domain.complaint import (
    Channel,
    Complexity,
    ContactBy,
    EscalationReason,
    Need,
    Outcome,
    Safety,
    Severity,
)
from engine.domain.incident import IncidentKind
from engine.domain.issue import CauseArea, FindingResult
from engine.domain.ladder import Level
from engine.domain.message import Delivery
from engine.domain.remedy import RemedyKind, RemedyState


class Shape(BaseModel):
    """Base of all answers; each is read from what a service returned."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Shape):
    """Why something was refused (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no complaint C-2026-000009."])
    code: str = Field(default="", examples=["redress.not-found"], description="For programs.")
    problems: dict[str, str] = Field(
        default_factory=dict,
        description="What is wrong, by field; the empty name stands for the whole.",
        examples=[{"Reasons": "needs at least 10 characters."}],
    )


class Me(Shape):
    """Who asks, and what a page of this session sends along with a change."""

    username: str = Field(examples=["hanna"])
    name: str = Field(examples=["Hanna"])
    roles: list[str] = Field(examples=[["handler", "intake"]])
    proof: str = Field(
        default="",
        description="Value of the header `x-redress-proof` for changes by a browser; empty for "
        "a program with an API key, which needs none.",
    )


class Lodged(Shape):
    """A complaint that was recorded."""

    reference: str = Field(examples=["C-2026-000001"])


class Step(Shape):
    """A step that waits for a person."""

    token: str = Field(examples=["14"], description="Its name within the complaint.")
    element: str = Field(examples=["assess"], description="Id of the element of the diagram.")
    title: str = Field(examples=["Assess the complaint"])
    form: str = Field(examples=["assess"], description="Name of its form; empty for none.")
    roles: list[str] = Field(examples=[["handler"]], description="Who may take it.")
    competences: list[str] = Field(
        examples=[["Tax law"]], description="What it takes besides one of the roles."
    )
    assignee: str | None = Field(examples=["hanna"], description="Who works on it.")
    is_gate: bool = Field(description="Something is approved or returned here.")
    opened_at: datetime
    due_at: datetime
    begin_by: datetime = Field(
        description="To be begun by then for the complaint to be in time; lists are sorted by it."
    )


class Waiting(Shape):
    """What waits after a change."""

    waiting: list[Step]


class OwnStep(Step):
    """A waiting step as the caller stands to it."""

    may_take: bool
    is_mine: bool
    is_barred: bool = Field(description="The caller drafted what is decided here (four eyes).")
    lacks: list[str] = Field(description="Competences of the step that the caller does not have.")


class InboxEntry(Shape):
    """A waiting step with the complaint it belongs to."""

    reference: str = Field(examples=["C-2026-000001"])
    summary: str
    complainant: str
    category: str
    severity: int = Field(ge=1, le=5)
    received_at: datetime
    step: Step


class InboxPage(Shape):
    """A page of the inbox."""

    items: list[InboxEntry]
    total: int = Field(description="How many there are; counted to 1,000 at most.")


class Complaint(Shape):
    """What was received, in the complainant's words."""

    received_at: datetime
    channel: Channel
    summary: str
    description: str
    desired_outcome: str
    complainant_name: str
    email: str | None
    phone: str
    postal_address: str
    contact_by: ContactBy | None
    language: str
    needs: list[Need]
    adjustments: str
    representative_name: str
    representative_contact: str
    representative_relation: str
    category: str
    product: str
    amount: Decimal
    vulnerable: bool
    source: str
    source_id: str


class Clock(Shape):
    """A promise on time."""

    code: str = Field(examples=["acknowledgement"])
    title: str = Field(examples=["Acknowledgement"])
    kind: str = Field(examples=["internal"])
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    lapses: bool = Field(description="Passing it breaks no promise.")


class Interval(Shape):
    """A stretch of time that counts towards a time limit, or does not."""

    begin: datetime
    end: datetime
    amount: int = Field(description="How much of it counts; 0 for none.")
    reason: str = Field(examples=["public holiday: Good Friday"])


class Passage(Shape):
    """One stage on the way to a due date."""

    title: str = Field(examples=["10 working days from when the complaint was acknowledged."])
    due_at: datetime
    measure: str = Field(examples=["working days"], description="What amounts are counted in.")
    total: int = Field(description="What the amounts add up to.")
    intervals: list[Interval]


class Reason(Shape):
    """Why a promise falls due when it does."""

    source: str = Field(description="Where its figure comes from.")
    is_whole: bool = Field(description="The passages lead to the due date.")
    passages: list[Passage]


class Statement(Shape):
    """A completed form."""

    element: str
    form: str
    by: str
    at: datetime
    content: dict[str, Any]


class Approval(Shape):
    """A second person's decision on a statement."""

    drafter: str
    approver: str
    result: Literal["approved", "returned"]
    comment: str
    at: datetime


class Escalation(Shape):
    """A call upwards, which somebody must acknowledge."""

    token: str
    reason: EscalationReason
    detail: str
    raised_by: str
    raised_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    action: str
    level: Level = Field(description="The rung of the ladder that is called.")
    level_at: datetime | None = Field(description="Since when.")
    climb_at: datetime | None = Field(description="When the next rung is called; null for never.")


class Communication(Shape):
    """A letter to the complainant, or a word from the complainant."""

    id: int = Field(description="Its number; names a letter in `GET …/letters/{number}/pdf`.")
    direction: Literal["out", "in"]
    kind: str
    channel: str
    subject: str
    body: str
    by: str
    at: datetime
    language: str = Field(examples=["en"], description="Of a letter; empty for what was received.")


class Note(Shape):
    """A remark for colleagues."""

    by: str
    at: datetime
    text: str


class TimelineEntry(Shape):
    """One thing that happened, in words."""

    at: datetime
    who: str
    what: str
    kind: str


class Issue(Shape):
    """One head of a complaint, and what became of it."""

    number: int = Field(description="From 1; the first is what the summary says.")
    text: str = Field(examples=["Nobody called back"], description="Empty for the first.")
    category: str
    product: str = Field(description="Empty where it is that of the complaint.")
    desired_outcome: str
    raised_by: str
    raised_at: datetime
    result: FindingResult | None = Field(description="What was found; null as long as nothing is.")
    found_by: str | None
    found_at: datetime | None
    cause_area: CauseArea | None
    is_systemic: bool = Field(description="The cause affects others too.")


class Remedy(Shape):
    """What is done for the complainant, and where it stands."""

    number: int = Field(description="From 1.")
    issue: int = Field(description="Which issue it answers.")
    kind: RemedyKind
    text: str
    amount: Decimal
    owner: str
    due_on: date
    state: RemedyState
    carried_out_by: str | None
    carried_out_at: datetime | None
    needs_check: bool = Field(description="Somebody else verifies that it was carried out.")
    verified_by: str | None
    verified_at: datetime | None


class CaseFile(Shape):
    """A complaint with everything on it."""

    reference: str = Field(examples=["C-2026-000001"])
    rev: int = Field(description="Revision; the ETag is made of it.")
    complaint: Complaint
    recorded_at: datetime
    severity: Severity
    safety: Safety
    complexity: Complexity
    priority: int = Field(ge=1, le=5, description="1 is the most urgent.")
    route: str
    owner: str | None
    outcome: Outcome | None
    acknowledged_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    suspended_at: datetime | None
    public_status: str = Field(examples=["being_assessed"])
    awaits: list[str] = Field(description="Messages the complaint waits for.")
    issues: list[Issue]
    remedies: list[Remedy]
    steps: list[OwnStep]
    regime_titles: list[str] = Field(description="Whose time limits hold.")
    clocks: list[Clock]
    reasons: dict[str, Reason] = Field(description="Why each clock falls due, by its code.")
    statements: list[Statement]
    approvals: list[Approval]
    escalations: list[Escalation]
    communications: list[Communication]
    notes: list[Note]
    timeline: list[TimelineEntry]


class Delivered(Shape):
    """What became of a message."""

    delivery: Delivery


class Heard(Shape):
    """How many complaints have taken a signal."""

    cases: int


class Incident(Shape):
    """Something that needs a person."""

    id: int
    kind: IncidentKind
    reference: str | None
    element: str
    cause: str
    attempts: int
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    resolution: str


class IncidentPage(Shape):
    """Some incidents."""

    items: list[Incident]


class Tried(Shape):
    """What became of a new try."""

    goes_on: bool
