"""Files become documents of a case, inside a transaction that does more than that."""

from engine.domain.document import Document, NewDocument
from engine.services.documents.storing import Storing
from engine.services.running.change import CaseChange


def add_file(
    change: CaseChange, document: Document, stored: Storing, *, kind: str, version: int
) -> None:
    """Let a row speak of a stored file, and an event of both."""
    file, is_redacted = stored.file, kind == "document.redacted"
    change.tx.documents.add_file(
        change.case.id,
        document,
        file,
        version=version,
        is_redacted=is_redacted,
        by=change.actor.username,
        at=change.now,
    )
    change.record(
        kind,
        document=document.number,
        version=version,
        kind_of_file=file.kind.value if file.kind else "",
        size=file.size,
        state=file.state.value,
        content=file.sha256,
    )
    stored.is_used = True


def enclose(change: CaseChange, stored: Storing, about: NewDocument) -> int:
    """Keep a stored file as a new document of a case, and return its number."""
    by, at = change.actor.username, change.now
    document = change.tx.documents.add(change.case.id, about, by=by, at=at)
    add_file(change, document, stored, kind="document.added", version=1)
    return document.number
