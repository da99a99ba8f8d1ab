"""What is added to a diagram is drawn, where it belongs, and touches nothing else."""

import pytest

from engine.process import xml
from engine.process.drawing import Sheet, draw_anew
from engine.process.drawing.element import document as describe
from engine.process.drawing.element import kind, set_condition, set_step, step_of
from tests import drawing as seen
from tests.unit.process.drawing import boundary, document, event, line, node, process, sub

SHIPPED = seen.shipped()[0].read_bytes()
CHECKS = (seen.undrawn, seen.loose_flows, seen.overlaps)


def sheet_of(content):
    return Sheet(xml.parse(content))


def faults(sheet, checks=CHECKS):
    drawing = seen.read(sheet.content().decode())
    return [fault for check in checks for fault in check(drawing)]


def small(*more):
    parts = [node("start", "s"), node("user", "a"), node("end", "e"), line("s", "a", "e")]
    sheet = sheet_of(document(process("p", *parts, *more)))
    draw_anew(sheet)
    return sheet


def test_a_file_without_a_drawing_gets_one_in_which_every_flow_meets_its_elements():
    inner = sub("inner", node("start", "is"), node("user", "ia"), node("end", "ie"),
                line("is", "ia", "ie"))  # fmt: skip
    border = boundary("b", "a", event("message", "stop"))
    sheet = small(inner, border, node("end", "be"), line("a", "inner"), line("b", "be"))

    assert not faults(sheet)


def test_the_shipped_diagram_can_be_drawn_anew():
    sheet = sheet_of(SHIPPED)
    for diagram in sheet.root.findall("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"):
        sheet.root.remove(diagram)
    sheet = Sheet(sheet.root)

    assert draw_anew(sheet)
    assert not faults(sheet, (seen.undrawn, seen.loose_flows))


def test_a_file_that_is_drawn_is_not_drawn_again():
    assert not draw_anew(sheet_of(SHIPPED))


@pytest.mark.parametrize("way", ["insert_before", "insert_behind", "append"])
@pytest.mark.parametrize("kind_", ["userTask", "exclusiveGateway", "intermediateThrowEvent"])
def test_what_is_added_beside_an_element_is_drawn_there_without_covering_anything(way, kind_):
    sheet = sheet_of(SHIPPED)
    before = faults(sheet)
    step = next(each for each in sheet.nodes if kind(each) == "userTask")

    new = getattr(sheet, way)(step, kind_, "More")

    assert faults(sheet) == before == []
    a, b = sheet.plane.box(step.get("id")), sheet.plane.box(new.get("id"))
    assert abs(a.middle[1] - b.middle[1]) < 200
    assert abs(a.middle[0] - b.middle[0]) < 250


def test_a_new_element_stands_in_the_lane_of_its_neighbour():
    sheet = sheet_of(SHIPPED)
    step = next(each for each in sheet.nodes if kind(each) == "userTask")

    sheet.insert_behind(step, "userTask", "More")

    assert not faults(sheet, (seen.out_of_lane, seen.strays))


def test_a_step_put_on_a_flow_lies_between_its_ends():
    sheet = small()

    new = sheet.insert_on(sheet.find("s-a"), "userTask", "First")

    assert [each.get("id") for each in sheet.successors(sheet.find("s"))] == [new.get("id")]
    assert [each.get("id") for each in sheet.successors(new)] == ["a"]
    assert not faults(sheet)


def test_nodes_name_the_flows_that_meet_them():
    sheet = small()

    new = sheet.insert_before(sheet.find("a"), "userTask")

    named = [(kind(ref), ref.text) for ref in new if kind(ref) in {"incoming", "outgoing"}]
    leaving = sheet.outgoing(new)[0].get("id")
    assert named == [("incoming", "s-a"), ("outgoing", leaving)]


def test_what_is_removed_leaves_neither_line_nor_name():
    sheet = small()

    sheet.remove(sheet.find("a"))

    assert b'"a"' not in sheet.content()
    assert b"s-a" not in sheet.content()
    assert not faults(sheet)


def test_a_default_mark_goes_with_the_flow_that_is_led_elsewhere():
    sheet = small()
    step = sheet.find("a")
    step.set("default", "a-e")

    sheet.reroute(sheet.find("a-e"), source=sheet.find("s"))

    assert step.get("default") is None


def test_an_event_that_becomes_a_task_grows_without_covering_its_neighbours():
    sheet = small()

    sheet.retag(sheet.find("s"), "userTask")

    assert sheet.plane.box("s").width == 100
    assert not faults(sheet)


def test_a_new_id_is_one_that_nothing_has():
    sheet = small()

    assert sheet.fresh_id("a b") == "a_b_1"
    assert sheet.fresh_id("a b") == "a_b_2"
    assert sheet.fresh_id("1. Prüfung") == "_Prüfung_1"


def test_our_own_words_are_set_beside_what_another_tool_wrote():
    sheet = small()
    step = sheet.find("a")

    set_step(step, due="2 days")
    describe(step, "Look at it.")
    describe(step, "Look at it.")

    assert step_of(step) == {"role": "handler", "due": "2 days"}
    assert sheet.content().count(b"Look at it.") == 1


def test_a_condition_takes_the_place_of_the_one_before():
    sheet = small()
    flow = sheet.find("a-e")

    set_condition(flow, "a == 1")
    set_condition(flow, "a == 2")

    assert b"a == 1" not in sheet.content()
    assert b"a == 2" in sheet.content()


def test_writing_it_twice_writes_the_same():
    once = sheet_of(SHIPPED).content()

    assert sheet_of(once).content() == once
