"""Forms: what a person states to complete a step.

A core form is a record of the case. Each offers ``routing``, the few scalars by which the
diagram chooses the way on. A form is named by the ``form`` of a step in the diagram.
"""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from engine.domain.complaint import Channel, Complexity, Safety, Scope, Severity
from engine.domain.issue import FIRST, MOST, CauseArea
from engine.domain.remedy import RemedyKind
from engine.domain.text import without_controls

Money = Decimal
_LONG: JsonDict = {"multiline": True}


class Form(BaseModel):
    """Base of all forms; the docstring of each is what its page says above the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    routes_by: ClassVar[tuple[str, ...]] = ()
    """Fields that are handed to the diagram."""

    @model_validator(mode="before")
    @classmethod
    def _as_typed(cls, answers: Any) -> Any:  # noqa: ANN401 - checked after this
        return without_controls(answers)

    def routing(self) -> dict[str, str | int | float | bool | None]:
        """Return the scalars that the diagram routes by."""
        stated = self.model_dump(mode="json", include=set(self.routes_by))
        numbers = {name for name in self.routes_by if isinstance(getattr(self, name), Decimal)}
        return {key: float(value) if key in numbers else value for key, value in stated.items()}


class BlankForm(Form):
    """Nothing is asked here; complete the step when it is done."""


class RegisterForm(Form):
    """Check and complete the record: is it a complaint, and is everything there?"""

    routes_by = ("scope", "category")

    scope: Scope = Field(default=Scope.COMPLAINT, title="What is it?")
    category: str = Field(title="Category", json_schema_extra={"choices": "categories"})
    product: str = Field(default="", max_length=200, title="Product or service")
    desired_outcome: str = Field(
        default="", max_length=2_000, title="What the complainant wants", json_schema_extra=_LONG
    )


class DeclineForm(Form):
    """Say why the matter cannot be handled as a complaint, and where it belongs."""

    reason: str = Field(min_length=10, max_length=4_000, title="Reasons", json_schema_extra=_LONG)
    referred_to: str = Field(default="", max_length=200, title="Where it belongs")


class AcknowledgeForm(Form):
    """Tell the complainant that the complaint was received and what comes next."""

    channel: Channel = Field(default=Channel.EMAIL, title="Send by")
    text: str = Field(
        min_length=20, max_length=10_000, title="Acknowledgement", json_schema_extra=_LONG
    )


class AssessForm(Form):
    """Judge severity, safety, complexity and impact; the decision table suggests the route."""

    routes_by = (
        *("severity", "safety", "complexity", "amount", "vulnerable"),
        *("chosen_route", "chosen_priority"),
    )

    severity: Severity = Field(default=Severity.MODERATE, title="Severity")
    safety: Safety = Field(default=Safety.NONE, title="Safety")
    complexity: Complexity = Field(default=Complexity.MODERATE, title="Complexity")
    amount: Money = Field(
        default=Decimal(0), ge=0, max_digits=14, decimal_places=2, title="Amount at stake"
    )
    vulnerable: bool = Field(default=False, title="The complainant is vulnerable")
    immediate_action: str = Field(
        default="", max_length=2_000, title="Immediate action taken", json_schema_extra=_LONG
    )
    chosen_route: Literal["frontline", "standard", "complex"] | None = Field(
        default=None,
        title="Another route",
        json_schema_extra={"asked_with": "routes"},
    )
    chosen_priority: Literal[1, 2, 3, 4, 5] | None = Field(
        default=None,
        title="Another priority",
        description="1 is the most urgent; empty for the one that is suggested.",
    )
    override_reason: str = Field(
        default="", max_length=2_000, title="Why not as suggested", json_schema_extra=_LONG
    )


class FrontlineForm(Form):
    """Resolve the complaint on the spot, and say whether the complainant accepted."""

    routes_by = ("frontline_result",)

    frontline_result: Literal["resolved", "not_resolved"] = Field(title="Result")
    explanation: str = Field(
        min_length=10,
        max_length=10_000,
        title="What was explained or done",
        json_schema_extra=_LONG,
    )
    remedy_amount: Money = Field(
        default=Decimal(0), ge=0, max_digits=14, decimal_places=2, title="Amount paid"
    )


class AssignForm(Form):
    """Name the owner of the case."""

    owner: str = Field(title="Owner", json_schema_extra={"choices": "handlers"})
    instruction: str = Field(
        default="", max_length=2_000, title="Note for the owner", json_schema_extra=_LONG
    )


class PlanForm(Form):
    """Plan the investigation: what must be found out, from whom, until when."""

    questions: str = Field(
        min_length=10, max_length=10_000, title="Questions to answer", json_schema_extra=_LONG
    )
    sources: str = Field(
        default="", max_length=4_000, title="Evidence and people", json_schema_extra=_LONG
    )
    promised_on: date | None = Field(default=None, title="Date promised to the complainant")


class IssueForm(Form):
    """One more thing that the complainant complains of; it gets an answer of its own."""

    text: str = Field(min_length=3, max_length=200, title="What it is about")
    category: str = Field(title="Category", json_schema_extra={"choices": "categories"})
    product: str = Field(default="", max_length=200, title="Product or service")
    desired_outcome: str = Field(
        default="", max_length=2_000, title="What the complainant wants", json_schema_extra=_LONG
    )


class CauseForm(Form):
    """Say why it happened, so that it does not happen again."""

    issue: int = Field(
        default=FIRST, ge=FIRST, le=MOST, title="Issue", json_schema_extra={"choices": "issues"}
    )
    cause_area: CauseArea = Field(title="Where the cause lies")
    root_cause: str = Field(min_length=3, max_length=2_000, title="Cause", json_schema_extra=_LONG)
    systemic: bool = Field(default=False, title="Others are affected too")


class FindingForm(Form):
    """Record what was found, against which standard, and the conclusion."""

    issue: int = Field(
        default=FIRST, ge=FIRST, le=MOST, title="Issue", json_schema_extra={"choices": "issues"}
    )
    facts: str = Field(min_length=10, max_length=20_000, title="Facts", json_schema_extra=_LONG)
    standard: str = Field(default="", max_length=2_000, title="Standard applied")
    conclusion: Literal["upheld", "partly_upheld", "not_upheld", "no_finding_possible"] = Field(
        title="Conclusion"
    )
    reasons: str = Field(default="", max_length=4_000, title="Reasons", json_schema_extra=_LONG)
    without_reply: str = Field(
        default="",
        max_length=2_000,
        title="Why without a reply",
        description="The person complained about has not replied, and still can.",
        json_schema_extra=_LONG | {"asked_with": "unheard"},
    )
    cause_area: CauseArea | None = Field(default=None, title="Where the cause lies")
    root_cause: str = Field(default="", max_length=2_000, title="Cause", json_schema_extra=_LONG)
    systemic: bool = Field(default=False, title="Others are affected too")

    @model_validator(mode="after")
    def _a_cause_lies_somewhere(self) -> Self:
        if self.root_cause and self.cause_area is None:
            raise ValueError("Say where the cause lies, or leave the cause open for now.")
        return self


class DecisionForm(Form):
    """Draft the decision, the remedy and the letter to the complainant."""

    routes_by: ClassVar[tuple[str, ...]] = ("outcome", "remedy_amount")

    outcome: Literal["upheld", "partly_upheld", "not_upheld"] = Field(title="Decision")
    reasons: str = Field(min_length=10, max_length=20_000, title="Reasons", json_schema_extra=_LONG)
    remedy: str = Field(default="", max_length=4_000, title="Remedy", json_schema_extra=_LONG)
    remedy_kind: RemedyKind | None = Field(
        default=None, title="Kind of remedy", json_schema_extra={"row": "remedy"}
    )
    remedy_amount: Money = Field(
        default=Decimal(0),
        ge=0,
        max_digits=14,
        decimal_places=2,
        title="Amount of the remedy",
        json_schema_extra={"row": "remedy"},
    )
    letter: str = Field(
        min_length=20, max_length=20_000, title="Letter to the complainant", json_schema_extra=_LONG
    )

    @model_validator(mode="after")
    def _money_follows_the_decision(self) -> Self:
        if self.outcome == "not_upheld" and self.remedy_amount and not self.remedy:
            raise ValueError("A payment on a complaint that is not upheld needs its remedy named.")
        return self


class RemedyLine(BaseModel):
    """One remedy as a decision offers it."""

    model_config = ConfigDict(frozen=True)

    number: int
    issue: int
    kind: RemedyKind
    text: str
    amount: Money
    owner: str
    due_on: date


class DecisionWithRemedies(DecisionForm):
    """A drafted decision with its remedies as they were then: what is approved is all of it."""

    routes_by = (*DecisionForm.routes_by, "remedy_deviates")

    remedies: tuple[RemedyLine, ...] = Field(default=(), title="Remedies offered")
    remedy_deviates: bool = Field(
        default=False,
        title="Unlike other payments in similar cases",
        json_schema_extra={"quiet": True},
    )


class RemedyForm(Form):
    """One thing that puts matters right: what, how much, who sees to it, and until when."""

    issue: int = Field(
        default=FIRST, ge=FIRST, le=MOST, title="Issue", json_schema_extra={"choices": "issues"}
    )
    kind: RemedyKind = Field(title="Kind of remedy", json_schema_extra={"row": "remedy"})
    amount: Money = Field(
        default=Decimal(0),
        ge=0,
        max_digits=14,
        decimal_places=2,
        title="Amount",
        json_schema_extra={"row": "remedy"},
    )
    text: str = Field(min_length=3, max_length=1_000, title="What is done")
    owner: str = Field(
        title="Who sees to it", json_schema_extra={"choices": "handlers", "row": "who"}
    )
    due_on: date = Field(title="Until", json_schema_extra={"row": "who"})


class DroppedForm(Form):
    """Say why it is not done; the reason is kept in the journal of the case, with your name."""

    reason: str = Field(min_length=3, max_length=4_000, title="Reason", json_schema_extra=_LONG)


class CarriedOutForm(Form):
    """Say how the carrying out can be found again: a payment, a letter, a work order."""

    proof: str = Field(min_length=3, max_length=500, title="Proof")


class ApprovalForm(Form):
    """Approve what was drafted, or return it with reasons."""

    routes_by = ("approval",)

    approval: Literal["approved", "returned"] = Field(title="Your decision")
    comment: str = Field(default="", max_length=4_000, title="Reasons", json_schema_extra=_LONG)

    @model_validator(mode="after")
    def _a_return_has_reasons(self) -> Self:
        if self.approval == "returned" and len(self.comment) < 10:
            raise ValueError("Say in at least ten characters why it is returned.")
        return self


class RejectionReviewForm(Form):
    """Weigh the complainant's objection: look again, or name the external body."""

    routes_by = ("review",)

    review: Literal["reopen", "final"] = Field(title="What happens now")
    reason: str = Field(min_length=10, max_length=4_000, title="Reasons", json_schema_extra=_LONG)


class EscalationResponseForm(Form):
    """Acknowledge the escalation and say what you do about it."""

    action: str = Field(
        min_length=5, max_length=4_000, title="What is being done", json_schema_extra=_LONG
    )


class BreachExplanationForm(Form):
    """Explain why a time limit was missed, and give the complainant a new date."""

    cause: str = Field(min_length=5, max_length=4_000, title="Cause", json_schema_extra=_LONG)
    new_date: date = Field(title="New date")
    told_complainant: bool = Field(title="The complainant was told, with an apology")


class ContainmentForm(Form):
    """Contain the danger now; the complaint itself is handled beside it."""

    measures: str = Field(
        min_length=5, max_length=4_000, title="Measures taken", json_schema_extra=_LONG
    )
    is_contained: bool = Field(title="The danger is contained")


class WithdrawalForm(Form):
    """Confirm the withdrawal to the complainant in writing."""

    text: str = Field(min_length=20, max_length=10_000, title="Letter", json_schema_extra=_LONG)


class ClosingForm(Form):
    """Check that everything is answered and done, and note what can be learned."""

    lessons: str = Field(default="", max_length=4_000, title="Lessons", json_schema_extra=_LONG)


FORMS: dict[str, type[Form]] = {
    "register": RegisterForm,
    "decline": DeclineForm,
    "approval": ApprovalForm,
    "acknowledge": AcknowledgeForm,
    "assess": AssessForm,
    "frontline": FrontlineForm,
    "assign": AssignForm,
    "plan": PlanForm,
    "finding": FindingForm,
    "decision": DecisionForm,
    "rejection_review": RejectionReviewForm,
    "escalation_response": EscalationResponseForm,
    "breach_explanation": BreachExplanationForm,
    "containment": ContainmentForm,
    "withdrawal": WithdrawalForm,
    "closing": ClosingForm,
}
"""Every form a diagram may name."""
