"""The diagram editor: draws a process, with its properties in the words of its owner."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import streamlit as st

from engine.services.studio.drawing import Pick
from ui.parts.diagram import Focus
from ui.parts.drawing_words import words_of
from ui.parts.sheet import Edited, Remark, Sheet, edited_in, loader, rerun_only, told

_WORDS = ("loading", "diagram", "desk", "drawing", "notation")
_modeler = st.components.v2.component("redress.modeler", js=loader("modeler.js"))


def edit_diagram(
    sheet: Sheet,
    *,
    key: str,
    choices: Mapping[str, Sequence[Pick]],
    findings: Iterable[Remark] = (),
    focus: Focus | None = None,
    height: int = 680,
) -> Edited | None:
    """Draw the editor and return what was edited and is not saved yet.

    It sends an edit when a hand rests, and keeps what it could not send in the tab of the
    browser, so that neither a page switch nor a reload loses it.

    Args:
        sheet: The diagram as BPMN 2.0.
        key: Name of this editor, unique on its page.
        choices: Pick lists as ``drawing.pick_lists`` makes them; each may be left out.
        findings: What to mark on the drawing.
        focus: The element to select and bring into sight.
        height: Height of the frame in pixels.
    """
    lists = {name: [asdict(each) for each in listed] for name, listed in choices.items()}
    _modeler(
        key=key,
        data={
            **told(sheet, findings, focus),
            "choices": lists,
            "words": dict(words_of(*_WORDS)),
            "height": height,
        },
        height=height,
        on_edited_change=rerun_only,
    )
    return edited_in(key, sheet)
