"""What happened outside of the diagram, and starts or stops time limits."""

from datetime import datetime, timedelta
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.regime import TOLD, Occasion
from engine.errors import CaseClosedError, InvalidInputError
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out

_SKEW = timedelta(minutes=5)


class TimedChange(CaseChange):
    """A case to which something happened elsewhere; thrown away when anything goes wrong."""

    def note(self, occasion: Occasion, at: datetime) -> None:
        """Keep that something happened, and start and stop what it starts and stops.

        Raises:
            CaseClosedError: The case is over.
        """
        if not self.case.is_open:
            raise CaseClosedError(self.case.reference)
        moment = at.isoformat(timespec="seconds")
        self.record("occasion.noted", occasion=occasion.value, happened_at=moment)
        self.happened(occasion, at=at)


def note_occasion(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    occasion: Occasion,
    at: datetime | None = None,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> None:
    """Keep that something happened outside of the diagram which starts or stops time limits.

    Args:
        platform: Where the case is.
        actor: Who tells.
        reference: Of the case.
        occasion: What happened; those that the diagram tells are not told by hand.
        at: When, not before the receipt of the complaint and not ahead; None for now.
        seen_rev: Revision that the actor looked at; None for any.
        command_id: The same id is carried out once, however often it arrives.

    Raises:
        NotAllowedError: The actor may not record what happened.
        NotFoundError: No complaint has this reference.
        InvalidInputError: The diagram tells it, or the time cannot be.
        ConflictError: The case is closed or suspended, or has changed.
    """
    actor.require(Deed.TELL)
    if occasion not in TOLD:
        known = ", ".join(sorted(TOLD))
        raise InvalidInputError({"What happened": f"“{occasion}” is none of {known}."})
    if at is not None and (at.tzinfo is None or at > platform.now() + _SKEW):
        raise InvalidInputError({"When": "must be a time with a zone that does not lie ahead."})

    def work(change: TimedChange) -> None:
        moment = min(at or change.now, change.now)
        if moment < change.case.complaint.received_at:
            raise InvalidInputError({"When": "must not lie before the complaint was received."})
        change.note(occasion, moment)

    content = {"occasion": occasion.value, "at": at.isoformat() if at else ""}
    command = Command("note_occasion", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work, TimedChange)
