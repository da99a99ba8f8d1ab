"""Answering what one is asked: the question and what was attached to it, and nothing else.

Whoever is asked need not be permitted to see the complaint. Where somebody is not the one who is
asked, the answer is the one for a request that is not there.

Source: ISO 10002:2018, 4.10 and 7.6.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.document import (
    Document,
    DocumentFile,
    NewDocument,
    Origin,
    Purpose,
    safe_name,
)
from engine.errors import InvalidInputError, NotFoundError
from engine.services.bulk.reason import needed
from engine.services.documents.arrival import Arrival
from engine.services.documents.document_reading import KIND, Reading, content_of
from engine.services.documents.enclosing import enclose
from engine.services.documents.storing import storing
from engine.services.investigation import inquiry_book
from engine.services.journal.jotting import jot_look
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.inquiries import Question
from engine.store.transaction import Transaction

_MOST = 200
"""Requests that one person is shown."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A request as whoever is asked sees it.

    Attributes:
        id: By which it is answered.
        asker: Name of who asks.
        team: Title of the team that is asked; empty where it is the person.
        chased: How often it was reminded of.
        documents: What may be read with it, as it may be seen.
        sent: Names of the files that were sent for the answer so far.
    """

    id: int
    question: str
    asker: str
    team: str
    asked_at: datetime
    due_on: date
    chased: int
    documents: tuple[Document, ...]
    sent: tuple[str, ...]


def mine(platform: Platform, *, actor: Actor) -> tuple[OpenQuestion, ...]:
    """Return what somebody and their teams are asked and have not answered, soonest due first.

    Raises:
        NotAllowedError: The actor is no person.
    """
    actor.require(Deed.RESPOND)
    with platform.database.read() as tx:
        found = tx.inquiries.for_somebody(actor.username, actor.teams, limit=_MOST)
        return tuple(_seen(tx, each) for each in found)


def waiting(platform: Platform, *, actor: Actor) -> int:
    """Return how many questions wait for somebody's answer.

    Raises:
        NotAllowedError: The actor is no person.
    """
    actor.require(Deed.RESPOND)
    with platform.database.read() as tx:
        return tx.inquiries.count_for(actor.username, actor.teams)


def respond(
    platform: Platform,
    *,
    actor: Actor,
    inquiry_id: int,
    answer: str,
    command_id: UUID | None = None,
) -> None:
    """Answer a question that one is asked.

    Raises:
        NotAllowedError: The actor is no person.
        NotFoundError: There is no such request, or it is not the actor's to answer.
        InvalidInputError: Nothing is said.
        ConflictError: It is answered or withdrawn already.
    """
    actor.require(Deed.RESPOND)
    text = needed("Answer", answer)
    with platform.database.read() as tx:
        asked = _own(tx, actor, inquiry_id)

    def work(change: CaseChange) -> None:
        inquiry = _own(change.tx, actor, inquiry_id).inquiry
        inquiry_book.require_open(inquiry)
        inquiry_book.answered(change, inquiry, answer=text, source=actor.name)

    content = {"inquiry": inquiry_id, "answer": text}
    command = Command("respond_inquiry", actor, asked.reference, content, command_id, resumes=True)
    carry_out(platform, command, work)


def check_room(platform: Platform, *, actor: Actor, inquiry_id: int) -> None:
    """Refuse somebody who could not add a file to an answer, before anything of it is read.

    Raises:
        NotAllowedError: The actor is no person.
        NotFoundError: There is no such request, or it is not the actor's to answer.
        ConflictError: It is answered or withdrawn already.
        InvalidInputError: The complaint has as many files as are kept.
    """
    actor.require(Deed.RESPOND)
    with platform.database.read() as tx:
        asked = _own(tx, actor, inquiry_id)
        inquiry_book.require_open(asked.inquiry)
        _require_room(platform, tx, asked.case_id)


def attach(
    platform: Platform,
    *,
    actor: Actor,
    inquiry_id: int,
    arrival: Arrival,
    name: str,
    command_id: UUID | None = None,
) -> None:
    """Keep a file that belongs to an answer; it is evidence of the organisation's own.

    Raises:
        NotAllowedError: The actor is no person.
        NotFoundError: There is no such request, or it is not the actor's to answer.
        ConflictError: It is answered or withdrawn already.
        FileRefusedError: The file is of no kind that is kept, or could do harm.
        InvalidInputError: The complaint has as many files as are kept.
        UnavailableError: The file cannot be stored.
    """
    actor.require(Deed.RESPOND)
    check_room(platform, actor=actor, inquiry_id=inquiry_id)
    with platform.database.read() as tx:
        reference = _own(tx, actor, inquiry_id).reference
    arrival.close()
    content = {"inquiry": inquiry_id, "name": name, "sha256": arrival.sha256}
    command = Command("attach_answer", actor, reference, content, command_id, resumes=True)
    with storing(platform, arrival=arrival, name=name) as stored:

        def work(change: CaseChange) -> None:
            inquiry = _own(change.tx, actor, inquiry_id).inquiry
            inquiry_book.require_open(inquiry)
            _require_room(platform, change.tx, change.case.id)
            said = NewDocument(safe_name(name), Purpose.EVIDENCE, Origin.ORGANISATION)
            number = enclose(change, stored, said)
            came = (*inquiry.answer_documents, number)
            change.tx.inquiries.change(change.case.id, inquiry.number, answer_documents=came)
            change.record("inquiry.attached", inquiry=inquiry.number, document=number)

        carry_out(platform, command, work)


def open_file(platform: Platform, *, actor: Actor, inquiry_id: int, number: int) -> Reading:
    """Hand out a document that was attached to a question; that it was read is kept.

    Args:
        platform: Where it is.
        actor: Who is asked.
        inquiry_id: Of the request.
        number: Of the document.

    Raises:
        NotAllowedError: The actor is no person.
        NotFoundError: There is no such request or document, or it is not the actor's to see.
        FileLostError: The file is not where it was stored.
        SealBrokenError: It was altered.
        UnavailableError: It cannot be read at present.
    """
    actor.require(Deed.RESPOND)

    def work(tx: Transaction) -> tuple[DocumentFile, bytes]:
        asked = _own(tx, actor, inquiry_id)
        case = tx.cases.take(asked.reference)
        found = {each.number: each for each in _attached(tx, asked) if asked.inquiry.is_open}
        file = found[number].newest if number in found else None
        if file is None:
            raise NotFoundError("document", str(number))
        key = tx.documents.key_of(case.id, file.id, file.storage)
        told = {"document": number, "version": file.version, "redacted": file.is_redacted}
        told |= {"inquiry": asked.inquiry.number}
        jot_look(platform, tx, case=case, actor=actor, kind=KIND, **told)
        return file, key

    file, key = platform.database.write(work)
    return Reading(
        name=file.download_name,
        media_type=file.kind.media_type if file.kind else "application/octet-stream",
        size=file.size,
        content=content_of(platform, storage=file.storage, key=key),
    )


def _own(tx: Transaction, actor: Actor, inquiry_id: int) -> Question:
    """Return a request that somebody is asked.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
    """
    found = tx.inquiries.one(inquiry_id)
    if found is None or not found.inquiry.is_for(actor.username, actor.teams):
        raise NotFoundError("request", str(inquiry_id))
    return found


def _require_room(platform: Platform, tx: Transaction, case_id: int) -> None:
    """Refuse a file that there is no room for.

    Raises:
        InvalidInputError: The complaint has as many files as are kept.
    """
    if tx.documents.file_count(case_id) >= platform.policy.documents.most_per_case:
        raise InvalidInputError({"": "No more files are kept; tell who asks you."})


def _attached(tx: Transaction, asked: Question) -> tuple[Document, ...]:
    if not asked.inquiry.documents:
        return ()
    known = {each.number: each for each in tx.documents.of(asked.case_id)}
    wanted = (known[number] for number in asked.inquiry.documents if number in known)
    return tuple(seen for each in wanted if (seen := inquiry_book.shown(each)) is not None)


def _seen(tx: Transaction, asked: Question) -> OpenQuestion:
    inquiry = asked.inquiry
    teams = {team.code: team.title for team in tx.teams.all()}
    known = tx.documents.of(asked.case_id) if inquiry.answer_documents else ()
    files = [each.newest for each in known if each.number in inquiry.answer_documents]
    return OpenQuestion(
        id=inquiry.id,
        question=inquiry.question,
        asker=inquiry_book.name_of(tx, inquiry.asked_by),
        team=teams.get(inquiry.to, "") if inquiry.asked == "team" else "",
        asked_at=inquiry.asked_at,
        due_on=inquiry.due_on,
        chased=inquiry.chased,
        documents=_attached(tx, asked),
        sent=tuple(file.download_name for file in files if file),
    )
