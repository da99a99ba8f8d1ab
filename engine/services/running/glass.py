"""Breaking the glass: a look at a complaint that is closed to somebody, and never unseen.

It is for emergencies: with a reason, for a short time, to read and nothing else. Those who answer
for the organisation are told at once, and each look is an event of the complaint.
"""

from datetime import datetime, timedelta
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.glass import Glass
from engine.domain.journal import content_hash
from engine.domain.permission import judge
from engine.errors import ConflictError, CourseError, NotFoundError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot
from engine.services.letters import letter
from engine.store.transaction import Transaction


def break_glass(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    reason: str,
    command_id: UUID | None = None,
) -> datetime:
    """Open a complaint to the actor for a while, to read, and return until when.

    Args:
        platform: Where the case is.
        actor: Who needs to look.
        reference: Of the case.
        reason: Why; is kept, and told to those who answer for the organisation.
        command_id: The same id is carried out once, however often it arrives.

    Raises:
        NotAllowedError: The actor may not break the glass.
        NotFoundError: No complaint has this reference.
        InvalidInputError: No reason is given.
        CourseError: The complaint is open to the actor already.
    """
    actor.require(Deed.BREAK_GLASS)
    said = needed("Reason", reason)
    key = str(command_id) if command_id else None
    content = {"command": "break_glass", "reference": reference, "reason": said}
    fingerprint = content_hash(content | {"by": actor.username})

    def work(tx: Transaction) -> datetime:
        case = tx.cases.take(reference)
        if key and tx.cases.is_carried_out(key, fingerprint=fingerprint):
            until = tx.walls.through_until(case.id, actor.username, platform.now())
            return until or platform.now()
        until = _break(platform, tx, actor, case, said)
        if key:
            tx.cases.keep_receipt(key, fingerprint=fingerprint, case_id=case.id, at=platform.now())
        return until

    return platform.database.write(work)


def broken(
    platform: Platform, *, actor: Actor, is_seen: bool = False, limit: int = 25, offset: int = 0
) -> tuple[Glass, ...]:
    """Return who broke the glass, the latest first.

    Args:
        platform: Where to look.
        actor: Who answers for it.
        is_seen: Those that somebody has looked into, or those that nobody has.
        limit: Most to return.
        offset: How many to leave out at the beginning.

    Raises:
        NotAllowedError: The actor may not see who broke the glass.
    """
    actor.require(Deed.SEE_GLASS)
    with platform.database.read() as tx:
        hidden = tx.kept_out.hidden_from(actor.username)
        return tx.walls.broken(is_seen=is_seen, limit=limit, offset=offset, besides=hidden)


def unseen(platform: Platform, *, actor: Actor) -> int:
    """Return how many times the glass was broken and nobody has looked into it.

    Raises:
        NotAllowedError: The actor may not see who broke the glass.
    """
    actor.require(Deed.SEE_GLASS)
    with platform.database.read() as tx:
        return tx.walls.unseen(besides=tx.kept_out.hidden_from(actor.username))


def see(platform: Platform, *, actor: Actor, glass_id: int) -> None:
    """Keep that the actor has looked into a broken glass; the first who does is kept.

    Raises:
        NotAllowedError: The actor may not see who broke the glass.
        NotFoundError: There is no such one.
        ConflictError: The actor broke it; somebody else has to look into it.
    """
    actor.require(Deed.SEE_GLASS)

    def work(tx: Transaction) -> None:
        found = tx.walls.see(glass_id, by=actor.username, at=platform.now())
        if found is None:
            raise NotFoundError("broken glass", str(glass_id))
        if found.username == actor.username:
            raise ConflictError("You broke this glass yourself; somebody else has to look into it.")

    platform.database.write(work)


def note_look(platform: Platform, tx: Transaction, *, actor: Actor, reference: str) -> None:
    """Keep, before anything is shown, that somebody looks through broken glass."""
    jot(platform, tx, case=tx.cases.take(reference), actor=actor, kind="glass.read")


def _break(platform: Platform, tx: Transaction, actor: Actor, case: Case, reason: str) -> datetime:
    """Break the glass of a case, tell of it on the case, and tell those who answer for it.

    Raises:
        CourseError: The complaint is open to the actor already.
        NotFoundError: It is about the actor.
    """
    stands = reach.relation(platform, tx, actor=actor, case=case)
    if stands.is_about:
        raise NotFoundError("complaint", case.reference)
    if judge(Deed.READ, actor.roles, stands).allowed:
        raise CourseError(f"{case.reference} is open to you; no glass needs to be broken.")
    now, rules = platform.now(), platform.policy.access
    until = now + timedelta(minutes=rules.glass_minutes)
    tx.walls.break_glass(case.id, username=actor.username, reason=reason, at=now, until=until)
    jot(platform, tx, case=case, actor=actor, kind="glass.broken", reason=reason, until=_iso(until))
    for address in rules.alert_to:
        tx.outbox.alert(
            message_id=letter.message_id(platform),
            case_id=case.id,
            recipient=address,
            subject=f"Glass broken: {case.reference}",
            body=(
                f"{actor.name} ({actor.username}) has opened {case.reference}, which is closed to "
                f"them, until {_iso(until)}.\n\nThe reason given: {reason}\n\n"
                "Please look into it on the page “Broken glass”."
            ),
            at=now,
        )
    return until


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
