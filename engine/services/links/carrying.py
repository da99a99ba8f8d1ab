"""Issues of a complaint that was merged: taken over where work goes on, and given back.

They are answered there beside its own. When the merge is undone, those that nobody has answered
are moved back; an answer that was found stays where it was found.

Source: ISO 10002:2018, 7.2.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from engine.domain.issue import MOST, FindingResult, here
from engine.domain.kinship import Merge
from engine.domain.remedy import RemedyState
from engine.errors import CourseError, InvalidInputError
from engine.services.investigation.issues import require_undecided
from engine.services.running.change import CaseChange


def take_over(
    change: CaseChange, heir: CaseChange, chosen: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Add issues of one case to another; return each number with the one that it has there.

    Args:
        change: The case that is merged.
        heir: The case at which work goes on.
        chosen: Numbers in the first.

    Raises:
        InvalidInputError: One is not there or not open, the complaints are of two people, or
            somebody reads the other who must not know of the first.
        CourseError: The other is decided, or has as many issues as one has.
    """
    if not chosen:
        return ()
    if change.case.subject != heir.case.subject:
        why = "of somebody else stay with their own complaint; add what is meant in your own words."
        raise InvalidInputError({"Issues": why})
    _require_no_wall(change, heir)
    require_undecided(heir)
    known = {each.number: each for each in here(change.tx.issues.of(change.case.id))}
    before = heir.tx.issues.of(heir.case.id)[-1].number
    if before + len(chosen) > MOST:
        raise CourseError(f"A complaint has at most {MOST} issues; these would be more.")
    for number, old in enumerate(chosen, before + 1):
        if old not in known or not known[old].lacks_finding:
            raise InvalidInputError({"Issues": f"this complaint has no open issue {old}."})
        issue, complaint = known[old], change.case.complaint
        new = replace(
            issue,
            number=number,
            text=issue.titled(complaint.summary),
            product=issue.product or complaint.product,
            desired_outcome=issue.desired_outcome or complaint.desired_outcome,
            raised_by=heir.actor.username,
            raised_at=heir.now,
        )
        heir.tx.issues.add(heir.case.id, new)
        heir.record("issue.added", issue=number, category=new.category)
    return tuple((old, number) for number, old in enumerate(chosen, before + 1))


def give_back(
    heir: CaseChange, merge: Merge, origins: Collection[int] | None = None
) -> tuple[int, ...]:
    """Let issues that were taken over be answered in their own complaint again.

    Args:
        heir: The case that took them over.
        merge: By which it did.
        origins: Numbers in the merged case of those that go back; None for all.

    Returns:
        Their numbers in the heir: nobody has answered them, nor offered a remedy for them.
    """
    wanted = {number for old, number in merge.carried if origins is None or old in origins}
    remedies = heir.tx.remedies.of(heir.case.id)
    owed = {each.issue for each in remedies if each.state is not RemedyState.DROPPED}
    going = [
        each.number
        for each in heir.tx.issues.of(heir.case.id)
        if each.number in wanted and each.lacks_finding and each.number not in owed
    ]
    for number in going:
        heir.tx.issues.find(
            heir.case.id, number, FindingResult.MOVED, by=heir.actor.username, at=heir.now
        )
    return tuple(going)


def _require_no_wall(change: CaseChange, heir: CaseChange) -> None:
    """Refuse to tell matters to people who must not know of the complaint that they stand in.

    Raises:
        InvalidInputError: Somebody reads the other complaint, and must not read this one.
    """
    tx, one, other = change.tx, change.case, heir.case
    may_know = not one.is_restricted or (
        other.is_restricted and set(tx.walls.names(other.id)) <= set(tx.walls.names(one.id))
    )
    people = (each.actor.username for each in tx.accounts.all()) if one.keeps_out else ()
    told = [
        who
        for who in people
        if tx.kept_out.kinds(one.id, who) and not tx.kept_out.kinds(other.id, who)
    ]
    if told or not may_know:
        why = "stay with this complaint: not everybody who reads the other one may know of it."
        raise InvalidInputError({"Issues": why})
