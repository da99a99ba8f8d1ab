"""Drawing closed complaints by chance, so that somebody reviews how they were handled (8.3)."""

import random
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed, Role
from engine.domain.case import Note
from engine.domain.case_set import CaseSet
from engine.domain.journal import content_hash
from engine.domain.sample import ASKED, Drawing, Drawn, Missed, Review, Sample
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.figures import facts
from engine.services.journal.jotting import jot_organisation
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

_MOST = 200
_LONGEST_SEED = 100
_LONGEST = timedelta(days=366)
_CHOSEN_AMONG = 100_000
LISTED = 100
"""Samples that are returned at once where nobody asks for fewer."""


def draw(platform: Platform, *, actor: Actor, drawing: Drawing) -> int:
    """Draw complaints that were closed in a period for somebody to review; return the number.

    Nobody can choose them: the same seed draws the same ones among the same. Restricted ones are
    never drawn, and the reviewer of a complaint has taken no part in it.

    Args:
        platform: Where the cases are.
        actor: Who draws.
        drawing: For whom, how many (from 1 to 200; fewer where there are not as many), closed
            when, by which seed, and until when they are open to the reviewer, at most a year.

    Raises:
        NotAllowedError: The actor may not draw complaints.
        InvalidInputError: Nobody else active with this user name reviews, size, seed or time
            limit are unusable, or there is nothing to draw from.
        ConflictError: The same was drawn already.
    """
    actor.require(Deed.DRAW_SAMPLE)
    if drawing.reviewer == actor.username:
        raise InvalidInputError({"Reviewer": "must be somebody else than who draws."})

    def work(tx: Transaction) -> int:
        now = platform.now()
        facts.catch_up(platform, tx)
        tx.organisation.take_end()  # whoever draws the same at once waits, and is refused
        _check(tx, drawing, now)
        free = _free(platform, tx, actor, drawing)
        if not free:
            raise InvalidInputError(
                {"Period": "no closed complaint of it is left to be drawn for this person."}
            )
        dice = random.Random(f"{drawing.seed}/{drawing.reviewer}")  # noqa: S311 - no secret
        chosen = sorted(dice.sample(free, min(drawing.size, len(free))))
        number = tx.samples.add(drawing, chosen, among=len(free), by=actor.username, at=now)
        _jot_drawn(platform, tx, actor, drawing, number=number, of=len(free), drawn=len(chosen))
        return number

    return platform.database.write(work)


def end(platform: Platform, *, actor: Actor, sample_id: int) -> None:
    """End a sample early: what was not reviewed is closed to the reviewer again.

    Raises:
        NotAllowedError: The actor may not draw complaints.
        NotFoundError: There is no such sample.
        ConflictError: It has ended already.
    """
    actor.require(Deed.DRAW_SAMPLE)

    def work(tx: Transaction) -> None:
        found = _sample(tx, sample_id)
        if not tx.samples.end(sample_id, by=actor.username, at=platform.now()):
            raise ConflictError("This sample has ended already.")
        facts = {"number": sample_id, "reviewer": found.drawing.reviewer}
        left = found.cases - found.reviewed
        jot_organisation(platform, tx, actor=actor, kind="sample.ended", left=left, **facts)

    platform.database.write(work)


def review(
    platform: Platform,
    *,
    actor: Actor,
    sample_id: int,
    reference: str,
    found: Review,
    missed: Collection[Missed] = (),
    remark: str = "",
    command_id: UUID | None = None,
) -> None:
    """Keep what the reviewer found of a complaint; a remark is a note of the complaint.

    Args:
        platform: Where the case is.
        actor: The reviewer.
        sample_id: Sample in which the complaint was drawn.
        reference: Of the complaint.
        found: How it was handled.
        missed: What was not as it should be, of what is asked in samples of this kind.
        remark: In words; is needed where there is something to improve.
        command_id: The same id is carried out once.

    Raises:
        NotAllowedError: The actor reviews nothing, or the complaint is closed to them.
        NotFoundError: There is no such sample of theirs, or no such complaint.
        InvalidInputError: What to improve is not said, or something was missed that is in order,
            or is not asked here.
        ConflictError: It is reviewed already, or the sample has ended.

    Source: ISO 10002:2018, 4.7 and 8.3.
    """
    actor.require(Deed.REVIEW_SAMPLE)
    wrong = tuple(each for each in Missed if each in missed)
    if wrong and found is Review.IN_ORDER:
        raise InvalidInputError({"Found": "cannot be in order where something is not."})
    text = needed("Remark", remark) if remark.strip() or found is Review.TO_IMPROVE else ""

    def work(change: CaseChange) -> None:
        sample = _sample(change.tx, sample_id)
        if sample.drawing.reviewer != actor.username:
            raise NotFoundError("sample", str(sample_id))
        if not set(wrong) <= set(ASKED[sample.drawing.kind]):
            raise InvalidInputError({"Missed": "names what is not asked in this sample."})
        if not sample.is_live(change.now):
            raise ConflictError("This sample has ended.")
        kept = change.tx.samples.review(
            sample_id, change.case.id, review=found, missed=wrong, at=change.now
        )
        if not kept:
            raise ConflictError(f"{reference} is not in this sample, or is reviewed already.")
        told = {"missed": [each.value for each in wrong]} if wrong else {}
        change.record("sample.reviewed", number=sample_id, found=found.value, **told)
        if text:
            change.tx.records.add(change.case.id, Note(actor.username, change.now, text))
            change.record("note.added", content=content_hash({"text": text}))

    content = {"sample": sample_id, "found": found.value, "missed": [*wrong], "remark": text}
    carry_out(platform, Command("review_sample", actor, reference, content, command_id), work)


def samples(
    platform: Platform, *, actor: Actor, before: int | None = None, limit: int = LISTED
) -> tuple[Sample, ...]:
    """Return samples, the latest first: all for who draws or oversees, else the actor's own.

    Args:
        platform: Where to look.
        actor: Who asks.
        before: Number of a sample; only older ones are returned. None for the latest.
        limit: Most to return.

    Raises:
        NotAllowedError: The actor neither draws, reviews nor oversees samples.
    """
    actor.require(Deed.SEE_SAMPLES)
    with platform.database.read() as tx:
        return tx.samples.page(_whose(actor), limit=limit, before=before)


def to_review(platform: Platform, *, actor: Actor) -> tuple[Sample, ...]:
    """Return the samples that are open to the actor to review, the latest first.

    Raises:
        NotAllowedError: The actor reviews nothing.
    """
    actor.require(Deed.REVIEW_SAMPLE)
    with platform.database.read() as tx:
        return tx.samples.open_to(actor.username, platform.now(), limit=LISTED)


def drawn(platform: Platform, *, actor: Actor, sample_id: int) -> tuple[Drawn, ...]:
    """Return the complaints of a sample by reference.

    Raises:
        NotAllowedError: The actor neither draws, reviews nor oversees samples.
        NotFoundError: There is no such sample, or it is another reviewer's.
    """
    actor.require(Deed.SEE_SAMPLES)
    with platform.database.read() as tx:
        found = _sample(tx, sample_id)
        is_own = found.drawing.reviewer == actor.username
        if not is_own and not _sees_all(actor):
            raise NotFoundError("sample", str(sample_id))
        return tx.samples.cases(sample_id, is_for_reviewer=is_own, who=actor.username)


def waiting(platform: Platform, *, actor: Actor) -> int:
    """Return how many complaints wait for the actor's review.

    Raises:
        NotAllowedError: The actor neither draws, reviews nor oversees samples.
    """
    actor.require(Deed.SEE_SAMPLES)
    with platform.database.read() as tx:
        return tx.samples.waiting(actor.username, platform.now())


def reviewers(platform: Platform, *, actor: Actor) -> dict[str, str]:
    """Return the names of those for whom the actor can draw, by user name.

    Raises:
        NotAllowedError: The actor may not draw complaints.
    """
    actor.require(Deed.DRAW_SAMPLE)
    with platform.database.read() as tx:
        people = [account.actor for account in tx.accounts.all() if account.is_active]
    return {
        person.username: person.name
        for person in people
        if Role.QUALITY_REVIEWER in person.roles and person.username != actor.username
    }


def names(
    platform: Platform, *, actor: Actor, before: int | None = None, limit: int = LISTED
) -> dict[str, str]:
    """Return the names of those who drew, review or ended what ``samples`` returns for the same.

    Returns:
        By user name.

    Raises:
        NotAllowedError: The actor neither draws, reviews nor oversees samples.
    """
    actor.require(Deed.SEE_SAMPLES)
    with platform.database.read() as tx:
        seen = tx.samples.page(_whose(actor), limit=limit, before=before)
        people = {account.actor.username: account.actor.name for account in tx.accounts.all()}
    meant = {
        name for each in seen for name in (each.drawing.reviewer, each.drawn_by, each.ended_by)
    }
    return {username: name for username, name in people.items() if username in meant}


def _whose(actor: Actor) -> str | None:
    """Return whose samples the actor sees; None for everybody's."""
    return None if _sees_all(actor) else actor.username


def _sees_all(actor: Actor) -> bool:
    return actor.may(Deed.DRAW_SAMPLE) or actor.holds_any([Role.AUDITOR])


def _sample(tx: Transaction, sample_id: int) -> Sample:
    """Return a sample.

    Raises:
        NotFoundError: There is none.
    """
    found = tx.samples.get(sample_id)
    if found is None:
        raise NotFoundError("sample", str(sample_id))
    return found


def _free(platform: Platform, tx: Transaction, actor: Actor, drawing: Drawing) -> list[str]:
    """Return what can be drawn of all that the actor sees, by reference."""
    seen = reach.sight(platform, tx, actor=actor, deed=Deed.DRAW_SAMPLE)
    closed = CaseSet("closed", drawing.period.begin, drawing.period.end, platform.now())
    lines = tx.case_facts.figures(seen).lines(closed, limit=_CHOSEN_AMONG)
    among = sorted(line.reference for line in lines)
    return tx.samples.free_of(drawing.reviewer, drawing.period, among)


def _check(tx: Transaction, drawing: Drawing, now: "datetime") -> None:
    """Refuse what cannot be drawn.

    Raises:
        InvalidInputError: Names each problem.
        ConflictError: The same was drawn already.
    """
    problems: dict[str, str] = {}
    account = tx.accounts.get(drawing.reviewer)
    if not (account and account.is_active and account.actor.holds_any([Role.QUALITY_REVIEWER])):
        problems["Reviewer"] = "must be somebody active who is a quality reviewer."
    if not 1 <= drawing.size <= _MOST:
        problems["Number"] = f"must be from 1 to {_MOST}."
    seed = drawing.seed
    if not seed.strip() or len(seed) > _LONGEST_SEED or not seed.isprintable():
        problems["Seed"] = f"is needed: any word of at most {_LONGEST_SEED} characters."
    if not now < drawing.until_at <= now + _LONGEST:
        problems["Until"] = "must lie ahead, at most a year."
    if problems:
        raise InvalidInputError(problems)
    if tx.samples.is_known(drawing, now):
        raise ConflictError("The same sample has been drawn already.")


def _jot_drawn(
    platform: Platform, tx: Transaction, actor: Actor, drawing: Drawing, **counts: int
) -> None:
    """Let the journal tell what was drawn from what, so that it can be drawn again."""
    period = drawing.period
    times = {
        "begin": period.begin.isoformat(),
        "end": period.end.isoformat(),
        "until": drawing.until_at.isoformat(),
    }
    # A seed is any word: who reads the journal is told its hash, and can compare the one kept.
    seed = content_hash({"seed": drawing.seed})
    told = {"looks_at": drawing.kind.value, "reviewer": drawing.reviewer, "seed": seed}
    jot_organisation(platform, tx, actor=actor, kind="sample.drawn", **told, **times, **counts)
