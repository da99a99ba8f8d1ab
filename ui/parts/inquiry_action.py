"""Dialogs about requests for information: asking, writing down an answer, withdrawing."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.domain.inquiry import Asked, Inquiry
from engine.services.documents import document_reading
from engine.services.investigation import inquiries
from engine.services.investigation.inquiries import Choices
from ui.parts.dialog import ask_reason, confirm, known
from ui.parts.look import Look
from ui.parts.words import plain
from ui.session import platform

_OUTSIDE = "outside:"


@st.dialog("Ask for information", icon=":material/contact_support:")
def ask(look: Look) -> None:
    """Ask what is to be known, of whom and until when, and send the question."""
    found = inquiries.choices(platform(), actor=look.person)
    question = st.text_area("Question", key="inquiry:question", height=150, max_chars=4_000)
    whom = _whom(look, _options(found))
    due_on = st.date_input(
        "Answer wanted until",
        value=found.due_on,
        min_value=look.now.astimezone(look.zone).date(),
        format="DD/MM/YYYY",
        key="inquiry:due",
    )
    told = whom | {"question": question, "due_on": due_on}
    confirm(
        "Ask",
        key="inquiry:ask:do",
        command=f"ask_inquiry:{look.reference}",
        act=lambda command_id: inquiries.ask(**known(look), answers=told, command_id=command_id),
        done="The question is asked.",
        problem="" if whom else "Say who is asked.",
    )


def _whom(look: Look, options: Mapping[str, str]) -> dict[str, Any]:
    """Draw who is asked and what is shown to them, and return it as the form takes it."""
    chosen = st.selectbox(
        "Who is asked",
        list(options),
        index=None,
        format_func=options.__getitem__,
        placeholder="A colleague, a team, or somebody outside",
        key="inquiry:to",
    )
    if not chosen:
        return {}
    asked, _, to = str(chosen).partition(":")
    if chosen == _OUTSIDE:
        name, email = _outside()
        documents = _documents(look, "Documents to send along", of="new")
        st.markdown(
            ":small[The mail holds the question, these documents and your name, and nothing else "
            "of the complaint. A reply to it is kept here as the answer.]"
        )
        return {"asked": asked, "name": name, "email": email or None, "documents": documents}
    documents = _documents(look, "Documents to show with it", of="new")
    st.markdown(
        ":small[Whoever is asked sees the question and these documents, and nothing else of "
        "the complaint. Of closed documents they see the redacted copy.]"
    )
    return {"asked": asked, "to": to, "documents": documents}


def _options(found: Choices) -> dict[str, str]:
    people = {f"{Asked.PERSON}:{username}": name for username, name in found.people.items()}
    teams = {f"{Asked.TEAM}:{code}": f"Team {title}" for code, title in found.teams.items()}
    return {_OUTSIDE: "Somebody outside, by mail"} | teams | people


def _outside() -> tuple[str, str]:
    """Draw who is asked outside, and return name and address."""
    left, right = st.columns(2)
    name: str = left.text_input("Name", key="inquiry:name", max_chars=200)
    email: str = right.text_input("E-mail", key="inquiry:email", max_chars=254)
    return name, email


def _documents(look: Look, label: str, *, of: str) -> list[int]:
    """Draw a choice of the documents of the case, and return their numbers."""
    found = document_reading.of_case(platform(), actor=look.person, reference=look.reference)
    names = {
        each.number: f"{each.number}. {each.newest.download_name}"
        for each in found.documents
        if each.withdrawn_at is None and each.newest is not None
    }
    if not names:
        return []
    return st.multiselect(
        label, list(names), format_func=names.__getitem__, key=f"inquiry:documents:{of}:{label}"
    )


@st.dialog("Write down the answer", icon=":material/contact_support:")
def answer(look: Look, inquiry: Inquiry, who: str) -> None:
    """Ask what was answered, and by whom, and keep it."""
    of = f"{look.reference}:{inquiry.number}"
    st.text(inquiry.question)
    text = st.text_area("Answer", key=f"inquiry:text:{of}", height=150, max_chars=10_000)
    source = st.text_input(
        "Who it comes from", value=who, key=f"inquiry:source:{of}", max_chars=200
    )
    documents = _documents(look, "Documents that came with it", of=of)
    told: dict[str, Any] = {"answer": text, "source": source, "documents": documents}
    confirm(
        "Keep the answer",
        key="inquiry:answer:do",
        command=f"answer_inquiry:{of}",
        act=lambda command_id: inquiries.answer(
            **known(look), number=inquiry.number, answers=told, command_id=command_id
        ),
        done="The answer is kept.",
    )


@st.dialog("Withdraw the request", icon=":material/contact_support:")
def withdraw(look: Look, inquiry: Inquiry) -> None:
    """Ask why no answer is needed any more, and withdraw the request."""
    st.markdown("It stays here with your reason, and nobody is reminded of it any more.")
    if inquiry.email:
        said = f"No mail is sent: tell {inquiry.name} yourself."
        st.markdown(f":small[{plain(said)}]")
    reason = ask_reason(f"inquiry:reason:{look.reference}:{inquiry.number}")
    confirm(
        "Withdraw it",
        key="inquiry:withdraw:do",
        command=f"withdraw_inquiry:{look.reference}:{inquiry.number}",
        act=lambda command_id: inquiries.withdraw(
            **known(look), number=inquiry.number, reason=reason, command_id=command_id
        ),
        done="The request is withdrawn.",
    )
