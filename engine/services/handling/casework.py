"""What happens beside the steps: escalation, withdrawal, notes, the complainant's word."""

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Communication, Note
from engine.domain.complaint import Channel, EscalationReason
from engine.domain.journal import content_hash
from engine.domain.regime import Occasion
from engine.errors import InvalidInputError
from engine.services.bulk.reason import LONGEST, needed
from engine.services.handling.inbox import complete_step
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out

if TYPE_CHECKING:
    from engine.process.progress import Variables

Answer = Literal["accepted", "rejected"]
"""What a complainant can say to a decision."""


def escalate(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    reason: str,
    command_id: UUID | None = None,
) -> None:
    """Call the team leader to a case; the call waits until somebody acknowledges it.

    Raises:
        NotAllowedError: The actor may not escalate.
        InvalidInputError: No reason is given.
        NotAwaitedError: The case is past the point of escalation.

    Source: ISO 10002:2018, 5.4.
    """
    actor.require(Deed.ESCALATE)
    text = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        change.deliver("escalation_raised", reason=EscalationReason.REQUEST, detail=text)

    carry_out(platform, Command("escalate", actor, reference, {"reason": text}, command_id), work)


def acknowledge_escalation(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    action: str,
    command_id: UUID | None = None,
) -> None:
    """Acknowledge an escalation and say what is done about it.

    Raises:
        NotAllowedError: The actor holds none of the step's roles.
        InvalidInputError: The action is not described.
        StepNotOpenError: It was acknowledged already.
    """
    actor.require(Deed.WORK)
    complete_step(
        platform,
        actor=actor,
        reference=reference,
        token=token,
        answers={"action": action},
        command_id=command_id,
    )


def withdraw(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record that the complainant withdraws; work on the complaint stops.

    Raises:
        NotAllowedError: The actor may not record withdrawals.
        InvalidInputError: No reason is given.
        NotAwaitedError: The case is answered or closed already.
        CaseChangedError: The case is not the one that was looked at any more.
    """
    actor.require(Deed.WITHDRAW)
    text = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        change.deliver("withdrawn", detail=text)

    content = {"reason": text}
    command = Command("withdraw", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def add_note(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    text: str,
    command_id: UUID | None = None,
) -> None:
    """Leave a remark for colleagues; the complainant does not see it.

    Raises:
        NotAllowedError: The actor may not add notes.
        InvalidInputError: The note is empty or too long.
    """
    actor.require(Deed.NOTE)
    note = needed("Note", text)

    def work(change: CaseChange) -> None:
        change.tx.records.add(change.case.id, Note(actor.username, change.now, note))
        change.record("note.added", content=content_hash({"text": note}))

    carry_out(platform, Command("add_note", actor, reference, {"text": note}, command_id), work)


def deliver_answer(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answer: Answer,
    text: str = "",
    channel: Channel = Channel.EMAIL,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record what the complainant says to the decision.

    Raises:
        NotAllowedError: The actor may not record answers.
        InvalidInputError: The answer is neither accepted nor rejected, or the words are too many.
        NotAwaitedError: No decision was sent, or it was answered already.
        CaseChangedError: The case is not the one that was looked at any more.

    Source: ISO 10002:2018, 7.9.
    """
    actor.require(Deed.ANSWER)
    if answer not in {"accepted", "rejected"}:
        raise InvalidInputError({"Answer": "must be accepted or rejected."})
    if len(text) > LONGEST:
        raise InvalidInputError({"In their words": "may have at most 10,000 characters."})

    def work(change: CaseChange) -> None:
        payload: Variables = {"answer": answer}
        change.deliver("answer", payload, detail=answer)
        if answer == "rejected":
            change.happened(Occasion.STAGE_TWO_REQUESTED)
        change.tx.records.add(
            change.case.id,
            Communication(
                direction="in",
                kind=f"decision {answer}",
                channel=channel.value,
                subject="",
                body=text.strip(),
                by=actor.username,
                at=change.now,
                content_hash=content_hash({"text": text.strip()}),
            ),
        )

    content = {"answer": answer, "text": text}
    command = Command("deliver_answer", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)
