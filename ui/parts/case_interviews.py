"""Interviews about a complaint, and everything that was said in the order of time."""

from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from engine.domain.interview import Consent, Interview, InterviewForm
from engine.services.accounts import accounts
from engine.services.documents import document_reading
from engine.services.people import interviews
from ui.parts.field import Choices
from ui.parts.look import Look
from ui.parts.task import Task, draw_tasks
from ui.parts.words import moment, plain
from ui.session import platform

_BEGIN = 400
"""Characters of what was said that stand in the order of time."""


def draw_interviews(look: Look, *, may_keep: bool) -> None:
    """Draw every interview, and what keeps another."""
    if not look.file.interviews:
        st.markdown("No interview was kept so far.")
    for interview in look.file.interviews:
        with st.container(border=True, key=f"interview:{interview.number}"):
            _draw_interview(look, interview)
            if may_keep:
                known = {name: getattr(interview, name) for name in InterviewForm.model_fields}
                told = known | {"held_at": interview.held_at.isoformat()}
                more, done = {"number": interview.number}, "The interview is written down anew."
                again = Task("Change", interviews.restate, done, InterviewForm, told, more)
                _draw_tasks(look, again, interview.number)
    if may_keep:
        begin = {"led_by": look.person.username, "held_at": look.now.isoformat()}
        done = "The interview is kept."
        _draw_tasks(look, Task("Keep an interview", interviews.keep, done, InterviewForm, begin), 0)


def draw_in_order(look: Look) -> None:
    """Draw side by side what each side has said, oldest first."""
    entries = sorted(_said(look), key=lambda entry: entry[0])
    lines = [
        {
            "When": plain(moment(at, look.zone)),
            "Who": plain(who),
            "What": plain(text if len(text) <= _BEGIN else f"{text[:_BEGIN]} …"),
        }
        for at, who, text in entries
    ]
    st.table(lines, border="horizontal", hide_index=True)


def _draw_interview(look: Look, interview: Interview) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(f"{interview.number}. {interview.name or '(erased)'}"), width="content")
        st.badge(plain(interview.who.title), color="gray")
        if interview.consent is not Consent.GIVEN:
            agreed = "Did not agree to notes" if interview.consent is Consent.REFUSED else (
                "Was not asked about notes"
            )  # fmt: skip
            st.badge(plain(agreed), color="orange")
    st.markdown(f":small[{plain(_how(look, interview))}]")
    st.text(interview.notes or "(erased)")
    if interview.documents:
        numbers = ", ".join(map(str, interview.documents))
        st.markdown(f":small[{plain(f'Documents that belong to it: {numbers}')}]")


def _how(look: Look, interview: Interview) -> str:
    """Return when and how it was spoken, and who led it."""
    led_by = look.file.names.get(interview.led_by, interview.led_by)
    parts = [moment(interview.held_at, look.zone), interview.meeting.title.lower()]
    return ", ".join([*parts, *([interview.place] if interview.place else []), f"led by {led_by}"])


def _said(look: Look) -> Iterator[tuple[datetime, str, str]]:
    """Yield when somebody said something, who it was, and what."""
    names, complaint = look.file.names, look.case.complaint
    yield complaint.received_at, "The complaint", complaint.description or complaint.summary
    for letter in look.file.communications:
        if letter.direction == "in":
            yield letter.at, "The complainant", letter.body
    for interview in look.file.interviews:
        who = f"{interview.name}, {interview.who.title.lower()}"
        yield interview.held_at, who, interview.notes
    for inquiry in look.file.inquiries:
        asker = names.get(inquiry.asked_by, inquiry.asked_by)
        yield inquiry.asked_at, f"{asker}, request {inquiry.number}", inquiry.question
        if inquiry.answered_at:
            yield (
                inquiry.answered_at,
                f"{inquiry.source}, to request {inquiry.number}",
                (inquiry.answer),
            )


def _draw_tasks(look: Look, task: Task, number: int) -> None:
    opened = st.session_state.get(f"interviews:{look.reference}:{number}:open")
    # The lists are only read for a form that is drawn.
    choices = _choices(look) if opened else {"handlers": [], "documents": []}
    draw_tasks(look, [task], of=f"interviews:{look.reference}:{number}", choices=choices)


def _choices(look: Look) -> Choices:
    people = accounts.colleagues(platform(), actor=look.person)
    found = document_reading.of_case(platform(), actor=look.person, reference=look.reference)
    documents = [
        (each.number, f"{each.number}. {each.newest.download_name}")
        for each in found.documents
        if each.withdrawn_at is None and each.newest is not None
    ]
    return {"handlers": list(people.items()), "documents": documents}
