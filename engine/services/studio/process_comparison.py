"""What differs between two versions of the process, or between a draft and a version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.process_draft import DraftFile, FileKind, kind_of
from engine.errors import InvalidInputError, NotFoundError
from engine.process.compare import Comparison, Files, Told, compare
from engine.services.process.processes import COMPLAINT
from engine.services.studio.draft_files import files_of, version_in
from engine.services.studio.draft_saving import draft_in
from engine.store.transaction import Transaction

__all__ = ["Compared", "Comparison", "Side", "Told"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are compared: what a reader calls it, and its main diagram."""

    title: str
    xml: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions beside each other, with all that differs."""

    before: Side
    after: Side
    comparison: Comparison


def compare_versions(platform: Platform, *, actor: Actor, before: int, after: int = 0) -> Compared:
    """Return what differs between two published versions.

    Args:
        platform: Where they are.
        actor: Who asks.
        before: Number of the earlier one; 0 for the live one.
        after: Number of the later one; 0 for the live one.

    Raises:
        NotAllowedError: The actor may not see the process.
        NotFoundError: There is no such version.
    """
    actor.require(Deed.PUBLISH if actor.may(Deed.PUBLISH) else Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        at = platform.now()
        return compared(of_version(tx, before, at=at), of_version(tx, after, at=at))


def compare_draft(
    platform: Platform, *, actor: Actor, number: int, version: int | None = None
) -> Compared:
    """Return what a draft would change.

    Args:
        platform: Where drafts are kept.
        actor: Who asks.
        number: Of the draft.
        version: Number of the version that it is compared with, 0 for the live one; None for the
            one that it was opened from, or the live one.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft or version.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft = draft_in(tx, number)
        if version is None:
            every = tx.processes.versions(COMPLAINT)
            version = next((each.version for each in every if each.digest == draft.based_on), 0)
        before = of_version(tx, version, at=platform.now())
    return compared(before, (f"Draft: {draft.title}", draft.files))


def compare_files(before: Iterable[Path], after: Iterable[Path]) -> Comparison:
    """Return what differs between two sets of files; no platform is needed.

    Raises:
        InvalidInputError: A file cannot be read, or is of no kind that belongs to a process.
    """
    return compare(_read(before), _read(after))


Titled = tuple[str, Sequence[DraftFile]]


def of_version(tx: Transaction, number: int, *, at: datetime) -> Titled:
    """Return a version with what a reader calls it; for 0 the one that holds at a moment.

    Raises:
        NotFoundError: There is no such version.
    """
    found = version_in(tx, number, at=at)
    return f"Version {found.version}", files_of(found)


def compared(before: Titled, after: Titled) -> Compared:
    """Return what differs between two sets of files.

    Raises:
        NotFoundError: One of them holds no diagram.
    """
    old, new = (Side(title, _main(files)) for title, files in (before, after))
    return Compared(old, new, compare(_contents(before[1]), _contents(after[1])))


def _main(files: Sequence[DraftFile]) -> str:
    found = next((file.content for file in files if file.kind is FileKind.DIAGRAM), None)
    if found is None:
        raise NotFoundError("diagram", "among the files")
    return found


def _contents(files: Sequence[DraftFile]) -> Files:
    found = {
        kind: [file.content.encode() for file in files if file.kind is kind] for kind in FileKind
    }
    return Files(found[FileKind.DIAGRAM], found[FileKind.TABLE], found[FileKind.FORM])


def _read(paths: Iterable[Path]) -> Files:
    """Return the files of a version; those of a folder where a folder is named.

    Raises:
        InvalidInputError: A file cannot be read, or is of no kind that belongs to a process.
    """
    found: dict[FileKind, list[bytes]] = {kind: [] for kind in FileKind}
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        for file in inside:
            kind = kind_of(file.name)
            if kind is None and file is path:
                said = f"{path} is no diagram (.bpmn), decision table (.dmn) or form (.json)."
                raise InvalidInputError({"": said})
            if kind is not None:
                found[kind].append(_content(file))
    return Files(found[FileKind.DIAGRAM], found[FileKind.TABLE], found[FileKind.FORM])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInputError({"": f"{path} cannot be read: {error.strerror}."}) from error
