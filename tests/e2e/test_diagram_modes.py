"""The viewer's other modes: two versions beside each other, coverage and a heat map."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.drawing_board import box_of
from tests.e2e.test_diagram_opens import COMPLAINT, ORIGIN, answer

pytestmark = pytest.mark.e2e

LATER = COMPLAINT.replace('"investigate"', '"look_into"').replace(">investigate<", ">look_into<")
COMPARED = {
    "before": COMPLAINT,
    "revBefore": "earlier",
    "xml": LATER,
    "titles": {"before": "Version 3", "after": "Draft"},
    "added": ["look_into", "never_drawn"],
    "removed": ["investigate"],
    "changed": {"assess": "due 5 working days, before 3 working days"},
}

Show = Callable[..., Locator]


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    tab.route("**/*", answer)
    yield tab
    tab.close()


@pytest.fixture
def show(tab: Page) -> Show:
    """Show what is handed in and return the frame when every diagram in it is ready."""
    tab.goto(f"{ORIGIN}/")
    tab.wait_for_function("() => Boolean(window.show)")

    def ready(**data: Any) -> Locator:
        tab.evaluate(
            "(data) => window.show(data)",
            {"xml": COMPLAINT, "rev": "1", "height": 520, "alt": "The process", **data},
        )
        frame = tab.locator(".redress-frame")
        expect(frame.locator(".redress-viewer:not([data-rev])")).to_have_count(0)
        return frame

    return ready


def _sides(frame: Locator) -> tuple[Locator, Locator]:
    sides = frame.locator(".redress-side")
    return sides.nth(0), sides.nth(1)


def _place(side: Locator) -> list[float]:
    """Return scale and place of what is seen."""
    drawn = side.locator(".viewport").get_attribute("transform") or ""
    return [float(part) for part in re.findall(r"[-.\de]+", drawn[6:])]


def _alike(one: Locator, other: Locator) -> bool:
    return _place(one) == pytest.approx(_place(other), abs=0.05, rel=0.005)


def _marked(side: Locator, kind: str) -> list[str]:
    marked = side.locator(f"g.redress-{kind}").all()
    return [element.get_attribute("data-element-id") or "" for element in marked]


def test_each_version_shows_what_it_has_and_the_other_has_not(show: Show):
    before, after = _sides(show(**COMPARED))

    assert _marked(before, "removed") == ["investigate"]
    assert _marked(after, "added") == ["look_into"]
    assert _marked(before, "changed") == _marked(after, "changed") == ["assess"]
    assert _marked(before, "added") == _marked(after, "removed") == []


def test_a_difference_is_told_by_a_sign_and_in_words_and_not_by_colour_alone(show: Show):
    frame = show(**COMPARED)
    _before, after = _sides(frame)

    told = after.locator(".redress-steps li").all_text_contents()

    assert "Assess the complaint: changed: due 5 working days, before 3 working days" in told
    expect(after.locator(".redress-sign-changed")).to_have_attribute(
        "title", "Changed: due 5 working days, before 3 working days"
    )
    expect(frame.locator(".redress-legend")).to_have_text("AddedRemovedChanged")


def test_versions_are_opened_where_they_differ(show: Show):
    far = COMPARED | {"added": [], "removed": [], "changed": {}}
    whole = _place(_sides(show(**far))[0])
    near = COMPARED | {"xml": COMPLAINT, "added": [], "removed": [], "rev": "2"}

    before, after = _sides(show(**near))

    assert _place(before)[0] > 2 * whole[0]
    assert _alike(before, after)
    for side in (before, after):
        drawn = side.locator("[data-element-id=assess] .djs-visual").first
        expect(drawn).to_be_in_viewport(ratio=1)
    before.get_by_role("button", name="Show all").click()
    assert _alike(before, after)
    assert _place(before)[0] == pytest.approx(whole[0], rel=0.01)


def test_both_versions_move_and_zoom_as_one(show: Show):
    before, after = _sides(show(**COMPARED))
    first = _place(before)

    after.get_by_role("button", name="Larger").click()

    assert _place(after) != first
    assert _alike(before, after)


def test_what_is_gone_is_sought_in_the_version_that_had_it(show: Show):
    before, after = _sides(show(**COMPARED))

    show(**COMPARED, focus={"id": "investigate", "n": 1})

    drawn = before.locator("[data-element-id=investigate] .djs-visual").first
    expect(drawn).to_be_in_viewport(ratio=1)
    box = box_of(drawn)
    assert box["width"] > 80
    assert _alike(before, after)


def test_coverage_tells_what_was_passed_and_what_never(show: Show):
    frame = show(covered=["register", "assess"], missed=["investigate"])

    told = frame.locator(".redress-steps li").all_text_contents()

    assert sorted(_marked(frame, "covered")) == ["assess", "register"]
    assert _marked(frame, "missed") == ["investigate"]
    assert "Investigate: not covered" in told
    expect(frame.locator(".redress-legend")).to_have_text("Covered: 2Not covered: 1")


def test_a_heat_map_has_a_scale_and_says_its_values(show: Show):
    heat = {
        "assess": {"value": 0.5, "label": "4 h", "title": "Half of all cases take 4 hours"},
        "investigate": {"value": 9, "label": "9 d", "title": ""},
    }

    frame = show(heat=heat, scale="Median working time")

    assert _marked(frame, "heat-0") == ["assess"]
    assert _marked(frame, "heat-4") == ["investigate"]
    assert frame.locator(".redress-badge").all_text_contents() == ["4 h", "9 d"]
    expect(frame.locator(".redress-legend")).to_have_text("Median working time 4 h9 d")
    told = frame.locator(".redress-steps li").all_text_contents()
    assert "Assess the complaint: Half of all cases take 4 hours" in told


def _loops(*ways: tuple[str, str, int]) -> list[dict[str, Any]]:
    return [{"from": a, "to": b, "n": n, "title": f"{b} after {a}"} for a, b, n in ways]


def test_a_loop_is_drawn_back_to_the_step_that_was_begun_anew(show: Show):
    heat = {"draft_decision": {"value": 0.3, "label": "30%", "title": "Done again"}}
    back, itself = ("approve_decision", "draft_decision", 1_200), ("investigate", "investigate", 3)
    onward, nowhere = (
        ("draft_decision", "approve_decision", 1_200),
        ("approve_decision", "never_drawn", 1),
    )

    frame = show(heat=heat, scale="Done again", loops=_loops(back, itself, onward, nowhere))

    drawn = frame.locator(".redress-loop")
    assert drawn.locator("text").all_text_contents() == ["1,200×", "3×"]  # noqa: RUF001 - times
    assert drawn.locator("title").all_text_contents()[0] == "draft_decision after approve_decision"
    head = box_of(drawn.locator(".redress-loop-head").first)
    step = box_of(frame.locator("[data-element-id=draft_decision] .djs-visual").first)
    assert step["x"] - 12 < head["x"] < step["x"] + step["width"] / 2
    assert head["y"] + head["height"] == pytest.approx(step["y"], abs=6)
    expect(frame.locator(".redress-legend")).to_contain_text("Begun anew after")

    show(heat=heat, scale="Median", loops=[])

    expect(frame.locator(".redress-loop")).to_have_count(0)


def test_loops_stay_readable_when_the_whole_diagram_is_small(show: Show):
    frame = show(heat={}, loops=_loops(("approve_decision", "draft_decision", 12)))
    label = frame.locator(".redress-loop-count")
    first = box_of(label)

    for _ in range(3):
        frame.get_by_role("button", name="Smaller").click()

    expect(label).to_be_visible()
    smaller = box_of(label)
    assert min(first["height"], smaller["height"]) > 11


def test_an_element_is_gone_to_once_for_each_wish(show: Show):
    wish = {"covered": ["assess"], "missed": [], "focus": {"id": "assess", "n": 1}}
    frame = show(**wish)
    frame.get_by_role("button", name="Show all").click()
    whole = _place(frame)

    show(**wish)
    after_a_rerun = _place(frame)
    show(**{**wish, "focus": {"id": "assess", "n": 2}})

    assert after_a_rerun == whole
    expect(frame.locator("[data-element-id=assess] .djs-visual").first).to_be_in_viewport(ratio=1)
    assert _place(frame)[0] > whole[0]
