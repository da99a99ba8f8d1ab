"""Giving a complaint to another owner (ISO 10002:2018, 5.4)."""

from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Note
from engine.errors import CaseClosedError, InvalidInputError
from engine.services.bulk.reason import needed
from engine.services.handling import handing
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out


def give(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    to: str,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Give a complaint to another owner; the reason becomes a note on the case.

    Steps of it stay with those who have them; what opens from now on is the new owner's.

    Args:
        platform: Where the case is.
        actor: Who gives it.
        reference: Of the case.
        to: User name of who owns it from now on; handles complaints.
        reason: Why.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not reassign.
        InvalidInputError: No reason is given; nobody who handles complaints has this user name,
            or they may not own this one, or own it already.
        ConflictError: The case is closed or suspended, or has changed.
    """
    actor.require(Deed.REASSIGN)
    said = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        before = change.case.owner
        if not change.case.is_open:
            raise CaseClosedError(reference)
        handing.check_owner(change, to)
        if to == before:
            raise InvalidInputError({"Owner": "owns the complaint already."})
        change.case = change.case.model_copy(update={"owner": to})
        account = change.tx.accounts.get(to)
        text = f"Given to {account.actor.name if account else to}: {said}"
        change.tx.records.add(change.case.id, Note(actor.username, change.now, text))
        change.record("owner.given", person=before, to=to)

    content = {"to": to, "reason": said}
    command = Command("give_case", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)
