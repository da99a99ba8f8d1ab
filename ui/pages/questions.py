"""What one is asked by those who look into complaints; nothing else of a complaint stands here."""

import streamlit as st

from engine.services.door import asked
from engine.services.door.asked import OpenQuestion
from ui.once import attempt, say, tell
from ui.parts import words
from ui.parts.sending import upload_answer
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import address


def show() -> None:
    """Draw the page."""
    tell()
    st.title("Questions")
    st.markdown(
        ":small[What colleagues who look into a complaint want to know from you or your team. "
        "You see the question and what was attached to it.]"
    )
    found = asked.mine(platform(), actor=actor())
    if not found:
        st.markdown("Nobody waits for an answer of yours.")
    for question in found:
        with st.container(border=True, key=f"question:{question.id}"):
            _draw(question)


def _draw(question: OpenQuestion) -> None:
    today = platform().now().astimezone(zone()).date()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(f"{question.asker} asks {question.team or 'you'}"), width="content")
        until = f"Until {words.calendar_day(question.due_on)}"
        is_late = question.due_on < today
        st.badge(plain(until), icon=":material/schedule:", color="red" if is_late else "gray")
        if question.chased:
            st.badge(plain(f"Reminder {question.chased}"), color="orange")
    at = words.moment(question.asked_at, zone())
    st.markdown(f":small[{plain(f'Request {question.id}, {at}')}]")
    st.text(question.question)
    for document in question.documents:
        if (file := document.newest) is not None:
            where = f"api/v1/questions/{question.id}/documents/{document.number}/content"
            st.link_button(plain(file.download_name), address(where), icon=":material/attach_file:")
    _draw_answer(question)


def _draw_answer(question: OpenQuestion) -> None:
    key = f"question:{question.id}"
    with st.expander("Send files with the answer", icon=":material/upload_file:"):
        if question.sent:
            st.markdown(plain(f"Sent so far: {', '.join(question.sent)}"))
        if upload_answer(question.id, key=f"{key}:files"):
            st.rerun()
    text = st.text_area("Your answer", key=f"{key}:text", max_chars=10_000)
    if st.button("Answer", type="primary", key=f"{key}:do") and attempt(
        key,
        lambda command_id: asked.respond(
            platform(),
            actor=actor(),
            inquiry_id=question.id,
            answer=text,
            command_id=command_id,
        ),
    ):
        changed_at("questions")
        say("Your answer is sent.")
        st.rerun()
