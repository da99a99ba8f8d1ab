"""Discarded mails that chance drew, for somebody else to judge whether one was a complaint."""

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.incoming import KeptMail
from engine.domain.second_look import SecondLooks, SecondVerdict
from engine.services.mail import second_looking
from ui.once import attempt, say
from ui.parts.incoming_action import read
from ui.parts.waiting import changed_at
from ui.parts.words import counted, plain
from ui.session import platform


def draw_second_looks(person: Actor, *, is_whole: bool) -> None:
    """Draw the mails that somebody is to judge again, or only say how many there are.

    Args:
        person: Who looks.
        is_whole: Whether the mails are drawn too.
    """
    looks = second_looking.second_looks(platform(), actor=person)
    n = len(looks.waiting)
    if not is_whole:
        if n:
            said = f"{counted(n, 'discarded mail')} to be judged again, under “Discarded”."
            st.markdown(f":small[:material/casino: {plain(said)}]")
        return
    if looks.drawn:
        st.markdown(f":small[{plain(_found(looks))}]")
    if n:
        st.header("Was it a complaint?")
        st.markdown(
            ":small[Somebody else discarded these, and chance drew them. A complaint goes back to "
            "those that are to be looked at.]"
        )
    for mail in looks.waiting:
        _draw(person, mail)
    if n:
        st.header("All discarded mails")


def _found(looks: SecondLooks) -> str:
    """Return in words what the last year's second looks have found, with their number."""
    drawn = f"In a year {counted(looks.drawn, 'discarded mail')} drawn, {looks.judged} judged"
    if not looks.judged:
        return f"{drawn}."
    share = f"{100 * looks.found / looks.judged:.0f}%, n = {looks.judged}"
    return f"{drawn}: {counted(looks.found, 'complaint')} that nobody had recorded ({share})."


def _draw(person: Actor, mail: KeptMail) -> None:
    number = mail.number
    with st.container(border=True, key=f"second:{number}", gap="xsmall"):
        st.markdown(f"**{plain(mail.head.subject or 'No title')}**")
        if mail.head.begin:
            st.text(mail.head.begin)
        with st.container(horizontal=True):
            if st.button("Read", icon=":material/visibility:", key=f"second:read:{number}"):
                read(person, mail)
            if st.button("A complaint", key=f"second:yes:{number}"):
                _judge(person, mail, SecondVerdict.COMPLAINT, "It waits to be looked at again.")
            if st.button("No complaint", key=f"second:no:{number}"):
                _judge(person, mail, SecondVerdict.NO_COMPLAINT, "The judgement is kept.")


def _judge(person: Actor, mail: KeptMail, verdict: SecondVerdict, done: str) -> None:
    number = mail.number
    if attempt(
        f"second:{number}:{verdict}",
        lambda _id: second_looking.judge_mail(
            platform(), actor=person, number=number, verdict=verdict
        ),
    ):
        changed_at("mail")
        say(done)
        st.rerun()
