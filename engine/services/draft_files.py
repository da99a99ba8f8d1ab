"""The files of drafts: as they are uploaded, and as they stand in a published version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.actor import Actor
from engine.domain.process_draft import DraftFile, FileKind, kind_of
from engine.errors import InvalidInputError, NotFoundError
from engine.process.file_name import names_for
from engine.process.text_file import as_text
from engine.services.processes import COMPLAINT, latest
from engine.store.processes import ProcessVersion
from engine.store.proposals import Proposal
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file as it came from somebody's computer."""

    name: str
    content: bytes


def read_uploads(files: Sequence[Uploaded]) -> tuple[DraftFile, ...]:
    """Return uploaded files as text.

    Raises:
        InvalidInputError: A file is of no kind that belongs to a process.
        DiagramRejectedError: It is not text in the encoding that it names.
    """
    kinds = {file.name: kind_of(file.name) for file in files}
    wrong = [name[:60] for name, kind in kinds.items() if kind is None]
    if wrong:
        said = "is no diagram (.bpmn), no decision table (.dmn) and no form (.json)."
        raise InvalidInputError(dict.fromkeys(wrong, said))
    return tuple(
        DraftFile(file.name, kind, as_text(file.content))
        for file in files
        if (kind := kinds[file.name]) is not None
    )


def keep_originals(
    tx: Transaction, number: int, files: Sequence[Uploaded], actor: Actor, at: datetime
) -> None:
    """Keep files of a draft as they were uploaded, byte by byte."""
    for file in files:
        tx.process_drafts.keep_original(
            number, name=file.name, content=file.content, by=actor.username, at=at
        )


def files_of(version: ProcessVersion | Proposal) -> tuple[DraftFile, ...]:
    """Return the files of a version or proposal, each with a name."""
    found: list[DraftFile] = []
    for kind, files in (
        (FileKind.DIAGRAM, version.diagrams),
        (FileKind.TABLE, version.tables),
        (FileKind.FORM, version.forms),
    ):
        names = names_for(files, suffix=kind.suffix)
        pairs = zip(names, files, strict=True)
        found += [DraftFile(name, kind, file.decode()) for name, file in pairs]
    return tuple(found)


def version_in(tx: Transaction, number: int, *, at: datetime) -> ProcessVersion:
    """Return a published version; for 0 the one that holds at a moment.

    Raises:
        NotFoundError: There is no such version.
    """
    if number == 0:
        digest, _version = latest(tx, at=at)
    else:
        every = tx.processes.versions(COMPLAINT)
        digest = next((each.digest for each in every if each.version == number), "")
    found = tx.processes.get(digest)
    if found is None:
        raise NotFoundError("version", str(number))
    return found


def names_in(tx: Transaction) -> dict[str, str]:
    """Return the names of people by user name."""
    return {each.actor.username: each.actor.name for each in tx.accounts.all()}
