"""Commands from a page: each carried out once, its success said, its refusal said as a sentence."""

from collections.abc import Callable
from uuid import UUID, uuid4

import streamlit as st

from engine.errors import InvalidInputError, RedressError
from ui.parts.words import plain

_NEWS = "news"


def attempt(name: str, act: Callable[[UUID], object]) -> bool:
    """Carry out a command and tell whether it was; a refusal is shown here, as a sentence.

    The command keeps its id until it has succeeded. So a second click, or the same click after
    the connection broke, is known as the same command and changes nothing.

    Args:
        name: Stable name of what is asked for, for example ``escalate:C-2026-000001``.
        act: Calls one service with the id of the command.
    """
    key = f"command:{name}"
    command_id: UUID = st.session_state.setdefault(key, uuid4())
    try:
        act(command_id)
    except RedressError as refusal:
        st.error(plain(_sentence(refusal)), icon=":material/error:")
        return False
    del st.session_state[key]
    return True


def _sentence(refusal: RedressError) -> str:
    """Return a refusal as one reads it aloud: ``Reason is needed``."""
    if not isinstance(refusal, InvalidInputError):
        return str(refusal)
    return " ".join(f"{field} {text}".strip() for field, text in refusal.problems.items())


def say(text: str) -> None:
    """Keep a word of success for the next look at a page."""
    st.session_state.setdefault(_NEWS, []).append(text)


def tell() -> None:
    """Show what was kept to be said, once."""
    for text in st.session_state.pop(_NEWS, []):
        st.toast(plain(text), icon=":material/check_circle:")
