"""Linking complaints that belong together, and undoing it; both are told of it.

Whoever links reaches both complaints. Whoever reads one of them learns of the other only what
they may read of it anyway.

Source: ISO 10002:2018, 7.2.
"""

from dataclasses import replace
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.journal import content_hash
from engine.domain.kinship import Kin, Link, LinkKind
from engine.errors import CourseError, InvalidInputError, NotAllowedError, NotFoundError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

MOST = 50
"""Links of one complaint; what concerns more of them is no matter of links."""


def link(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    other: str,
    kind: LinkKind,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Link a complaint to another; both keep everything of their own.

    Args:
        platform: Where they are.
        actor: Who links them.
        reference: Of the complaint of which the kind is said.
        other: Reference of the complaint to which it leads.
        kind: What the first is to the second.
        reason: Why; is kept, and shown to those who see both.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the first that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not link these complaints.
        NotFoundError: One of them is not there, or none that the actor knows of.
        InvalidInputError: No reason is given, or both are the same.
        CourseError: They are linked already, or one has too many links.
        CaseErasedError: The personal data of one are gone.
    """
    actor.require(Deed.LINK)
    said, wanted = needed("Reason", reason), other.strip().upper()
    if wanted == reference:
        raise InvalidInputError({"Other complaint": "is this one."})

    def work(change: CaseChange) -> None:
        found = taken_other(change, wanted, deed=Deed.LINK)
        _require_new(change, found)
        number = join(change, found, kind, said)
        change.record("case.linked", **_told(number, kind, said))

    content = {"other": wanted, "kind": kind.value, "reason": said}
    command = Command(
        "link", actor, reference, content, command_id, resumes=True, seen_rev=seen_rev
    )
    carry_out(platform, command, work)


def unlink(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Undo a link; that it was there stays in the journal of both.

    Raises:
        NotAllowedError: The actor may not link these complaints.
        NotFoundError: There is no such complaint, or none that the actor knows of.
        InvalidInputError: No reason is given, or the complaint has no such link.
        CaseErasedError: The personal data of one are gone.
    """
    actor.require(Deed.LINK)
    said = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        known = change.tx.kinship.links_of(change.case.id)
        undone = next((each for each in known if each.number == number), None)
        if undone is None:
            raise InvalidInputError({"Link": f"this complaint has no link {number}."})
        other = change.tx.cases.take_by_id(undone.other_than(change.case.id))
        reach.require(platform, change.tx, actor=actor, deed=Deed.LINK, case=other)
        change.tx.kinship.undo(undone, by=actor.username, at=change.now, reason=said)
        told = _told(number, undone.kind, said)
        jot(platform, change.tx, case=other, actor=actor, kind="case.unlinked", **told)
        change.record("case.unlinked", **told)

    content = {"number": number, "reason": said}
    command = Command(
        "unlink", actor, reference, content, command_id, resumes=True, seen_rev=seen_rev
    )
    carry_out(platform, command, work)


def of_case(platform: Platform, *, actor: Actor, reference: str) -> tuple[Kin, ...]:
    """Return the complaints that belong to one, oldest link first.

    Of those that the actor does not reach nothing is told but that there is one.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        links = tx.kinship.links_of(case.id)
        return tuple(_kin(platform, tx, actor, case, each) for each in links)


def join(change: CaseChange, other: Case, kind: LinkKind, reason: str) -> int:
    """Link the case of a change to another that it has taken; tell the other of it.

    Returns:
        The number of the link.
    """
    number = change.tx.kinship.link(
        change.case.id,
        other.id,
        kind,
        reason,
        linked_by=change.actor.username,
        linked_at=change.now,
    )
    told = _told(number, kind, reason) | {"is_turned": True}
    jot(change.platform, change.tx, case=other, actor=change.actor, kind="case.linked", **told)
    return number


def join_new(part: CaseChange, whole: CaseChange, kind: LinkKind, reason: str) -> None:
    """Link a case that just begins to another that changes in the same transaction."""
    by = {"linked_by": whole.actor.username, "linked_at": whole.now}
    number = whole.tx.kinship.link(part.case.id, whole.case.id, kind, reason, **by)
    part.record("case.linked", **_told(number, kind, reason))
    whole.record("case.linked", **_told(number, kind, reason), is_turned=True)


def taken_other(change: CaseChange, reference: str, *, deed: Deed) -> Case:
    """Return another case on which the actor may do the same, and keep others away from it.

    Raises:
        NotFoundError: There is none, or none that the actor knows of.
        NotAllowedError: The deed does not reach it.
    """
    other = change.tx.cases.take(reference)
    reach.require(change.platform, change.tx, actor=change.actor, deed=deed, case=other)
    return other


def _require_new(change: CaseChange, other: Case) -> None:
    """Refuse to link what is linked, or what has too many links.

    Raises:
        CourseError: As said.
    """
    for case, names in ((change.case, (other.id,)), (other, ())):
        links = change.tx.kinship.links_of(case.id)
        if any(each.other_than(case.id) in names for each in links):
            raise CourseError(
                f"{change.case.reference} and {other.reference} are linked already; undo that "
                "link first to say something else."
            )
        if len(links) >= MOST:
            raise CourseError(f"{case.reference} has {MOST} links, which is as many as one has.")


def _told(number: int, kind: LinkKind, reason: str) -> dict[str, object]:
    """Return what the journal of each tells: nothing that its readers must not know.

    The reason may tell of the other complaint; the journal commits to it, and the link holds it.
    """
    return {"link": number, "relation": kind.value, "content": content_hash({"reason": reason})}


def seen(platform: Platform, tx: Transaction, actor: Actor, other_id: int, bare: Kin) -> Kin:
    """Return what somebody sees of a complaint that belongs to one they read.

    Args:
        platform: Where they are.
        tx: Reads them.
        actor: Who looks.
        other_id: Number of the other complaint.
        bare: What is told in any case.
    """
    other = tx.cases.get_by_id(other_id)
    try:
        reach.require(platform, tx, actor=actor, deed=Deed.READ, case=other)
    except (NotAllowedError, NotFoundError):
        return bare
    return replace(
        bare,
        reference=other.reference,
        summary=other.complaint.summary,
        received_at=other.complaint.received_at,
        is_open=other.is_open,
    )


def _kin(platform: Platform, tx: Transaction, actor: Actor, case: Case, link: Link) -> Kin:
    said = link.kind.said(is_turned=link.other_id == case.id)
    bare = Kin(link.number, said, link.linked_at)
    found = seen(platform, tx, actor, link.other_than(case.id), bare)
    if not found.is_seen:
        return found
    return replace(found, linked_by=link.linked_by, reason=link.reason)
