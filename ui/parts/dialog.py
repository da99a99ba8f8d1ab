"""What the dialogs of all commands have in common: why, the button, and how it ended."""

from collections.abc import Callable
from typing import TypedDict
from uuid import UUID

import streamlit as st

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from ui.once import attempt, say
from ui.parts.look import Look
from ui.parts.words import plain
from ui.session import platform

WHY = "The reason is kept in the journal of the case, with your name."


class Known(TypedDict):
    """What every service is given that acts on a case."""

    platform: Platform
    actor: Actor
    reference: str


def known(look: Look) -> Known:
    """Return who acts, on which case, and where."""
    return {"platform": platform(), "actor": look.person, "reference": look.reference}


def ask_reason(key: str, *, label: str = "Reason", note: str = "") -> str:
    """Draw the field for a reason and return what was typed; empty while nothing is.

    Args:
        key: Stable name of the field.
        label: What is asked for.
        note: What becomes of it; empty where that goes without saying.
    """
    typed: str = st.text_area(label, key=key)
    if note:
        st.markdown(f":small[{plain(note)}]")
    return typed


def confirm(
    label: str,
    *,
    key: str,
    command: str,
    act: Callable[[UUID], object],
    done: str | Callable[[], str],
    problem: str = "",
    button: Callable[..., bool] = st.button,
) -> None:
    """Draw the button that ends a dialog, and do what it is for when it is pressed.

    Done, it is said on the page behind; a refusal is said here, and what was typed stays.

    Args:
        label: Of the button.
        key: Stable name of the button.
        command: Stable name of what is asked for; see ``attempt``.
        act: Calls one service with the id of the command.
        done: What is said when it was done; asked for afterwards where it depends on the end.
        problem: What is still missing; empty for nothing.
        button: Draws it; within a form that of the form.
    """
    if not button(label, type="primary", key=key):
        return
    if problem:
        st.error(plain(problem), icon=":material/error:")
    elif attempt(command, act):
        say(done if isinstance(done, str) else done())
        st.rerun()
