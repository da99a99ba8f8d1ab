"""What a completed form or a reached milestone means for the facts of a case."""

from collections.abc import Mapping
from datetime import datetime
from functools import singledispatch

from engine.domain.case import ROUTES, Case
from engine.domain.complaint import Outcome, Scope
from engine.domain.form import (
    AssessForm,
    AssignForm,
    DecisionForm,
    Form,
    FrontlineForm,
    RegisterForm,
    RejectionReviewForm,
)


@singledispatch
def applied(form: Form, case: Case) -> Case:
    """Return the case with what the form states about it; most forms state nothing lasting."""
    del form
    return case


@applied.register
def _register(form: RegisterForm, case: Case) -> Case:
    complaint = case.complaint.model_copy(
        update={
            "category": form.category,
            "product": form.product or case.complaint.product,
            "desired_outcome": form.desired_outcome or case.complaint.desired_outcome,
        }
    )
    outcome = None if form.scope is Scope.COMPLAINT else Outcome.NOT_ACCEPTED
    return case.model_copy(update={"complaint": complaint, "outcome": outcome})


@applied.register
def _assess(form: AssessForm, case: Case) -> Case:
    complaint = case.complaint.model_copy(
        update={"amount": form.amount, "vulnerable": form.vulnerable}
    )
    return case.model_copy(
        update={
            "complaint": complaint,
            "severity": form.severity,
            "safety": form.safety,
            "complexity": form.complexity,
        }
    )


@applied.register
def _frontline(form: FrontlineForm, case: Case) -> Case:
    if form.frontline_result != "resolved":
        return case
    return case.model_copy(update={"outcome": Outcome.RESOLVED_FIRST_CONTACT})


@applied.register
def _assign(form: AssignForm, case: Case) -> Case:
    return case.model_copy(update={"owner": form.owner})


@applied.register
def _decide(form: DecisionForm, case: Case) -> Case:
    return case.model_copy(update={"outcome": Outcome(form.outcome)})


@applied.register
def _review(form: RejectionReviewForm, case: Case) -> Case:
    if form.review != "reopen":
        return case
    return case.model_copy(update={"reopened": case.reopened + 1})


def occasions_of(form: Form) -> frozenset[str]:
    """Return what a completed form means for time limits, besides the milestones it leads to."""
    is_final = isinstance(form, RejectionReviewForm) and form.review == "final"
    return frozenset({"stage_two_decided"}) if is_final else frozenset()


def left_standing(form: Form, case: Case, now: datetime) -> Case:
    """Return the case after a form by which the second stage lets the first decision stand."""
    return case.decided(now) if "stage_two_decided" in occasions_of(form) else case


def told_by(form: Form, case: Case) -> Mapping[str, object]:
    """Return what of a completed form is told in clear: words of fixed lists, and numbers.

    Args:
        form: As somebody completed it.
        case: With what the form states.
    """
    match form:
        case RegisterForm():
            return {"category": case.complaint.category, "outcome": _word(case.outcome)}
        case AssessForm():
            return {"severity": int(case.severity)}
        case FrontlineForm() | DecisionForm():
            return {"outcome": _word(case.outcome)}
        case RejectionReviewForm():
            return {"review": form.review}
        case _:
            return {}


def _word(outcome: Outcome | None) -> str:
    return outcome.value if outcome else ""


_IMPLIED = {
    "decided": frozenset({"decided", "acknowledged"}),
    "refused": frozenset({"refused", "decided", "acknowledged"}),
}
"""An answer also acknowledges; a refusal is an answer (ISO 10002:2018, 7.4 and 7.8)."""


def routed(case: Case, outputs: Mapping[str, object]) -> Case:
    """Return the case after a decision table said which way it goes, and how urgent it is."""
    route, priority = outputs.get("route"), outputs.get("priority")
    if route in ROUTES:
        case = case.model_copy(update={"route": route})
    if isinstance(priority, (int, float)):
        case = case.model_copy(update={"priority": int(priority)})
    return case


def at_milestone(case: Case, milestone: str, now: datetime) -> tuple[Case, frozenset[str], bool]:
    """Return the case after a milestone, every milestone reached by it, and whether it ends all.

    Args:
        case: Before the milestone.
        milestone: As the diagram names it.
        now: When it was reached; only the first time is kept.
    """
    reached = _IMPLIED.get(milestone, frozenset({milestone}))
    if milestone == "decided" and case.decided_at is not None:
        reached |= {"stage_two_decided"}  # the answer to whoever rejected the first one
    changes: dict[str, object] = {}
    if "acknowledged" in reached and case.acknowledged_at is None:
        changes["acknowledged_at"] = now
    if "decided" in reached:
        case = case.decided(now)
        changes["decided_at"] = case.decided_at or now
    if milestone == "withdrawn" and case.decided_at is None:
        changes["outcome"] = Outcome.WITHDRAWN  # a decision that was sent stays what it was
    return case.model_copy(update=changes), reached, milestone == "withdrawn"
