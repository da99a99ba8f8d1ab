"""What somebody can do about what is held on a person, each in a dialog."""

from uuid import UUID

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.disposal import Disposal
from engine.services.accounts import legal_hold
from engine.services.privacy import erasure, subject_access
from ui.once import attempt
from ui.parts import words
from ui.parts.dialog import ask_reason, confirm
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import platform

_NOTE = "The reason is kept with the complaint until it is erased, and with your name."


def draw(person: Actor, reference: str) -> None:
    """Draw what can be done about the person behind a complaint."""
    if st.button("Hand out", icon=":material/folder_zip:", key=f"export:{reference}"):
        _export(person, reference)
    if st.button("Legal hold", icon=":material/lock:", key=f"hold:{reference}:open"):
        _hold(person, reference)
    if st.button("Erase", icon=":material/delete_forever:", key=f"erase:{reference}"):
        _erase(person, reference)


def draw_decision(person: Actor, proposal: Disposal) -> None:
    """Draw the second key."""
    with st.container(horizontal=True):
        if st.button("Erase", key=f"confirm:{proposal.id}"):
            _confirm(person, proposal)
        if st.button("Refuse", key=f"refuse:{proposal.id}"):
            _refuse(person, proposal)


@st.dialog("Hand out what is held", icon=":material/folder_zip:")
def _export(person: Actor, reference: str) -> None:
    st.markdown(
        "Everything that is held on the person, with every complaint of theirs, in one file. "
        "Read it through before you hand it out: what people wrote may tell of somebody else."
    )
    reason = ask_reason(f"export:reason:{reference}", note=_NOTE)
    if not st.button("Make the file", type="primary", key="export:do"):
        return
    made: list[bytes] = []

    def act(_command_id: UUID) -> None:
        made.append(
            subject_access.export(platform(), actor=person, reference=reference, reason=reason)
        )

    if attempt(f"export:{reference}", act):
        st.download_button(
            "Save the file",
            made[0],
            file_name=f"{reference}.zip",
            mime="application/zip",
            on_click="ignore",
            key="export:save",
        )


@st.dialog("Put on legal hold", icon=":material/lock:")
def _hold(person: Actor, reference: str) -> None:
    st.markdown(f"Until it is lifted, nothing of {plain(reference)} is erased.")
    reason = ask_reason(f"hold:reason:{reference}", note=_NOTE)
    confirm(
        "Put on hold",
        key="hold:do",
        command=f"hold:{reference}",
        act=lambda _id: legal_hold.place(
            platform(), actor=person, reference=reference, reason=reason
        ),
        done=f"{reference} is on legal hold.",
    )


@st.dialog("Lift the legal hold", icon=":material/lock_open:")
def lift(person: Actor, reference: str) -> None:
    """Ask why a hold is no longer needed, and end it."""
    reason = ask_reason(f"lift:reason:{reference}", note=_NOTE)
    confirm(
        "Lift",
        key="lift:do",
        command=f"lift:{reference}",
        act=lambda _id: legal_hold.lift(
            platform(), actor=person, reference=reference, reason=reason
        ),
        done=f"The legal hold on {reference} is lifted.",
    )


@st.dialog("Propose to erase", icon=":material/delete_forever:")
def _erase(person: Actor, reference: str) -> None:
    st.markdown(
        "All complaints of this person lose names, addresses and every text. A second person "
        "confirms it; until then nothing changes."
    )
    reason = ask_reason(f"erase:reason:{reference}", note=_NOTE)
    confirm(
        "Propose",
        key="erase:do",
        command=f"erase:{reference}",
        act=lambda _id: erasure.propose_erasure(
            platform(), actor=person, reference=reference, reason=reason
        ),
        done="It waits for a second person.",
    )


@st.dialog("Propose to erase", icon=":material/delete_forever:")
def propose_due(person: Actor, number: int) -> None:
    """Ask why, and propose to erase what is kept too long."""
    counted = words.counted(number, "complaint loses", "complaints lose")
    st.markdown(
        f"{plain(counted)} names, addresses and every text. A second person confirms it; until "
        "then nothing changes."
    )
    reason = ask_reason("due:reason", note=_NOTE)
    confirm(
        "Propose",
        key="due:do",
        command="erase:due",
        act=lambda _id: erasure.propose_due(platform(), actor=person, reason=reason),
        done="It waits for a second person.",
    )


@st.dialog("Erase for good", icon=":material/delete_forever:")
def _confirm(person: Actor, proposal: Disposal) -> None:
    st.markdown(f"This cannot be undone: {plain(', '.join(proposal.references))}")

    def act(_command_id: UUID) -> None:
        erasure.confirm(platform(), actor=person, number=proposal.id)
        changed_at("privacy")

    confirm(
        "Erase for good",
        key="confirm:do",
        command=f"confirm:{proposal.id}",
        act=act,
        done="It is erased.",
    )


@st.dialog("Leave everything as it is", icon=":material/undo:")
def _refuse(person: Actor, proposal: Disposal) -> None:
    st.markdown("Nothing is erased; it can be proposed again.")

    def act(_command_id: UUID) -> None:
        erasure.refuse(platform(), actor=person, number=proposal.id)
        changed_at("privacy")

    confirm(
        "Refuse",
        key="refuse:do",
        command=f"refuse:{proposal.id}",
        act=act,
        done="Nothing was erased.",
    )
