"""A complaint written down on behalf of a caller: by keyboard alone, and only once."""

import re
import sys
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.seat import Seat, Sit
from tests.e2e.test_accessibility import faults

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

FOCUS = """() => {
    const here = document.activeElement;
    return here.getAttribute("aria-label") || here.innerText || "";
}"""


KEY, THOUGHT = 0.28, 1.35
"""Seconds for a key, and to think of what comes next, of an average typist: the keystroke-level
model of Card, Moran and Newell (1980).
"""


def _tab_to(seat: Seat, name: str) -> int:
    """Press Tab until something of this name has the focus, and return how often it took."""
    for pressed in range(1, 61):
        seat.tab.keyboard.press("Tab")
        if seat.tab.evaluate(FOCUS).strip().startswith(name):
            return pressed
    raise AssertionError(f"{name} is not reached by Tab")


def _record(seat: Seat, summary: str) -> float:
    """Write a call down, and return for how many seconds a person would type and think."""
    seat.open("/new")
    said = {
        "In one sentence": summary,
        "Complainant": "Jane Canary",
        "E-mail": "turquoise@example.org",
        "Telephone": "020 7946 0000",
    }
    keys = 0
    for label, text in said.items():
        keys += _tab_to(seat, label) + len(text)
        seat.tab.keyboard.type(text)
    keys += _tab_to(seat, "Record the complaint") + 1
    seat.tab.keyboard.press("Enter")
    return keys * KEY + (len(said) + 1) * THOUGHT


@pytest.mark.iso("4.5", "7.2")
def test_a_call_is_written_down_by_keyboard_and_its_double_is_seen_before(sit: Sit, site):
    handler = sit("hanna")
    begun = time.monotonic()
    by_hand = _record(handler, "The turquoise xylophone hums")
    handler.sees("Tracking code for the complainant")
    taken = by_hand + time.monotonic() - begun
    sys.stdout.write(f"a call is written down in {taken:.0f} s, {by_hand:.0f} of them by hand\n")
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

    assert taken < 60
    assert re.fullmatch(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", code)
    assert again.inner_text().strip() != code
    assert found == []
