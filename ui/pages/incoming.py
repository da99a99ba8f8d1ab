"""Mails that nobody could place by themselves: why, what they say, and where they belong."""

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.incoming import KeptMail, MailKind, MailState
from engine.services.accounts import accounts
from engine.services.mail import mailbox
from ui.once import tell
from ui.parts import words
from ui.parts.incoming_action import attach, discard, file_as_complaint, read
from ui.parts.second_look import draw_second_looks
from ui.parts.words import plain
from ui.session import actor, platform, zone

_LINES = 10
_ICONS = {
    MailKind.NEW: ":material/mail:",
    MailKind.REPLY: ":material/reply:",
    MailKind.AUTO_REPLY: ":material/smart_toy:",
    MailKind.BOUNCE: ":material/mail_off:",
    MailKind.BULK: ":material/campaign:",
    MailKind.LOOP: ":material/sync:",
    MailKind.UNREADABLE: ":material/warning:",
}
_STATES = {True: "To be looked at", False: "Discarded"}


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Mail")
    st.markdown(
        ":small[Mails that did not find their complaint by themselves. Until somebody says where "
        "they belong, nobody answers them.]"
    )
    person = actor()
    is_waiting = bool(
        st.segmented_control(
            "State",
            list(_STATES),
            format_func=_STATES.__getitem__,
            default=True,
            required=True,
            key="mail:state",
            label_visibility="collapsed",
            on_change=_to_first_page,
        )
    )
    draw_second_looks(person, is_whole=not is_waiting)
    counts = mailbox.counts(platform(), actor=person)
    total = counts[MailState.QUARANTINED if is_waiting else MailState.DISCARDED]
    if not total:
        _draw_empty(is_waiting=is_waiting)
        return
    for mail in _page(person, total, is_waiting=is_waiting):
        _draw(person, mail)
    if total > _LINES:
        st.pagination(-(-total // _LINES), key="mail:page", persist_state="session")


def _to_first_page() -> None:
    st.session_state["mail:page"] = 1


def _page(person: Actor, total: int, *, is_waiting: bool) -> tuple[KeptMail, ...]:
    number = min(st.session_state.get("mail:page", 1), -(-total // _LINES))
    offset = (number - 1) * _LINES
    return mailbox.page(
        platform(), actor=person, is_waiting=is_waiting, limit=_LINES, offset=offset
    )


def _draw_empty(*, is_waiting: bool) -> None:
    said = (
        ":material/check_circle: Every mail is where it belongs. One that does not find its "
        "complaint is listed here with the reason."
        if is_waiting
        else "Nothing was discarded lately."
    )
    with st.container(horizontal_alignment="center", gap="small"):
        st.space("large")
        st.markdown(said, text_alignment="center")


def _draw(person: Actor, mail: KeptMail) -> None:
    head, now = mail.head, platform().now()
    with st.container(border=True, key=f"mail:{mail.number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            title = plain(head.subject or "No title")
            st.markdown(f"{_ICONS[mail.kind]} **{title}**", width="content")
            st.badge(plain(mail.kind.title), color="gray")
            st.space("stretch")
            since = plain(words.moment(mail.arrived_at, zone()))
            ago = plain(words.ago(mail.arrived_at, now))
            st.markdown(f":small[{ago}, {since}]", width="content")
        with st.container(gap="xsmall"):
            st.markdown(f":small[From {plain(_sender(mail))}{plain(_files(mail))}]")
            if mail.reason:
                st.markdown(f":small[:material/info: {plain(mail.reason)}]")
        if head.begin:
            st.text(head.begin)
        if mail.is_waiting:
            _draw_actions(person, mail)
        else:
            _draw_end(person, mail)


def _sender(mail: KeptMail) -> str:
    name, address = mail.head.sender_name, mail.head.sender
    if name and address:
        return f"{name}, {address}"
    return name or address or "nobody who is named"


def _files(mail: KeptMail) -> str:
    return f"; {words.counted(mail.head.files, 'file', 'files')}" if mail.head.files else ""


def _draw_actions(person: Actor, mail: KeptMail) -> None:
    n = mail.number
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Read", icon=":material/visibility:", key=f"mail:read:{n}"):
            read(person, mail)
        if st.button("Put into a complaint", icon=":material/move_to_inbox:", key=f"mail:put:{n}"):
            attach(person, mail)
        if person.may(Deed.LODGE) and st.button(
            "New complaint", icon=":material/add:", key=f"mail:new:{n}"
        ):
            file_as_complaint(person, mail)
        if st.button("Discard", icon=":material/delete:", key=f"mail:discard:{n}"):
            discard(person, mail)


def _draw_end(person: Actor, mail: KeptMail) -> None:
    names = accounts.colleagues(platform(), actor=person) if person.may(Deed.READ) else {}
    by = plain(names.get(mail.settled_by, mail.settled_by) or "Redress")
    at = plain(words.moment(mail.settled_at or mail.recorded_at, zone()))
    st.markdown(f":small[Discarded by {by}, {at}:]")
    st.text(mail.head.said or "(forgotten)")
