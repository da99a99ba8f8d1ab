"""What a person sees waiting, takes on, and completes (ISO 10002:2018, 5.4 and 7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case, Draft, Note, Step
from engine.domain.filling import filled
from engine.domain.inbox import InboxQuery, InboxRow, RestingCase, RestQuery, View
from engine.domain.text import without_controls
from engine.errors import InvalidInputError
from engine.services.accounts import reach
from engine.services.handling import handing
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.services.running.counting import CountingChange
from engine.store.transaction import Transaction

_LONGEST_REASON = 2_000
_LONGEST_DRAFT = 200_000


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
    """Return one page of waiting steps, most urgent first, and how many there are.

    Steps of suspended cases are none of them: nobody can work on these.

    Args:
        platform: Where to look.
        actor: Whose inbox it is.
        view: ``mine``, ``unclaimed`` (that the actor may take), ``late``, ``at_risk`` (to be begun
            by now, or the complaint is likely to be late) or ``all``.
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
            role_sets=reach.takes(platform, tx, actor=actor),
            now=platform.now(),
            sight=reach.sight(platform, tx, actor=actor, deed=Deed.READ),
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
        sets = reach.takes(platform, tx, actor=actor)
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.READ)
        views: tuple[View, ...] = get_args(View)
        return {
            view: tx.steps.count(InboxQuery(view, sets, platform.now(), seen)) for view in views
        }


def waiting_at(platform: Platform, *, actor: Actor, element: str) -> tuple[str, ...]:
    """Return the references of all cases that wait at an element and can be worked on.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.READ)
        return tx.steps.waiting_at(element, sight=seen)


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
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.READ)
        query = RestQuery(seen, search, severities, categories)
        return tx.resting.page(query, limit=limit, offset=offset), tx.resting.count(query)


def suspended_count(platform: Platform, *, actor: Actor) -> int:
    """Return how many cases are suspended, counted to ``COUNTED_TO`` at most.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.READ)
        return tx.resting.count(RestQuery(seen))


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
        handing.act_for(change, step, actor)
        handing.require_may_take(change, step, actor, on_behalf_of=change.on_behalf_of)
        handing.hand_over(change, step, to=actor.username)

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
            raise handing.claimed(change, step)
        handing.hand_over(change, step, to=None)

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
        handing.require_may_take(change, step, account.actor)
        handing.require_fresh(change, step, account.actor)
        handing.hand_over(change, step, to=to)
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
        case, now = _worked_on(platform, tx, actor, reference), platform.now()
        handing.waiting(tx, case.id, token)
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
        case = _worked_on(platform, tx, actor, reference)
        return tx.steps.draft(case.id, token, username=actor.username)


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

    def work(change: CountingChange) -> None:
        step = change.step(token)
        person = handing.act_for(change, step, actor)
        form = handing.whole(change, filled(change.asks(step), answers))
        handing.check(change, step, form)
        handing.require_within_limit(change, step, form, person)
        change.promise_word(form)
        change.complete(token, form)

    content = {"token": token, "answers": _plain(answers)}
    command = Command("complete_step", actor, reference, content, command_id, seen_rev=seen_rev)
    return carry_out(platform, command, work, CountingChange)


def _plain(answers: Mapping[str, Any]) -> dict[str, str]:
    """Spell answers so that the same answers have the same fingerprint, whatever their types."""
    return {name: str(value) for name, value in answers.items()}


def _worked_on(platform: Platform, tx: Transaction, actor: Actor, reference: str) -> Case:
    """Return a case that the actor may work on."""
    return reach.case_of(platform, tx, actor=actor, deed=Deed.WORK, reference=reference)
