"""What mends a finding about a draft at a click; the draft is saved by whoever asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.domain.process_draft import DraftFile, DraftRepair, FileKind, ProcessDraft
from engine.errors import ConflictError
from engine.process import mends
from engine.process.bundle import inspect
from engine.process.finding import blocks


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
        ConflictError: Nothing mends this finding, what it makes of the draft could be published
            less than before, or the draft has changed since.
        DiagramRejectedError: A diagram of the draft is no XML.
    """
    files = draft.of(FileKind.DIAGRAM)
    before = draft.contents(FileKind.DIAGRAM)
    contents = mends.mend(before, finding)
    _require_better(draft, before, contents, finding)
    changed = tuple(
        DraftFile(file.name, file.kind, content.decode())
        for file, content in zip(files, contents, strict=True)
        if content != file.content.encode()
    )
    name = changed[0].name if changed else ""
    done = f"Mended: {title_of(finding).lower()}."
    repair = DraftRepair(name, finding.element, finding.label, done, finding.problem)
    return Mended(changed, repair)


def _require_better(
    draft: ProcessDraft, before: Sequence[bytes], after: Sequence[bytes], finding: Mendable
) -> None:
    beside = draft.contents(FileKind.TABLE), draft.contents(FileKind.FORM)
    found = inspect(after, *beside)
    known = {(each.rule, each.element) for each in blocks(inspect(before, *beside))}
    worse = [each for each in blocks(found) if (each.rule, each.element) not in known]
    if worse:
        said = "It is not mended at a click, since this would forbid publishing then:"
        raise ConflictError(f"{said} {worse[0].sentence}")
    if any((each.element, each.problem) == (finding.element, finding.problem) for each in found):
        raise ConflictError("A click does not mend it here: a person must decide.")
