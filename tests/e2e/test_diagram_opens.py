"""The built viewer opens every shipped diagram, in a real browser, and complains about nothing."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.drawing import shipped
from ui.asset import FOLDER, asset_address

pytestmark = pytest.mark.e2e

ORIGIN = "http://viewer.test"
COMPLAINT = next(path for path in shipped() if path.stem == "complaint").read_text("utf-8")

HOST = """<!doctype html><meta charset="utf-8"><title>Viewer</title>
<meta name="viewport" content="width=device-width">
<div id="host"></div>
<script type="module">
  import show from "%s";
  const parentElement = document.querySelector("#host").attachShadow({ mode: "open" });
  const setTriggerValue = (name, value) => { document.body.dataset[name] = value; };
  window.show = (data) => { window.close = show({ parentElement, data, setTriggerValue }); };
</script>"""

Show = Callable[..., Locator]


def answer(route: Route) -> None:
    """Serve the page and the assets from memory and disk: no server, no network."""
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/":
        route.fulfill(body=HOST % asset_address("viewer.js"), content_type="text/html")
    elif path.startswith("/assets/"):
        route.fulfill(path=FOLDER / path.removeprefix("/assets/"), content_type="text/javascript")
    else:
        route.abort()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    tab.route("**/*", answer)
    yield tab
    tab.close()


@pytest.fixture
def show(tab: Page) -> Show:
    """Show a diagram in a fresh page and return the viewer when it is ready."""

    def ready(xml: str, *, settled: str = "[data-rev]", **data: Any) -> Locator:
        tab.goto(f"{ORIGIN}/")
        tab.wait_for_function("() => Boolean(window.show)")
        tab.evaluate(
            "(data) => window.show(data)",
            {"xml": xml, "rev": "1", "height": 420, "alt": "The process", **data},
        )
        viewer = tab.locator(".redress-viewer")
        tab.locator(f".redress-viewer{settled}").wait_for(state="attached")
        return viewer

    return ready


def _warnings(viewer: Locator) -> list[str]:
    found: list[str] = json.loads(viewer.get_attribute("data-warnings") or "[]")
    return found


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.name)
def test_a_shipped_diagram_opens_without_a_warning(show: Show, path):
    viewer = show(path.read_text("utf-8"))

    warnings = _warnings(viewer)

    assert warnings == []
    assert viewer.get_attribute("data-error") is None


def test_a_planted_defect_is_warned_about(show: Show):
    defective = COMPLAINT.replace('bpmnElement="assess"', 'bpmnElement="gone"', 1)

    viewer = show(defective)

    assert any("gone" in warning for warning in _warnings(viewer))


def test_a_broken_file_is_answered_with_a_sentence(show: Show):
    viewer = show("<bpmn:definitions", settled="[data-error]")

    expect(viewer.get_by_text("This diagram cannot be shown")).to_be_visible()


def test_the_whole_diagram_is_in_sight_and_the_watermark_stays_visible(show: Show):
    viewer = show(COMPLAINT)
    frame = viewer.bounding_box()
    drawn = viewer.locator("[data-element-id=participant_organisation]").bounding_box()

    assert frame is not None
    assert drawn is not None
    assert frame["x"] <= drawn["x"]
    assert drawn["x"] + drawn["width"] <= frame["x"] + frame["width"]
    expect(viewer.locator(".bjs-powered-by")).to_be_visible()


def test_a_diagram_in_a_closed_tab_fits_when_the_tab_opens(show: Show, tab: Page):
    viewer = show(COMPLAINT)
    tab.evaluate("document.querySelector('#host').style.display = 'none'")
    tab.evaluate("(data) => window.show(data)", {"xml": COMPLAINT, "rev": "2", "alt": "Again"})
    tab.locator(".redress-viewer[data-rev='2']").wait_for(state="attached")

    tab.evaluate("document.querySelector('#host').style.display = 'block'")

    pool = viewer.locator("[data-element-id=participant_organisation] .djs-visual").first
    expect(pool).to_be_in_viewport(ratio=0.9)


def test_where_the_case_stands_is_told_in_colour_and_in_words(show: Show):
    viewer = show(
        COMPLAINT,
        current=["investigate"],
        done=["register"],
        counts={"assign": {"n": 12, "late": 3}},
    )
    told = viewer.locator(".redress-steps li").all_text_contents()

    expect(viewer.locator(".redress-current[data-element-id=investigate]")).to_have_count(1)
    expect(viewer.locator(".redress-done[data-element-id=register]")).to_have_count(1)
    expect(viewer.locator(".redress-badge")).to_have_text("123 late")
    assert "Investigate: waiting now" in told
    assert "Register the complaint: done" in told
    assert "Assign the complaint: not reached, 12 cases wait, 3 late" in told


def test_marks_follow_the_case_without_moving_the_view(show: Show, tab: Page):
    viewer = show(COMPLAINT, current=["register"])
    viewer.get_by_role("button", name="Larger").click()
    place = viewer.locator(".viewport").get_attribute("transform")

    tab.evaluate(
        "(data) => window.show(data)",
        {"xml": COMPLAINT, "rev": "1", "alt": "The process", "current": ["assess"]},
    )

    expect(viewer.locator(".redress-current")).to_have_attribute("data-element-id", "assess")
    assert viewer.locator(".viewport").get_attribute("transform") == place


def test_a_click_names_the_step_and_a_click_on_a_lane_nothing(show: Show, tab: Page):
    viewer = show(COMPLAINT)

    viewer.locator("[data-element-id=lane_safety_officer] .djs-hit").first.click(
        position={"x": 2, "y": 5}
    )
    lane = tab.locator("body").get_attribute("data-clicked")
    viewer.locator("[data-element-id=investigate] .djs-hit").first.click()

    assert lane is None
    expect(tab.locator("body")).to_have_attribute("data-clicked", "investigate")


def test_nothing_is_left_when_the_page_is_left(show: Show, tab: Page):
    viewer = show(COMPLAINT)

    tab.evaluate("window.close()")

    expect(viewer).to_have_count(0)
