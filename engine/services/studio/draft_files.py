"""The files of drafts: as they are uploaded, and as they stand in a published version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from engine.domain.actor import Actor
from engine.domain.process_draft import DraftFile, DraftOriginal, DraftRepair, FileKind
from engine.errors import InvalidInputError, NotFoundError
from engine.process.file_name import names_for
from engine.process.repair import main_first
from engine.process.upload import read_upload
from engine.services.process.processes import COMPLAINT, latest
from engine.store.processes import ProcessVersion
from engine.store.proposals import Proposal
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file as it came from somebody's computer."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """Uploaded files as a draft keeps them.

    Attributes:
        files: As text; the diagram with the main process before the others.
        repairs: What had to be put right so that they could be kept as text.
        digests: SHA-256 of each as it came.
    """

    files: tuple[DraftFile, ...]
    repairs: tuple[DraftRepair, ...]
    digests: tuple[str, ...]


def read_uploads(files: Sequence[Uploaded]) -> Given:
    """Return uploaded files as text.

    Raises:
        InvalidInputError: A file cannot be read, or belongs to no process; says so of each.
    """
    found: list[DraftFile] = []
    repairs: list[DraftRepair] = []
    problems: dict[str, str] = {}
    for file in files:
        try:
            name, kind, text, told = read_upload(file.name, file.content)
        except InvalidInputError as refusal:
            problems |= refusal.problems
            continue
        found.append(DraftFile(name, kind, text))
        repairs += [DraftRepair(name, "", "", said) for said in told]
    if problems:
        raise InvalidInputError(problems)
    diagrams = [file for file in found if file.kind is FileKind.DIAGRAM]
    order = main_first([file.content.encode() for file in diagrams])
    beside = (file for file in found if file.kind is not FileKind.DIAGRAM)
    ordered = (*(diagrams[place] for place in order), *beside)
    return Given(ordered, tuple(repairs), tuple(digest_of(file.content) for file in files))


def digest_of(content: bytes) -> str:
    """Return by what a file is known again, byte by byte."""
    return sha256(content).hexdigest()


def keep_originals(
    tx: Transaction, number: int, files: Sequence[Uploaded], actor: Actor, at: datetime
) -> None:
    """Keep files of a draft as they were uploaded, byte by byte."""
    for file in files:
        tx.process_drafts.keep_original(
            number, name=file.name, content=file.content, by=actor.username, at=at
        )


def original_of(file: DraftFile, known: Sequence[DraftOriginal]) -> DraftOriginal | None:
    """Return what was uploaded as this very file; None when it was changed since, or drawn here."""
    return next((each for each in reversed(known) if _is_of(each, file)), None)


def _is_of(original: DraftOriginal, file: DraftFile) -> bool:
    try:
        name, _kind, text, _told = read_upload(original.name, original.content)
    except InvalidInputError:
        return False
    return (name, text) == (file.name, file.content)


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
