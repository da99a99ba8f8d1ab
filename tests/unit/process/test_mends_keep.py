"""A mend takes nothing away that somebody wrote, and does not fall over what it is offered for."""

import pytest

from engine.errors import ConflictError
from engine.process import mends
from engine.process.bundle import inspect
from engine.process.finding import Finding, Severity, blocks
from tests.unit.process.drawing import (
    boundary,
    document,
    event,
    flows,
    line,
    link,
    node,
    process,
    sub,
    timer,
)

WORDS = "<bpmn:documentation>Agreed with the union.</bpmn:documentation>"
SAID = '<bpmn:extensionElements><redress:step milestone="decided"/></bpmn:extensionElements>'
OTHERS = '<bpmn:extensionElements><x:note xmlns:x="urn:x"/></bpmn:extensionElements>'
NOTE = """<bpmn:textAnnotation id="ta"><bpmn:text>Mind the law.</bpmn:text></bpmn:textAnnotation>
  <bpmn:association id="as" sourceRef="{}" targetRef="ta"/>"""


def _drawn(*parts):
    return document(process("complaint", node("start", "s"), node("end", "e"), *parts))


def _users(*ids):
    return [node("user", id_, name=id_) for id_ in ids]


def _idle(gateway="<bpmn:exclusiveGateway id='g'/>", flow="", beside=""):
    """Draw a gateway with one way in and one way out."""
    way = flow or '<bpmn:sequenceFlow id="gb" sourceRef="g" targetRef="b"/>'
    return _drawn(*_users("a", "b"), gateway, way, line("s", "a", "g"), line("b", "e"), beside)


def _way(body="", **attributes):
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<bpmn:sequenceFlow id="gb" sourceRef="g" targetRef="b"{more}>{body}</bpmn:sequenceFlow>'
    )


def _gateway(body="", **attributes):
    return node("xor", "g", body, **attributes)


def _twice(second):
    first = '<bpmn:sequenceFlow id="f1" sourceRef="a" targetRef="b"/>'
    return _drawn(*_users("a", "b"), line("s", "a"), first, second, line("b", "e"))


def _second(body="", name=""):
    named = f' name="{name}"' if name else ""
    return (
        f'<bpmn:sequenceFlow id="f2"{named} sourceRef="a" targetRef="b">{body}</bpmn:sequenceFlow>'
    )


def _ending(body="", more=""):
    ends = f"<bpmn:terminateEventDefinition{more}>{body}</bpmn:terminateEventDefinition>"
    return document(process("complaint", node("start", "s"), node("user", "a"),
                            node("end", "e", ends), line("s", "a", "e")))  # fmt: skip


def _starting(body=""):
    definition = f"<bpmn:messageEventDefinition>{body}</bpmn:messageEventDefinition>"
    return document(process("complaint", node("start", "s", definition), node("user", "a"),
                            node("end", "e"), line("s", "a", "e")))  # fmt: skip


def _unused(body="", **attributes):
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    message = f'<bpmn:message id="never" name="Never sent"{more}>{body}</bpmn:message>'
    whole = _drawn(*_users("a"), line("s", "a", "e")).decode()
    return whole.replace("<bpmn:process", f"{message}<bpmn:process", 1).encode()


def _offered(content, mend):
    return [each for each in inspect([content]) if each.mend == mend]


@pytest.mark.parametrize(
    ("mend", "bare", "more"),
    [
        ("remove-gateway", _idle(),
         [_idle(_gateway(WORDS)), _idle(_gateway(SAID)), _idle(_gateway(OTHERS)),
          _idle(_gateway(name="Is it ours?")), _idle(_gateway("<!-- as agreed -->")),
          _idle(_gateway(), _way(WORDS)), _idle(_gateway(), _way(name="yes")),
          _idle(_gateway(), _way("<!-- as agreed -->")),
          _idle(beside=NOTE.format("g")), _idle(beside=NOTE.format("gb"))]),
        ("remove-flow", _twice(_second()),
         [_twice(_second(WORDS)), _twice(_second(name="yes")), _twice(_second("<?by me?>")),
          _twice(_second() + NOTE.format("f2"))]),
        ("remove-element", _unused(), [_unused(WORDS), _unused(itemRef="thing")]),
        ("plain-end", _ending(), [_ending(WORDS), _ending("<!-- as agreed -->"),
                                  _ending(more=' xmlns:x="urn:x" x:status="done"')]),
        ("plain-start", _starting(), [_starting(OTHERS)]),
    ],
)  # fmt: skip
def test_what_says_anything_is_not_taken_away_at_a_click(mend, bare, more):
    (finding,) = _offered(bare, mend)
    (mended,) = mends.mend([bare], finding)

    assert not _offered(mended, mend)
    for content in more:
        assert not _offered(content, mend), content
        with pytest.raises(ConflictError, match="a person must decide"):
            mends.mend([content], finding)


def test_the_default_is_marked_also_beside_an_empty_condition():
    empty = """<bpmn:sequenceFlow id="else" sourceRef="g" targetRef="b">
      <bpmn:conditionExpression> </bpmn:conditionExpression></bpmn:sequenceFlow>"""
    content = _drawn(*_users("a", "b"), node("xor", "g", name="Much?"), line("s", "g"), empty,
                     flows("g -> a as much if severity >= 2"), line("a", "e"),
                     line("b", "e"))  # fmt: skip

    (finding,) = _offered(content, "mark-default")
    (mended,) = mends.mend([content], finding)

    assert b'default="else"' in mended
    assert not _offered(mended, "mark-default")


RACE = _drawn(*_users("a", "b"), node("race", "r"), node("catch", "m", event("message", "x")),
              node("catch", "t", timer("2 days")), node("end", "other"), line("s", "a", "r", "m"),
              line("m", "e"), line("r", "t", "b", "other"), boundary("w", "a", event("message")),
              line("w", "m"))  # fmt: skip
HANDLER = _drawn(*_users("a"), line("s", "a", "e"),
                 node("sub", "h", node("user", "w") + node("end", "he") + line("w", "he"),
                      triggeredByEvent="true"))  # fmt: skip
LINKED = _drawn(*_users("a"), line("s", "a", "e"),
                node("sub", "h", node("catch", "l", link("far")) + node("end", "he")
                     + line("l", "he")))  # fmt: skip


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        (RACE, "add-merge-gateway"),
        (HANDLER, "add-start-event"),
        (LINKED, "add-start-event"),
    ],
)
def test_what_could_not_run_afterwards_is_not_offered(content, mend):
    assert not _offered(content, mend)


def test_a_start_is_drawn_before_what_comes_first():
    inner = node("throw", "l", link("far")) + node("catch", "k", link("far"))
    content = _drawn(sub("h", inner, node("end", "he"), line("k", "he")), line("s", "h", "e"))

    (finding,) = _offered(content, "add-start-event")
    (mended,) = mends.mend([content], finding)

    assert not _offered(mended, "add-start-event")
    known = {(each.rule, each.element) for each in blocks(inspect([content]))}
    assert {(each.rule, each.element) for each in blocks(inspect([mended]))} <= known


def test_what_a_mend_does_not_find_is_refused_in_a_sentence():
    finding = Finding(Severity.BLOCKING, "e", "e", "None.", mend="mark-default")

    with pytest.raises(ConflictError, match="cannot be mended at a click as it is drawn"):
        mends.mend([_drawn(*_users("a"), line("s", "a", "e"))], finding)
