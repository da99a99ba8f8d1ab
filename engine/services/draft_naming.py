"""The id by which complaints find their process, in drafts that were drawn elsewhere."""

from engine.domain.process_draft import FileKind, ProcessDraft
from engine.process.file_name import main_process
from engine.process.finding import Finding, Severity

MEND = "name-main-process"
"""Name of the mend that gives the main process the id by which complaints find it."""


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
