"""Restricted complaints: only those who are named on one know that it is there.

A complaint is restricted where many should not know of it, such as one about a colleague
(ISO 10002:2018, 4.12).
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.handling import handing
from engine.services.running import separation
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out


def restrict(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    people: Iterable[str],
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Let only the people who are named know of a complaint; a second time, name others.

    Steps and ownership of anybody else end. Whoever restricts it is always named, unless their
    role knows of every complaint.

    Args:
        platform: Where the case is.
        actor: Who restricts it.
        reference: Of the case.
        people: User names of all who are to know of it.
        reason: Why; is kept.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not restrict this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        InvalidInputError: No reason is given, nobody active has one of the user names, or one of
            them is kept away from it.
    """
    actor.require(Deed.RESTRICT)
    said, wanted = needed("Reason", reason), set(people)

    def work(change: CaseChange) -> None:
        for username in sorted(wanted):
            account = change.tx.accounts.get(username)
            if account is None or not account.is_active:
                raise InvalidInputError({"People": f"nobody active has the user name {username}."})
            if why := separation.barred_by(change, username):
                raise InvalidInputError({"People": f"{account.actor.name} {why}."})
        named = wanted if reach.knows_all(actor) else wanted | {actor.username}
        change.tx.walls.name(change.case.id, named, by=actor.username, at=change.now)
        let_go(change, named)
        since = change.case.restricted_at or change.now
        change.case = change.case.model_copy(update={"restricted_at": since})
        change.record("case.restricted", people=sorted(named), reason=said)

    content = {"people": sorted(wanted), "reason": said}
    command = Command("restrict", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def lift(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Let everybody know of a complaint again who would without the restriction.

    Raises:
        NotAllowedError: The actor may not restrict this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        InvalidInputError: No reason is given.
        CourseError: It is not restricted.
    """
    actor.require(Deed.RESTRICT)
    said = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        if not change.case.is_restricted:
            raise CourseError(f"{reference} is not restricted.")
        change.tx.walls.forget_names(change.case.id)
        change.case = change.case.model_copy(update={"restricted_at": None})
        change.record("case.unrestricted", reason=said)

    command = Command(
        "lift_restriction", actor, reference, {"reason": said}, command_id, seen_rev=seen_rev
    )
    carry_out(platform, command, work)


def named(platform: Platform, *, actor: Actor, reference: str) -> tuple[str, ...]:
    """Return the user names of those who are named on a complaint; nobody on an ordinary one.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return tx.walls.names(case.id)


def let_go(change: CaseChange, stay: Collection[str]) -> None:
    """Put back steps, and give up ownership, of everybody but those who stay with a case."""
    for step in change.steps:
        if step.assignee is not None and step.assignee not in stay:
            handing.hand_over(change, step, to=None)
    if change.case.owner is not None and change.case.owner not in stay:
        change.case = change.case.model_copy(update={"owner": None})
