"""The diagram on a telephone: badges that can be told apart, and fingers that move it."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from tests.e2e.seat import PHONE
from tests.e2e.test_diagram_opens import COMPLAINT, ORIGIN, answer

pytestmark = pytest.mark.e2e

WAITING = ("register", "assess", "acknowledge", "assign", "investigate", "draft_decision")
COUNTS = {name: {"n": 3 + number, "late": number % 3} for number, name in enumerate(WAITING)}


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    tab = context.new_page()
    tab.route("**/*", answer)
    yield tab
    context.close()


@pytest.fixture
def viewer(tab: Page) -> Locator:
    """The complaint process with cases that wait at steps that lie close together."""
    tab.goto(f"{ORIGIN}/")
    tab.wait_for_function("() => Boolean(window.show)")
    data = {"xml": COMPLAINT, "rev": "1", "height": 470, "alt": "The process", "counts": COUNTS}
    tab.evaluate("(data) => window.show(data)", data)
    tab.locator(".redress-viewer[data-rev]").wait_for(state="attached")
    return tab.locator(".redress-viewer")


@pytest.fixture
def fingers(tab: Page) -> Iterator[CDPSession]:
    session = tab.context.new_cdp_session(tab)
    yield session
    session.detach()


WIDE = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" targetNamespace="x" id="d">
<bpmn:process id="p"><bpmn:task id="a" name="A"/><bpmn:task id="b" name="B"/></bpmn:process>
<bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="plane" bpmnElement="p">
<bpmndi:BPMNShape id="sa" bpmnElement="a"><dc:Bounds x="0" y="0" width="100" height="80"/>
</bpmndi:BPMNShape>
<bpmndi:BPMNShape id="sb" bpmnElement="b"><dc:Bounds x="900" y="0" width="100" height="80"/>
</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""


def test_the_frame_is_as_high_as_a_wide_diagram(tab: Page):
    tab.goto(f"{ORIGIN}/")
    tab.wait_for_function("() => Boolean(window.show)")

    tab.evaluate("(data) => window.show(data)", {"xml": WIDE, "rev": "w", "height": 500, "alt": ""})

    canvas = tab.locator(".redress-canvas")
    expect(tab.locator(".redress-viewer[data-rev]")).to_be_attached()
    tab.wait_for_function(
        "() => document.querySelector('#host').shadowRoot.querySelector('.redress-frame')"
        ".offsetHeight < 120"
    )
    box, step = canvas.bounding_box(), tab.locator("[data-element-id=a]").first.bounding_box()
    assert box is not None
    assert step is not None
    assert box["height"] < 3 * step["height"]


def test_a_diagram_too_wide_for_a_telephone_shows_its_warmest_step(tab: Page):
    tab.goto(f"{ORIGIN}/")
    tab.wait_for_function("() => Boolean(window.show)")
    warm = {"assess": {"value": 1, "label": "1 d"}, "investigate": {"value": 9, "label": "9 d"}}

    given = {"xml": COMPLAINT, "rev": "1", "height": 500, "alt": "", "heat": warm, "scale": "Time"}
    tab.evaluate("(data) => window.show(data)", given)

    expect(tab.locator("[data-element-id=investigate] .djs-visual").first).to_be_in_viewport(
        ratio=1
    )
    frame = tab.locator(".redress-frame").bounding_box()
    assert frame is not None
    assert frame["height"] < 440


def _overlapping(viewer: Locator) -> list[tuple[Any, Any]]:
    boxes = [badge.bounding_box() for badge in viewer.locator(".redress-badge").all()]
    return [(one, other) for one, other in combinations(boxes, 2) if _meet(one, other)]


def _meet(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "width"), ("y", "height"))
    )


def _move(fingers: CDPSession, *ways: tuple[tuple[float, float], tuple[float, float]]) -> None:
    """Put down a finger for each way, and lead it there in some steps."""

    def send(kind: str, share: float) -> None:
        points = [
            {"x": a + (c - a) * share, "y": b + (d - b) * share, "id": number}
            for number, ((a, b), (c, d)) in enumerate(ways)
        ]
        here = [] if kind == "touchEnd" else points
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": here})

    send("touchStart", 0)
    for step in range(1, 6):
        send("touchMove", step / 5)
    send("touchEnd", 1)


def _seen(viewer: Locator) -> tuple[float, float, float]:
    """Return scale and place of what is seen."""
    drawn = viewer.locator(".viewport").get_attribute("transform") or ""
    scale, _, _, _, x, y = (float(part) for part in re.findall(r"[-.\de]+", drawn[6:]))
    return scale, x, y


def test_a_phone_first_shows_where_most_cases_wait_large_enough_to_read(viewer: Locator):
    scale, *_place = _seen(viewer)

    busiest = viewer.locator("[data-element-id=draft_decision] .djs-visual").first
    assert scale == pytest.approx(0.7)
    expect(busiest).to_be_in_viewport(ratio=0.9)
    expect(viewer.locator(".redress-badge strong").first).to_be_visible()


def test_badges_do_not_overlap_however_small_the_diagram_is(viewer: Locator):
    viewer.get_by_role("button", name="Show all").click()
    expect(viewer).to_have_class("redress-viewer redress-far")

    assert viewer.locator(".redress-badge").count() == len(WAITING)
    assert _overlapping(viewer) == []
    expect(viewer.locator(".redress-badge strong").first).to_be_hidden()


def test_badges_that_stay_where_they_are_overlap(viewer: Locator, tab: Page):
    """Plant the bug: nothing moves the badges apart."""
    viewer.get_by_role("button", name="Show all").click()
    expect(viewer).to_have_class("redress-viewer redress-far")

    for badge in viewer.locator(".redress-badge").all():
        badge.evaluate("(badge) => badge.style.removeProperty('--redress-down')")

    assert _overlapping(viewer) != []


def test_one_finger_moves_the_diagram_sideways_only(viewer: Locator, fingers: CDPSession):
    before = _seen(viewer)

    _move(fingers, ((200, 250), (120, 260)))

    after = _seen(viewer)
    assert after[0] == pytest.approx(before[0])
    assert after[1] < before[1] - 50
    assert after[2] == pytest.approx(before[2])


def test_two_fingers_move_and_zoom(viewer: Locator, fingers: CDPSession):
    before = _seen(viewer)

    _move(fingers, ((180, 200), (100, 240)), ((220, 200), (300, 240)))

    after = _seen(viewer)
    assert after[0] > 2 * before[0]
    assert _overlapping(viewer) == []


def test_a_finger_that_moves_the_diagram_taps_no_step(
    viewer: Locator, fingers: CDPSession, tab: Page
):
    step = viewer.locator("[data-element-id=draft_decision] .djs-hit").first
    box = step.bounding_box()
    assert box is not None
    at = (box["x"] + 30, box["y"] + 30)
    step.tap(position={"x": 10, "y": 30})
    expect(tab.locator("body")).to_have_attribute("data-clicked", "draft_decision")
    tab.evaluate("delete document.body.dataset.clicked")

    _move(fingers, (at, (at[0] - 40, at[1])))

    assert tab.locator("body").get_attribute("data-clicked") is None
