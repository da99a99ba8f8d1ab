"""Shows what differs between two versions of a process: on the canvas, and in words."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from engine.services.studio.process_comparison import Compared, Told
from ui.parts.diagram import Difference, Focus, Version, show_comparison
from ui.parts.words import counted, plain

Color = Literal["green", "red", "orange", "gray"]

_BADGES: Mapping[str, tuple[str, Color]] = {
    "added": ("Added", "green"),
    "removed": ("Removed", "red"),
    "changed": ("Changed", "orange"),
    "layout": ("Layout", "gray"),
    "inner": ("Not seen", "gray"),
}
MOST = 60
"""Elements of which is told at once."""


def show_compared(found: Compared, *, key: str) -> None:
    """Draw both versions beside each other, and under them every difference in words.

    Args:
        found: What was compared.
        key: Stable name, unique on the page.
    """
    comparison = found.comparison
    if comparison.is_same:
        st.markdown("Nothing differs.")
        return
    summary = _summary(found)
    st.markdown(plain(summary))
    clicked = show_comparison(
        Version(found.before.xml, found.before.title),
        Version(found.after.xml, found.after.title),
        key=f"{key}.diagram",
        alt=f"Both diagrams beside each other. {summary} Everything is listed in words below.",
        difference=Difference(comparison.added, comparison.removed, dict(comparison.changed or {})),
        focus=_focus(key),
    )
    _draw_words(found, key=key, clicked=clicked)


def _draw_words(found: Compared, *, key: str, clicked: str | None) -> None:
    """Draw what differs, element by element; what was clicked on the canvas comes first."""
    told = sorted(found.comparison.told, key=lambda each: each.element != (clicked or "?"))
    for number, each in enumerate(told[:MOST]):
        with st.container(border=True, key=f"{key}:{number}"):
            _draw_told(each, key=key, number=number)
    if len(told) > MOST:
        rest = counted(len(told) - MOST, "more element differs", "more elements differ")
        st.markdown(f":small[{plain(rest)}]")


def _draw_told(each: Told, *, key: str, number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        title, color = _BADGES[each.change.value]
        st.markdown(f"**{plain(each.label)}**", width="content")
        st.badge(title, color=color)
        st.space("stretch")
        if each.element:
            st.button(
                "Show",
                icon=":material/my_location:",
                type="tertiary",
                key=f"{key}:show:{number}",
                on_click=_point,
                args=(key, each.element),
            )
    for sentence in each.sentences:
        st.markdown(plain(sentence))


def _summary(found: Compared) -> str:
    told = [each.change.value for each in found.comparison.told]
    parts = [
        counted(told.count(change), f"element {word}", f"elements {word}")
        for change, word in (("added", "added"), ("removed", "removed"), ("changed", "changed"))
        if change in told
    ]
    listed = ", ".join(parts) or "Only the layout, or what programs read, is another"
    return f"{listed}: {found.after.title}, compared with {found.before.title}."


def _point(key: str, element: str) -> None:
    """Wish to see an element on the canvas."""
    count = st.session_state.get(f"{key}:wish", ("", 0))[1]
    st.session_state[f"{key}:wish"] = (element, count + 1)


def _focus(key: str) -> Focus | None:
    wish: tuple[str, int] | None = st.session_state.get(f"{key}:wish")
    return Focus(*wish) if wish else None
