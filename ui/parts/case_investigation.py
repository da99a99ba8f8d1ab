"""How a complaint is looked into: the plan, and who was asked what."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.inquiry import Asked, Inquiry, InquiryState
from engine.domain.permission import judge
from engine.services.staffing import teams
from ui.parts import inquiry_action
from ui.parts.case_interviews import draw_in_order, draw_interviews
from ui.parts.look import Look
from ui.parts.statement import draw_statement
from ui.parts.words import calendar_day, counted, moment, plain
from ui.session import platform

Colour = Literal["green", "orange", "blue", "gray", "red"]
_COLOURS: Mapping[InquiryState, Colour] = {
    InquiryState.OPEN: "blue",
    InquiryState.ANSWERED: "green",
}

_VIEWS = ("Requests", "Interviews", "In order of time")


def draw_investigation(look: Look) -> None:
    """Draw the plan of the investigation, the requests, the interviews, and all in order."""
    _draw_plan(look)
    view = st.segmented_control(
        "Show",
        _VIEWS,
        default=_VIEWS[0],
        required=True,
        key=f"investigation:{look.reference}",
        label_visibility="collapsed",
    )
    if view == "Interviews":
        draw_interviews(look, may_keep=may_ask(look))
    elif view == "In order of time":
        draw_in_order(look)
    else:
        _draw_requests(look)


def _draw_requests(look: Look) -> None:
    found = look.file.inquiries
    if not found:
        st.markdown("Nobody was asked for information so far.")
    titles = _titles(look)
    for inquiry in found:
        with st.container(border=True, key=f"inquiry:{inquiry.number}"):
            _draw_inquiry(look, inquiry, titles)
    if may_ask(look) and st.button(
        "Ask for information", icon=":material/contact_support:", key="inquiry:ask"
    ):
        inquiry_action.ask(look)


def draw_open_requests(look: Look) -> None:
    """Say before a decision that an answer is still awaited; it can be drafted all the same."""
    open_ = [each for each in look.file.inquiries if each.is_open]
    if not open_:
        return
    titles = _titles(look)
    who = ", ".join(f"{each.number} to {_who(look, each, titles)}" for each in open_)
    verb = "is" if len(open_) == 1 else "are"
    said = f"{counted(len(open_), 'request')} for information {verb} still open: {who}."
    st.markdown(f":orange[:material/pending:] {plain(said)} The tab “Investigation” has them.")


def draw_unanswered(look: Look) -> None:
    """Draw a badge where answers are late, or nobody answers in spite of all reminders."""
    today = look.now.astimezone(look.zone).date()
    late = [each for each in look.file.inquiries if each.is_late(today)]
    if not late:
        return
    said = counted(len(late), "request")
    if any(each.told_at for each in late):
        st.badge(f"{said} unanswered", icon=":material/contact_support:", color="red")
    else:
        st.badge(f"{said} late", icon=":material/contact_support:", color="orange")


def may_ask(look: Look) -> bool:
    """Tell whether the person may ask somebody, or keep an answer, now."""
    is_at_work = look.case.is_open and not look.case.is_suspended and look.case.erased_at is None
    return is_at_work and judge(Deed.ASK, look.person.roles, look.file.relation).allowed


def _draw_plan(look: Look) -> None:
    plans = [each for each in look.file.statements if each.form == "plan"]
    if not plans:
        return
    with st.expander("**Plan of the investigation**", expanded=not look.file.inquiries):
        draw_statement(look, plans[-1])
        st.markdown(f":small[{look.name(plans[-1].by)}, {look.moment(plans[-1].at)}]")


def _draw_inquiry(look: Look, inquiry: Inquiry, titles: Mapping[str, str]) -> None:
    today = look.now.astimezone(look.zone).date()
    with st.container(horizontal=True, vertical_alignment="center"):
        who = _who(look, inquiry, titles)
        st.header(plain(f"{inquiry.number}. {who}"), width="content")
        st.badge(plain(inquiry.state.title), color=_COLOURS.get(inquiry.state, "gray"))
        if inquiry.is_late(today):
            st.badge("Late", color="red")
        if inquiry.is_open and inquiry.told_at:
            st.badge("No answer in spite of reminders", color="red")
    st.markdown(f":small[{plain(_asked(look, inquiry))}]")
    st.text(inquiry.question)
    if inquiry.documents:
        st.markdown(f":small[{plain(_with(inquiry.documents, 'Shown with it'))}]")
    _draw_end(look, inquiry)
    if inquiry.is_open and may_ask(look):
        with st.container(horizontal=True):
            if st.button("Write down the answer", key=f"inquiry:answer:{inquiry.number}"):
                inquiry_action.answer(look, inquiry, who)
            if st.button("Withdraw", key=f"inquiry:withdraw:{inquiry.number}"):
                inquiry_action.withdraw(look, inquiry)


def _asked(look: Look, inquiry: Inquiry) -> str:
    """Return when something was asked, until when, and how often it was reminded."""
    asker = look.file.names.get(inquiry.asked_by, inquiry.asked_by)
    parts = [
        f"Asked by {asker}, {moment(inquiry.asked_at, look.zone)}",
        f"answer wanted until {calendar_day(inquiry.due_on)}",
    ]
    if inquiry.email:
        parts.append(f"by mail to {inquiry.email}")
    if inquiry.chased and inquiry.chased_at:
        times = counted(inquiry.chased, "time")
        parts.append(f"reminded {times}, last {moment(inquiry.chased_at, look.zone)}")
    return "; ".join(parts)


def _draw_end(look: Look, inquiry: Inquiry) -> None:
    """Draw how a request ended: its answer, or why it was withdrawn."""
    if inquiry.state is InquiryState.WITHDRAWN:
        st.markdown(":small[Withdrawn because]")
        st.text(inquiry.reason or "(erased)")
    if inquiry.state is not InquiryState.ANSWERED or inquiry.answered_at is None:
        return
    with st.container(border=True):
        source = plain(inquiry.source or "(erased)")
        at = look.moment(inquiry.answered_at)
        st.markdown(f":small[Answer from {source}, kept {at} by {look.name(inquiry.answered_by)}]")
        st.text(inquiry.answer or "(erased)")
        if inquiry.answer_documents:
            st.markdown(f":small[{plain(_with(inquiry.answer_documents, 'Came with it'))}]")


def _with(numbers: tuple[int, ...], said: str) -> str:
    one = "document" if len(numbers) == 1 else "documents"
    return f"{said}: {one} {', '.join(map(str, numbers))}"


def _titles(look: Look) -> Mapping[str, str]:
    """Return titles of teams by code, where a team was asked."""
    if not any(each.asked is Asked.TEAM for each in look.file.inquiries):
        return {}
    found = teams.all_teams(platform(), actor=look.person)
    return {each.team.code: each.team.title for each in found}


def _who(look: Look, inquiry: Inquiry, titles: Mapping[str, str]) -> str:
    """Return who is asked, as text."""
    if inquiry.asked is Asked.OUTSIDE:
        return inquiry.name or "(erased)"
    if inquiry.asked is Asked.TEAM:
        return f"Team {titles.get(inquiry.to, inquiry.to)}"
    return look.file.names.get(inquiry.to, inquiry.to)
