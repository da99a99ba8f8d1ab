"""Keeps people away from a complaint: those it is about, and those who declared a conflict.

What they had in hand goes back; nobody can give it to them again.

Source: ISO 10002:2018, 4.7 and 5.4.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.filling import filled
from engine.domain.respondent import KeptOut
from engine.domain.respondent_form import ConflictForm
from engine.errors import CourseError, InvalidInputError
from engine.services.bulk.reason import needed
from engine.services.handling import handing
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out


def declare_conflict(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Keep that the actor has a conflict of interest: they read on, and do nothing else.

    Args:
        platform: Where the case is.
        actor: Who declares it.
        reference: Of the case.
        answers: As ``ConflictForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor has nothing to do with this complaint.
        InvalidInputError: It is not said what ties them to it.
        CourseError: It is declared already.

    Source: ISO 10002:2018, 4.7.
    """
    actor.require(Deed.NOTE)
    form = filled(ConflictForm, answers)

    def work(change: CaseChange) -> None:
        if KeptOut.CONFLICT in change.tx.kept_out.kinds(change.case.id, actor.username):
            raise CourseError("This conflict of interest is declared already.")
        change.record("conflict.declared", reason=form.reason)
        put_out(change, actor.username, KeptOut.CONFLICT, reason=form.reason)

    content = form.model_dump(mode="json")
    asked = Command("declare_conflict", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def lift_conflict(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    username: str,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Let somebody work on a complaint again whose conflict of interest is no more.

    Nobody does so for themselves.

    Raises:
        NotAllowedError: The actor may not close this complaint to people, or open it to them.
        InvalidInputError: No reason is given, or this person declared none.
    """
    actor.require(Deed.RESTRICT)
    said = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        if KeptOut.CONFLICT not in change.tx.kept_out.kinds(change.case.id, username):
            raise InvalidInputError({"Person": "declared no conflict of interest."})
        change.record("conflict.lifted", person=username, reason=said)
        let_in(change, username, KeptOut.CONFLICT)

    content = {"username": username, "reason": said}
    asked = Command("lift_conflict", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def put_out(change: CaseChange, username: str, kind: KeptOut, *, reason: str = "") -> None:
    """Keep somebody away from a case from now on; what they had in hand goes back."""
    tx, case = change.tx, change.case
    tx.kept_out.put_out(case.id, username, kind, reason=reason, at=change.now)
    tx.samples.take_back(case.id, username)
    for step in change.steps:
        if step.assignee == username:
            handing.hand_over(change, step, to=None)
    owner = None if case.owner == username else case.owner
    change.case = change.case.model_copy(update={"owner": owner, "keeps_out": True})


def let_in(change: CaseChange, username: str, kind: KeptOut) -> None:
    """Keep somebody away no more for one of the reasons."""
    change.tx.kept_out.let_in(change.case.id, username, kind)
    keeps_out = change.tx.kept_out.has_any(change.case.id)
    change.case = change.case.model_copy(update={"keeps_out": keeps_out})
