"""Every word of the editors and of diagrams can be said in another language."""

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.drawing_board import Board, board
from tests.e2e.test_diagram_opens import COMPLAINT
from tests.e2e.test_table_editor import SECOND, TRIAGE

pytestmark = pytest.mark.e2e

FOUND = "Somebody found this."
CHOICES = {"roles": [{"value": "handler", "title": "⟦Handler⟧"}]}
_LEFT = """(root) => {
    const OWN = 'style, code, svg, datalist, .bjs-powered-by, .powered-by, .redress-state:empty';
    const found = new Set();
    const note = (text) => {
        if (text && /[A-Za-z]{2}/.test(text) && !text.includes('⟦')) found.add(text.trim());
    };
    for (const node of root.querySelectorAll('*')) {
        if (node.closest(OWN)) continue;
        ['title', 'aria-label', 'placeholder'].forEach((name) => note(node.getAttribute(name)));
        node.childNodes.forEach((each) => each.nodeType === 3 && note(each.data));
    }
    return [...found];
}"""
"""Collects what is said without passing through the table of words."""


def _words(*sections: str) -> dict[str, str]:
    """Return each English text of the catalogue in brackets, as if that were a language."""
    told = tomllib.loads((files("ui.portal") / "texts" / "drawing.de.toml").read_text("utf-8"))
    return {said: f"⟦{said}⟧" for section in sections for said in told[section]}


def _left(part: Locator, xml: str = COMPLAINT) -> set[str]:
    """Return what was said past the table; what the file itself says is its owner's."""
    found: list[str] = part.evaluate(_LEFT)
    own = set(re.split(r"\s*[\"<>,]\s*", xml)) | set(re.split(r"\s*[<>]\s*", unescape(xml)))
    return set(found) - own


@pytest.fixture(scope="module")
def drawing(browser: Browser) -> Iterator[Board]:
    yield from board(browser, "modeler.js", ".redress-editor")


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Board]:
    yield from board(browser, "dmn.js", ".redress-editor")


@pytest.fixture(scope="module")
def viewer(browser: Browser) -> Iterator[Board]:
    yield from board(browser, "viewer.js", ".redress-viewer")


def _editor(drawing: Board) -> Locator:
    words = _words("diagram", "desk", "drawing", "notation")
    found = [{"element": "register", "severity": "advice", "sentence": f"⟦{FOUND}⟧"}]
    return drawing.open(COMPLAINT, words=words, choices=CHOICES, findings=found, alt="⟦It⟧")


def _one_of_each_kind() -> list[str]:
    """Return the first id of each kind of element that is drawn."""
    kinds = {
        element.get("id"): element.tag
        for element in ET.fromstring(COMPLAINT.encode()).iter()  # noqa: S314 - our own file
    }
    drawn = re.findall(r'bpmnElement="(\w+)"', COMPLAINT)
    first = {kinds[id_]: id_ for id_ in reversed(drawn)}
    return list(first.values())


def test_the_panel_says_nothing_past_its_translation(drawing: Board):
    editor = _editor(drawing)
    left = _left(editor)

    for id_ in _one_of_each_kind():
        editor.locator(f"[data-element-id={id_}] .djs-hit").first.dispatch_event("click")
        expect(editor.locator(".redress-panel code")).to_have_text(id_)
        left |= _left(editor)

    assert left == set()


def test_palette_menus_search_and_simulation_say_nothing_past_their_translation(drawing: Board):
    editor = _editor(drawing)
    register = editor.locator("[data-element-id=register] .djs-hit").first
    register.dispatch_event("click")

    editor.locator(".djs-context-pad [data-action=replace]").click()
    expect(editor.get_by_text("⟦Service task⟧")).to_be_visible()
    left = _left(editor)
    editor.locator(".djs-palette [data-action=redress-templates]").click()
    expect(editor.get_by_text("⟦Clock-bound task⟧")).to_be_visible()
    left |= _left(editor)
    for name in ("⟦Map⟧", "⟦Search⟧", "⟦Play tokens⟧"):
        editor.get_by_role("button", name=name).click()
        left |= _left(editor)
    editor.get_by_title("⟦Toggle Simulation Log⟧").click()
    expect(editor.get_by_text("⟦Simulation Log⟧")).to_be_visible()
    left |= _left(editor)

    assert left == set()


def test_what_nobody_translates_is_noticed(drawing: Board):
    """Plant the bug: a button that somebody labelled in one language."""
    editor = _editor(drawing)

    editor.evaluate("(root) => root.querySelector('.redress-bar button').title = 'Undo it'")

    assert _left(editor) == {"Undo it"}


def test_tables_say_nothing_past_their_translation(desk: Board):
    words = _words("desk", "tables")
    xml = TRIAGE.replace("</definitions>", SECOND)
    editor = desk.open(xml, words=words, alt="⟦It⟧")

    left = _left(editor, xml)
    editor.locator(".hit-policy").click()
    editor.locator("th.input-cell").first.dblclick()
    left |= _left(editor, xml)

    assert left == set()


def test_a_diagram_with_marks_says_nothing_past_its_translation(viewer: Board):
    marks = {
        "counts": {"register": {"n": 3, "late": 1}},
        "current": ["register"],
        "done": ["assess"],
        "added": ["register"],
        "removed": ["assess"],
        "changed": {"assign": "⟦due⟧"},
        "covered": ["acknowledge"],
        "missed": ["investigate"],
    }

    shown = viewer.open(COMPLAINT, words=_words("diagram"), alt="⟦It⟧", **marks)
    frame = viewer.page.locator(".redress-frame")

    expect(frame.get_by_text("⟦Not covered⟧: 1")).to_be_visible()
    expect(shown.get_by_role("button", name="⟦Show all⟧")).to_be_visible()
    assert _left(frame) == set()
