"""Splitting a complaint: some of its matters go on in a complaint of their own.

The new complaint is of the same person and was received when the first one was, so that nothing
becomes late later. Both are linked; the first keeps its other matters, and says what has moved.

Source: ISO 10002:2018, 7.2.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.complaint import Complaint
from engine.domain.issue import FIRST, FindingResult, Issue, here
from engine.domain.kinship import LinkKind
from engine.domain.remedy import RemedyState
from engine.errors import CourseError, InvalidInputError
from engine.services.bulk.reason import needed
from engine.services.clocks import regimes
from engine.services.intake import intake
from engine.services.investigation.issues import require_undecided
from engine.services.links import linking
from engine.services.people import authorities
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.services.staffing import kept_out
from engine.store.transaction import Transaction

_AS_THE_WHOLE = "As the complaint that it was split off from."


def split(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    issues: Sequence[int],
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Let issues of a complaint go on in a new one, which is linked as a part of it.

    Args:
        platform: Where the case is.
        actor: Who splits it.
        reference: Of the case that keeps the others.
        issues: Numbers of those that go; never the first, which is what the complaint says.
        reason: Why; is kept with the link.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not split this complaint.
        InvalidInputError: No reason is given, no issue is chosen, or one cannot go.
        CourseError: The complaint is decided, or is linked to too many.
    """
    actor.require(Deed.SPLIT)
    said, chosen = needed("Reason", reason), tuple(sorted(set(issues)))

    def work(change: CaseChange) -> None:
        require_undecided(change)
        moved = _movable(change, chosen)
        new = _begun(change, moved)
        change.record("case.split", issues=list(chosen))
        for number in chosen:
            change.tx.issues.find(
                change.case.id, number, FindingResult.MOVED, by=actor.username, at=change.now
            )
        linking.join_new(new, change, LinkKind.PARENT, said)
        new.finish()

    content = {"issues": list(chosen), "reason": said}
    command = Command("split", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def _movable(change: CaseChange, chosen: Sequence[int]) -> tuple[Issue, ...]:
    """Return the chosen issues.

    Raises:
        InvalidInputError: None is chosen, or one is not there, is the first, was found on, or has
            a remedy.
        CourseError: The complaint has as many links as one has.
    """
    known = {issue.number: issue for issue in change.tx.issues.of(change.case.id)}
    if not chosen:
        raise InvalidInputError({"Issues": "choose one at least."})
    if len(change.tx.kinship.links_of(change.case.id)) >= linking.MOST:
        raise CourseError(f"{change.case.reference} has {linking.MOST} links, which is the most.")
    remedies = change.tx.remedies.of(change.case.id)
    owed = {each.issue for each in remedies if each.state is not RemedyState.DROPPED}
    merges = change.tx.kinship.merged_into(change.case.id)
    taken = {number for merge in merges for _, number in merge.carried}
    for number in chosen:
        if number not in known:
            raise InvalidInputError({"Issues": f"this complaint has no issue {number}."})
        why_not = {
            "is what the complaint says itself, and stays with it": number == FIRST,
            "has a finding already": known[number].result is not None,
            "has a remedy already": number in owed,
            "came with a complaint that was merged; undo that instead": number in taken,
        }
        for said, applies in why_not.items():
            if applies:
                raise InvalidInputError({"Issues": f"issue {number} {said}."})
    return tuple(known[number] for number in chosen)


def _begun(change: CaseChange, moved: Sequence[Issue]) -> CaseChange:
    """Begin the complaint in which issues go on, as of the receipt of the first."""
    first, *others = moved
    new = intake.begin(
        change.platform,
        change.tx,
        actor=change.actor,
        complaint=_complaint(change.case.complaint, first),
        wanted=_wanted(change.platform, change.tx, change.case),
        kin=change.case,
    )
    for number, issue in enumerate(others, FIRST + 1):
        fresh = replace(issue, number=number, raised_by=new.actor.username, raised_at=new.now)
        change.tx.issues.add(new.case.id, fresh)
        new.record("issue.added", issue=number, category=issue.category)
    new.record("case.split_off")
    authorities.take_over(new, change.case)
    _wall_off(new, change.case)
    return new


def _wall_off(new: CaseChange, whole: Case) -> None:
    """Let nobody know of a part who must not know of the whole."""
    tx = new.tx
    if whole.is_restricted:
        people = tx.walls.names(whole.id)
        tx.walls.name(new.case.id, people, by=new.actor.username, at=new.now)
        new.case = new.case.model_copy(update={"restricted_at": new.now})
        new.record("case.restricted", people=sorted(people), reason=_AS_THE_WHOLE)
    for account in tx.accounts.all() if whole.keeps_out else ():
        username = account.actor.username
        for kind in sorted(tx.kept_out.kinds(whole.id, username)):
            kept_out.put_out(new, username, kind, reason=_AS_THE_WHOLE)


def _complaint(whole: Complaint, issue: Issue) -> Complaint:
    """Return what is complained of in the new case: the same by the same person, of one matter."""
    return whole.model_copy(
        update={
            "summary": issue.text,
            "category": issue.category,
            "product": issue.product or whole.product,
            "desired_outcome": issue.desired_outcome,
            "source": "",
            "source_id": "",
        }
    )


def _wanted(platform: Platform, tx: Transaction, case: Case) -> list[str]:
    """Return the regimes of a case by their names; its own promises hold besides anyhow."""
    return [
        f"{profile.code}/{regime.variant}" if regime.variant else profile.code
        for regime, profile in regimes.under(platform, tx, case)
        if platform.profiles.editions(profile.code)
    ]


def may_go(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return the issues that can go on in a complaint of their own, as far as these tell."""
    return tuple(each for each in here(issues) if each.number != FIRST and each.lacks_finding)
