"""The shipped diagrams can be read: nothing lies on, through or outside something else."""

import re

import pytest

from tests import drawing

COMPLAINT = next(p for p in drawing.shipped() if p.stem == "complaint").read_text("utf-8")


def _moved(text: str, element: str, *, x: int = 0, y: int = 0) -> str:
    """Move the shape of one element, and nothing else."""
    before, found, after = text.partition(f'<bpmndi:BPMNShape id="{element}_di"')
    assert found
    head, bounds, tail = after.partition("<dc:Bounds ")
    place, rest = tail.split(" width", 1)
    left, top = (int(part.split('"')[1]) for part in place.split())
    return f'{before}{found}{head}{bounds}x="{left + x}" y="{top + y}" width{rest}'


def _bent(text: str, flow: str) -> str:
    """Lower the first point of one line by a hundred."""
    start = text.index(f'<bpmndi:BPMNEdge id="{flow}_di"')
    return text[:start] + re.sub(r' y="(\d)', r' y="1\1', text[start:], count=1)


def _without(text: str, opening: str, closing: str) -> str:
    """Cut out the first piece of text from ``opening`` to ``closing``."""
    start = text.index(opening)
    return text[:start] + text[text.index(closing, start) + len(closing) :]


PLANTED = {
    "a shape is missing": (
        drawing.undrawn,
        _without(COMPLAINT, '<bpmndi:BPMNShape id="assess_di"', "</bpmndi:BPMNShape>"),
        "assess has no shape",
    ),
    "a line is missing": (
        drawing.undrawn,
        _without(COMPLAINT, '<bpmndi:BPMNEdge id="flow_closing_di"', "</bpmndi:BPMNEdge>"),
        "flow_closing has no line",
    ),
    "a step leaves its sub-process": (
        drawing.strays,
        _moved(COMPLAINT, "register", x=-300),
        "register lies outside handling",
    ),
    "a step leaves its lane": (
        drawing.out_of_lane,
        _moved(COMPLAINT, "investigate", y=130),
        "investigate lies outside lane_investigator",
    ),
    "a flow ends in the air": (
        drawing.loose_flows,
        _moved(COMPLAINT, "assess", y=60),
        "flow_fork_assess does not meet the edge of assess",
    ),
    "a flow runs aslant": (
        drawing.slanted,
        _bent(COMPLAINT, "flow_register_scope"),
        "flow_register_scope runs aslant",
    ),
    "a step lies on another": (
        drawing.overlaps,
        _moved(COMPLAINT, "acknowledge", y=80),
        "acknowledge overlaps assess",
    ),
    "a flow runs through a step": (
        drawing.crossed,
        _moved(COMPLAINT, "plan", x=120, y=-140),
        "runs through plan",
    ),
    "a label lies on a step": (
        drawing.hidden_labels,
        _moved(COMPLAINT, "decline", x=-150, y=-40),
        "on decline",
    ),
    "a step has no role": (
        drawing.bare_steps,
        COMPLAINT.replace('role="safety_officer"', "", 1),
        "contain_danger has no role",
    ),
    "a step has no instruction": (
        drawing.bare_steps,
        _without(COMPLAINT, "<bpmn:documentation>Check the record", "</bpmn:documentation>"),
        "register does not say what is to be done",
    ),
}


@pytest.mark.parametrize("check", drawing.CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", drawing.shipped(), ids=lambda path: path.name)
def test_a_shipped_diagram_can_be_read(path, check):
    shown = drawing.read(path.read_text("utf-8"))

    defects = check(shown)

    assert defects == []


@pytest.mark.parametrize(("check", "text", "defect"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_defect_is_found(check, text, defect):
    shown = drawing.read(text)

    defects = check(shown)

    assert any(defect in each for each in defects)


def test_every_check_has_a_defect_that_it_finds():
    planted = {check for check, _, _ in PLANTED.values()}

    untried = set(drawing.CHECKS) - planted

    assert untried == set()
