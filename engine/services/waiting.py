"""A step that begins to wait: who may take it, until when, and whether it calls upwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Role
from engine.domain.case import Case, Escalation, Step
from engine.domain.complaint import EscalationReason
from engine.process.bundle import Element
from engine.store.transaction import Transaction

_CASEWORK = frozenset({Role.HANDLER, Role.INVESTIGATOR})
"""Steps for one of these go to the owner of the case by themselves."""

_CALLS_UPWARDS = {
    "containment": EscalationReason.SAFETY,
    "breach_explanation": EscalationReason.CLOCK_BREACH,
    "escalation_response": EscalationReason.REQUEST,
}
"""A step with one of these forms is an escalation that waits to be acknowledged."""


@dataclass(frozen=True, slots=True)
class Call:
    """Why a step that calls upwards opened.

    Attributes:
        reason: None where the form of the step tells it.
        detail: In words, for whoever is called.
    """

    reason: EscalationReason | None = None
    detail: str = ""


def step_at(
    element: Element, *, case: Case, token: str, owner: str | None, due_at: datetime, now: datetime
) -> Step:
    """Return the step that a token waits at from now on."""
    return Step(
        case_id=case.id,
        token=token,
        element=element.id,
        title=element.title,
        roles=element.roles,
        form=element.form or "",
        clause=element.clause or "",
        is_gate=element.gate is not None,
        assignee=owner,
        opened_at=now,
        due_at=due_at,
        claimed_at=now if owner else None,
        competences=element.competences,
    )


def owner_for(tx: Transaction, *, case: Case, element: Element) -> str | None:
    """Return the owner of the case where the step is casework that the owner may do."""
    if case.owner is None or _CASEWORK.isdisjoint(element.roles):
        return None
    account = tx.accounts.get(case.owner)
    if account is None or not account.is_active:
        return None
    owner = account.actor
    is_able = owner.holds_any(element.roles) and not owner.lacks(element.competences)
    return case.owner if is_able else None


def calls_upwards(step: Step) -> bool:
    """Tell whether a step is an escalation that somebody must acknowledge."""
    return step.form in _CALLS_UPWARDS


def escalation(step: Step, *, call: Call, by: str, at: datetime) -> Escalation:
    """Return the escalation that a step stands for."""
    return Escalation(
        id=0,
        token=step.token,
        reason=call.reason or _CALLS_UPWARDS[step.form],
        detail=call.detail,
        raised_by=by,
        raised_at=at,
    )


def timetable(platform: Platform) -> Any:  # noqa: ANN401 - engine.process names the type
    """Return the working-time arithmetic as the process core wants it."""
    return lambda allowance, start: platform.calendar.due(start, allowance)
