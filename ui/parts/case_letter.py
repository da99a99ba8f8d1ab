"""The letter that waits for approval: its words, and how it will look on paper."""

import streamlit as st

from engine.errors import InvalidInputError
from engine.services import printing
from engine.services.approvals import Draft
from ui.parts.look import Look
from ui.parts.words import plain
from ui.session import platform


def draw_letter(look: Look, draft: Draft) -> None:
    """Draw a draft word for word, and the pages it will be printed on where they are asked for."""
    with st.container(border=True, key="case:letter"):
        st.text(draft.letter.body)
    if st.toggle("Show it as it will be printed", key=f"case:printed:{look.reference}"):
        _draw_pages(look)


def _draw_pages(look: Look) -> None:
    try:
        pages = printing.draft_pages(platform(), actor=look.person, reference=look.reference)
    except InvalidInputError as refusal:
        st.markdown(f"{plain(str(refusal))} It can be sent by e-mail all the same.")
        return
    for number, page in enumerate(pages, 1):
        caption = f"Page {number} of {len(pages)}"
        with st.container(border=True, key=f"case:page:{number}"):
            st.image(page, caption=caption, width="stretch")
