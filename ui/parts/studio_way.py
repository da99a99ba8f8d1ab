"""Which view of a draft is shown, and the way from one to another."""

from collections.abc import Sequence

import streamlit as st

from ui.parts.diagram import Focus


def view_key(number: int) -> str:
    """Return the key under which the chosen view of a draft is kept."""
    return f"studio:view:{number}"


def wish_view(number: int, view: str) -> None:
    """Ask for a view of a draft, to be shown in the next run."""
    st.session_state[f"studio:wish:{number}"] = view


def prepare_view(number: int, offered: Sequence[str], asked: str) -> None:
    """Choose the view that somebody asked for, or that the address names, or the first one."""
    key = view_key(number)
    wished = st.session_state.pop(f"studio:wish:{number}", None)
    for view in (wished, st.session_state.get(key), asked, *offered):
        if view in offered:
            st.session_state[key] = view
            return


def wish_element(key: str, element: str) -> None:
    """Ask for an element; asked again for the same one, it is shown again."""
    before: Focus | None = st.session_state.get(f"focus:{key}")
    st.session_state[f"focus:{key}"] = Focus(element, before.n + 1 if before else 1)


def wished_element(key: str) -> Focus | None:
    """Return the element that somebody last asked to see."""
    found: Focus | None = st.session_state.get(f"focus:{key}")
    return found
