"""Reviews by top management: the packs of months and quarters, and what was decided on them."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.governance import GovernanceRecord, RecordState
from engine.domain.review import Meeting, Pack, PackForm
from engine.services.reviews import review_pack
from engine.services.reviews.review_pack import ReviewsView
from ui.once import tell
from ui.parts import review_action, words
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_SHOWN = 6
"""So many packs are shown before somebody asks for the others."""
_TYPES: Mapping[PackForm, tuple[str, str, str]] = {
    PackForm.PDF: ("PDF", "application/pdf", ":material/picture_as_pdf:"),
    PackForm.HTML: ("Page", "text/html", ":material/article:"),
}
_STATES: Mapping[RecordState, str] = {
    RecordState.PROPOSED: "waits for approval",
    RecordState.APPROVED: "open",
    RecordState.DONE: "done, to be verified",
    RecordState.VERIFIED: "verified",
    RecordState.ENDED: "ended",
}


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    told = review_pack.reviews_view(platform(), actor=person)
    st.title("Reviews")
    st.markdown(
        ":small[After each month and quarter a pack is made for the review by top management: what "
        "was reached, what changed and why, what is open. It never changes. What a meeting decides "
        "becomes an action in the register.]"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if person.may(Deed.MAKE_REVIEW) and st.button(
            "Make a pack", icon=":material/note_add:", key="review:make"
        ):
            review_action.make(person)
        link("governance", "Register of governance", icon=":material/arrow_forward:")
    if not told.packs:
        st.markdown(
            "There is no pack yet. The first is made on the third working day of a month.",
            text_alignment="center",
        )
        return
    newest, *older = told.packs
    _draw(person, told, newest, is_whole=True)
    if older:
        st.header("Earlier")
    if len(older) > _SHOWN and not st.toggle(f"Show all {len(older)}", key="reviews:all"):
        older = older[:_SHOWN]
    for pack in older:
        _draw(person, told, pack, is_whole=False)


def _draw(person: Actor, told: ReviewsView, pack: Pack, *, is_whole: bool) -> None:
    """Draw a pack: what it is, what matters most of it, and what came of it."""
    meetings = told.meetings[pack.number]
    with st.container(border=True, gap="small", key=f"review:{pack.number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(pack.title)}**", width="content")
            if meetings:
                st.badge("Reviewed", icon=":material/check:", color="green")
            else:
                st.badge("Not reviewed yet", color="gray")
        maker = told.names.get(pack.made_by, "Redress")
        made = words.moment(pack.made_at, zone())
        st.markdown(f":small[{plain(f'Made by {maker}, {made}')}]")
        if is_whole:
            st.markdown("\n".join(f"- {plain(each)}" for each in pack.content["short"]))
        for meeting in meetings:
            _draw_meeting(told, meeting)
        with st.container(horizontal=True):
            for form in PackForm:
                _draw_download(person, pack, form)
            if person.may(Deed.GOVERN) and st.button(
                "Record the meeting" if not meetings else "Record another meeting",
                icon=":material/groups:",
                type="primary" if is_whole and not meetings else "secondary",
                key=f"review:held:{pack.number}",
            ):
                review_action.hold(person, pack, told)


def _draw_download(person: Actor, pack: Pack, form: PackForm) -> None:
    label, media, icon = _TYPES[form]
    st.download_button(
        label,
        data=partial(
            review_pack.review_pack_file, platform(), actor=person, number=pack.number, form=form
        ),
        file_name=pack.file_name(form),
        mime=media,
        icon=icon,
        on_click="ignore",
        key=f"review:{pack.number}:{form}",
        help=f"{pack.title} as {form.value.upper()}",
    )


def _draw_meeting(told: ReviewsView, meeting: Meeting) -> None:
    present = [told.names.get(each, each) for each in meeting.present]
    guests = f"; also {meeting.guests}" if meeting.guests else ""
    day = words.calendar_day(meeting.held_on)
    said = f"Reviewed on {day} by {', '.join(present)}{guests}. Record {meeting.record}."
    st.markdown(f"{plain(said)}  \n:small[{plain(meeting.minutes)}]")
    today = platform().calendar.day_of(platform().now())
    decided = told.decisions[meeting.record]
    lines = [f"- {plain(_decision(each, told, today))}" for each in decided]
    st.markdown("\n".join(lines) if lines else ":small[Nothing was decided.]")


def _decision(record: GovernanceRecord, told: ReviewsView, today: date) -> str:
    who = told.names.get(record.owner, record.owner)
    state = "overdue" if record.is_overdue(today) else _STATES[record.state]
    due = words.calendar_day(record.due_on)
    return f"{record.title}: {who}, by {due}, {state} (record {record.number})"
