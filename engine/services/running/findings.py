"""What a completed form means for the issues of a case, and what must be there before a decision.

A decision answers every issue, and agrees with what was found; a case is closed when it is known
why whatever was upheld has happened.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from engine.domain.actor import Actor
from engine.domain.case import Case
from engine.domain.complaint import Outcome
from engine.domain.form import CauseForm, DecisionForm, FindingForm, Form, RegisterForm
from engine.domain.issue import (
    FIRST,
    FindingResult,
    Issue,
    named,
    outcome_of,
    result_at_closing,
)
from engine.domain.respondent import unheard
from engine.errors import InvalidInputError
from engine.store.transaction import Transaction

_AGAINST = frozenset({"upheld", "partly_upheld"})
"""Conclusions by which somebody complained about is at fault."""

Happened = Iterator[tuple[str, dict[str, Any]]]
"""Kind and detail of each event that follows."""


def begin(tx: Transaction, case: Case, *, by: Actor, at: datetime) -> None:
    """Let a new case have its first issue, which its summary tells."""
    first = Issue(
        number=FIRST,
        text="",
        category=case.complaint.category,
        product="",
        desired_outcome="",
        raised_by=by.username,
        raised_at=at,
    )
    tx.issues.add(case.id, first)


def take_in(tx: Transaction, case: Case, form: Form, *, by: Actor, at: datetime) -> Happened:
    """Keep what a completed form states about the issues of a case.

    Raises:
        InvalidInputError: The case has no such issue.
    """
    if isinstance(form, RegisterForm):
        tx.issues.restate(case.id, FIRST, category=form.category)
    elif isinstance(form, FindingForm):
        issue, result = one(tx, case, form.issue), FindingResult(form.conclusion)
        if issue.result is FindingResult.MOVED:
            raise InvalidInputError({"Issue": "is handled in a complaint of its own."})
        tx.issues.find(case.id, issue.number, result, by=by.username, at=at)
        yield "finding.recorded", {"issue": issue.number, "result": result.value}
    if isinstance(form, FindingForm | CauseForm) and form.cause_area is not None:
        issue, area = one(tx, case, form.issue), form.cause_area
        tx.issues.name_cause(case.id, issue.number, area, is_systemic=form.systemic)
        told = {"issue": issue.number, "area": area.value, "is_systemic": form.systemic}
        yield "cause.named", told | {"category": issue.category}


def one(tx: Transaction, case: Case, number: int) -> Issue:
    """Return an issue of a case.

    Raises:
        InvalidInputError: It has none of this number.
    """
    for issue in tx.issues.of(case.id):
        if issue.number == number:
            return issue
    raise InvalidInputError({"Issue": f"this complaint has no issue {number}."})


def require_findings(tx: Transaction, case: Case, form: FindingForm | DecisionForm) -> None:
    """Refuse a decision that leaves an issue out, or says something else than was found.

    The step at which the last finding is recorded is done only when it is the last.

    Raises:
        InvalidInputError: Names the issues, or what the findings say.

    Source: ISO 10002:2018, 7.7.
    """
    issues = tx.issues.of(case.id)
    if isinstance(form, FindingForm):
        issues = tuple(issue for issue in issues if issue.number != form.issue)
    if open_ := [issue for issue in issues if issue.lacks_finding]:
        said = named(open_, case.complaint.summary)
        raise InvalidInputError({"": f"Nothing was found yet on {said}. Each issue is answered."})
    if isinstance(form, DecisionForm):
        require_agreement(issues, form.outcome)


def require_agreement(issues: Collection[Issue], outcome: str) -> None:
    """Refuse a decision that says something else than was found.

    Raises:
        InvalidInputError: Says what the findings say.
    """
    follows = outcome_of(issues)
    if follows and Outcome(outcome) is not follows:
        raise InvalidInputError(
            {"Decision": f"does not agree with the findings; they say “{follows.title.lower()}”."}
        )


def require_heard(tx: Transaction, case: Case, form: FindingForm, *, today: date) -> None:
    """Refuse a finding against somebody who was not heard, unless it says why.

    Args:
        tx: Where the case is.
        case: In which it is found.
        form: The finding.
        today: In the organisation's zone.

    Raises:
        InvalidInputError: Somebody of whom the issue is about could still reply.

    Source: ISO 10002:2018, 4.7.
    """
    if form.conclusion not in _AGAINST or form.without_reply:
        return
    if unheard(tx.respondents.of(case.id), issue=form.issue, today=today):
        raise InvalidInputError(
            {
                "Why without a reply": "is needed: the issue is about somebody who has not "
                "replied, and still can."
            }
        )


def require_causes(tx: Transaction, case: Case) -> None:
    """Refuse to close a case while nobody has said why what was upheld has happened.

    Raises:
        InvalidInputError: Names the issues.

    Source: ISO 10002:2018, 8.2.
    """
    if open_ := [issue for issue in tx.issues.of(case.id) if issue.lacks_cause]:
        said = named(open_, case.complaint.summary)
        raise InvalidInputError({"": f"Name the cause of {said} first, on the tab “Issues”."})


def close(tx: Transaction, case: Case, *, by: Actor, at: datetime) -> None:
    """Let no issue of a closed case be without a result."""
    result = result_at_closing(case.outcome)
    if result is not None:
        tx.issues.settle(case.id, result, by=by.username, at=at)
