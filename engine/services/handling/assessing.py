"""Assessing a complaint: what the table suggests before anything is saved, and assessing it anew.

Source: ISO 10002:2018, 7.5.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.assessment import Assessment, Suggestion
from engine.domain.effect import applied, routed
from engine.domain.filling import filled
from engine.domain.form import AssessForm
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.process import assessments
from engine.services.process.processes import bundle_of
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out

_JUDGED = ("severity", "safety", "complexity", "amount", "vulnerable")
"""Variables by which a diagram and its tables go."""


def suggest(
    platform: Platform, *, actor: Actor, reference: str, answers: Mapping[str, Any]
) -> Suggestion | None:
    """Return what the table of a complaint's process suggests for answers that are not saved yet.

    Returns:
        None where the process has no such table.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        InvalidInputError: The answers are no assessment.
        ProcessFailedError: The table gives no single answer.
    """
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        bundle = bundle_of(platform, tx, case.process)
    return assessments.suggestion(bundle, filled(AssessForm, answers))


def of_case(platform: Platform, *, actor: Actor, reference: str) -> tuple[Assessment, ...]:
    """Return every assessment of a complaint, oldest first.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return tx.assessments.of(case.id)


def reassess(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Assess an open complaint anew; every earlier assessment stays.

    Severity, priority and what else is judged hold from now on, for the diagram and its tables
    too: who has to approve follows from it. The route stays the one that was taken.

    Args:
        platform: Where the case is.
        actor: Who assesses it.
        reference: Of the case.
        answers: As ``AssessForm`` takes them, with the reason in ``override_reason``.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not say what this complaint is about.
        InvalidInputError: The form is not complete, chooses another route, or gives no reason.
        CourseError: The complaint was not assessed yet, or is closed.

    Source: ISO 10002:2018, 7.5.
    """
    actor.require(Deed.STATE_ISSUES)
    form = filled(AssessForm, answers)
    if not form.override_reason:
        raise InvalidInputError({"Why not as suggested": "is needed: say what has changed."})
    if form.chosen_route is not None:
        raise InvalidInputError({"Route": "stays the one that the complaint has taken."})

    def work(change: CaseChange) -> None:
        known = change.tx.assessments.of(change.case.id)
        if not change.case.is_open or not known:
            raise CourseError(f"{reference} is not assessed yet, or is closed.")
        found = assessments.suggestion(change.bundle, form)
        usual = found.priority if found else None
        priority = form.chosen_priority or usual
        new = Assessment(
            number=known[-1].number + 1,
            severity=form.severity,
            safety=form.safety,
            complexity=form.complexity,
            amount=form.amount,
            vulnerable=form.vulnerable,
            process=change.case.process,
            rules=" ".join(found.rules) if found else "",
            suggested_route=found.route if found else "",
            suggested_priority=usual,
            route=change.case.route,
            priority=priority,
            reason=form.override_reason,
            by=actor.username,
            at=change.now,
        )
        change.tx.assessments.add(change.case.id, new)
        change.tell({name: form.routing()[name] for name in _JUDGED})
        change.case = routed(applied(form, change.case), {"priority": priority})
        change.record("assessment.renewed", **assessments.told(new))

    content = form.model_dump(mode="json")
    asked = Command("reassess", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)
