"""The files of a draft: added, taken away, downloaded, and as they were before."""

import streamlit as st

from engine.domain.process_draft import DraftFile, DraftSave, FileKind, ProcessDraft
from engine.services.studio import draft_history, process_drafts
from ui.once import attempt, say
from ui.parts import studio_action, words
from ui.parts.diagram import show_diagram
from ui.parts.studio_originals import draw_originals
from ui.parts.words import plain
from ui.session import actor, platform, zone

_ICONS = {
    FileKind.DIAGRAM: ":material/account_tree:",
    FileKind.TABLE: ":material/table_chart:",
    FileKind.FORM: ":material/list_alt:",
}
_MEDIA = {
    FileKind.DIAGRAM: "application/xml",
    FileKind.TABLE: "application/xml",
    FileKind.FORM: "application/json",
}


def show(draft: ProcessDraft) -> None:
    """Draw the files of a draft, as they are, as they came, and as they were before."""
    _draw_picture(draft)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Files", width="content")
        st.space("stretch")
        if st.button("Add files", icon=":material/upload:", key="studio:add"):
            studio_action.add_files(draft)
    for file in draft.files:
        _draw_file(draft, file)
    draw_originals(draft)
    _draw_saves(draft)


def _draw_picture(draft: ProcessDraft) -> None:
    main = draft.of(FileKind.DIAGRAM)[0]
    show_diagram(
        main.content,
        key=f"studio.diagram.{draft.number}",
        alt=f"Diagram of the draft “{draft.title}”, from {main.name}.",
        height=380,
    )


def _draw_file(draft: ProcessDraft, file: DraftFile) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"file:{file.name}"
    ):
        st.markdown(f"{_ICONS[file.kind]} {plain(file.name)}", width="content")
        size = words.size(len(file.content.encode()))
        st.markdown(f":small[{plain(size)}]", width="content")
        st.space("stretch")
        st.download_button(
            "Download",
            file.content.encode(),
            file_name=file.name,
            mime=_MEDIA[file.kind],
            on_click="ignore",
            key=f"file:get:{file.name}",
        )
        is_last = file.kind is FileKind.DIAGRAM and len(draft.of(FileKind.DIAGRAM)) == 1
        if not is_last and st.button("Take away", key=f"file:drop:{file.name}"):
            _take_away(draft, file)


def _take_away(draft: ProcessDraft, file: DraftFile) -> None:
    if attempt(
        f"file:drop:{draft.number}:{draft.rev}",
        lambda _id: process_drafts.save_process_draft(
            platform(),
            actor=actor(),
            number=draft.number,
            rev=draft.rev,
            files=(),
            without=(file.name,),
        ),
    ):
        say(f"{file.name} is taken away.")
        st.rerun()


def _draw_saves(draft: ProcessDraft) -> None:
    saves = draft_history.process_draft_saves(platform(), actor=actor(), number=draft.number)
    earlier = [save for save in saves if save.rev != draft.rev]
    if not earlier:
        return
    with st.expander("Earlier states", icon=":material/history:", key=f"saves:{draft.number}"):
        for save in earlier:
            _draw_save(draft, save)


def _draw_save(draft: ProcessDraft, save: DraftSave) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"saved:{save.rev}"):
        at = words.moment(save.at, zone())
        began = "The draft as it was opened" if save.rev == 1 else "Saved"
        st.markdown(plain(f"{began}, {at}, by {save.by}"), width="content")
        st.space("stretch")
        if st.button("Go back to it", key=f"save:{save.rev}"):
            _go_back(draft, save)


def _go_back(draft: ProcessDraft, save: DraftSave) -> None:
    """Make the draft what it was then; what it is now becomes an earlier state."""
    if attempt(
        f"save:back:{draft.number}:{draft.rev}",
        lambda _id: draft_history.return_process_draft(
            platform(), actor=actor(), number=draft.number, rev=draft.rev, save=save.rev
        ),
    ):
        say("The draft is as it was then; what it was until now is kept as an earlier state.")
        st.rerun()
