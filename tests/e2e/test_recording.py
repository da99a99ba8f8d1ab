"""A complaint written down on behalf of a caller: by keyboard alone, and only once."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.seat import Seat, Sit
from tests.e2e.test_accessibility import faults

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

FOCUS = """() => {
    const here = document.activeElement;
    return here.getAttribute("aria-label") || here.innerText || "";
}"""


def _tab_to(seat: Seat, name: str) -> None:
    """Press Tab until something of this name has the focus, as somebody without a mouse does."""
    for _ in range(60):
        seat.tab.keyboard.press("Tab")
        if seat.tab.evaluate(FOCUS).strip().startswith(name):
            return
    raise AssertionError(f"{name} is not reached by Tab")


def _record(seat: Seat, summary: str) -> None:
    seat.open("/new")
    for label, text in (
        ("In one sentence", summary),
        ("Complainant", "Jane Canary"),
        ("E-mail", "turquoise@example.org"),
        ("Telephone", "020 7946 0000"),
    ):
        _tab_to(seat, label)
        seat.tab.keyboard.type(text)
    _tab_to(seat, "Record the complaint")
    seat.tab.keyboard.press("Enter")


@pytest.mark.iso("4.5", "7.2")
def test_a_call_is_written_down_by_keyboard_and_its_double_is_seen_before(sit: Sit, site):
    handler = sit("hanna")
    _record(handler, "The turquoise xylophone hums")
    handler.sees("Tracking code for the complainant")
    code = handler.tab.get_by_test_id("stCode").inner_text().strip()
    handler.tab.get_by_test_id("stToast").get_by_role("button").click()
    expect(handler.tab.get_by_test_id("stToast")).to_have_count(0)
    found = faults(handler, "code")

    _record(handler, "My xylophone hums in turquoise")
    dialog = handler.tab.get_by_role("dialog")
    expect(dialog).to_contain_text("the same e-mail and the same telephone and similar words")
    found += faults(handler, "alike")
    _tab_to(handler, "Record it all the same")
    handler.tab.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    again = handler.tab.get_by_test_id("stCode")
    expect(again).to_be_visible()

    assert re.fullmatch(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", code)
    assert again.inner_text().strip() != code
    assert found == []
