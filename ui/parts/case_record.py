"""What happened on a case: its timeline, its letters, its forms, its way through the process."""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from engine.domain.case import Communication, Delivery
from engine.services.post import printing
from ui.parts import words
from ui.parts.case_posting import draw_posting
from ui.parts.diagram import show_diagram
from ui.parts.letter_action import offer_letters
from ui.parts.look import Look
from ui.parts.statement import draw_statement
from ui.parts.words import plain
from ui.session import platform
from ui.way import address

Item = TypeVar("Item")

_ICONS = {
    "complaint.received": "inbox",
    "step.completed": "task_alt",
    "step.assigned": "person",
    "decision.approved": "verified",
    "decision.returned": "undo",
    "letter.sent": "mail",
    "letter.bounced": "mail_off",
    "letter.delayed": "mail_off",
    "letter.failed": "mail_off",
    "letter.posted": "local_post_office",
    "letter.sent_again": "forward_to_inbox",
    "letter.to_be_posted": "local_post_office",
    "letter.given_up": "cancel_schedule_send",
    "letter.delivered": "handshake",
    "letter.chased": "notification_important",
    "mail.received": "mark_email_unread",
    "mail.attached": "mark_email_unread",
    "clock.warning": "schedule",
    "clock.breach": "alarm",
    "escalation.raised": "priority_high",
    "escalation.climbed": "arrow_upward",
    "escalation.stays": "arrow_upward",
    "step.handed_on": "person",
    "owner.changed": "person",
    "owner.given": "person",
    "case.inactive": "hourglass_empty",
    "note.added": "sticky_note_2",
    "case.closed": "inventory_2",
}
_RED = {"clock.breach"}
_ORANGE = {"clock.warning", "escalation.raised", "escalation.climbed", "escalation.stays"}

_EVENTS, _NOTES = 100, 50
"""Of each so many are drawn at a time."""


def draw_history(look: Look) -> None:
    """Draw what happened, what was stated in forms and notes, or the way through the diagram."""
    chosen = st.segmented_control(
        "Show",
        list(_PARTS),
        required=True,
        default=next(iter(_PARTS)),
        label_visibility="collapsed",
        key=f"case:history:{look.reference}",
    )
    _PARTS[str(chosen)](look)


def _draw_timeline(look: Look) -> None:
    """Draw what happened, latest first, so much at a time."""
    key = f"record:events:{look.reference}"
    entries, pages = _page(look.file.timeline, key, _EVENTS)
    lines = [
        {
            "When": look.moment(entry.at),
            "What happened": f"{_icon(entry.kind)} {plain(entry.what)}",
            "Who": plain(entry.who),
        }
        for entry in entries
    ]
    st.table(lines, border="horizontal", hide_index=True)
    if pages > 1:
        st.pagination(pages, key=key, persist_state="session")


def _page(items: Sequence[Item], key: str, size: int) -> tuple[Sequence[Item], int]:
    """Return the items of the page that is looked at, and how many pages there are."""
    pages = max(1, -(-len(items) // size))
    begin = (min(int(st.session_state.get(key, 1)), pages) - 1) * size
    return items[begin : begin + size], pages


def _icon(kind: str) -> str:
    icon = f":material/{_ICONS.get(kind, 'circle')}:"
    if kind in _RED:
        return f":red[{icon}]"
    return f":orange[{icon}]" if kind in _ORANGE else icon


def draw_letters(look: Look) -> None:
    """Draw what was written to and by the complainant, latest first."""
    offer_letters(look)
    if not look.file.communications:
        st.markdown("Nothing was written to the complainant yet.")
    found = printing.deliveries(platform(), actor=look.person, reference=look.reference)
    for letter in reversed(look.file.communications):
        _draw_letter(look, letter, found.get(letter.id))


def _draw_letter(look: Look, letter: Communication, delivery: Delivery | None) -> None:
    with st.container(border=True):
        if letter.direction == "out":
            st.header(letter.subject and plain(letter.subject))
            way = f"By {plain(letter.channel.replace('_', ' '))}, written by"
        else:
            st.header("From the complainant")
            way = f"{plain(letter.kind.capitalize())}; came by "
            way += f"{plain(letter.channel.replace('_', ' '))}, recorded by"
        st.markdown(f":small[{look.moment(letter.at)}. {way} {look.name(letter.by)}]")
        posting = next((each for each in look.file.postings if each.number == letter.id), None)
        if posting is not None:
            draw_posting(look, letter, posting)
        elif delivery is not None and delivery.has_failed:
            _draw_failure(delivery)
        st.text(letter.body or "No words were recorded.")
        if letter.direction == "out":
            where = f"api/v1/complaints/{look.reference}/letters/{letter.id}/pdf"
            st.link_button("Save as PDF", address(where), icon=":material/picture_as_pdf:")


def _draw_failure(delivery: Delivery) -> None:
    """Say that a letter did not arrive, and what somebody does about it."""
    how = "came back" if delivery.state == "returned" else "was not taken by the mail server"
    with st.container(gap="xxsmall"):
        st.markdown(
            f":red[:material/unsubscribe:] **It {how}. Send it another way**: save it as PDF and "
            "post it, or ask for another address."
        )
        if delivery.why:
            st.text(delivery.why)


def _draw_forms(look: Look) -> None:
    """Draw every completed form, latest first."""
    if not look.file.statements:
        st.markdown("No step was completed yet.")
    for statement in reversed(look.file.statements):
        title = look.file.titles.get(statement.element, statement.form.capitalize())
        when = words.moment(statement.at, look.zone)
        with st.expander(f"**{plain(title)}**, {look.name(statement.by)}, {plain(when)}"):
            if not statement.content:
                st.markdown("Nothing was asked." if not statement.form else "Nothing was stated.")
            draw_statement(look, statement)


def _draw_notes(look: Look) -> None:
    """Draw notes, latest first, so many at a time."""
    if not look.file.notes:
        st.markdown("Nobody wrote a note yet.")
        return
    key = f"record:notes:{look.reference}"
    notes, pages = _page(look.file.notes[::-1], key, _NOTES)
    for note in notes:
        st.markdown(f":small[{look.name(note.by)}, {look.moment(note.at)}]")
        st.text(note.text)
    if pages > 1:
        st.pagination(pages, key=key, persist_state="session")


def _draw_process(look: Look) -> None:
    """Draw the diagram with where the case stands, and the way it came."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{plain(_where(look))} Passed steps are green.", width="content")
        st.space("stretch")
        if st.button("Enlarge", icon=":material/open_in_full:", key="case:enlarge"):
            _enlarge(look)
    _draw_diagram(look, key=f"case:diagram:{look.reference}", height=480)


@st.dialog("The way of this complaint", width="large")
def _enlarge(look: Look) -> None:
    _draw_diagram(look, key=f"case:large:{look.reference}", height=620)


def _where(look: Look) -> str:
    waiting = [step.step.title for step in look.file.steps]
    return f"The complaint waits at: {', '.join(waiting)}." if waiting else "No step waits."


def _draw_diagram(look: Look, *, key: str, height: int) -> None:
    show_diagram(
        look.file.diagram,
        key=key,
        alt=f"The process of {look.reference}. {_where(look)}",
        current=look.file.current,
        done=look.file.passed,
        height=height,
    )


_PARTS = {
    "Events": _draw_timeline,
    "Forms": _draw_forms,
    "Notes": _draw_notes,
    "Diagram": _draw_process,
}
