"""Writing a letter that no step of the process sends: what it begins with, and what it lacks."""

import streamlit as st

from engine.domain.letter import LetterKind
from engine.domain.permission import Deed, judge
from engine.errors import RedressError
from engine.services.post import letters
from ui.parts.dialog import confirm, known
from ui.parts.look import Look
from ui.parts.words import plain

_LABELS = {
    LetterKind.HOLDING: ("Tell how it stands", ":material/hourglass_top:"),
    LetterKind.STAGE_TWO_ACKNOWLEDGEMENT: ("Tell that it is looked at again", ":material/replay:"),
    LetterKind.CLOSING: ("Tell that it is closed", ":material/inventory_2:"),
}


def offer_letters(look: Look) -> None:
    """Draw a button for each letter that can be written now; nothing for those who never may."""
    if not judge(Deed.WRITE, look.person.roles, look.file.relation).allowed:
        return
    with st.container(horizontal=True):
        for kind in letters.possible(look.case):
            label, icon = _LABELS[kind]
            if st.button(label, icon=icon, key=f"letter:{kind}"):
                _write(look, kind)


@st.dialog("Write to the complainant", width="large", icon=":material/mail:")
def _write(look: Look, kind: LetterKind) -> None:
    draw_letter_form(look, kind)


def draw_letter_form(look: Look, kind: LetterKind) -> None:
    """Draw the letter as its template begins it, what it lacks, and the button that sends it."""
    try:
        begun = letters.suggested(**known(look), kind=kind)
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")
        return
    by = "by mail" if look.case.complaint.email else "on paper: it waits to be posted"
    st.markdown(f"**{plain(begun.subject)}** :small[It leaves {plain(by)}.]")
    text = st.text_area(
        "Letter", value=begun.body, height=420, max_chars=10_000, key=f"letter:text:{kind}"
    )
    lacks = letters.missing(**known(look), kind=kind, text=text)
    for each in lacks:
        st.markdown(f":red[:material/close:] {plain(each)}")
    if not lacks:
        st.markdown(":green[:material/check_circle:] Nothing is left to be filled in.")
    confirm(
        "Send the letter",
        key="letter:do",
        command=f"send_letter:{look.reference}:{kind}",
        act=lambda command_id: letters.send(
            **known(look), kind=kind, text=text, command_id=command_id
        ),
        done="The letter is on its way.",
    )
