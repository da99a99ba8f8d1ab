"""A sheet in the browser: what is sent, and which edits wait to be saved."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ui.parts import drawing_words
from ui.parts.sheet import Edited, Sheet, edited_in, loader

SHEET = Sheet(name="3/complaint.bpmn", xml="<a/>", rev="r", saved=7)


def _page() -> None:
    from engine.process.finding import Finding, Severity  # noqa: PLC0415 - runs as a script
    from engine.services.studio.drawing import Pick  # noqa: PLC0415 - see above
    from ui.parts.diagram import Focus  # noqa: PLC0415 - see above
    from ui.parts.editor import edit_diagram  # noqa: PLC0415 - see above
    from ui.parts.sheet import Sheet  # noqa: PLC0415 - see above
    from ui.parts.table_editor import edit_tables  # noqa: PLC0415 - see above

    sheet = Sheet(name="3/complaint.bpmn", xml="<a/>", rev="r")
    found = [Finding(Severity.ADVICE, "assess", "Assess", "It has no form.")]
    lists = {"roles": [Pick("handler", "Handler")]}
    edit_diagram(sheet, key="d", choices=lists, findings=found, focus=Focus("assess", 1))
    edit_tables(sheet, key="t", findings=found)


def test_both_editors_are_drawn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drawing_words, "_language", lambda: "de")
    page = AppTest.from_function(_page, default_timeout=60)

    page.run()

    assert not page.exception


def _edited(**made: object) -> Edited | None:
    st.session_state["editor"] = {"edited": {"xml": "<b/>", "n": 8, "rev": "r", "base": "d"} | made}
    return edited_in("editor", SHEET)


def test_a_later_edit_of_the_same_sheet_waits_to_be_saved():
    assert _edited() == Edited("<b/>", 8, "d")


def test_saved_foreign_and_senseless_edits_are_passed_over():
    assert _edited(n=7) is None
    assert _edited(rev="another") is None
    assert _edited(xml=None) is None
    assert _edited(n="8") is None
    st.session_state["editor"] = {"edited": "nothing"}
    assert edited_in("editor", SHEET) is None


def test_the_loaders_ask_nobody_else():
    for asset in ("modeler.js", "dmn.js"):
        assert "/assets/" in loader(asset)
        assert "http" not in loader(asset)
