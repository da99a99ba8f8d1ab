"""What somebody can do about a mail that waits, each in a dialog."""

from uuid import UUID

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.incoming import KeptMail
from engine.services.mail import mailbox
from ui.parts.dialog import ask_reason, confirm
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import platform

_KEPT = "The reason is kept as long as the mail, with your name."


@st.dialog("Mail", icon=":material/visibility:", width="large")
def read(person: Actor, mail: KeptMail) -> None:
    """Show all of a mail as text."""
    opened = mailbox.opened(platform(), actor=person, number=mail.number)
    _draw_head(mail)
    if opened.recipients:
        st.markdown(f":small[To {plain(', '.join(opened.recipients[:10]))}]")
    st.text(opened.text or "It holds no text that can be read.")
    for name in opened.files:
        st.markdown(f":material/attach_file: {plain(name or 'a file without a name')}")


@st.dialog("Put into a complaint", icon=":material/move_to_inbox:")
def attach(person: Actor, mail: KeptMail) -> None:
    """Ask which complaint a mail belongs to, and put it there."""
    _draw_head(mail)
    typed = st.text_input("Reference of the complaint", key=f"mail:reference:{mail.number}")
    reference = typed.strip().upper()
    confirm(
        "Put it there",
        key="mail:put:do",
        command=f"mail:put:{mail.number}:{reference}",
        act=lambda command_id: _put(person, mail, reference, command_id),
        done=f"The mail belongs to {reference} now.",
        problem="" if reference else "The reference is needed.",
    )


@st.dialog("New complaint", icon=":material/add:")
def file_as_complaint(person: Actor, mail: KeptMail) -> None:
    """Open a complaint for a mail."""
    _draw_head(mail)
    st.markdown(
        "A complaint is opened as of when the mail came. If a person wrote it, they are told "
        "that it was received."
    )
    opened: list[str] = []

    def act(_: object) -> None:
        changed_at("mail")
        opened.append(mailbox.file_as_complaint(platform(), actor=person, number=mail.number))

    confirm(
        "Open the complaint",
        key="mail:new:do",
        command=f"mail:new:{mail.number}",
        act=act,
        done=lambda: f"The mail is the complaint {opened[-1]} now.",
    )


@st.dialog("Discard this mail", icon=":material/delete:")
def discard(person: Actor, mail: KeptMail) -> None:
    """Ask why a mail needs nothing, and put it away."""
    days = platform().policy.mail.keep_discarded_days
    _draw_head(mail)
    st.markdown(f"It needs nothing, and is forgotten after {plain(str(days))} days.")
    reason = ask_reason(f"mail:reason:{mail.number}", note=_KEPT)
    confirm(
        "Discard",
        key="mail:discard:do",
        command=f"mail:discard:{mail.number}",
        act=lambda _: _discard(person, mail, reason),
        done="The mail is discarded.",
        problem="" if reason.strip() else "Reason is needed.",
    )


def _draw_head(mail: KeptMail) -> None:
    st.markdown(f"**{plain(mail.head.subject or 'No title')}**")
    st.markdown(f":small[From {plain(mail.head.sender or 'nobody who is named')}]")


def _put(person: Actor, mail: KeptMail, reference: str, command_id: UUID) -> None:
    changed_at("mail")
    mailbox.attach(
        platform(),
        actor=person,
        number=mail.number,
        reference=reference,
        command_id=command_id,
    )


def _discard(person: Actor, mail: KeptMail, reason: str) -> None:
    changed_at("mail")
    mailbox.discard(platform(), actor=person, number=mail.number, reason=reason)
