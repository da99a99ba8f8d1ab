"""The inbox, and the steps that wait: claim, give back, complete, approve, return, reassign."""

import inspect
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from engine.domain import case as domain
from engine.domain.form import FORMS
from engine.domain.inbox import View
from engine.domain.own_answers import asking_of
from engine.errors import StepNotOpenError
from engine.services.handling import approvals, casefile, casework, inbox
from ui.api import form_shape, shape
from ui.api.complaint import Acknowledgement, step_shown
from ui.api.context import AskedOfSeenStep, AskedOfStep, Here, Who
from ui.api.operation import served_by
from ui.api.reading import (
    Answers,
    Body,
    Limit,
    Line,
    Name,
    Offset,
    Reference,
    StrictRoute,
    Text,
    Token,
    Username,
)

router = APIRouter(tags=["Steps"], route_class=StrictRoute)

_STEP = "/complaints/{reference}/steps/{token}"


class Completion(Body):
    """The filled form of a step; `GET` of the step says what it takes."""

    answers: Answers = Field(examples=[{"scope": "complaint", "category": "Price"}])


class Comment(Body):
    """A word with an approval."""

    comment: Annotated[Text, Field(max_length=4_000)] = ""


class Return(Body):
    """Why a draft is returned."""

    reasons: Annotated[Text, Field(min_length=10, max_length=4_000)] = Field(
        examples=["The second invoice is not mentioned."]
    )


class Handover(Body):
    """To whom a step is given, and why."""

    to: Username = Field(description="User name.", examples=["ivo"])
    reason: Annotated[Text, Field(max_length=2_000)] = ""


@router.get("/inbox", **served_by("inbox.page"))
def list_inbox(  # noqa: PLR0913, PLR0917 - the filters of a list
    here: Here,
    who: Who,
    view: Annotated[View, Query(description="Whose steps.")] = "all",
    search: Annotated[
        Line, Query(description="Beginnings of words of reference, summary or name.")
    ] = "",
    severity: Annotated[
        list[Annotated[int, Field(ge=1, le=5)]], Query(description="All when left out.")
    ] = [],  # noqa: B006 - never changed
    category: Annotated[list[Line], Query(description="All when left out.")] = [],  # noqa: B006 - never changed
    gates_only: Annotated[bool, Query(description="Only approvals the caller may give.")] = False,  # noqa: FBT002 - a query
    element: Annotated[Name | None, Query(description="Only steps of this element.")] = None,
    limit: Limit = 25,
    offset: Offset = 0,
) -> shape.InboxPage:
    """List the steps that wait, soonest due first."""
    items, total = inbox.page(
        here,
        actor=who,
        view=view,
        search=search,
        severities=tuple(severity),
        categories=tuple(category),
        gates_only=gates_only,
        element=element or "",
        limit=limit,
        offset=offset,
    )
    return shape.InboxPage.model_validate({"items": items, "total": total})


@router.get(_STEP, **served_by("casefile.view"))
def show_step(here: Here, who: Who, reference: Reference, token: Token) -> form_shape.StepForm:
    """Show a waiting step with what it asks; the fields one by one of a form of one's own.

    Raises:
        StepNotOpenError: It does not wait.
    """
    found = casefile.view(here, actor=who, reference=reference)
    step = next((each for each in found.steps if each.step.token == token), None)
    if step is None:
        raise StepNotOpenError(token, "Somebody may have finished it; reload the complaint.")
    own = asking_of(step.asks)
    told = {
        "step": step_shown(step),
        "about": inspect.cleandoc(step.asks.__doc__ or ""),
        "answers": step.asks.model_json_schema(),
        "is_own": own is not None,
        "fields": own.form.fields if own else (),
    }
    return form_shape.StepForm.model_validate(told)


@router.post(f"{_STEP}/claim", status_code=204, **served_by("inbox.claim"))
def claim_step(here: Here, asked: AskedOfStep) -> None:
    """Take an unclaimed step."""
    inbox.claim(here, **asked)


@router.post(f"{_STEP}/release", status_code=204, **served_by("inbox.release"))
def release_step(here: Here, asked: AskedOfStep) -> None:
    """Put a step that the caller took back to the unclaimed ones."""
    inbox.release(here, **asked)


@router.post(f"{_STEP}/reassignment", status_code=204, **served_by("inbox.reassign"))
def reassign_step(here: Here, asked: AskedOfSeenStep, handover: Handover) -> None:
    """Give a step to somebody else."""
    inbox.reassign(here, **asked, to=handover.to, reason=handover.reason)


@router.post(f"{_STEP}/completion", **served_by("inbox.complete_step"))
def complete_step(here: Here, asked: AskedOfSeenStep, completion: Completion) -> shape.Waiting:
    """Complete a step with its form, and tell what waits then."""
    steps = inbox.complete_step(here, **asked, answers=completion.answers)
    return _waiting(steps)


@router.post(f"{_STEP}/approval", **served_by("approvals.approve"))
def approve_draft(here: Here, asked: AskedOfSeenStep, said: Comment) -> shape.Waiting:
    """Approve what somebody else drafted; exactly that is sent."""
    steps = approvals.approve(here, **asked, comment=said.comment)
    return _waiting(steps)


@router.post(f"{_STEP}/return", **served_by("approvals.return_draft"))
def return_draft(here: Here, asked: AskedOfSeenStep, why: Return) -> shape.Waiting:
    """Return what somebody else drafted, with reasons."""
    steps = approvals.return_draft(here, **asked, reasons=why.reasons)
    return _waiting(steps)


@router.post(
    f"{_STEP}/acknowledgement", status_code=204, **served_by("casework.acknowledge_escalation")
)
def acknowledge_escalation(here: Here, asked: AskedOfStep, said: Acknowledgement) -> None:
    """Acknowledge an escalation, and say what is done about it."""
    casework.acknowledge_escalation(here, **asked, action=said.action)


@router.get("/forms", **served_by(""))
def list_forms() -> form_shape.FormList:
    """List every form of Redress that a step may name, with the schema of its answers."""
    entries = [
        form_shape.FormEntry(
            name=name, about=(form.__doc__ or "").strip(), answers=form.model_json_schema()
        )
        for name, form in FORMS.items()
    ]
    return form_shape.FormList(items=entries)


def _waiting(steps: tuple[domain.Step, ...]) -> shape.Waiting:
    return shape.Waiting.model_validate({"waiting": steps})
