"""Sends files to a route of ours, with what goes on shown; never through Streamlit's memory."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ui.parts.source import source

_upload = st.components.v2.component(
    "redress_upload", js=source("upload.js"), css=source("upload.css")
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about files besides; a few choices of which one is taken.

    Attributes:
        name: Of the parameter that carries the answer.
        choices: Title of each answer by its value; the first is taken unless told otherwise.
    """

    name: str
    label: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sending:
    """Where files go.

    Attributes:
        path: Of the route; of this site.
        button: What is pressed to send them.
        is_one: Whether only one file is sent.
        questions: Asked about all files that are sent together.
        switch: Name and label of a yes or no; empty for none.
    """

    path: str
    button: str
    is_one: bool = False
    questions: tuple[Question, ...] = ()
    switch: tuple[str, str] = ("", "")


def upload(sending: Sending, *, key: str, proof: str, largest: int, hint: str) -> int:
    """Draw what sends files; return how many have arrived in this run.

    A refusal is shown beside the name of its file, and the others go on.

    Args:
        sending: Where they go.
        key: Stable name.
        proof: Of this session, which a page elsewhere does not know.
        largest: Bytes of one file; a larger one is not even sent.
        hint: What is taken, in words.
    """
    data = {
        "path": sending.path,
        "button": sending.button,
        "isOne": sending.is_one,
        "questions": tuple(
            {"name": each.name, "label": each.label, "choices": dict(each.choices)}
            for each in sending.questions
        ),
        "switch": {"name": sending.switch[0], "label": sending.switch[1]},
        "proof": proof,
        "largest": largest,
        "hint": hint,
    }
    drawn = _upload(key=key, data=data, on_arrived_change=_nothing)
    return drawn.arrived if isinstance(drawn.arrived, int) else 0


def _nothing() -> None:
    """Stand where Streamlit wants a callback, so that the trigger is always there to read."""
