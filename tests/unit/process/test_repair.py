"""A repair leaves alone what runs, lists all that it does, and finds nothing more to do after."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DiagramRejectedError
from engine.process import xml
from engine.process.bundle import build_bundle
from engine.process.drawing import Sheet
from engine.process.drawing.element import bpmn, kind
from engine.process.repair import repair
from tests import drawing as seen
from tests.unit.process.drawing import document, flows, line, node, process
from tests.unit.process.mending import Mended, mended

SHIPPED = [path.read_bytes() for path in seen.shipped()]
TABLES = [path.read_bytes() for path in sorted(seen.shipped()[0].parent.glob("*.dmn"))]
KINDS = ("task", "serviceTask", "scriptTask", "businessRuleTask", "receiveTask", "callActivity",
         "subProcess", "exclusiveGateway", "eventBasedGateway", "inclusiveGateway",
         "complexGateway", "parallelGateway", "intermediateCatchEvent", "intermediateThrowEvent",
         "startEvent", "endEvent", "boundaryEvent", "transaction", "adHocSubProcess")  # fmt: skip


@pytest.mark.parametrize("content", SHIPPED)
def test_what_runs_already_comes_back_byte_by_byte(content):
    done = repair(content, tables=TABLES)

    assert (done.content, done.repairs, done.questions) == (content, (), ())


def test_a_step_drawn_elsewhere_becomes_one_that_runs():
    done = mended(node("start", "s"), node("task", "t", name="Call back"), line("s", "t"))

    assert done.result.is_runnable
    assert done.story().open == ["t"]
    assert done.kind("t") == "userTask"
    assert any("“Call back” (t): A person does it now." in each for each in done.said)


def test_what_a_machine_cannot_know_is_left_to_the_owner_by_the_name_of_the_element():
    step = node("rule", "r", step={"decision": "fees"}, name="Find the fee")

    done = mended(node("start", "s"), step, line("s", "r"))

    assert not done.result.is_runnable
    assert any("“Find the fee” (r)" in each and "fees" in each for each in done.questions)


def test_a_guess_is_told_and_does_not_keep_it_from_running():
    done = mended(node("start", "s"), node("user", "u", step={"form": ""}), line("s", "u"))

    assert done.result.is_runnable
    assert done.sheet.find("u").find(f".//{{{xml.REDRESS}}}step").get("role") == "handler"
    assert any("Say who does it." in each for each in done.questions)


def test_the_main_process_can_be_named():
    done = mended(node("start", "s"), node("user", "u"), line("s", "u"), process_id="complaint")

    assert build_bundle([done.result.content]).process_id == "complaint"
    assert done.result.repairs[0].element == "complaint"


def test_a_file_that_is_no_diagram_is_refused():
    for content in (b"", b"PK\x03\x04", b"<html/>", b"\x00" * 40, b"x" * 1_000_001):
        with pytest.raises(DiagramRejectedError):
            repair(content)


def test_a_file_without_any_process_names_what_is_missing():
    done = Mended(document())

    assert not done.result.is_runnable
    assert "There is no process" in done.questions[0]


def test_what_is_added_is_drawn_where_the_file_has_a_drawing():
    drawn = Mended(document(process("p", node("start", "s"), node("task", "t"), line("s", "t"))))
    sheet = Sheet(xml.parse(drawn.result.content))
    for end in [each for each in sheet.nodes if kind(each) == "endEvent"]:
        sheet.remove(end)
    sheet.find("t").tag = bpmn("task")

    again = Mended(sheet.content())

    assert again.kinds_after("t") == ["endEvent"]
    drawing = seen.read(again.result.content.decode())
    assert not seen.undrawn(drawing) + seen.loose_flows(drawing) + seen.overlaps(drawing)


def _mutilated(content, edits):
    sheet = Sheet(xml.parse(content))
    for deed, number, word in edits:
        parts = [p for scope in sheet.scopes for p in scope if p.get("id")]
        if not parts:
            break
        part = parts[number % len(parts)]
        if deed == "drop":
            part.getparent().remove(part)
        elif deed == "twice":
            part.addnext(xml.parse(sheet.content()).find(f".//*[@id='{part.get('id')}']"))
        elif deed == "retag" and kind(part) != "sequenceFlow":
            part.tag = bpmn(word)
        elif deed == "empty":
            for child in list(part):
                part.remove(child)
        elif deed == "nameless":
            del part.attrib["id"]
        elif deed == "astray" and part.get("targetRef"):
            part.set("targetRef", parts[(number * 7) % len(parts)].get("id"))
        sheet.changed()
    return sheet.content()


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["drop", "twice", "retag", "empty", "nameless", "astray"]),
        st.integers(0, 500),
        st.sampled_from(KINDS),
    ),
    min_size=1,
    max_size=6,
)


def _is_mended_for_good(edits):
    content = _mutilated(SHIPPED[0], edits)

    done = repair(content, tables=TABLES)

    again = repair(done.content, tables=TABLES, forms=done.forms)
    assert again.repairs == ()
    assert again.content == done.content
    if done.is_runnable:
        build_bundle([done.content], TABLES, done.forms)
    else:
        assert all(question.sentence for question in done.questions)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(edits=EDITS)
def test_a_mutilated_diagram_is_mended_once_and_for_all(edits):
    _is_mended_for_good(edits)


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
@settings(max_examples=600, deadline=None)
@given(edits=EDITS)
def test_many_mutilated_diagrams_are_mended_once_and_for_all(edits):
    _is_mended_for_good(edits)


def test_every_step_of_the_original_is_still_there():
    parts = [node("start", "s"), *(node(kind_, kind_) for kind_ in KINDS[:7])]
    content = document(process("p", *parts, flows("s -> task")))

    done = Mended(content)

    assert all(done.kind(name) for name in KINDS[:7])
