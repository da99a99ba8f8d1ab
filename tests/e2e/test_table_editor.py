"""The editor of decision tables alone in a browser."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.canonical import lost_and_gained
from tests.e2e.drawing_board import Board, board

pytestmark = pytest.mark.e2e

TRIAGE = (files("bpmn") / "triage.dmn").read_text("utf-8")
GRAVEST, CARE = "triage_gravest", "triage_potential_danger_care"
SECOND = """<decision id="fee" name="Fee"><decisionTable id="fee_table" hitPolicy="FIRST">
<input id="i"><inputExpression id="ie"><text>amount</text></inputExpression></input>
<output id="o" name="fee" typeRef="number"/></decisionTable></decision>
</definitions>"""


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Board]:
    yield from board(browser, "dmn.js", ".redress-editor")


def _type(desk: Board, editor: Locator, row: str, text: str) -> None:
    """Write into the first cell of a rule, and leave it."""
    cell = editor.locator(f"td[data-row-id={row}].input-cell").first
    cell.click()
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.type(text)
    editor.locator(".decision-table-name").click()


def test_a_cell_is_edited_and_all_else_in_the_file_stays(desk: Board):
    editor = desk.open(TRIAGE)

    _type(desk, editor, GRAVEST, "3")

    lost, gained = lost_and_gained(TRIAGE.encode(), desk.saved().encode())
    assert [(len(lost), each[1:]) for each in gained] == [(len(lost), ("text", "3"))]
    assert len(lost) <= 1


def test_undo_gives_back_the_file_as_it_came(desk: Board):
    editor = desk.open(TRIAGE)
    _type(desk, editor, GRAVEST, "3")
    desk.saved()

    editor.get_by_role("button", name="Undo").click()

    assert desk.saved() == TRIAGE


def test_findings_stand_beside_and_lead_to_their_rule(desk: Board):
    found = [{"element": CARE, "severity": "advice", "sentence": "No case comes to rule 3."}]
    editor = desk.open(TRIAGE, findings=found)

    editor.get_by_role("button", name="No case comes to rule 3.").click()

    sought = editor.locator(f"td[data-row-id={CARE}]").first
    expect(sought).to_be_in_viewport()
    expect(editor.locator("tr.redress-marked")).to_have_count(1)


def test_each_table_of_a_file_has_its_button(desk: Board):
    editor = desk.open(TRIAGE.replace("</definitions>", SECOND), focus={"id": "o", "n": 1})

    expect(editor.get_by_role("button", name="Fee")).to_have_attribute("aria-pressed", "true")
    editor.get_by_role("button", name="Route and priority").click()
    expect(editor.get_by_text("Amount at stake")).to_be_visible()


def test_nothing_is_asked_outside_and_everybody_can_use_it(desk: Board):
    editor = desk.open(TRIAGE)
    expect(editor.locator(".bjs-powered-by, .powered-by")).to_be_visible()

    found = Axe().run(desk.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})

    violations = found.response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert desk.outside == []
