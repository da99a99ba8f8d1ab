"""A step that begins to wait: who may take it, until when, and whether it calls upwards."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.bootstrap import Platform
from engine.domain import ladder
from engine.domain.case import Case, Escalation, Step
from engine.domain.complaint import EscalationReason
from engine.domain.ladder import CASEWORK, Level
from engine.process.bundle import Element
from engine.store.transaction import Transaction

CALLS_UPWARDS = {
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
    element: Element,
    *,
    case: Case,
    token: str,
    owner: str | None,
    due_at: datetime,
    begin_by: datetime,
    now: datetime,
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
        begin_by=begin_by,
        claimed_at=now if owner else None,
        competences=element.competences,
    )


def owner_for(tx: Transaction, *, case: Case, element: Element) -> str | None:
    """Return the owner of the case where the step is casework that the owner may do."""
    if case.owner is None or CASEWORK.isdisjoint(element.roles):
        return None
    account = tx.accounts.get(case.owner)
    if account is None or not account.is_active:
        return None
    owner = account.actor
    is_able = owner.holds_any(element.roles) and not owner.lacks(element.competences)
    return case.owner if is_able else None


def calls_upwards(step: Step) -> bool:
    """Tell whether a step is an escalation that somebody must acknowledge."""
    return step.form in CALLS_UPWARDS


def end_calls(tx: Transaction, steps: Iterable[Step], *, by: str, at: datetime) -> None:
    """Let nobody be called upwards any more by steps of a case that ends with another."""
    action = "Ended with the complaint into which this one was merged."
    for step in filter(calls_upwards, steps):
        tx.records.acknowledge_escalation(step.case_id, step.token, by=by, at=at, action=action)


def called(tx: Transaction, *, case: Case, step: Step, call: Call, is_old: bool) -> Step:
    """Return a step as it waits: one that calls upwards, on the rung of the ladder that is called.

    A complaint on which nobody acts calls its owner first. A step whose row is made again waits
    where its escalation stands.

    Args:
        tx: Reads what was raised before.
        case: Whose step.
        step: As the diagram has it.
        call: Why it opened.
        is_old: Whether it waited before this change.
    """
    if not calls_upwards(step):
        return step
    level = tx.records.level_of(case.id, step.token) if is_old else None
    roles = step.roles if level is None else ladder.roles_on(level, step.roles)
    if call.reason is not EscalationReason.INACTIVITY or level is not None:
        return replace(step, roles=roles)
    account = tx.accounts.get(case.owner or "")
    is_here = account is not None and account.is_active and account.actor.holds_any(CASEWORK)
    if not is_here or tx.delegations.deputies_of(case.owner or "", step.opened_at):
        return step
    roles = ladder.roles_on(Level.OWNER, step.roles)
    return replace(step, roles=roles, assignee=case.owner, claimed_at=step.opened_at)


def raise_call(
    platform: Platform, tx: Transaction, *, step: Step, call: Call, by: str, is_old: bool
) -> Escalation | None:
    """Keep the escalation that a step stands for; None for a step that was raised before."""
    if not calls_upwards(step) or (is_old and tx.records.level_of(step.case_id, step.token)):
        return None
    reason = call.reason or CALLS_UPWARDS[step.form]
    is_owners = reason is EscalationReason.INACTIVITY and step.assignee is not None
    level = Level.OWNER if is_owners else ladder.first(step.roles)
    raised = Escalation(
        id=0,
        token=step.token,
        reason=reason,
        detail=call.detail,
        raised_by=by,
        raised_at=step.opened_at,
        level=level,
        level_at=step.opened_at,
        climb_at=climbs_at(platform, level=level, reason=reason, since=step.opened_at),
    )
    tx.records.add(step.case_id, raised)
    return raised


def climbs_at(
    platform: Platform, *, level: Level, reason: EscalationReason, since: datetime
) -> datetime | None:
    """Return when a call goes on to the next rung if nobody acknowledges it; None for never."""
    allowance = ladder.time_for(platform.policy.escalation, level, reason)
    return platform.calendar.due(since, allowance) if allowance else None


def timetable(platform: Platform) -> Any:  # noqa: ANN401 - engine.process names the type
    """Return the working-time arithmetic as the process core wants it."""
    return lambda allowance, start: platform.calendar.due(start, allowance)
