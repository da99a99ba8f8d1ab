"""Merging a complaint into another, and undoing it: nothing is lost, and nothing is mixed.

The complaint that is merged rests with everything that it is; work goes on at the other, which
keeps the earliest receipt of both. When the merge is undone, the first is what it was, and the
other has its own clocks again; what happened there meanwhile stays there.

Source: ISO 10002:2018, 7.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain import receipt
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.deadline import Clock
from engine.domain.filling import filled
from engine.domain.journal import content_hash
from engine.domain.kinship import Kin, Merge
from engine.domain.merge_form import MergeForm
from engine.domain.regime import Profile, Regime
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.clocks import regimes
from engine.services.links import carrying, linking
from engine.services.running.command import Command, carry_out
from engine.services.running.operating import OperatedChange
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Merged:
    """What was merged into a complaint, and into what it was merged itself.

    Attributes:
        into: The complaint at which work goes on; None for one that was not merged.
        taken_in: Those that were merged into it, in that order.
    """

    into: Kin | None
    taken_in: tuple[Kin, ...]


class MergedChange(OperatedChange):
    """A case that is merged, or into which another is; thrown away when anything goes wrong."""

    def rest(self) -> None:
        """Let the case rest as it stands, with every clock: another case keeps its promises."""
        self.case = self.case.model_copy(update={"suspended_at": self.now})
        for clock in self._promises.all():
            if clock.is_open:
                self._promises.replace(clock.model_copy(update={"paused_at": self.now}))

    def wake(self) -> None:
        """Let the case go on from where it stood, with the dates that it had."""
        for clock in self._promises.all():
            if clock.paused_at is not None:
                self._promises.replace(clock.model_copy(update={"paused_at": None}))
        self.case = self.case.awake(self.now)
        self._known_progress = None

    def keep_earliest(self, own_received_at: datetime) -> None:
        """Count from the earliest receipt of the case and of all that are merged into it.

        Args:
            own_received_at: When the case itself was received.
        """
        merged = self.tx.kinship.merged_into(self.case.id)
        others = (self.tx.cases.get_by_id(each.case_id).complaint for each in merged)
        earliest = min([own_received_at, *(each.received_at for each in others)])
        complaint = self.case.complaint
        if earliest != complaint.received_at:
            fresh = complaint.model_copy(update={"received_at": earliest})
            self.case = self.case.model_copy(update={"complaint": fresh})
        for clock in self._promises.all():
            rule = self._promises.rule_of(clock)
            calendar = regimes.calendar_of(self.platform, self.tx, clock.calendar)
            if rule is not None:
                counted = receipt.counted_from(clock, rule, calendar, earliest, self.now)
                self._keep(clock.code, clock.due_at, counted)

    def _keep(self, code: str, before: datetime, clock: Clock) -> None:
        self._promises.replace(clock)
        if clock.due_at != before:
            moments = {"before": before.isoformat(), "due_at": clock.due_at.isoformat()}
            self.record("clock.recounted", clock=code, **moments)


def merge(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Merge a complaint into another, at which work goes on.

    Args:
        platform: Where they are.
        actor: Who merges them.
        reference: Of the complaint that rests from now on.
        answers: As ``MergeForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the first that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not merge these complaints.
        NotFoundError: One of them is not there, or none that the actor knows of.
        InvalidInputError: The form is not complete, both are the same, or an issue cannot be
            taken over.
        CourseError: One is closed, decided or merged, the other rests, or time limits hold for
            the first that do not hold for the other.
        CaseSuspendedError: The first rests.
    """
    actor.require(Deed.MERGE)
    form = filled(MergeForm, answers)
    if form.into == reference:
        raise InvalidInputError({"Other complaint": "is this one."})

    def work(change: MergedChange) -> None:
        heir = _heir(change, form.into)
        _require_mergeable(change, heir.case)
        _require_one_person(change.case, heir.case, form.though)
        made = Merge(
            number=0,
            case_id=change.case.id,
            other_id=heir.case.id,
            own_received_at=_own_receipt(change.tx, heir.case),
            reason=f"{form.reason}\n{form.though}".strip(),
            merged_by=actor.username,
            merged_at=change.now,
            carried=carrying.take_over(change, heir, sorted(form.issues)),
        )
        number = change.tx.kinship.merge(made)
        told = {"merge": number, "content": content_hash({"reason": made.reason})}
        change.rest()
        change.record("case.merged", **told, issues=sorted(form.issues))
        heir.record("case.took_in", **told, issues=[number for _, number in made.carried])
        heir.keep_earliest(made.own_received_at)
        heir.finish()

    content = form.model_dump(mode="json") | {"issues": sorted(form.issues)}
    command = Command("merge", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work, MergedChange)


def unmerge(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Undo a merge: the complaint goes on from where it stood, with the dates that it had.

    Raises:
        NotAllowedError: The actor may not merge these complaints.
        NotFoundError: One of them is not there, or none that the actor knows of.
        InvalidInputError: No reason is given.
        CourseError: It was not merged, or both are closed.
    """
    actor.require(Deed.MERGE)
    said = needed("Reason", reason)

    def work(change: MergedChange) -> None:
        known = change.tx.kinship.merge_of(change.case.id)
        if known is None:
            raise CourseError(f"{reference} is merged into no other complaint.")
        if not change.case.is_open:
            raise CourseError(f"{reference} ended with the complaint into which it was merged.")
        heir = _taken(change, known.other_id)
        change.tx.kinship.unmerge(known, by=actor.username, at=change.now, reason=said)
        told = {"merge": known.number, "content": content_hash({"reason": said})}
        change.wake()
        change.record("case.unmerged", **told)
        given = carrying.give_back(heir, known)
        heir.record("case.gave_back", **told, issues=list(given))
        heir.keep_earliest(known.own_received_at)
        heir.finish()
        _pass_on(heir, given)

    content = {"reason": said}
    command = Command(
        "unmerge", actor, reference, content, command_id, resumes=True, seen_rev=seen_rev
    )
    carry_out(platform, command, work, MergedChange)


def of_case(platform: Platform, *, actor: Actor, reference: str) -> Merged:
    """Return into what a complaint was merged, and what was merged into it.

    Of those that the actor does not reach nothing is told but that there is one.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        into = tx.kinship.merge_of(case.id)
        taken_in = tx.kinship.merged_into(case.id)
        return Merged(
            _kin(platform, tx, actor, into, into.other_id, "Merged into") if into else None,
            tuple(
                _kin(platform, tx, actor, each, each.case_id, "Merged into this one")
                for each in taken_in
            ),
        )


def _kin(
    platform: Platform, tx: Transaction, actor: Actor, merge: Merge, other: int, said: str
) -> Kin:
    seen = linking.seen(platform, tx, actor, other, Kin(merge.number, said, merge.merged_at))
    if not seen.is_seen:
        return seen
    return replace(seen, linked_by=merge.merged_by, reason=merge.reason)


def _heir(change: MergedChange, reference: str) -> MergedChange:
    return _taken(change, linking.taken_other(change, reference, deed=Deed.MERGE).id)


def _taken(change: MergedChange, case_id: int) -> MergedChange:
    """Take another case in the same transaction, on which the actor may do the same."""
    (taken,) = change.tx.take_all([case_id])
    reach.require(change.platform, change.tx, actor=change.actor, deed=Deed.MERGE, case=taken.case)
    return MergedChange.load(change.platform, change.tx, taken=taken, actor=change.actor)


def _pass_on(heir: MergedChange, given: tuple[int, ...]) -> None:
    """Let those count anew into which the heir was merged itself, and give issues back too."""
    above = heir.tx.kinship.merge_of(heir.case.id)
    while above is not None:
        (taken,) = heir.tx.take_all([above.other_id])
        change = MergedChange.load(heir.platform, heir.tx, taken=taken, actor=heir.actor)
        given = carrying.give_back(change, above, given)
        if given:
            change.record("case.gave_back", merge=above.number, issues=list(given))
        change.keep_earliest(above.own_received_at)
        change.finish()
        above = heir.tx.kinship.merge_of(above.other_id)


def _own_receipt(tx: Transaction, heir: Case) -> datetime:
    """Return when a case was received itself, whatever was merged into it before."""
    before = tx.kinship.merged_into(heir.id)
    return before[0].own_received_at if before else heir.complaint.received_at


def _require_mergeable(change: MergedChange, heir: Case) -> None:
    """Refuse to merge what is over or decided, and what would lose a promise.

    Raises:
        CourseError: Names which, and what to do instead.
    """
    for case in (change.case, heir):
        if not case.is_open:
            raise CourseError(f"{case.reference} is closed; link the complaints instead.")
        if case.decided_at is not None:
            raise CourseError(f"{case.reference} is decided; link the complaints instead.")
    if change.tx.kinship.merge_of(heir.id) is not None:
        raise CourseError(f"{heir.reference} is merged into another one; merge into that one.")
    if heir.is_suspended:
        raise CourseError(f"{heir.reference} is suspended; resume it first.")
    for clock in change.tx.clocks.of(change.case.id):
        if clock.is_open and clock.rule == regimes.WORD_CLOCK:
            raise CourseError(
                f"In {change.case.reference} somebody was promised to hear by a day; write first."
            )
    known = {(profile.code, regime.variant) for regime, profile in _under(change, heir)}
    lost = [p.title for r, p in _under(change, change.case) if (p.code, r.variant) not in known]
    if lost:
        raise CourseError(
            f"{change.case.reference} is under {', '.join(lost)}, and {heir.reference} is not; "
            "link the complaints instead, or a time limit would be lost."
        )


def _under(change: MergedChange, case: Case) -> tuple[tuple[Regime, Profile], ...]:
    return regimes.under(change.platform, change.tx, case)


def _require_one_person(case: Case, heir: Case, though: str) -> None:
    """Refuse to merge complaints of two people, unless somebody says why all the same.

    Raises:
        InvalidInputError: Nobody does.
    """
    if case.subject != heir.subject and not though:
        raise InvalidInputError(
            {
                "Two people": "the complaints are not from the same address. Whoever complained in "
                f"{case.reference} would get no answer of their own; say why they are one "
                "all the same, or link them."
            }
        )
