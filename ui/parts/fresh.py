"""What was read a moment ago, kept for the tab that read it."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


def fresh(key: str, *, seconds: float, of: object, read: Callable[[], T]) -> T:
    """Return what ``read`` returns, or what it returned at most so many seconds ago.

    For what costs more to count than it tells within a few seconds. A page that knows of a
    change calls ``forget``.

    Args:
        key: Stable name of what is read.
        seconds: How long it is good for.
        of: What it depends on; of something else it is read anew.
        read: Reads it.
    """
    name = f"fresh:{key}"
    kept: tuple[object, float, Any] | None = st.session_state.get(name)
    now = time.monotonic()
    if kept is not None and kept[0] == of and now - kept[1] < seconds:
        found: T = kept[2]
        return found
    told = read()
    st.session_state[name] = (of, now, told)
    return told


def forget(key: str) -> None:
    """Read it anew the next time."""
    st.session_state.pop(f"fresh:{key}", None)
