"""The list of work in a real browser: links, keys, focus, and text that stays text."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ui.parts.source import source
from ui.parts.worklist import Choice, Row, read_choice

pytestmark = pytest.mark.e2e

ORIGIN = "http://worklist.test"
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
HOST = """<!doctype html><meta charset="utf-8"><title>List</title><input id="field">
<div id="host"></div>
<script type="module">
  import show from "/worklist.js";
  const parentElement = document.querySelector("#host").attachShadow({ mode: "open" });
  const setTriggerValue = (name, value) => window.chosen.push(value);
  window.chosen = [];
  window.show = (data) => { window.close = show({ parentElement, data, setTriggerValue }); };
</script>"""

Show = Callable[..., None]


def _rows(count: int = 4) -> list[Row]:
    return [
        Row(
            id=f"s{number}",
            href=f"/case?ref=C-{number}",
            title=HOSTILE if number == 2 else f"Complaint {number}",
            about=f"C-{number}",
            severity="Major",
            tone="orange",
            step="Assess",
            due="in 3 h",
            used=40,
            assignee="" if number % 2 else "Hanna",
            can_claim=bool(number % 2),
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    tab = browser.new_page()
    tab.route(
        "**/*",
        lambda route: (
            route.fulfill(body=source("list.js", "worklist.js"), content_type="text/javascript")
            if route.request.url.endswith("worklist.js")
            else route.fulfill(body=HOST, content_type="text/html")
        ),
    )
    yield tab
    tab.close()


@pytest.fixture
def show(tab: Page) -> Show:
    tab.goto(ORIGIN)
    tab.wait_for_function("() => Boolean(window.show)")

    def shown(rows: list[Row], **data: Any) -> None:
        rows_as_sent = [asdict(row) for row in rows]
        head = ["Complaint", "Severity", "Next step", "Due", "Assigned to"]
        tab.evaluate(
            "(data) => window.show(data)",
            {"caption": "Steps", "head": head, "rows": rows_as_sent, "selected": None, **data},
        )

    shown(_rows())
    return shown


def _focused(tab: Page) -> str:
    script = "() => document.querySelector('#host').shadowRoot.activeElement?.textContent ?? ''"
    text: str = tab.evaluate(script)
    return text


def test_the_list_is_a_table_of_links_with_names(tab: Page, show: Show):
    expect(tab.get_by_role("table", name="Steps")).to_be_visible()
    expect(tab.get_by_role("columnheader")).to_have_count(6)
    expect(tab.get_by_role("link", name="Complaint 1 C-1")).to_have_attribute(
        "href", "/case?ref=C-1"
    )


def test_text_of_a_complaint_stays_text(tab: Page, show: Show):
    expect(tab.get_by_text(HOSTILE)).to_be_visible()
    assert tab.title() == "List"
    assert tab.locator("#host img").count() == 0


def test_j_and_k_walk_through_the_lines_and_stop_at_the_ends(tab: Page, show: Show):
    seen = []
    for key in "jjkkkjjjjj":
        tab.keyboard.press(key)
        seen.append(_focused(tab)[-1])

    assert "".join(seen) == "0100012333"


def test_keys_that_are_typed_into_a_field_stay_there(tab: Page, show: Show):
    tab.locator("#field").focus()

    tab.keyboard.type("jkj")

    expect(tab.locator("#field")).to_have_value("jkj")
    assert _focused(tab) == ""


def test_the_focus_stays_on_its_line_when_the_list_changes(tab: Page, show: Show):
    tab.get_by_role("link", name="Complaint 3").focus()

    show(list(reversed(_rows(6))))

    assert _focused(tab) == "Complaint 3 C-3"


def test_a_click_opens_and_the_button_claims(tab: Page, show: Show):
    tab.get_by_text("Assess").first.click()
    tab.get_by_role("button", name="Claim Complaint 1").click()
    tab.get_by_role("link", name="Complaint 3").focus()
    tab.keyboard.press("Enter")

    assert tab.evaluate("window.chosen") == [
        {"id": "s0", "what": "open"},
        {"id": "s1", "what": "claim"},
        {"id": "s3", "what": "open"},
    ]


def test_a_click_with_ctrl_is_left_to_the_browser(tab: Page, show: Show):
    tab.evaluate("addEventListener('click', (event) => event.preventDefault())")

    tab.get_by_role("link", name="Complaint 1").click(modifiers=["Control"])

    assert tab.evaluate("window.chosen") == []


def test_a_list_that_left_the_page_no_longer_listens(tab: Page, show: Show):
    tab.evaluate("window.close()")

    tab.keyboard.press("j")

    assert tab.locator("#host table").count() == 0
    assert _focused(tab) == ""


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"id": "s1", "what": "claim"}, Choice("s1", "claim")),
        ({"id": "s0", "what": "open"}, Choice("s0", "open")),
        ({"id": "s0", "what": "claim"}, None),
        ({"id": "s9", "what": "open"}, None),
        ({"id": "s0", "what": "delete"}, None),
        ({"what": "open"}, None),
        ("s0", None),
        (None, None),
    ],
)
def test_only_what_the_list_offers_is_read_from_a_browser(sent: object, read: Choice | None):
    assert read_choice(sent, _rows()) == read


def test_a_list_that_writes_markup_is_caught(tab: Page, show: Show):
    script = (
        "(x) => { document.querySelector('#host').shadowRoot.querySelector('a').innerHTML = x; }"
    )
    tab.evaluate(script, HOSTILE)

    with pytest.raises(AssertionError):
        test_text_of_a_complaint_stays_text(tab, show)
