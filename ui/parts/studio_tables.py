"""The tables view of a draft: the editor of decision tables, with what the rules say beside."""

import streamlit as st

from engine.domain.process_draft import FileKind, ProcessDraft
from engine.services.studio import process_drafts
from ui.parts.studio_findings import about, findings_of
from ui.parts.studio_sheet import sheet_of
from ui.parts.table_editor import edit_tables
from ui.session import actor, platform


def show(draft: ProcessDraft) -> None:
    """Draw the editor of the tables; what is edited is saved as one types."""
    names = [file.name for file in draft.of(FileKind.TABLE)]
    if not names:
        st.markdown("This process asks no decision table. Add a file (.dmn) under *Files*.")
        return
    name = names[0]
    if len(names) > 1:
        name = st.segmented_control(
            "Table", names, default=names[0], required=True, key=f"tables:file:{draft.number}"
        )
    _draw(draft.number, name)


@st.fragment(run_every="20s", key="studio:tables")
def _draw(number: int, name: str) -> None:
    draft = process_drafts.process_draft(platform(), actor=actor(), number=number)
    file = draft.file(name)
    if file is None:
        return
    key = f"tables:{number}:{name}"
    draft, sheet = sheet_of(draft, file, key)
    edit_tables(sheet, key=key, findings=about(findings_of(draft), sheet.xml))
