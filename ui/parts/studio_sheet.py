"""Saves a file of a draft as somebody edits it in the browser; says when somebody was faster."""

from dataclasses import dataclass, field, replace

import streamlit as st

from engine.domain.process_draft import DraftFile, ProcessDraft
from engine.errors import RedressError
from engine.services.studio import process_drafts
from engine.services.studio.draft_files import Uploaded
from ui.once import attempt
from ui.parts.sheet import Edited, Sheet, digest_of, edited_in
from ui.parts.words import plain
from ui.session import actor, platform
from ui.way import link

_OVERTAKEN = "This draft was changed after you opened it."


@dataclass
class _Worked:
    """A file as one browser tab works on it.

    Attributes:
        content: As it was last read or saved here.
        token: Grows when the browser must read the file anew.
        saved: The last edit that was saved.
        refused: The last edit that was not, and what it was.
        own: Digests of all that was read or saved here.
        copy: Number of the draft that keeps what was refused; 0 for none.
    """

    content: str
    token: int = 0
    saved: int = 0
    refused: int = 0
    mine: str = ""
    reason: str = ""
    own: set[str] = field(default_factory=set)
    copy: int = 0

    def take(self, content: str) -> None:
        """Know what is saved now."""
        self.content = content
        self.own.add(digest_of(content))

    def load(self, content: str) -> None:
        """Let the browser read the file anew."""
        self.take(content)
        self.token += 1
        self.mine = self.reason = ""


def sheet_of(draft: ProcessDraft, file: DraftFile, key: str) -> tuple[ProcessDraft, Sheet]:
    """Save what waits to be saved, and return the draft and the file as they are then.

    Args:
        draft: As it is in the database.
        file: The one that is edited.
        key: Of the editor on its page.
    """
    worked: _Worked = st.session_state.setdefault(
        f"worked:{draft.number}:{file.name}", _Worked(file.content, own={digest_of(file.content)})
    )
    waiting = edited_in(key, _sheet(draft, file, worked))
    if waiting is not None and waiting.n > worked.refused:
        draft = _save(draft, file, worked, waiting)
    elif file.content != worked.content and not worked.mine:
        worked.load(file.content)
    if worked.mine or worked.copy:
        _draw_refusal(draft, file, worked)
    now = draft.file(file.name) or file
    return draft, _sheet(draft, now, worked)


def _sheet(draft: ProcessDraft, file: DraftFile, worked: _Worked) -> Sheet:
    xml = worked.content if worked.mine else file.content
    return Sheet(f"{draft.number}/{file.name}", xml, str(worked.token), worked.saved)


def _save(draft: ProcessDraft, file: DraftFile, worked: _Worked, made: Edited) -> ProcessDraft:
    """Save an edit; what is refused is kept, and asked about."""
    if made.xml == file.content:
        worked.saved = made.n
        return draft
    is_overtaken = digest_of(file.content) not in worked.own or made.base not in worked.own
    try:
        if is_overtaken:
            return _refuse(draft, worked, made, _OVERTAKEN)
        saved = process_drafts.save_process_draft(
            platform(),
            actor=actor(),
            number=draft.number,
            rev=draft.rev,
            files=[replace(file, content=made.xml)],
        )
    except RedressError as refusal:
        return _refuse(draft, worked, made, str(refusal))
    worked.take(made.xml)
    worked.saved = made.n
    return saved


def _refuse(draft: ProcessDraft, worked: _Worked, made: Edited, reason: str) -> ProcessDraft:
    worked.refused, worked.mine, worked.reason = made.n, made.xml, reason
    return draft


def _draw_refusal(draft: ProcessDraft, file: DraftFile, worked: _Worked) -> None:
    """Say who was faster, and ask what becomes of what was done here."""
    if worked.copy:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown("What you did is kept in a draft of its own.", width="content")
            link("studio", "Open it", icon=":material/draft:", draft=str(worked.copy))
        return
    last = f"{_who_saved(draft)} saved it last. " if worked.reason == _OVERTAKEN else ""
    st.error(
        plain(f"{worked.reason} {last}What you did here is not saved yet."),
        icon=":material/error:",
    )
    with st.container(horizontal=True):
        st.button(
            "Load what is saved",
            key=f"theirs:{file.name}",
            type="primary",
            on_click=worked.load,
            args=(file.content,),
        )
        if st.button("Keep mine as a copy", key=f"copy:{file.name}"):
            _keep_copy(draft, file, worked)


def _who_saved(draft: ProcessDraft) -> str:
    """Return the name of whoever saved a draft last."""
    if draft.edited_by == actor().username:
        return "You, in another window,"
    listed = process_drafts.process_drafts(platform(), actor=actor())
    return next((each.edited_by for each in listed if each.number == draft.number), "Somebody")


def _keep_copy(draft: ProcessDraft, file: DraftFile, worked: _Worked) -> None:
    mine = replace(file, content=worked.mine)
    files = [mine if each.name == file.name else each for each in draft.files]
    made: list[ProcessDraft] = []
    if attempt(
        f"draft:copy:{draft.number}:{worked.refused}",
        lambda _id: made.append(
            process_drafts.open_process_draft(
                platform(),
                actor=actor(),
                title=f"Copy of {draft.title}"[:120],
                files=[Uploaded(each.name, each.content.encode()) for each in files],
            )
        ),
    ):
        worked.load(file.content)
        worked.copy = made[0].number
        st.rerun()
