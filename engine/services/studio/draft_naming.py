"""The id by which complaints find their process, in drafts that were drawn elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.domain.process_draft import FileKind, ProcessDraft
from engine.process.bundle import inspect
from engine.process.file_name import called, main_process
from engine.process.finding import Finding, Severity

MEND = "name-main-process"
"""Name of the mend that gives the main process the id by which complaints find it."""


def checked(draft: ProcessDraft) -> tuple[Finding, ...]:
    """Return everything there is to say about a draft, what forbids publishing first.

    What a process of complaints owes is asked of it whatever its id is for now.
    """
    diagrams, tables, forms = (draft.contents(kind) for kind in FileKind)
    wrong = misnamed(draft)
    found = inspect(called(diagrams, draft.process_id), tables, forms)
    return (*wrong, *as_in_file(draft, found))


def as_in_file(draft: ProcessDraft, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings that name the main process by the id that it has for now."""
    own = next((each.element for each in misnamed(draft)), draft.process_id)
    for each in found:
        yield replace(each, element=own) if each.element == draft.process_id else each


def misnamed(draft: ProcessDraft) -> tuple[Finding, ...]:
    """Return what there is to say of the id of the main process; nothing when it is right."""
    diagrams = draft.contents(FileKind.DIAGRAM)
    own = main_process(diagrams[0]) if diagrams else ""
    if not own or own == draft.process_id:
        return ()
    found = Finding(
        Severity.BLOCKING,
        own,
        own,
        f"The process has the id “{own}”; complaints run on “{draft.process_id}”.",
        why="A complaint finds its process by this id, whatever the process is called.",
        fix=f"Give the process the id “{draft.process_id}”.",
        rule="main-process-is-named",
        mend=MEND,
    )
    return (found,)
