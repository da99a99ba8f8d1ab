"""Findings of the rules, as sentences."""

from collections.abc import Sequence
from typing import Literal, Protocol

import streamlit as st

from ui.parts.words import counted, plain

_MOST = 40
"""Findings that are drawn at once."""
_COLORS: dict[str, tuple[str, Literal["red", "orange", "gray"]]] = {
    "blocking": ("Must be mended", "red"),
    "rewritten": ("Read otherwise", "orange"),
    "advice": ("Advice", "gray"),
}


class Found(Protocol):
    """One thing that a rule has found."""

    @property
    def severity(self) -> str:
        """What it means for publishing."""

    @property
    def sentence(self) -> str:
        """All of it for a reader."""


def is_blocked(findings: Sequence[Found]) -> bool:
    """Tell whether a finding forbids publishing."""
    return any(str(each.severity) == "blocking" for each in findings)


def draw_findings(findings: Sequence[Found], *, key: str) -> None:
    """Draw what rules have found, one below the other.

    Args:
        findings: What blocks first.
        key: Stable name, unique on the page.
    """
    for number, each in enumerate(findings[:_MOST]):
        title, color = _COLORS[str(each.severity)]
        with st.container(horizontal=True, vertical_alignment="top", key=f"{key}:found:{number}"):
            st.badge(title, color=color)
            st.markdown(plain(each.sentence))
    if len(findings) > _MOST:
        st.markdown(f":small[{plain(counted(len(findings) - _MOST, 'more finding'))}]")
