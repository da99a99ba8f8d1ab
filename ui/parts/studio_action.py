"""What somebody does with drafts as a whole, most of it in a dialog."""

import streamlit as st

from engine.domain.process_draft import MOST_CHARACTERS, ProcessDraft
from engine.services.studio import process_drafts
from engine.services.studio.draft_files import Uploaded
from ui.once import attempt, say
from ui.parts.dialog import confirm
from ui.parts.studio_offer import repair
from ui.session import actor, platform
from ui.way import go

_TYPES = ["bpmn", "bpmn2", "xml", "dmn", "json"]
_LARGEST = MOST_CHARACTERS // 2**20 + 1
"""Megabytes of one file."""


def open_from(version: int) -> None:
    """Open a draft from a published version, and go to it.

    Args:
        version: Its number; 0 for the live one.
    """
    made: list[ProcessDraft] = []
    if attempt(
        f"draft:open:{version}",
        lambda _id: made.append(
            process_drafts.open_process_draft(platform(), actor=actor(), version=version)
        ),
    ):
        go("studio", draft=str(made[0].number))


@st.dialog("Upload a diagram", icon=":material/upload:")
def upload() -> None:
    """Ask for the files of a process, and open a draft from them."""
    st.markdown(
        "A BPMN diagram from any tool, with the diagrams that it calls, its decision tables "
        "(.dmn) and forms (.json) if it has some. *Make it runnable* mends what can be mended and "
        "lists every change. The files are kept as they came, and nothing runs on them before "
        "they are checked and approved."
    )
    title = st.text_input("Title", key="upload:title", placeholder="What changes")
    given = _ask_files("upload:files")
    with st.container(horizontal=True):
        runnable = st.button(
            "Make it runnable",
            type="primary",
            icon=":material/build:",
            key="upload:repair",
            disabled=not given,
        )
        as_it_is = st.button("Open as it is", key="upload:do", disabled=not given)
    made: list[ProcessDraft] = []
    if (runnable or as_it_is) and attempt(
        "draft:upload",
        lambda _id: made.append(
            process_drafts.open_process_draft(platform(), actor=actor(), title=title, files=given)
        ),
    ):
        if runnable:
            repair(made[0])
        go("studio", draft=str(made[0].number))


@st.dialog("Add files", icon=":material/upload:")
def add_files(draft: ProcessDraft) -> None:
    """Ask for more files of a draft, and add them."""
    st.markdown("A file of the same name is replaced.")
    given = _ask_files("add:files")
    confirm(
        "Add",
        key="add:do",
        command=f"draft:add:{draft.number}:{draft.rev}",
        act=lambda _id: process_drafts.add_process_files(
            platform(), actor=actor(), number=draft.number, rev=draft.rev, files=given
        ),
        done="The files are added.",
        problem="" if given else "Choose a file.",
    )


def draw_menu(draft: ProcessDraft) -> None:
    """Draw what can be done with the draft as a whole."""
    with st.popover("Draft", icon=":material/more_horiz:", key=f"studio:menu:{draft.number}"):
        if st.button("Rename", icon=":material/edit:", key="studio:rename", width="stretch"):
            _rename(draft)
        if st.button("Discard", icon=":material/delete:", key="studio:discard", width="stretch"):
            _discard(draft)


@st.dialog("Rename the draft", icon=":material/edit:")
def _rename(draft: ProcessDraft) -> None:
    title = st.text_input("Title", draft.title, key=f"rename:{draft.number}")
    confirm(
        "Rename",
        key="rename:do",
        command=f"draft:rename:{draft.number}",
        act=lambda _id: process_drafts.rename_process_draft(
            platform(), actor=actor(), number=draft.number, title=title
        ),
        done="The draft has another title.",
    )


@st.dialog("Discard the draft", icon=":material/delete:")
def _discard(draft: ProcessDraft) -> None:
    st.markdown("It goes from the list for everybody. What was published from it stays.")
    if st.button("Discard", type="primary", key="discard:do") and attempt(
        f"draft:discard:{draft.number}",
        lambda _id: process_drafts.discard_process_draft(
            platform(), actor=actor(), number=draft.number
        ),
    ):
        say("The draft is discarded.")
        go("studio")


def _ask_files(key: str) -> tuple[Uploaded, ...]:
    found = st.file_uploader(
        "Files", type=_TYPES, accept_multiple_files=True, key=key, max_upload_size=_LARGEST
    )
    return tuple(Uploaded(file.name, file.getvalue()) for file in found)
