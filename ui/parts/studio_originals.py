"""The files of a draft as they were uploaded: downloaded, and taken back."""

from hashlib import sha256

import streamlit as st

from engine.domain.process_draft import DraftOriginal, ProcessDraft
from engine.services.studio import draft_history
from ui.once import attempt, say
from ui.parts import words
from ui.parts.words import plain
from ui.session import actor, platform, zone


def draw_originals(draft: ProcessDraft) -> None:
    """Draw what was uploaded to a draft, byte by byte as it came; nothing for none."""
    found = draft_history.process_draft_originals(platform(), actor=actor(), number=draft.number)
    if not found:
        return
    st.header("As they came")
    st.markdown(
        ":small[Kept byte by byte. The journal holds the digest, so that anybody can tell later "
        "what came. Taken back, a file is what it was, and what was repaired in it is undone.]"
    )
    for original in reversed(found):
        _draw(draft, original)


def _draw(draft: ProcessDraft, original: DraftOriginal) -> None:
    key = f"original:{original.number}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=key):
        digest = sha256(original.content).hexdigest()[:12]
        size, at = words.size(len(original.content)), words.moment(original.at, zone())
        about = f"{size}, {at}, by {original.by}, SHA-256 {digest} …"
        with st.container(width="stretch", gap="xxsmall"):
            st.markdown(f":material/draft: {plain(original.name)}")
            st.markdown(f":small[{plain(about)}]")
        st.download_button(
            "Download",
            original.content,
            file_name=original.name,
            mime="application/octet-stream",
            on_click="ignore",
            key=f"{key}:get",
        )
        if st.button("Take it back", icon=":material/undo:", key=f"{key}:back"):
            _take_back(draft, original)


def _take_back(draft: ProcessDraft, original: DraftOriginal) -> None:
    if attempt(
        f"draft:original:{draft.number}:{draft.rev}:{original.number}",
        lambda _id: draft_history.take_back_original(
            platform(),
            actor=actor(),
            number=draft.number,
            rev=draft.rev,
            original=original.number,
        ),
    ):
        say(f"{original.name} is what it was. The draft until now is kept as an earlier state.")
        st.rerun()
