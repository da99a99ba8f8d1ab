"""Diagrams are read in whatever encoding and wrapping they come."""

import pytest

from engine.errors import DiagramRejectedError
from engine.process.bundle import build_bundle
from engine.process.repair import repair
from engine.process.repair.reading import read_any
from tests.unit.process.drawing import document, line, node, process
from tests.unit.process.mending import Mended

BODY = document(
    process("p", node("start", "s"), node("user", "u", name="Prüfung"), line("s", "u"))
).decode()


def _title(content):
    return build_bundle([repair(content).content]).elements["u"].title


def _declared(name, encoding=None):
    return (f'<?xml version="1.0" encoding="{name}"?>' + BODY).encode(encoding or name)


@pytest.mark.parametrize("name", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "utf-16-le"])
def test_every_encoding_is_read_as_it_says(name):
    assert _title(_declared(name)) == "Prüfung"


@pytest.mark.parametrize(
    ("said", "real"),
    [
        ("utf-8", "latin-1"),
        ("iso-8859-1", "utf-8"),
        ("us-ascii", "utf-8"),
        ("utf-8", "utf-16"),
        ("klingon", "utf-8"),
    ],
)
def test_an_encoding_that_is_not_what_it_says_is_found_out(said, real):
    assert _title(_declared(said, real)) == "Prüfung"


def test_a_new_encoding_is_told():
    told = [each.done for each in repair(_declared("iso-8859-1")).repairs]

    assert "It was written in iso-8859-1; now it is in UTF-8." in told


@pytest.mark.parametrize(
    "before", ["\ufeff", "\n\n  ", "<!DOCTYPE definitions>", "<!DOCTYPE d [<!ENTITY a 'b'>]>"]
)
def test_what_stands_before_the_diagram_does_not_keep_it_from_being_read(before):
    assert _title((before + BODY).encode()) == "Prüfung"


@pytest.mark.parametrize(
    ("written", "read"),
    [("Q&A", "Q&A"), ("Pr&uuml;fung", "Prüfung"), ("a &amp; b", "a & b"), ("x\x01y", "xy")],
)
def test_signs_that_no_xml_holds_are_written_as_it_wants_them(written, read):
    assert _title(BODY.replace("Prüfung", written).encode()) == read


def test_an_entity_never_brings_in_anything():
    hostile = "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + BODY
    content = hostile.replace("Prüfung", "&x;").encode()

    assert _title(content) == "&x;"


def test_a_draft_of_bpmn_and_one_without_a_namespace_are_read():
    model = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    draft = BODY.replace(model, "http://schema.omg.org/spec/BPMN/2.0")
    bare = BODY.replace(f'xmlns:bpmn="{model}" ', "").replace("bpmn:", "")

    assert _title(draft.encode()) == _title(bare.encode()) == "Prüfung"


def test_prefixes_that_nothing_declares_are_understood_by_their_usual_meaning():
    model = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    bare = BODY.replace(f'xmlns:bpmn="{model}" ', "")
    odd = BODY.replace('name="Prüfung"', 'name="Prüfung" camunda:class="a.B"')
    spaced = BODY.replace("<bpmn:definitions ", '<bpmn:definitions xmlns:p="http://a/b c" ')

    assert _title(bare.encode()) == _title(odd.encode()) == _title(spaced.encode()) == "Prüfung"


def test_a_diagram_inside_something_else_is_taken_out():
    assert _title(f"<export>{BODY}</export>".encode()) == "Prüfung"


def test_what_is_no_diagram_says_what_it_is():
    with pytest.raises(DiagramRejectedError, match="begins with “svg”"):
        read_any(b"<svg/>")


def test_ids_that_no_reference_can_name_are_written_properly_wherever_they_stand():
    body = process("p", node("start", "s1"), node("task", "ü#1"), line("s1", "ü#1"))

    done = Mended(document(body.replace("s1", "1 s")))

    assert done.result.is_runnable
    assert done.story().open == ["ü_1"]
    assert any("Its id was “ü#1”." in each for each in done.said)


def test_two_elements_with_one_id_are_told_apart_by_their_flows():
    first = process("p", node("start", "s"), node("user", "u", name="A"), line("s", "u"))
    second = process("q", node("start", "s"), node("user", "u", name="B"), line("s", "u"))

    done = Mended(document(first, second))

    assert done.result.is_runnable
    names = {each.get("name") for each in done.sheet.nodes}
    assert {"A", "B"} <= names
    assert all(len(done.sheet.incoming(n)) == 1 for n in done.sheet.nodes if n.get("name"))


def test_an_element_without_an_id_gets_one():
    content = document(process("p", node("start", "s"), node("task", "u"), line("s", "u")))

    done = Mended(content.replace(b'id="s-u" ', b""))

    assert done.result.is_runnable
    assert any("sequenceFlow got an id" in each for each in done.said)
