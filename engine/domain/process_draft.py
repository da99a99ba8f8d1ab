"""A process that its owner still works on: its files, and how they are saved as one types."""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PRESENT_FOR = timedelta(minutes=1)
"""How long after the last sign of life somebody counts as working on a draft."""

SAVES_KEPT = 40
"""Earlier states of one draft that are kept; the oldest is dropped first."""

ONE_SAVE = timedelta(minutes=10)
"""What one person saves within this time of the first save is one entry of the history."""

MOST_FILES = 300
"""A diagram with many steps brings a form for each of them."""

MOST_CHARACTERS = 1_000_000
LONGEST_TITLE = 120
_LONGEST_NAME = 100
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_STRANGE = "a character that no text holds (NUL, or half of a pair)."
_NO_CHARACTER = re.compile(r"[\x00\ud800-\udfff]")
_FORBIDDEN = re.compile(r"[/\\\x00-\x1f\x7f\ud800-\udfff]")


class FileKind(StrEnum):
    """What a file of a process is."""

    DIAGRAM = "diagram"
    TABLE = "table"
    FORM = "form"

    @property
    def suffix(self) -> str:
        """Return how the name of such a file ends."""
        return {"diagram": ".bpmn", "table": ".dmn", "form": ".json"}[self.value]


_KIND_OF = {
    **dict.fromkeys((".bpmn", ".bpmn2", ".xml"), FileKind.DIAGRAM),
    ".dmn": FileKind.TABLE,
    ".json": FileKind.FORM,
}


def kind_of(name: str) -> FileKind | None:
    """Return what a file is by how its name ends; None where that tells nothing."""
    _stem, dot, ending = name.rpartition(".")
    return _KIND_OF.get(f"{dot}{ending.lower()}")


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One file of a draft.

    Attributes:
        name: Unique among the files of the draft, whatever the case of its letters.
        content: XML or JSON as text; it need not be whole while somebody types.
    """

    name: str
    kind: FileKind
    content: str


class RepairKind(StrEnum):
    """What a repair means for the owner of a process."""

    DONE = "done"
    GUESS = "guess"
    """Nothing in the file says it; its owner is asked whether it is right."""
    OPEN = "open"
    """Cases stop there at once; a person must decide what is to be done."""
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class DraftRepair:
    """Something that was changed in a file so that it can run.

    Attributes:
        file: Name of the file.
        element: Id in the file; empty when the whole file is meant.
        what: What was done, a whole sentence.
        why: Why, a whole sentence; empty where it goes without saying.
    """

    file: str
    element: str
    label: str
    what: str
    why: str = ""
    kind: RepairKind = RepairKind.DONE


@dataclass(frozen=True, slots=True)
class ProcessDraft:
    """One draft of a process.

    Attributes:
        number: By which people speak of it.
        process_id: Of the process that it is to become a version of.
        based_on: Digest of the version it was opened from; empty for none.
        files: The first diagram holds the main process.
        rev: Grows by one with each save.
        edited_by: User name of whoever saved last.
        editors: User names of everybody who saved, in order of their first save.
        repairs: What was changed for its owner so that it can run.
    """

    number: int
    process_id: str
    title: str
    based_on: str
    files: tuple[DraftFile, ...]
    rev: int
    opened_by: str
    opened_at: datetime
    edited_by: str
    edited_at: datetime
    editors: tuple[str, ...] = ()
    repairs: tuple[DraftRepair, ...] = ()

    def of(self, kind: FileKind) -> tuple[DraftFile, ...]:
        """Return the files of a kind, in their order."""
        return tuple(file for file in self.files if file.kind is kind)

    def contents(self, kind: FileKind) -> tuple[bytes, ...]:
        """Return the files of a kind as they would be published."""
        return tuple(file.content.encode() for file in self.of(kind))

    @property
    def files_by_kind(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]:
        """Return diagrams, tables and forms as they would be published."""
        return (
            self.contents(FileKind.DIAGRAM),
            self.contents(FileKind.TABLE),
            self.contents(FileKind.FORM),
        )

    def file(self, name: str) -> DraftFile | None:
        """Return the file of this name."""
        return next((file for file in self.files if file.name == name), None)


@dataclass(frozen=True, slots=True)
class DraftSave:
    """An earlier state of a draft: which save it was, of whom, and until when they went on."""

    rev: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftState:
    """What one goes back to: the files of a draft, and what had been repaired in them."""

    files: tuple[DraftFile, ...]
    repairs: tuple[DraftRepair, ...]


@dataclass(frozen=True, slots=True)
class DraftOriginal:
    """A file as it was uploaded to a draft, byte by byte.

    Attributes:
        number: By which it is asked for.
    """

    number: int
    name: str
    content: bytes
    by: str
    at: datetime


def merged(
    known: Sequence[DraftFile], changed: Iterable[DraftFile], *, without: Collection[str] = ()
) -> tuple[DraftFile, ...]:
    """Return the files of a draft after a save: each in its place, new ones at the end.

    Args:
        known: As they were.
        changed: What is saved; a file of the same name is replaced.
        without: Names of files that are taken away.
    """
    found = {file.name: file for file in known}
    found |= {file.name: file for file in changed}
    return tuple(file for name, file in found.items() if name not in without)


def problems_of(
    title: str, files: Sequence[DraftFile], repairs: Iterable[DraftRepair] = ()
) -> dict[str, str]:
    """Return what forbids to keep a draft, by what it is about; nothing when it can be kept."""
    problems: dict[str, str] = {}
    if not title.strip() or len(title) > LONGEST_TITLE or not title.isprintable():
        problems["Title"] = f"is needed, with at most {LONGEST_TITLE} characters."
    if len(files) > MOST_FILES:
        problems["Files"] = f"are too many; at most {MOST_FILES} belong to one process."
    names = [file.name.casefold() for file in files]
    for file in files:
        if problem := _problem_of(file, is_twice=names.count(file.name.casefold()) > 1):
            problems[_NO_CHARACTER.sub("�", file.name[:_LONGEST_NAME])] = problem
    said = ((each.file, each.element, each.label, each.what, each.why) for each in repairs)
    if not all(is_storable(text) for texts in said for text in texts):
        problems["Repairs"] = f"hold {_STRANGE}"
    return problems


def is_storable(text: str) -> bool:
    """Tell whether a text consists of characters that every database keeps: no NUL, no half one."""
    return not _NO_CHARACTER.search(text)


def _spelt_out(file: DraftFile) -> str:
    """Return a form with the characters that it writes by their numbers; other files as they are.

    In XML such numbers are refused by whoever reads it.
    """
    if file.kind is not FileKind.FORM:
        return file.content
    try:
        text = json.dumps(json.loads(file.content), ensure_ascii=False)
    except (ValueError, RecursionError):  # It is not whole while somebody types.
        return file.content
    return _NUL.sub("\0", text)


def _problem_of(file: DraftFile, *, is_twice: bool) -> str:
    if _FORBIDDEN.search(file.name) or len(file.name) > _LONGEST_NAME:
        return f"is no name for a file; it has at most {_LONGEST_NAME} characters and no slash."
    if kind_of(file.name) is not file.kind:
        return f"has another ending than that of a {file.kind.value} ({file.kind.suffix})."
    if is_twice:
        return "is the name of two files."
    if len(file.content) > MOST_CHARACTERS:
        return f"has more than {MOST_CHARACTERS:,} characters."
    if not is_storable(file.content) or not is_storable(_spelt_out(file)):
        return f"holds {_STRANGE}"
    return ""
