"""Letters that need a hand: posted, sent again, posted instead, or closed with a reason.

A letter on paper is sent on the day on which it is posted, and what it means for time limits
happens then: until then the complainant has no answer, whoever has written one. A mail is sent when
it is queued, as it leaves by itself; that one came back does not undo that it was sent in time.

Source: ISO 10002:2018, 7.4 and 7.8.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Communication
from engine.domain.filling import filled
from engine.domain.incident import IncidentKind
from engine.domain.posting import OPEN, OpenLetter, Posting, PostingState, handed_over
from engine.domain.posting_form import (
    CloseLetterForm,
    PostedForm,
    PostInsteadForm,
    SendAgainForm,
)
from engine.errors import ConflictError, InvalidInputError
from engine.services.accounts import reach
from engine.services.handling import letter_gate
from engine.services.letters import letter, thread
from engine.services.people.parties import PartiesChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

_WAITING = frozenset({PostingState.WAITING})


class PostedChange(PartiesChange):
    """A case with a letter to which somebody sees; thrown away when anything goes wrong."""

    def open_letter(
        self, number: int, states: frozenset[PostingState]
    ) -> tuple[Posting, Communication]:
        """Return a letter that stands so.

        Raises:
            InvalidInputError: No letter of this number needs a hand.
            ConflictError: Somebody has seen to it already.
        """
        found = {each.number: each for each in self.tx.postings.of(self.case.id)}
        if (posting := found.get(number)) is None:
            raise InvalidInputError({"Letter": f"number {number} needs nobody's hand."})
        if posting.state not in states:
            raise ConflictError(f"This letter is {posting.state.title.lower()} already.")
        written = self.tx.records.of(Communication, self.case.id)
        return posting, next(each for each in written if each.id == number)

    def settle(self, number: int, state: PostingState, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Keep where a letter stands now; nobody waits for it any more, and its incident ends."""
        known = {"settled_by": self.actor.username, "settled_at": self.now, "next_at": None}
        self.tx.postings.change(self.case.id, number, state=state, since=self.now, **known | facts)
        self.end_incidents(number)

    def end_incidents(self, number: int) -> None:
        """Resolve what was noted for operators about a letter."""
        about = [unattended(number), *self.tx.outbox.ids_of_letter(number)]
        for subject in about:
            self.tx.incidents.settle(
                IncidentKind.LETTER,
                subject,
                by=self.actor.username,
                at=self.now,
                how="Somebody saw to the letter.",
            )

    def readdress(self, **address: str) -> None:
        """Keep where the complainant can be reached; later letters go there too."""
        if self.correct(**address):
            self.record("address.corrected", which=" and ".join(address).replace("_", " "))

    def end_promises(self) -> None:
        """End what is promised in a closed case, unless another letter of it is yet to leave."""
        if not self.case.is_open:
            self._promises.cancel(self.now, besides=self.tx.postings.awaited(self.case.id))


def unattended(number: int) -> str:
    """Return what the incident is about of a letter of a closed case that nobody sees to."""
    return f"letter/{number}"


def mark_posted(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Note that a letter was posted; it counts as sent on that day.

    Args:
        platform: Where the case is.
        actor: Who posted it.
        reference: Of the case.
        number: Of the letter.
        answers: As ``PostedForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not see to letters of this complaint.
        InvalidInputError: The day cannot be, or no such letter waits.
        ConflictError: It is posted or closed already.

    Source: ISO 10002:2018, 7.4 and 7.8.
    """
    actor.require(Deed.POST)
    form = filled(PostedForm, answers)

    def work(change: PostedChange) -> None:
        posting, written = change.open_letter(number, _WAITING)
        _check_day(platform, form.posted_on, written)
        at = handed_over(form.posted_on, now=change.now, calendar=platform.calendar)
        change.settle(number, PostingState.POSTED, posted_on=form.posted_on, tracking=form.tracking)
        day = form.posted_on.isoformat()
        change.record("letter.posted", letter=written.kind, number=number, day=day)
        change.happened(*posting.occasions, at=max(at, written.at))
        change.end_promises()

    content = form.model_dump(mode="json") | {"number": number}
    _give(platform, "mark_posted", actor, reference, content, command_id, seen_rev, work)


def send_again(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Send a letter as mail, to an address that may be corrected; later ones go there too.

    Raises:
        NotAllowedError: The actor may not see to letters of this complaint.
        InvalidInputError: The address cannot be one, no such letter waits, or it would go to a
            representative whose authority is not in force.
        ConflictError: It is posted, sent or closed already.
    """
    actor.require(Deed.POST)
    form = filled(SendAgainForm, answers)

    def work(change: PostedChange) -> None:
        posting, written = change.open_letter(number, OPEN)
        change.readdress(email=form.email)
        letter_gate.require_authority(platform, change.tx, change.case, written.kind)
        change.settle(number, PostingState.SENT_AGAIN, why="", occasions=())
        change.tx.outbox.send_letter(
            change.case.id,
            written,
            message_id=thread.new_id(platform, case_id=change.case.id),
            recipient=form.email,
            at=change.now,
        )
        change.record("letter.sent_again", letter=written.kind, number=number)
        change.happened(*posting.occasions)
        change.end_promises()

    content = form.model_dump(mode="json") | {"number": number}
    _give(platform, "send_again", actor, reference, content, command_id, seen_rev, work)


def post_instead(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Let a mail that did not arrive be posted, or correct where a letter is posted to.

    Raises:
        NotAllowedError: The actor may not see to letters of this complaint.
        InvalidInputError: The address is none, no such letter waits, or it would go to a
            representative whose authority is not in force.
        ConflictError: It is posted, sent or closed already.
    """
    actor.require(Deed.POST)
    form = filled(PostInsteadForm, answers)

    def work(change: PostedChange) -> None:
        posting, written = change.open_letter(number, OPEN)
        change.readdress(postal_address=form.postal_address)
        letter_gate.require_authority(
            platform, change.tx, change.case, written.kind, is_posted=True
        )
        if posting.state is PostingState.FAILED:
            by = letter.see_to_by(platform, at=change.now)
            change.settle(
                number, PostingState.WAITING, late_at=by, next_at=by, chased=0, settled_at=None
            )
            change.record("letter.to_be_posted", letter=written.kind, number=number)

    content = form.model_dump(mode="json") | {"number": number}
    _give(platform, "post_instead", actor, reference, content, command_id, seen_rev, work)


def close_letter(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Say that nobody sends a letter any more, and why.

    One that reached the complainant in another way keeps what it was to keep; of one that did not,
    the time limits that it was to meet go on.

    Raises:
        NotAllowedError: The actor may not see to letters of this complaint.
        InvalidInputError: No reason is given, or no such letter waits.
        ConflictError: It is posted, sent or closed already.
    """
    actor.require(Deed.POST)
    form = filled(CloseLetterForm, answers)

    def work(change: PostedChange) -> None:
        posting, written = change.open_letter(number, OPEN)
        change.settle(number, PostingState.CLOSED, reason=form.reason)
        what = "delivered" if form.is_delivered else "given_up"
        change.record(f"letter.{what}", letter=written.kind, number=number, reason=form.reason)
        if form.is_delivered:
            change.happened(*posting.occasions)
        change.end_promises()

    content = form.model_dump(mode="json") | {"number": number}
    _give(platform, "close_letter", actor, reference, content, command_id, seen_rev, work)


def page(
    platform: Platform, *, actor: Actor, is_failed: bool = False, limit: int = 25, offset: int = 0
) -> tuple[tuple[OpenLetter, ...], int]:
    """Return some letters that need a hand, those that wait longest first, and how many there are.

    Args:
        platform: Where to look.
        actor: Who asks.
        is_failed: Those that did not arrive as mail, instead of those that are to be posted.
        limit: Most rows to return.
        offset: Rows to leave out at the beginning.

    Returns:
        The rows, and the number of all rows, counted to ``COUNTED_TO`` at most.

    Raises:
        NotAllowedError: The actor may not see to letters.
    """
    actor.require(Deed.POST)
    state = PostingState.FAILED if is_failed else PostingState.WAITING
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.POST)
        rows = tx.postings.page(seen, state=state, limit=limit, offset=offset)
        if not is_failed:
            rows = tuple(_with_reason(platform, tx, each) for each in rows)
        return rows, tx.postings.count(seen, state=state)


def counts(platform: Platform, *, actor: Actor) -> tuple[int, int]:
    """Return how many letters are to be posted, and how many did not arrive.

    Raises:
        NotAllowedError: The actor may not see to letters.
    """
    actor.require(Deed.POST)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.POST)
        waiting = tx.postings.count(seen, state=PostingState.WAITING)
        return waiting, tx.postings.count(seen, state=PostingState.FAILED)


def _with_reason(platform: Platform, tx: Transaction, each: OpenLetter) -> OpenLetter:
    """Return a letter that waits to be posted with why it is not printed, if it is not."""
    if not each.representative:
        return each
    case = tx.cases.get(each.reference)
    todo = letter_gate.lacking(platform, tx, case, each.kind, is_posted=True)
    return replace(each, withheld=todo)


def _give(
    platform: Platform,
    name: str,
    actor: Actor,
    reference: str,
    content: Mapping[str, Any],
    command_id: UUID | None,
    seen_rev: int | None,
    work: Any,  # noqa: ANN401 - acts on a PostedChange
) -> None:
    """Carry out a command on a letter; one of a case that rests leaves all the same."""
    command = Command(name, actor, reference, content, command_id, resumes=True, seen_rev=seen_rev)
    carry_out(platform, command, work, PostedChange)


def _check_day(platform: Platform, day: date, written: Communication) -> None:
    """Refuse a day that lies ahead, or before the letter was written.

    Raises:
        InvalidInputError: It does.
    """
    calendar = platform.calendar
    if day > calendar.day_of(platform.now()):
        raise InvalidInputError({"Posted on": "must not lie ahead."})
    if day < calendar.day_of(written.at):
        raise InvalidInputError({"Posted on": "must not lie before the letter was written."})
