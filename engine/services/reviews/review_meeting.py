"""Meetings about a pack: who was there, and what was decided by when (ISO 10002:2018, 8.6).

The meeting is a review in the register of governance, carried out; each decision is an action
about it there, so that it is approved, done, verified and looked at like every other action.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.governance import (
    GovernanceRecord,
    RecordAct,
    RecordKind,
    RecordState,
    Wanted,
)
from engine.domain.review import Decided, Meeting, Pack, PackForm
from engine.domain.text import without_controls
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.bulk.reason import needed
from engine.services.evidence import register
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_LONGEST = 500
_MOST = 50
"""Decisions of one meeting."""


def record_review_meeting(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    meeting: Meeting,
    decisions: Sequence[Decided],
    planned: int | None = None,
) -> int:
    """Record that a pack was reviewed, and return the number of the meeting.

    Each decision becomes an action in the register, which somebody else approves.

    Args:
        platform: Where packs and register are.
        actor: Who records it.
        number: Of the pack.
        meeting: When it was held, who was there, and what was said; the rest is filled in.
        decisions: What is to be done, by whom and until when.
        planned: Number of the planned review in the register that this was; None for none.

    Raises:
        NotAllowedError: The actor does not keep the register.
        NotFoundError: There is no such pack, or no such planned review.
        InvalidInputError: Something is missing or too long, the day lies in the future or before
            the end of the period, or somebody has no account.
        ConflictError: The meeting is on record, the planned review is over or was never approved,
            or an action is on record already.
        SeparationOfDutiesError: The actor had another part in the planned review.
    """
    actor.require(Deed.GOVERN)
    now = platform.now()
    held = replace(
        meeting,
        pack=number,
        present=tuple(dict.fromkeys(meeting.present)),
        guests=str(without_controls(meeting.guests)).strip(),
        minutes=needed("What was said", meeting.minutes),
        recorded_by=actor.username,
        recorded_at=now,
    )
    _check(held, decisions, platform.calendar.day_of(now))

    def work(tx: Transaction) -> int:
        pack = _pack_of(tx, held)
        review = _review(platform, tx, actor, pack, held, planned)
        actions = [
            register.add_record(platform, tx, actor=actor, made=_action(each, review, actor, now))
            for each in decisions
        ]
        kept = tx.reviews.add_meeting(replace(held, record=review))
        told = {"pack": number, "held_on": held.held_on.isoformat(), "record": review}
        jot_organisation(platform, tx, actor=actor, kind="review.held", **told, decided=actions)
        return kept

    return platform.database.write(work)


def _check(held: Meeting, decisions: Sequence[Decided], today: date) -> None:
    """Refuse what is no meeting.

    Raises:
        InvalidInputError: Names what is wrong.
    """
    wrong = {}
    if held.held_on > today:
        wrong["Held on"] = "lies in the future; it is recorded once it was held."
    if not held.present:
        wrong["Who was there"] = "is needed: at least one person."
    if len(held.guests) > _LONGEST:
        wrong["Guests"] = f"may have at most {_LONGEST} characters."
    if len(decisions) > _MOST:
        wrong["Decisions"] = f"may be {_MOST} at most."
    if any(each.due_on < held.held_on for each in decisions):
        wrong["Due"] = "must not lie before the meeting."
    if wrong:
        raise InvalidInputError(wrong)


def _pack_of(tx: Transaction, held: Meeting) -> Pack:
    """Return the pack of a meeting that can be recorded.

    Raises:
        NotFoundError: There is no such pack.
        InvalidInputError: It was held before the period was over, or somebody has no account.
        ConflictError: It is on record.
    """
    pack = tx.reviews.get(held.pack)
    if pack is None:
        raise NotFoundError("pack", str(held.pack))
    if held.held_on <= pack.last:
        raise InvalidInputError({"Held on": "must lie after the period that is reviewed."})
    for name in held.present:
        if tx.accounts.get(name) is None:
            raise InvalidInputError({"Who was there": f"There is no account {name!r}."})
    if any((m.pack, m.held_on) == (held.pack, held.held_on) for m in tx.reviews.meetings()):
        raise ConflictError("A meeting of this day about this pack is on record.")
    return pack


def _review(
    platform: Platform,
    tx: Transaction,
    actor: Actor,
    pack: Pack,
    held: Meeting,
    planned: int | None,
) -> int:
    """Return the review in the register that this meeting was: a planned one, or a new one.

    Raises:
        NotFoundError: There is no such planned review.
        ConflictError: It is over, or was never approved.
    """
    if planned is not None:
        found = tx.governance.get(planned)
        if found is None or found.kind is not RecordKind.REVIEW:
            raise NotFoundError("planned review", str(planned))
        register.move_record(
            platform,
            tx,
            actor=actor,
            number=planned,
            act=RecordAct.CARRY_OUT,
            result=f"{pack.title}: {held.minutes}",
        )
        return planned
    at = platform.now()
    title = f"{pack.title}, {held.held_on.isoformat()}"
    text = f"Reviewed by top management on the pack of {pack.first} to {pack.last}."
    document, digest = pack.file_name(PackForm.PDF), pack.hash_of(PackForm.PDF)
    wanted = Wanted(title, text, actor.username, held.held_on, None, document, digest)
    made = register.new_record(RecordKind.REVIEW, wanted, by=actor.username, at=at)
    return register.add_record(platform, tx, actor=actor, made=_carried_out(made, held, at))


def _carried_out(made: GovernanceRecord, held: Meeting, at: datetime) -> GovernanceRecord:
    """Return a review as one that was held: somebody else verifies it, nobody approves it."""
    return replace(
        made, state=RecordState.DONE, done_by=made.made_by, done_at=at, result=held.minutes
    )


def _action(decided: Decided, review: int, actor: Actor, at: datetime) -> GovernanceRecord:
    wanted = Wanted(decided.title, decided.text, decided.owner, decided.due_on, review)
    return register.new_record(RecordKind.ACTION, wanted, by=actor.username, at=at)
