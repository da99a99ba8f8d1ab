"""The last touch to the look of every page: what the theme of Streamlit has no word for."""

import streamlit as st

from ui.parts.source import source

_finish = st.components.v2.component(
    "redress_finish", css=source("finish.css"), isolate_styles=False
)


def finish() -> None:
    """Draw nothing; what is drawn elsewhere looks right by it."""
    _finish(key="finish", height=1)
