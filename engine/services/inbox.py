"""What a person sees waiting, takes on, and completes (ISO 10002:2018, 5.4 and 7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed, Role
from engine.domain.case import Draft, Escalation, Note, Step
from engine.domain.form import Form, read_form
from engine.domain.inbox import InboxQuery, InboxRow, RestingCase, RestQuery, View
from engine.domain.text import without_controls
from engine.errors import InvalidInputError, NotAllowedError, StepClaimedError, StepNotOpenError
from engine.services.change import CaseChange
from engine.services.command import Command, carry_out
from engine.services.four_eyes import drafted, require_second_person
from engine.services.processes import role_sets
from engine.store.transaction import Transaction

_LONGEST_REASON = 2_000
_LONGEST_DRAFT = 200_000
_OWNERS = (Role.HANDLER, Role.INVESTIGATOR)


def page(  # noqa: PLR0913 - the filters of a list
    platform: Platform,
    *,
    actor: Actor,
    view: View,
    search: str = "",
    severities: tuple[int, ...] = (),
    categories: tuple[str, ...] = (),
    gates_only: bool = False,
    element: str = "",
    limit: int = 25,
    offset: int = 0,
) -> tuple[tuple[InboxRow, ...], int]:
    """Return one page of waiting steps, soonest due first, and how many there are.

    Steps of suspended cases are none of them: nobody can work on these.

    Args:
        platform: Where to look.
        actor: Whose inbox it is.
        view: ``mine``, ``unclaimed`` (that the actor may take), ``late`` or ``all``.
        search: Words that must all occur in reference, summary or name.
        severities: From 1 to 5; none for all.
        categories: None for all.
        gates_only: Only approvals that the actor may give.
        element: Only steps of this element of the diagram; empty for all.
        limit: Most rows to return.
        offset: Rows to leave out at the beginning.

    Returns:
        The rows, and the number of all rows, counted to ``COUNTED_TO`` at most.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        query = InboxQuery(
            view=view,
            username=actor.username,
            role_sets=role_sets(platform, tx, actor=actor),
            now=platform.now(),
            search=search,
            severities=severities,
            categories=categories,
            gates_only=gates_only,
            element=element,
        )
        return tx.steps.page(query, limit=limit, offset=offset), tx.steps.count(query)


def counts(platform: Platform, *, actor: Actor) -> dict[View, int]:
    """Return how many steps each view holds, counted to ``COUNTED_TO`` at most.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        sets = role_sets(platform, tx, actor=actor)
        views: tuple[View, ...] = ("mine", "unclaimed", "late", "all")
        return {
            view: tx.steps.count(InboxQuery(view, actor.username, sets, platform.now()))
            for view in views
        }


def waiting_at(platform: Platform, *, actor: Actor, element: str) -> tuple[str, ...]:
    """Return the references of all cases that wait at an element and can be worked on.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        return tx.steps.waiting_at(element)


def suspended(
    platform: Platform,
    *,
    actor: Actor,
    search: str = "",
    severities: tuple[int, ...] = (),
    categories: tuple[str, ...] = (),
    limit: int = 25,
    offset: int = 0,
) -> tuple[tuple[RestingCase, ...], int]:
    """Return one page of suspended cases, longest suspended first, and how many there are.

    Nobody works on them: their steps are on no page of waiting steps.

    Args:
        platform: Where to look.
        actor: Who asks.
        search: Words that must all occur in reference, summary or name.
        severities: From 1 to 5; none for all.
        categories: None for all.
        limit: Most rows to return.
        offset: Rows to leave out at the beginning.

    Returns:
        The rows, and the number of all rows, counted to ``COUNTED_TO`` at most.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    query = RestQuery(search, severities, categories)
    with platform.database.read() as tx:
        return tx.resting.page(query, limit=limit, offset=offset), tx.resting.count(query)


def suspended_count(platform: Platform, *, actor: Actor) -> int:
    """Return how many cases are suspended, counted to ``COUNTED_TO`` at most.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        return tx.resting.count(RestQuery())


def claim(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    command_id: UUID | None = None,
) -> None:
    """Take an unclaimed step.

    Raises:
        NotAllowedError: The actor holds none of the step's roles.
        SeparationOfDutiesError: The actor drafted what is decided there.
        StepNotOpenError: The step does not wait.
        StepClaimedError: Somebody else took it.
    """
    actor.require(Deed.WORK)

    def work(change: CaseChange) -> None:
        step = change.step(token)
        if step.assignee == actor.username:
            return
        if step.assignee is not None:
            raise _claimed(change, step)
        _require_may_take(change, step, actor)
        _hand_over(change, step, to=actor.username)

    content = {"token": token}
    carry_out(platform, Command("claim", actor, reference, content, command_id), work)


def release(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    command_id: UUID | None = None,
) -> None:
    """Put a step that the actor took back to the unclaimed ones.

    Raises:
        NotAllowedError: The step is in other hands.
        StepNotOpenError: The step does not wait.
    """
    actor.require(Deed.WORK)

    def work(change: CaseChange) -> None:
        step = change.step(token)
        if step.assignee is None:
            return
        if step.assignee != actor.username:
            raise _claimed(change, step)
        _hand_over(change, step, to=None)

    content = {"token": token}
    carry_out(platform, Command("release", actor, reference, content, command_id), work)


def reassign(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    to: str,
    reason: str = "",
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Give a step to somebody else; a reason becomes a note on the case.

    Args:
        platform: Where the case is.
        actor: Who gives it away.
        reference: Of the case.
        token: Of the step.
        to: User name of who gets it.
        reason: Why; may be empty.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not reassign, or the other holds none of its roles.
        SeparationOfDutiesError: The other drafted what is decided there.
        InvalidInputError: Nobody has this user name, or the reason is too long.
        StepNotOpenError: The step does not wait.
    """
    actor.require(Deed.REASSIGN)
    if len(reason) > _LONGEST_REASON:
        raise InvalidInputError({"Reason": f"may have at most {_LONGEST_REASON:,} characters."})

    def work(change: CaseChange) -> None:
        step = change.step(token)
        account = change.tx.accounts.get(to)
        if account is None or not account.is_active:
            raise InvalidInputError({"To": f"nobody active has the user name {to}."})
        _require_may_take(change, step, account.actor)
        _hand_over(change, step, to=to)
        if reason.strip():
            text = f"{step.title}, given to {account.actor.name}: {reason.strip()}"
            change.tx.records.add(change.case.id, Note(actor.username, change.now, text))

    content = {"token": token, "to": to, "reason": reason}
    command = Command("reassign", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def save_draft(
    platform: Platform, *, actor: Actor, reference: str, token: str, content: Mapping[str, Any]
) -> datetime:
    """Keep a half-filled form of the actor, unchecked, and return when it was kept.

    Raises:
        NotAllowedError: The actor may not work on complaints.
        StepNotOpenError: The step does not wait.
        InvalidInputError: More than a form can hold was typed.
    """
    actor.require(Deed.WORK)
    if len(repr(content)) > _LONGEST_DRAFT:
        raise InvalidInputError(
            {"": f"a draft may have at most {_LONGEST_DRAFT:,} characters; this was not saved."}
        )

    def work(tx: Transaction) -> datetime:
        case, now = tx.cases.get(reference), platform.now()
        _waiting(tx, case.id, token)
        typed = without_controls(content)
        tx.steps.save_draft(case.id, token, username=actor.username, content=typed, at=now)
        return now

    return platform.database.write(work)


def draft(platform: Platform, *, actor: Actor, reference: str, token: str) -> Draft | None:
    """Return what the actor has typed into a step's form so far, or None.

    Raises:
        NotAllowedError: The actor may not work on complaints.
        NotFoundError: No complaint has this reference.
    """
    actor.require(Deed.WORK)
    with platform.database.read() as tx:
        return tx.steps.draft(tx.cases.get(reference).id, token, username=actor.username)


def complete_step(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> tuple[Step, ...]:
    """Complete a waiting step with its form, and return the steps that wait now.

    Raises:
        NotAllowedError: The actor holds none of the step's roles.
        SeparationOfDutiesError: A gate of four eyes, and the actor drafted.
        InvalidInputError: The form is not complete; names each field.
        StepNotOpenError: The step does not wait.
        StepClaimedError: Somebody else works on it.
        CaseChangedError: The case is not the one that was looked at any more.
        ProcessFailedError: The diagram cannot go on from here.

    Source: ISO 10002:2018, 7.
    """
    actor.require(Deed.WORK)

    def work(change: CaseChange) -> None:
        step = change.step(token)
        if step.assignee not in {None, actor.username}:
            raise _claimed(change, step)
        _require_role(actor, step)
        form = read_form(step.form, dict(answers))
        _check(change, step, form)
        change.complete(token, form)

    content = {"token": token, "answers": _plain(answers)}
    command = Command("complete_step", actor, reference, content, command_id, seen_rev=seen_rev)
    return carry_out(platform, command, work)


def _plain(answers: Mapping[str, Any]) -> dict[str, str]:
    """Spell answers so that the same answers have the same fingerprint, whatever their types."""
    return {name: str(value) for name, value in answers.items()}


def _check(change: CaseChange, step: Step, form: Form) -> None:
    """Check what a form cannot know by itself.

    Raises:
        InvalidInputError: A category or owner that is not ours, or an escalation nobody answered.
    """
    stated = form.model_dump()
    categories = change.platform.policy.categories
    if "category" in stated and stated["category"] not in categories:
        raise InvalidInputError({"Category": f"{stated['category']!r} is not one of ours."})
    if "owner" in stated:
        owner = change.tx.accounts.get(stated["owner"])
        if owner is None or not owner.is_active or not owner.actor.holds_any(_OWNERS):
            raise InvalidInputError({"Owner": f"{stated['owner']!r} handles no complaints."})
    if step.form == "closing":
        unanswered = [
            e for e in change.tx.records.of(Escalation, change.case.id) if e.acknowledged_at is None
        ]
        if unanswered:
            raise InvalidInputError(
                {"": f"{len(unanswered)} escalation(s) of this case are not acknowledged yet."}
            )


def _require_role(actor: Actor, step: Step) -> None:
    if not actor.holds_any(step.roles):
        raise NotAllowedError(actor.name, f"take the step “{step.title}”", step.roles)


def _require_may_take(change: CaseChange, step: Step, person: Actor) -> None:
    """Refuse a step to those who could never complete it."""
    _require_role(person, step)
    if step.is_gate:
        require_second_person(drafted(change.tx, step.case_id), person)


def _hand_over(change: CaseChange, step: Step, *, to: str | None) -> None:
    done = change.tx.steps.assign(
        step.case_id,
        step.token,
        assignee=to,
        claimed_at=change.now if to else None,
        expected=step.assignee,
    )
    if not done:
        raise StepClaimedError(step.title, "Somebody else")
    change.record("step.assigned", element=step.element, title=step.title, to=to)


def _claimed(change: CaseChange, step: Step) -> StepClaimedError:
    """Return the refusal that names who has a step."""
    account = change.tx.accounts.get(step.assignee or "")
    return StepClaimedError(step.title, account.actor.name if account else "Somebody else")


def _waiting(tx: Transaction, case_id: int, token: str) -> Step:
    found = [step for step in tx.steps.of(case_id) if step.token == token]
    if not found:
        raise StepNotOpenError(token, "Somebody may have finished it; reload the case.")
    return found[0]
