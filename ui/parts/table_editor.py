"""The editor of decision tables, with what the rules say beside them."""

from collections.abc import Iterable

import streamlit as st

from ui.parts.diagram import Focus
from ui.parts.drawing_words import words_of
from ui.parts.sheet import Edited, Remark, Sheet, edited_in, loader, rerun_only, told

_tables = st.components.v2.component("redress.tables", js=loader("dmn.js"))


def edit_tables(
    sheet: Sheet,
    *,
    key: str,
    findings: Iterable[Remark] = (),
    focus: Focus | None = None,
    height: int = 560,
) -> Edited | None:
    """Draw the editor and return what was edited and is not saved yet.

    Args:
        sheet: The tables as DMN.
        key: Name of this editor, unique on its page.
        findings: What to say beside the tables and to mark in them.
        focus: The rule, column or table to bring into sight.
        height: Height of the frame in pixels.
    """
    words = dict(words_of("loading", "desk", "tables"))
    data = {**told(sheet, findings, focus), "words": words, "height": height}
    _tables(key=key, data=data, height=height, on_edited_change=rerun_only)
    return edited_in(key, sheet)
