"""Packs for the management review: made each month and quarter, kept, sent, handed out (8.6)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.governance import GovernanceRecord, RecordKind, RecordState
from engine.domain.journal import canonical, content_hash
from engine.domain.review import (
    Meeting,
    Pack,
    PackFiles,
    PackForm,
    PackKind,
    first_day,
    last_day_before,
    missed,
)
from engine.errors import ConflictError, InvalidInputError
from engine.services.bulk import job_progress
from engine.services.figures import facts
from engine.services.journal import checkpoints
from engine.services.journal.jotting import jot_organisation
from engine.services.letters import letter
from engine.services.reviews.pack_signature import SIGNED_AS, signed_file
from engine.services.reviews.review_material import gathered
from engine.services.reviews.review_report import report_of
from engine.signing import SigningKey
from engine.store.transaction import Transaction
from engine.writing.review_page import page_of
from engine.writing.review_print import print_review


@dataclass(frozen=True, slots=True)
class ReviewsView:
    """Everything on the page of reviews.

    Attributes:
        packs: The latest first.
        meetings: By pack; the latest first.
        decisions: What each review decided, by the number of its record in the register.
        planned: Reviews that are to be held, what is due first before the others.
        names: Of people, by user name.
        active: User names of those who may sign in.
    """

    packs: tuple[Pack, ...]
    meetings: Mapping[int, tuple[Meeting, ...]]
    decisions: Mapping[int, tuple[GovernanceRecord, ...]]
    planned: tuple[GovernanceRecord, ...]
    names: Mapping[str, str]
    active: tuple[str, ...]

    def decided(self, pack: int) -> tuple[int, int]:
        """Return how much was decided on a pack, and how much of it is not over."""
        found = [each for held in self.meetings[pack] for each in self.decisions[held.record]]
        still = (each.state not in {RecordState.VERIFIED, RecordState.ENDED} for each in found)
        return len(found), sum(still)


def reviews_view(platform: Platform, *, actor: Actor) -> ReviewsView:
    """Return every pack, and what came of the meetings about it.

    Raises:
        NotAllowedError: The actor may not see the register of governance.
    """
    actor.require(Deed.SEE_REGISTER)
    with platform.database.read() as tx:
        packs, meetings, records = tx.reviews.all(), tx.reviews.meetings(), tx.governance.all()
        accounts = tx.accounts.all()
    held = {each.record for each in meetings}
    planned = (r for r in records if r.kind is RecordKind.REVIEW and r.is_live)
    return ReviewsView(
        packs=packs,
        meetings={p.number: tuple(m for m in meetings if m.pack == p.number) for p in packs},
        decisions={
            review: tuple(sorted(_about(records, review), key=lambda each: each.due_on))
            for review in held
        },
        planned=tuple(sorted(planned, key=lambda each: each.due_on)),
        names={each.actor.username: each.actor.name for each in accounts},
        active=tuple(each.actor.username for each in accounts if each.is_active),
    )


def _about(records: tuple[GovernanceRecord, ...], review: int) -> list[GovernanceRecord]:
    return [each for each in records if each.about == review]


def make_review_pack(
    platform: Platform, *, actor: Actor, kind: PackKind, last: date | None = None
) -> int:
    """Make the pack of a month or quarter, send it to whom the policy names, return its number.

    Args:
        platform: Where the records are.
        actor: Who asks; a pack tells of all complaints, and of no single one.
        kind: Of which length.
        last: A day of the month or quarter; None for the latest that is over.

    Raises:
        NotAllowedError: The actor may not make packs.
        InvalidInputError: The month or quarter is not over.
        ConflictError: There is a pack of it; it never changes.
    """
    actor.require(Deed.MAKE_REVIEW)
    today = platform.calendar.day_of(platform.now())
    latest = last_day_before(kind, today)
    ends = latest if last is None else _end_of(kind, last)
    if ends > latest:
        raise InvalidInputError({"Period": f"{kind.names(last or today)} is not over yet."})
    with platform.database.read() as tx:
        _refuse_known(tx, kind, first_day(kind, ends))
    return _kept(platform, actor, _made(platform, kind, ends))


def make_due_packs(platform: Platform, *, kind: PackKind, actor: Actor = SYSTEM) -> int:
    """Make the packs of a kind that were missed, oldest first; return how many.

    Raises:
        NotAllowedError: The actor may not make packs.
    """
    actor.require(Deed.MAKE_REVIEW)
    with platform.database.read() as tx:
        since = tx.reviews.newest(kind)
    due = missed(kind, platform.calendar.day_of(platform.now()), since=since)
    made = 0
    for place, last in enumerate(due):
        job_progress.tell(place, of=len(due))
        try:
            make_review_pack(platform, actor=actor, kind=kind, last=last)
        except ConflictError:
            continue  # somebody made it meanwhile
        made += 1
    return made


def review_pack_file(platform: Platform, *, actor: Actor, number: int, form: PackForm) -> bytes:
    """Return a file of a pack as it was made.

    Raises:
        NotAllowedError: The actor may not see the register of governance.
        NotFoundError: There is no such pack.
        ConflictError: It is not the file that was signed.
        UnavailableError: The key that signs cannot be read.
    """
    actor.require(Deed.SEE_REGISTER)
    with platform.database.read() as tx:
        return signed_file(platform, tx, number=number, form=form)


def _end_of(kind: PackKind, day: date) -> date:
    """Return the last day of the month or quarter in which a day lies."""
    index = day.year * 12 + (day.month - 1) // kind.months * kind.months + kind.months
    return last_day_before(kind, date(index // 12, index % 12 + 1, 1))


def _made(platform: Platform, kind: PackKind, last: date) -> PackFiles:
    facts.keep_up(platform, longest=None)
    report = report_of(gathered(platform, kind=kind, last=last))
    content = report.as_data()
    mark = content_hash(content)
    on = platform.calendar.day_of(platform.now())
    files = {
        PackForm.HTML: page_of(report, mark=mark).encode(errors="replace"),
        PackForm.PDF: print_review(report, mark=mark, on=on),
    }
    return PackFiles(kind, first_day(kind, last), last, content, files)


def _kept(platform: Platform, actor: Actor, made: PackFiles) -> int:
    """Sign and keep a pack, and let mails carry it.

    Raises:
        ConflictError: There is a pack of the same period.
    """
    key = _signing_key(platform)
    told: dict[str, Any] = {
        "what": f"{platform.policy.organisation.name}: review pack",
        "kind": made.kind.value,
        "first": made.first.isoformat(),
        "last": made.last.isoformat(),
        "content": content_hash(dict(made.content)),
        "files": {
            form.value: hashlib.sha256(file).hexdigest() for form, file in made.files.items()
        },
        "key": key.public,
    }
    statement = canonical(told)
    signature = key.sign(SIGNED_AS + statement.encode())

    def work(tx: Transaction) -> int:
        _refuse_known(tx, made.kind, made.first)
        by, at = actor.username, platform.now()
        number = tx.reviews.add(made, statement=statement, signature=signature, by=by, at=at)
        _send(platform, tx, number, made)
        facts = {name: told[name] for name in ("first", "last", "files")} | {"pack": number}
        jot_organisation(platform, tx, actor=actor, kind="review.made", **facts)
        return number

    return platform.database.write(work)


def _signing_key(platform: Platform) -> SigningKey:
    """Return the key that signs the journal; it is made where nothing was signed yet."""
    key = checkpoints.signing_key(platform)
    with platform.database.read() as tx:
        is_first = not tx.checkpoints.last()
    if is_first:
        key.make()
    return key


def _refuse_known(tx: Transaction, kind: PackKind, first: date) -> None:
    """Refuse a second pack of one period.

    Raises:
        ConflictError: There is one.
    """
    if tx.reviews.number_of(kind, first) is not None:
        raise ConflictError(f"There is a pack of {kind.names(first)}; it never changes.")


def _send(platform: Platform, tx: Transaction, number: int, made: PackFiles) -> None:
    organisation = platform.policy.organisation.name
    title = f"Management review {made.kind.names(made.first)}"
    body = (
        f"The pack for the management review {made.kind.names(made.first)} goes with this mail: "
        "what was reached, what changed and why, what is open, and what to decide.\n\nThe page "
        "“Reviews” has it too; the meeting, and what it decides, is recorded there.\n"
    )
    for address in platform.policy.management_review.send_to:
        message_id = letter.message_id(platform)
        tx.outbox.announce(
            message_id=message_id,
            recipient=address,
            subject=f"{organisation}: {title}",
            body=body,
            at=platform.now(),
        )
        tx.reviews.goes_with(number, message_id)
