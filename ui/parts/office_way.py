"""The way from a figure of the office to the page that shows what is behind it."""

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from engine.services.figures.reporting import Shown
from ui.parts.figure import behind
from ui.parts.words import plain
from ui.way import is_open, link

WAYS: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "samples": ("samples", {}),
        "signals": ("signals", {}),
        "clause 4.7": ("evidence", {"clause": "4.7"}),
        "clause 7.2": ("evidence", {"clause": "7.2"}),
        "evidence": ("evidence", {}),
        "governance": ("governance", {}),
        "improvement": ("improvement", {}),
        "journal": ("journal", {}),
        "mail": ("mail", {}),
        "waivers": ("organisation", {}),
    }
)
"""By what a definition says that its number opens: a page, and what its address says besides."""


def lead_on(shown: Shown) -> None:
    """Draw how many things are behind a figure of the office, as a link where one may see them."""
    path, query = WAYS.get(shown.measure.opens, ("", {}))
    if shown.figure.n and is_open(path):
        link(path, behind(shown), icon=":material/arrow_forward:", **query)
    elif shown.figure.n or shown.figure.value is not None:
        st.markdown(f":small[{plain(behind(shown))}]")
