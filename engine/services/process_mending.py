"""What mends a finding about a draft at a click; the draft is saved by whoever asked for it."""

from dataclasses import dataclass
from typing import Protocol

from engine.domain.process_draft import DraftFile, DraftRepair, FileKind, ProcessDraft
from engine.process import mends


class Mendable(Protocol):
    """A finding, as far as mending it goes."""

    @property
    def element(self) -> str:
        """Id of the element."""

    @property
    def label(self) -> str:
        """What a reader calls the element."""

    @property
    def problem(self) -> str:
        """What is wrong."""

    @property
    def mend(self) -> str:
        """Name of what mends it; empty where a person must decide."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A draft in which one finding is mended, to be saved as it is.

    Attributes:
        files: Those that are changed by it.
        repair: What is kept with the draft about it.
    """

    files: tuple[DraftFile, ...]
    repair: DraftRepair


def title_of(finding: Mendable) -> str:
    """Return what the button beside a finding says; empty where a person must decide."""
    return mends.title_of(finding.mend)


def mended(draft: ProcessDraft, finding: Mendable) -> Mended:
    """Return what mends one finding; nothing is saved.

    Raises:
        ConflictError: Nothing mends this finding, or the draft has changed since.
        DiagramRejectedError: A diagram of the draft is no XML.
    """
    files = draft.of(FileKind.DIAGRAM)
    contents = mends.mend([file.content.encode() for file in files], finding)
    changed = tuple(
        DraftFile(file.name, file.kind, content.decode())
        for file, content in zip(files, contents, strict=True)
        if content != file.content.encode()
    )
    name = changed[0].name if changed else ""
    done = f"Mended: {title_of(finding).lower()}."
    repair = DraftRepair(name, finding.element, finding.label, done, finding.problem)
    return Mended(changed, repair)
