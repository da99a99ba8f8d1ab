"""The drawing view of a draft: the diagram editor, and what the rules say about what is drawn."""

import streamlit as st

from engine.domain.process_draft import DraftFile, FileKind, ProcessDraft
from engine.services.studio import drawing, process_drafts
from ui.parts.editor import edit_diagram
from ui.parts.studio_findings import draw_findings, findings_of
from ui.parts.studio_offer import draw_offer
from ui.parts.studio_sheet import sheet_of
from ui.parts.studio_way import wished_element
from ui.session import actor, platform


def show(draft: ProcessDraft) -> None:
    """Draw the editor of the diagrams; what is edited is saved as one draws."""
    files = draft.of(FileKind.DIAGRAM)
    names = [file.name for file in files]
    name = names[0]
    if len(names) > 1:
        name = st.selectbox("Diagram", names, key=f"draw:file:{draft.number}")
    _draw(draft.number, name)


@st.fragment(run_every="20s", key="studio:draw")
def _draw(number: int, name: str) -> None:
    draft = process_drafts.process_draft(platform(), actor=actor(), number=number)
    file = draft.file(name)
    if file is not None:
        _edit(draft, file)


def _edit(draft: ProcessDraft, file: DraftFile) -> None:
    key = f"draw:{draft.number}:{file.name}"
    if "BPMNPlane" not in file.content:
        draw_offer(draft)
        st.markdown("There is nothing to show: the file does not say where its elements stand.")
        draw_findings(findings_of(draft), draft=draft, key=key)
        return
    draft, sheet = sheet_of(draft, file, key)
    is_fresh = not draft.based_on and len(draft.editors) == 1 and draft.rev == 1
    if is_fresh:
        draw_offer(draft)
    found = findings_of(draft)
    edit_diagram(
        sheet,
        key=key,
        choices=drawing.pick_lists(platform(), actor=actor(), number=draft.number),
        findings=found,
        focus=wished_element(key),
    )
    if not is_fresh:
        draw_offer(draft)
    draw_findings(found, draft=draft, key=key)
