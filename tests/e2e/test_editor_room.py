"""The editors with little room, on the whole screen, and on what is sought in them."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.drawing_board import Board, board, box_of
from tests.e2e.seat import PHONE
from tests.e2e.test_diagram_opens import COMPLAINT
from tests.e2e.test_editor import SMALL
from tests.e2e.test_table_editor import SECOND

pytestmark = pytest.mark.e2e

_PLANE = """<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
  xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"><dmndi:DMNDiagram id="dd">
  <dmndi:DMNShape id="s1" dmnElementRef="triage"><dc:Bounds x="9" y="9" width="180" height="80"/>
  </dmndi:DMNShape><dmndi:DMNShape id="s2" dmnElementRef="fee">
  <dc:Bounds x="300" y="9" width="180" height="80"/></dmndi:DMNShape>
  </dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>"""


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Board]:
    for made in board(browser, "modeler.js", ".redress-editor", has_touch=True):
        made.page.set_viewport_size(PHONE)
        yield made


@pytest.fixture(scope="module")
def drawing(browser: Browser) -> Iterator[Board]:
    yield from board(browser, "modeler.js", ".redress-editor")


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Board]:
    yield from board(browser, "dmn.js", ".redress-editor")


def test_on_a_telephone_the_properties_are_a_sheet_below_what_is_drawn(phone: Board):
    editor = phone.open(SMALL)
    expect(editor.locator(".redress-panel")).to_be_hidden()
    editor.locator("[data-element-id=work] .djs-hit").first.tap()

    editor.get_by_role("button", name="Properties", exact=True).tap()

    panel, canvas = (
        box_of(editor.locator(".redress-panel")),
        box_of(editor.locator(".redress-canvas")),
    )
    assert panel["y"] >= canvas["y"] + canvas["height"] - 1
    assert canvas["height"] > 200
    assert panel["width"] > 0.9 * PHONE["width"]
    step = box_of(editor.locator("[data-element-id=work] .djs-hit").first)
    assert canvas["y"] < step["y"] < canvas["y"] + canvas["height"] - step["height"]
    expect(editor.get_by_label("Due within")).to_have_value("2 working days")
    editor.get_by_role("button", name="Close the properties").tap()
    expect(editor.locator(".redress-panel")).to_be_hidden()


def test_on_a_telephone_every_button_is_within_reach(phone: Board):
    editor = phone.open(SMALL)

    buttons = editor.get_by_role("toolbar").get_by_role("button").all()

    edges = [box_of(button) for button in buttons if button.is_visible()]
    assert max(edge["x"] + edge["width"] for edge in edges) <= PHONE["width"]
    assert len(edges) == 10


def test_the_editor_takes_the_whole_screen_and_gives_it_back(drawing: Board):
    editor = drawing.open(SMALL)
    button = editor.get_by_role("button", name="Full screen")

    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    whole = box_of(editor)
    button.click()

    expect(button).to_have_attribute("aria-pressed", "false")
    size = drawing.page.evaluate("[innerWidth, innerHeight]")
    assert [whole["width"], whole["height"]] == size
    assert box_of(editor)["height"] == 680


def test_a_step_is_found_by_a_part_of_its_name(drawing: Board):
    editor = drawing.open(COMPLAINT)

    editor.get_by_role("button", name="Search", exact=True).click()
    sought = editor.locator(".djs-search-input input")
    expect(sought).to_be_focused()
    drawing.page.keyboard.type("write the ack")
    expect(editor.locator(".djs-search-result-selected")).to_contain_text("acknowledge")
    drawing.page.keyboard.press("Enter")

    expect(editor.locator(".redress-panel code")).to_have_text("acknowledge")
    expect(editor.locator("[data-element-id=acknowledge] .djs-visual").first).to_be_in_viewport()


def test_how_tables_depend_is_drawn_and_leads_to_each_table(desk: Board):
    triage = (files("bpmn") / "triage.dmn").read_text("utf-8")
    both = triage.replace("</definitions>", SECOND.replace("</definitions>", _PLANE))
    editor = desk.open(both)

    editor.get_by_role("button", name="How they depend").click()
    expect(editor.locator("[data-element-id=fee]")).to_be_visible()
    editor.locator("[data-element-id=fee] .djs-hit").first.hover()
    editor.locator(".drill-down-overlay").last.click()

    expect(editor.get_by_role("button", name="Fee")).to_have_attribute("aria-pressed", "true")
    expect(editor.locator(".decision-table-name")).to_have_text("Fee")
