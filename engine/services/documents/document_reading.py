"""Who sees which documents, and how a file is handed out; each reading is an event."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.case import Case
from engine.domain.document import Document, DocumentFile, FileState
from engine.errors import ConflictError, NotFoundError
from engine.sealed_file import unsealed
from engine.services.accounts import reach
from engine.services.documents import documents
from engine.services.journal import looking
from engine.services.journal.jotting import jot_look
from engine.services.running import glass
from engine.store.transaction import Transaction

KIND = "document.read"


@dataclass(frozen=True, slots=True)
class CaseDocuments:
    """The documents of a case as somebody sees them.

    Attributes:
        documents: By number; of a closed one, only what the person may see of it.
        sees_originals: Whether originals of closed ones are among them.
        names: Names of the people who added them, by user name.
        has_room: Whether one more file would be kept.
    """

    documents: tuple[Document, ...]
    sees_originals: bool
    names: Mapping[str, str]
    has_room: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is handed out.

    Attributes:
        name: Under which it is offered; its ending says what it is.
        size: Bytes.
        content: Its pieces; each is checked before it is handed out.
    """

    name: str
    media_type: str
    size: int
    content: Iterator[bytes]


def of_case(platform: Platform, *, actor: Actor, reference: str) -> CaseDocuments:
    """Return the documents of a case; that somebody looked is kept as for the case itself.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    with platform.database.read() as tx:
        case = tx.cases.get(reference)
        is_look = reach.require(platform, tx, actor=actor, deed=Deed.READ, case=case, is_look=True)
        sees = documents.sees_originals(platform, tx, actor=actor, case=case)
        found = tx.documents.of(case.id)
        before = tx.journal.last_of(case.id, kind=looking.KIND, actor=actor.username)
        names = {a.actor.username: a.actor.name for a in tx.accounts.all()} | dict(NAMES)
    if looking.is_news([before] if before else [], actor=actor, now=platform.now()):
        platform.database.write(lambda tx: looking.note(platform, tx, actor=actor, case_id=case.id))
    if is_look:
        platform.database.write(
            lambda tx: glass.note_look(platform, tx, actor=actor, reference=reference)
        )
    kept = sum(len(each.files) for each in found)
    return CaseDocuments(
        documents=tuple(each.seen(sees_originals=sees) for each in found),
        sees_originals=sees,
        names=names,
        has_room=case.erased_at is None and kept < platform.policy.documents.most_per_case,
    )


def open_file(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    version: int | None = None,
    is_redacted: bool = False,
) -> Reading:
    """Hand out a file; that the actor reads it is kept before anything of it is.

    Args:
        platform: Where it is.
        actor: Who reads.
        reference: Of the case.
        number: Of the document.
        version: Which one; the newest without.
        is_redacted: Whether its redacted copy is wanted.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: There is no such complaint, document or file, or none that the actor sees.
        ConflictError: The file is held back.
        FileLostError: The file is not where it was stored.
        SealBrokenError: It was altered.
        UnavailableError: It cannot be read at present.
    """
    actor.require_scope(Deed.READ)

    def work(tx: Transaction) -> tuple[DocumentFile, bytes]:
        case = tx.cases.take(reference)
        is_look = reach.require(platform, tx, actor=actor, deed=Deed.READ, case=case, is_look=True)
        file = _file(platform, tx, actor, case, (number, version, is_redacted))
        key = tx.documents.key_of(case.id, file.id, file.storage)
        told = {"document": number, "version": file.version, "redacted": is_redacted}
        jot_look(platform, tx, case=case, actor=actor, kind=KIND, broken_glass=is_look, **told)
        return file, key

    file, key = platform.database.write(work)
    return Reading(
        name=file.download_name,
        media_type=file.kind.media_type if file.kind else "application/octet-stream",
        size=file.size,
        content=content_of(platform, storage=file.storage, key=key),
    )


def content_of(platform: Platform, *, storage: str, key: bytes) -> Iterator[bytes]:
    """Return the pieces of a stored file, the first one read and checked already.

    Raises:
        FileLostError: It is not where it was stored.
        SealBrokenError: It was altered.
        UnavailableError: It cannot be read at present.
    """
    pieces = _pieces(platform, storage, key)
    return chain((next(pieces),), pieces)


def _pieces(platform: Platform, storage: str, key: bytes) -> Iterator[bytes]:
    with platform.depot.open(storage) as file:
        yield from unsealed(file, key)


def _file(
    platform: Platform,
    tx: Transaction,
    actor: Actor,
    case: Case,
    wanted: tuple[int, int | None, bool],
) -> DocumentFile:
    """Return a file that the actor may read.

    Raises:
        NotFoundError: There is none that the actor sees.
        ConflictError: It is held back.
    """
    number, version, is_redacted = wanted
    found = tx.documents.one(case.id, number)
    sees = documents.sees_originals(platform, tx, actor=actor, case=case)
    seen = found.seen(sees_originals=sees) if found else None
    file = seen.file(version, is_redacted=is_redacted) if seen else None
    if file is None or not file.storage or (seen and seen.withdrawn_at is not None and not sees):
        raise NotFoundError("document", str(number))
    if file.state is not FileState.KEPT:
        raise ConflictError(documents.held_back(file))
    return file
