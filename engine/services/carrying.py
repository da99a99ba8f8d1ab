"""Issues of a complaint that was merged: taken over where work goes on, and given back.

They are answered there beside its own. When the merge is undone, those that nobody has answered
are moved back; an answer that was found stays where it was found.

Source: ISO 10002:2018, 7.2.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.domain.issue import MOST, FindingResult, here
from engine.domain.kinship import Merge
from engine.domain.remedy import RemedyState
from engine.errors import CourseError, InvalidInputError
from engine.services.change import CaseChange
from engine.services.issues import require_undecided


def take_over(change: CaseChange, heir: CaseChange, chosen: Sequence[int]) -> tuple[int, ...]:
    """Add issues of one case to another, and return the numbers that they have there.

    Args:
        change: The case that is merged.
        heir: The case at which work goes on.
        chosen: Numbers in the first.

    Raises:
        InvalidInputError: One is not there or not open, or the complaints are of two people.
        CourseError: The other is decided, or has as many issues as one has.
    """
    if not chosen:
        return ()
    if change.case.subject != heir.case.subject:
        why = "of somebody else stay with their own complaint; add what is meant in your own words."
        raise InvalidInputError({"Issues": why})
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
    return tuple(range(before + 1, before + 1 + len(chosen)))


def give_back(heir: CaseChange, merge: Merge) -> tuple[int, ...]:
    """Let issues that were taken over be answered in their own complaint again.

    Args:
        heir: The case that took them over.
        merge: The merge that is undone.

    Returns:
        Those that go back: nobody has answered them, nor offered a remedy for them.
    """
    remedies = heir.tx.remedies.of(heir.case.id)
    owed = {each.issue for each in remedies if each.state is not RemedyState.DROPPED}
    going = [
        each.number
        for each in heir.tx.issues.of(heir.case.id)
        if each.number in merge.carried and each.lacks_finding and each.number not in owed
    ]
    for number in going:
        heir.tx.issues.find(
            heir.case.id, number, FindingResult.MOVED, by=heir.actor.username, at=heir.now
        )
    return tuple(going)
