"""Remedies beside the steps: proposing, carrying out, verifying; and what waits in all cases.

Who proposed or approved a payment does not pay it, and who paid it does not verify it.

Source: ISO 10002:2018, 5.4 and 7.7 to 7.9.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Approval
from engine.domain.filling import filled
from engine.domain.form import CarriedOutForm, RemedyForm
from engine.domain.remedy import (
    MOST,
    OpenRemedy,
    PaidRange,
    Remedy,
    RemedyKind,
    RemedyState,
    needs_check,
)
from engine.domain.separation import Rule
from engine.errors import CourseError, InvalidInputError, SeparationOfDutiesError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.running import command, ledger, separation
from engine.services.running.change import CaseChange
from engine.services.running.command import Command


def propose(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Propose a remedy, which the decision offers when it is sent.

    Args:
        platform: Where the case is.
        actor: Who proposes it.
        reference: Of the case.
        answers: As ``RemedyForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not propose remedies on this complaint.
        InvalidInputError: The form is not complete, or names no issue or person of ours.
        CourseError: A decision waits for approval or was sent, or there are too many.

    Source: ISO 10002:2018, 7.7.
    """
    actor.require(Deed.PROPOSE_REMEDY)
    form = filled(RemedyForm, answers)

    def work(change: CaseChange) -> None:
        _require_draftable(change)
        known = change.tx.remedies.of(change.case.id)
        if len(known) >= MOST:
            raise CourseError(f"A complaint has at most {MOST} remedies; this one has them.")
        category = _checked(change, form)
        remedy = Remedy(
            number=ledger.next_number(known),
            proposed_by=actor.username,
            proposed_at=change.now,
            needs_check=needs_check(form.amount, change.case.severity),
            **form.model_dump(),
        )
        change.tx.remedies.add(change.case.id, remedy, category=category)
        change.record("remedy.proposed", remedy=remedy.number, **_told(form))

    content = form.model_dump(mode="json")
    asked = Command("propose_remedy", actor, reference, content, command_id, seen_rev=seen_rev)
    command.carry_out(platform, asked, work)


def restate(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Change a remedy that is proposed and not offered yet.

    Raises:
        NotAllowedError: The actor may not propose remedies on this complaint.
        InvalidInputError: The form is not complete, or there is no such remedy.
        CourseError: A decision waits for approval, or the remedy was offered.
    """
    actor.require(Deed.PROPOSE_REMEDY)
    form = filled(RemedyForm, answers)

    def work(change: CaseChange) -> None:
        _require_draftable(change)
        remedy = _one(change, number)
        _require_state(remedy, remedy.state is RemedyState.PROPOSED, "is offered already")
        category = _checked(change, form)
        check = needs_check(form.amount, change.case.severity)
        facts = form.model_dump() | {"category": category, "needs_check": check}
        change.tx.remedies.change(change.case.id, number, **facts)
        change.record("remedy.restated", remedy=number, **_told(form))

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("restate_remedy", actor, reference, content, command_id, seen_rev=seen_rev)
    command.carry_out(platform, asked, work)


def drop(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Take a remedy back that is only proposed, or note that nobody took up what was offered.

    What the complainant has accepted is owed, and is not dropped.

    Raises:
        NotAllowedError: The actor may not propose remedies on this complaint.
        InvalidInputError: No reason is given, or there is no such remedy.
        CourseError: It is accepted or carried out, or a decision waits for approval.
    """
    actor.require(Deed.PROPOSE_REMEDY)
    text = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        remedy = _one(change, number)
        if remedy.state is RemedyState.PROPOSED:
            _require_draftable(change)
        may = remedy.state in {RemedyState.PROPOSED, RemedyState.OFFERED}
        _require_state(remedy, may, f"is {remedy.state.title.lower()}")
        change.tx.remedies.change(change.case.id, number, state=RemedyState.DROPPED)
        change.record("remedy.dropped", remedy=number, reason=text)

    content = {"number": number, "reason": text}
    asked = Command("drop_remedy", actor, reference, content, command_id, seen_rev=seen_rev)
    command.carry_out(platform, asked, work)


def carry_out(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record that a remedy was carried out, with what proves it.

    What the complainant declined can still be given; what is only proposed cannot.

    Args:
        platform: Where the case is.
        actor: Who carried it out.
        reference: Of the case.
        number: Of the remedy.
        answers: As ``CarriedOutForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not carry out remedies of this complaint.
        SeparationOfDutiesError: It is a payment above what one person may do alone, and the
            actor proposed it or approved the decision.
        InvalidInputError: No proof is given, or there is no such remedy.
        CourseError: It was not offered, or is carried out already.

    Source: ISO 10002:2018, 7.9.
    """
    actor.require(Deed.CARRY_OUT_REMEDY)
    form = filled(CarriedOutForm, answers)

    def work(change: CaseChange) -> None:
        remedy = _one(change, number)
        _require_state(remedy, remedy.may_be_done, f"is {remedy.state.title.lower()}")
        _require_no_part(change, remedy)
        change.tx.remedies.change(
            change.case.id,
            number,
            state=RemedyState.CARRIED_OUT,
            proof=form.proof,
            carried_out_by=actor.username,
            carried_out_at=change.now,
        )
        change.record("remedy.carried_out", remedy=number, amount=f"{remedy.amount:.2f}")

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("carry_out_remedy", actor, reference, content, command_id, seen_rev=seen_rev)
    command.carry_out(platform, asked, work)


def verify(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Confirm that a remedy was carried out, as somebody who did not carry it out.

    Raises:
        NotAllowedError: The actor may not verify remedies of this complaint.
        SeparationOfDutiesError: The actor carried it out.
        InvalidInputError: There is no such remedy.
        CourseError: It is not carried out, or is verified already.
    """
    actor.require(Deed.VERIFY_REMEDY)

    def work(change: CaseChange) -> None:
        remedy = _one(change, number)
        is_done = remedy.state is RemedyState.CARRIED_OUT
        _require_state(remedy, is_done, f"is {remedy.state.title.lower()}")
        if remedy.carried_out_by == actor.username:
            raise SeparationOfDutiesError(actor.name, "verify this remedy", "carried it out")
        change.tx.remedies.change(
            change.case.id,
            number,
            state=RemedyState.VERIFIED,
            verified_by=actor.username,
            verified_at=change.now,
        )
        change.record("remedy.verified", remedy=number)

    content = {"number": number}
    asked = Command("verify_remedy", actor, reference, content, command_id, seen_rev=seen_rev)
    command.carry_out(platform, asked, work)


def page(
    platform: Platform, *, actor: Actor, to_verify: bool = False, limit: int = 25, offset: int = 0
) -> tuple[tuple[OpenRemedy, ...], int]:
    """Return one page of the remedies that wait, soonest due first, and how many there are.

    Args:
        platform: Where to look.
        actor: Who asks.
        to_verify: Those that are to be verified, instead of those that are to be carried out.
        limit: Most rows to return.
        offset: Rows to leave out at the beginning.

    Returns:
        The rows, and the number of all rows, counted to ``COUNTED_TO`` at most.

    Raises:
        NotAllowedError: The actor may not see which remedies are open.
    """
    actor.require(Deed.SEE_REMEDIES)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_REMEDIES)
        rows = tx.remedies.page(seen, to_verify=to_verify, limit=limit, offset=offset)
        return rows, tx.remedies.count(seen, to_verify=to_verify)


def paid(
    platform: Platform, *, actor: Actor, reference: str, issue: int
) -> dict[RemedyKind, PaidRange]:
    """Return what was paid in similar complaints, kind by kind; kinds with too few are left out.

    Args:
        platform: Where to look.
        actor: Who asks.
        reference: Of the case in hand, whose own remedies are left out.
        issue: Number of the issue that a remedy would answer; its category is what is similar.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        InvalidInputError: The case has no such issue.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        category = ledger.category_of(tx, case, issue)
        return ledger.ranges(platform, tx, category=category, besides=case.id, now=platform.now())


def _require_draftable(change: CaseChange) -> None:
    """Refuse to change what a decision offers once it is drafted, until it is drafted anew.

    Raises:
        CourseError: It waits for approval, was sent, or the case is closed.
    """
    reference, case = change.case.reference, change.case
    if any(step.form == "approval" for step in change.steps):
        raise CourseError(f"A draft of {reference} waits for approval; it is approved as it is.")
    is_drafted = any(step.form in {"finding", "decision"} for step in change.steps)
    if not case.is_open or (case.decided_at is not None and not is_drafted):
        raise CourseError(f"{reference} is decided; its remedies stay as they were offered.")


def _checked(change: CaseChange, form: RemedyForm) -> str:
    """Return the category of the issue that a remedy answers.

    Raises:
        InvalidInputError: There is no such issue, nobody has this name, the person is kept away
            from the complaint, or the date is over.
    """
    account = change.tx.accounts.get(form.owner)
    if account is None or not account.is_active:
        raise InvalidInputError({"Who sees to it": f"{form.owner!r} is nobody who works here."})
    if why := separation.barred_by(change, form.owner):
        raise InvalidInputError({"Who sees to it": f"{account.actor.name} {why}."})
    if form.due_on < change.now.date():
        raise InvalidInputError({"Until": "is over already."})
    return ledger.category_of(change.tx, change.case, form.issue)


def _one(change: CaseChange, number: int) -> Remedy:
    """Return a remedy of the case.

    Raises:
        InvalidInputError: It has none of this number.
    """
    for remedy in change.tx.remedies.of(change.case.id):
        if remedy.number == number:
            return remedy
    raise InvalidInputError({"Remedy": f"this complaint has no remedy {number}."})


def _require_state(remedy: Remedy, is_right: bool, how: str) -> None:  # noqa: FBT001 - what was asked
    """Refuse what does not fit to where a remedy stands.

    Raises:
        CourseError: It does not.
    """
    if not is_right:
        raise CourseError(f"Remedy {remedy.number} {how}.")


def _require_no_part(change: CaseChange, remedy: Remedy) -> None:
    """Refuse a payment to whoever proposed it or approved the decision.

    Raises:
        SeparationOfDutiesError: It is more than one person may do alone.
    """
    person = change.actor
    if remedy.amount <= change.platform.policy.remedies.alone_up_to:
        return
    part = "proposed it" if remedy.proposed_by == person.username else ""
    approvals = change.tx.records.of(Approval, change.case.id)
    if any(person.username in {a.approver, a.approver_for} for a in approvals):
        part = "approved the decision"
    if part:
        separation.require_apart(change, Rule.PAYMENT, person, deed="pay this", part=part)


def _told(form: RemedyForm) -> dict[str, str]:
    amount, due_on = f"{form.amount:.2f}", form.due_on.isoformat()
    return {"kind": form.kind.value, "amount": amount, "due_on": due_on}
