"""Documents of a complaint: added, replaced by newer versions, redacted, described, withdrawn.

A document is never deleted but by erasing the person, and never changed: a newer version and a
redacted copy stand beside it, each with who added it and when (ISO 10002:2018, 4.9, 4.10, 7.6).
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.document import Description, Document, DocumentFile, FileState, NewDocument
from engine.domain.permission import PERMISSIONS, judge
from engine.domain.text import without_controls
from engine.errors import (
    CaseErasedError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    OutOfReachError,
)
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.documents.arrival import Arrival
from engine.services.documents.enclosing import add_file, enclose
from engine.services.documents.storing import Storing, storing
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

LONGEST = 2_000
"""Characters of what is said of a document."""


def check_room(platform: Platform, *, actor: Actor, reference: str) -> None:
    """Refuse somebody who could not add a file, before anything of it is read.

    Raises:
        NotAllowedError: The actor may not keep documents of this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        CaseErasedError: Its personal data are gone.
        InvalidInputError: It has as many files as are kept.
    """
    actor.require(Deed.FILE)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.FILE, reference=reference)
        _require_room(platform, tx, case)


def add(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    arrival: Arrival,
    about: NewDocument,
    command_id: UUID | None = None,
) -> int:
    """Keep a file as a new document of a case, and return its number.

    Raises:
        NotAllowedError: The actor may not keep documents of this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        FileRefusedError: The file is of no kind that is kept, or could do harm.
        InvalidInputError: The description is too long, or the case has too many files.
        UnavailableError: The file cannot be stored.
    """
    actor.require(Deed.FILE)
    check_room(platform, actor=actor, reference=reference)
    said = replace(about, description=_described(about.description))
    content = {"purpose": said.purpose, "origin": said.origin, "is_closed": said.is_closed}
    command = _on_file("add_document", actor, reference, arrival, said.name, command_id, **content)
    numbers: list[int] = []
    with storing(platform, arrival=arrival, name=said.name) as stored:

        def work(change: CaseChange) -> None:
            _require_room(platform, change.tx, change.case)
            numbers[:] = [enclose(change, stored, said)]

        carry_out(platform, command, work)
    return numbers[0] if numbers else _known(platform, reference, stored)


def add_version(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    arrival: Arrival,
    name: str,
    command_id: UUID | None = None,
) -> None:
    """Keep a newer version of a document; those before it stay.

    Raises:
        NotAllowedError: The actor may not keep documents of this complaint, or not see this one.
        NotFoundError: There is no such complaint or document, or none that the actor knows of.
        ConflictError: The document was withdrawn.
        FileRefusedError: The file is of no kind that is kept, or could do harm.
        InvalidInputError: The case has too many files.
        UnavailableError: The file cannot be stored.
    """
    actor.require(Deed.FILE)
    check_room(platform, actor=actor, reference=reference)
    command = _on_file("add_version", actor, reference, arrival, name, command_id, number=number)
    with storing(platform, arrival=arrival, name=name) as stored:

        def work(change: CaseChange) -> None:
            _require_room(platform, change.tx, change.case)
            document = _document(change, number)
            version = document.versions + 1
            add_file(change, document, stored, kind="document.version_added", version=version)

        carry_out(platform, command, work)


def add_redacted(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    arrival: Arrival,
    name: str,
    command_id: UUID | None = None,
) -> None:
    """Keep a redacted copy of the newest version; others see it instead of every original.

    Raises:
        NotAllowedError: The actor may not see the original of this document.
        NotFoundError: There is no such complaint or document, or none that the actor knows of.
        ConflictError: The document was withdrawn, or its newest version has a copy already.
        FileRefusedError: The file is of no kind that is kept, or could do harm.
        InvalidInputError: The case has too many files.
        UnavailableError: The file cannot be stored.
    """
    actor.require(Deed.FILE)
    actor.require(Deed.SEE_ORIGINAL)
    check_room(platform, actor=actor, reference=reference)
    command = _on_file(
        "add_redacted_copy", actor, reference, arrival, name, command_id, number=number
    )
    with storing(platform, arrival=arrival, name=name) as stored:

        def work(change: CaseChange) -> None:
            _require_room(platform, change.tx, change.case)
            document = _document(change, number, sees_original=True)
            version = document.versions
            if document.file(version, is_redacted=True):
                raise ConflictError(
                    f"Version {version} of document {number} has a redacted copy already."
                )
            change.tx.documents.describe(change.case.id, replace(document, is_closed=True))
            add_file(change, document, stored, kind="document.redacted", version=version)

        carry_out(platform, command, work)


def describe(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    about: Description,
    command_id: UUID | None = None,
) -> None:
    """Say anew what a document is, and for whom its original is.

    Raises:
        NotAllowedError: The actor may not keep documents of this complaint, or not see this one.
        NotFoundError: There is no such complaint or document, or none that the actor knows of.
        ConflictError: The document was withdrawn.
        InvalidInputError: The description is too long.
    """
    actor.require(Deed.FILE)
    text = _described(about.text)

    def work(change: CaseChange) -> None:
        document = _document(change, number, sees_original=not about.is_closed)
        now = replace(
            document,
            purpose=about.purpose,
            origin=about.origin,
            description=text,
            is_closed=about.is_closed,
        )
        change.tx.documents.describe(change.case.id, now)
        told = {"purpose": about.purpose.value, "origin": about.origin.value}
        change.record(
            "document.described", document=number, closed=about.is_closed, detail=text, **told
        )

    content = {
        "number": number,
        "purpose": about.purpose,
        "origin": about.origin,
        "text": text,
        "is_closed": about.is_closed,
    }
    carry_out(platform, Command("describe_document", actor, reference, content, command_id), work)


def withdraw(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    reason: str,
    command_id: UUID | None = None,
) -> None:
    """Let a document not count any more; it stays, with its reason.

    Raises:
        NotAllowedError: The actor may not withdraw documents of this complaint.
        NotFoundError: There is no such complaint or document, or none that the actor knows of.
        InvalidInputError: No reason is given.
        ConflictError: It was withdrawn already.
    """
    actor.require(Deed.WITHDRAW_DOCUMENT)
    text = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        document, case_id = _document(change, number), change.case.id
        change.tx.documents.withdraw(
            case_id, document, by=actor.username, at=change.now, reason=text
        )
        change.record("document.withdrawn", document=number, reason=text)

    content = {"number": number, "reason": text}
    carry_out(platform, Command("withdraw_document", actor, reference, content, command_id), work)


def release(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    version: int,
    is_redacted: bool,
    reason: str,
    command_id: UUID | None = None,
) -> None:
    """Let a file be read that is held back, in spite of what was found in it.

    Raises:
        NotAllowedError: The actor may not release files of this complaint.
        NotFoundError: There is no such complaint, document or file.
        InvalidInputError: No reason is given.
        ConflictError: It is not held back, or nothing has looked into it, so that nobody could
            answer for it.
    """
    actor.require(Deed.RELEASE_FILE)
    text = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        file = _document(change, number).file(version, is_redacted=is_redacted)
        if file is None:
            raise NotFoundError("file", f"{number}, version {version}")
        if file.state is FileState.KEPT:
            raise ConflictError("This file is not held back.")
        if file.state is FileState.UNSEEN or file.kind is None:
            raise ConflictError(held_back(file))
        by, at = actor.username, change.now
        change.tx.documents.release(change.case.id, file, by=by, at=at, reason=text)
        told = {"document": number, "version": version, "redacted": is_redacted}
        change.record("document.released", reason=text, finding=file.finding, **told)

    content = {"number": number, "version": version, "redacted": is_redacted, "reason": text}
    carry_out(platform, Command("release_file", actor, reference, content, command_id), work)


def sees_originals(platform: Platform, tx: Transaction, *, actor: Actor, case: Case) -> bool:
    """Tell whether somebody sees the originals of closed documents of a case."""
    stands = reach.relation(platform, tx, actor=actor, case=case)
    is_in_scope = actor.within is None or Deed.SEE_ORIGINAL in actor.within
    return is_in_scope and judge(Deed.SEE_ORIGINAL, actor.roles, stands).allowed


def held_back(file: DocumentFile) -> str:
    """Return why a file is not handed out, as a sentence."""
    return f"This file is held back. {file.finding or 'Nothing could look into it yet.'}"


def _on_file(
    name: str,
    actor: Actor,
    reference: str,
    arrival: Arrival,
    file_name: str,
    command_id: UUID | None,
    **content: Any,  # noqa: ANN401 - whatever distinguishes it
) -> Command:
    """Return a command about a file, known by its content."""
    arrival.close()
    told = content | {"name": file_name, "sha256": arrival.sha256}
    return Command(name, actor, reference, told, command_id)


def _document(change: CaseChange, number: int, *, sees_original: bool = False) -> Document:
    """Return a document that still counts and that the actor may see as it is.

    Raises:
        NotFoundError: There is none of this number.
        OutOfReachError: Its original is not for the actor.
        ConflictError: It was withdrawn.
    """
    document = change.tx.documents.one(change.case.id, number)
    if document is None:
        raise NotFoundError("document", str(number))
    needs_right = document.is_closed or sees_original
    actor = change.actor
    if needs_right and not sees_originals(
        change.platform, change.tx, actor=actor, case=change.case
    ):
        why = "its original is only for those who work on the complaint."
        raise OutOfReachError(actor.name, Deed.SEE_ORIGINAL, why, PERMISSIONS[Deed.SEE_ORIGINAL])
    if document.withdrawn_at is not None:
        raise ConflictError(f"Document {number} was withdrawn.")
    return document


def _require_room(platform: Platform, tx: Transaction, case: Case) -> None:
    """Refuse a file that a case has no room for.

    Raises:
        CaseErasedError: Its personal data are gone.
        InvalidInputError: It has as many files as are kept.
    """
    if case.erased_at is not None:
        raise CaseErasedError(case.reference)
    most = platform.policy.documents.most_per_case
    if tx.documents.file_count(case.id) >= most:
        raise InvalidInputError({"": f"{case.reference} has {most} files; no more are kept."})


def _known(platform: Platform, reference: str, stored: Storing) -> int:
    """Return the number of the document that the same command has made before."""
    with platform.database.read() as tx:
        found = tx.documents.of(tx.cases.get(reference).id)
    arrived = stored.file.arrived_sha256
    return max(
        each.number for each in found for file in each.files if file.arrived_sha256 == arrived
    )


def _described(text: str) -> str:
    """Return what is said of a document, without what nobody types.

    Raises:
        InvalidInputError: It is too long.
    """
    said: str = without_controls(text).strip()
    if len(said) > LONGEST:
        raise InvalidInputError({"Description": f"may have at most {LONGEST:,} characters."})
    return said
