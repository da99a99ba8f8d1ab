"""Every rule of the layer “drawn well”, by a diagram that breaks it; all of them are advice."""

import pytest

from engine.process import rules
from engine.process.bundle import inspect
from engine.process.finding import Layer, Severity
from engine.process.rules import drawing
from tests.unit.process.drawing import boundary, document, event, flows, line, node, process, sub

START, END = node("start", "s"), node("end", "e")
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def drawn(*parts, beside="", shapes=None):
    """Return a file with one process, elements beside it, and a picture of boxes and lines."""
    content = document(process("p", *parts)).decode()
    content = content.replace("<bpmn:process", f"{beside}<bpmn:process", 1)
    if shapes is not None:
        picture = "".join(_shape(id_, *box) for id_, box in shapes.items())
        plane = f'<di:BPMNPlane bpmnElement="p">{picture}</di:BPMNPlane>'
        spaces = 'xmlns:di="urn:di" xmlns:dc="urn:dc"'
        diagram = f"<di:BPMNDiagram {spaces}>{plane}</di:BPMNDiagram>"
        content = content.replace("</bpmn:definitions>", f"{diagram}</bpmn:definitions>")
    return content.encode()


def _shape(id_, *box):
    if not box:
        return f'<di:BPMNEdge bpmnElement="{id_}"/>'
    x, y, width, height = box
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<di:BPMNShape bpmnElement="{id_}">{bounds}</di:BPMNShape>'


def pools(*flows_, start=""):
    """Return two pools beside a process, with message flows between them."""
    ends = "".join(
        f'<bpmn:messageFlow id="{id_}" sourceRef="{source}" targetRef="{target}"/>'
        for id_, source, target in flows_
    )
    own = '<bpmn:participant id="us" processRef="p"/>'
    return (
        f'<bpmn:collaboration id="co"><bpmn:participant id="them"/>{own}{ends}</bpmn:collaboration>'
    )


def step(body="", **attributes):
    return node("user", "x", body, name="Work", **attributes)


def data(inside):
    return f"<bpmn:ioSpecification>{inside}</bpmn:ioSpecification>"


def way(*parts):
    return (START, *parts, END, line("s", "x", "e"))


ITEM = '<bpmn:itemDefinition id="one" structureRef="a"/>'
OTHER = '<bpmn:itemDefinition id="two" structureRef="b"/>'
INPUT = '<bpmn:dataInput id="di" itemSubjectRef="one"/>'
INPUT_SET = "<bpmn:inputSet><bpmn:dataInputRefs>di</bpmn:dataInputRefs></bpmn:inputSet>"
SPECIFIED = data(f"{INPUT}{INPUT_SET}<bpmn:outputSet/>")
FORKED = (
    START,
    node("user", "x"),
    node("user", "y"),
    END,
    line("s", "x", "e"),
    line("x", "y", "e"),
)

BROKEN = {
    "elements-have-labels": ("x", drawn(*way(node("user", "x")))),
    "scopes-end": ("p", drawn(START, step(), line("s", "x"))),
    "ways-end-at-ends": ("x", drawn(START, step(), line("s", "x"))),
    "elements-are-connected": ("x", drawn(step(), node("user", "y"), END, line("y", "e"))),
    "steps-are-left-on-one-way": ("x", drawn(*FORKED)),
    "joins-are-drawn": (
        "x",
        drawn(START, node("and", "g"), node("user", "y"), step(), END,
              line("s", "g", "y", "x", "e"), line("g", "x")),
    ),
    "gateways-fork-or-join": (
        "x",
        drawn(START, node("and", "g"), node("user", "y"), node("user", "z"), node("and", "x"), END,
              line("s", "g", "y", "x", "e"), line("g", "z", "x", "e")),
    ),
    "gateways-are-needed": ("x", drawn(*way(node("xor", "x")))),
    "gateways-are-simple": (
        "x",
        drawn(START, node("or", "x", name="Which?"), END,
              flows("s -> x\nx -> e as f if a\nx -> e")),
    ),
    "flows-are-drawn-once": (
        "two",
        drawn(START, step(), END, flows("s -> x\nx -> e as one\nx -> e as two")),
    ),
    "terminations-end-something": (
        "e",
        drawn(START, step(), node("end", "e", event("terminate")), line("s", "x", "e")),
    ),
    "everything-is-drawn": (
        "x",
        drawn(*way(step()),
              shapes={"s": (0, 0, 36, 36), "e": (90, 0, 36, 36), "s-x": (), "x-e": ()}),
    ),
    "elements-do-not-overlap": (
        "x",
        drawn(*way(step()),
              shapes={"s": (0, 0, 36, 36), "x": (50, 0, 100, 80), "e": (120, 20, 36, 36)}),
    ),
    "definitions-have-names": ("m", drawn(*way(step()), beside='<bpmn:message id="m"/>')),
    "definitions-are-used": ("m", drawn(*way(step()), beside='<bpmn:message id="m" name="M"/>')),
    "thrown-events-stand-alone": (
        "e",
        drawn(START, step(), node("throw", "t", '<bpmn:signalEventDefinition id="mine"/>'),
              node("end", "e", "<bpmn:eventDefinitionRef>mine</bpmn:eventDefinitionRef>"),
              line("s", "x", "t", "e")),
    ),
    "message-flows-join-pools": ("mf", drawn(*way(step()), beside=pools(("mf", "them", "e")))),
    "gateways-point-as-they-say": (
        "x",
        drawn(START, node("and", "x", gatewayDirection="Converging"), node("user", "y"), END,
              line("s", "x", "y", "e"), line("x", "e")),
    ),
    "marks-agree-with-the-process": (
        "t",
        drawn(*way(step()), '<bpmn:textAnnotation id="t" textFormat="plain"/>'),
    ),
    "collaborations-agree": (
        "co",
        drawn(*way(step()), beside='<bpmn:choreography id="ch" isClosed="true"/>'
              '<bpmn:collaboration id="co"><bpmn:choreographyRef>ch</bpmn:choreographyRef>'
              "</bpmn:collaboration>"),
    ),
    "performers-are-said-once": (
        "x",
        drawn(*way(step("<bpmn:performer><bpmn:resourceParameterBinding/></bpmn:performer>"))),
    ),
    "expressions-say-something": (
        "m",
        drawn(*way(step()), beside='<bpmn:correlationProperty id="m"><bpmn:messagePath/>'
              "</bpmn:correlationProperty>"),
    ),
    "references-mean-what-is-there": (
        "m",
        drawn(*way(step()), beside='<bpmn:message id="m" name="M" itemRef="p"/>'),
    ),
    "elements-stand-where-they-may": (
        "d",
        drawn(*way(step()), beside='<bpmn:property id="d"/>'),
    ),
    "flows-are-listed-at-their-ends": (
        "x",
        drawn(*way(step("<bpmn:incoming>x-e</bpmn:incoming>"))),
    ),
    "imports-are-among-the-files": ("", drawn(*way(step()), beside='<bpmn:import location="a"/>')),
    "data-is-in-a-set": (
        "di",
        drawn(*way(step(data(f"{INPUT}<bpmn:inputSet/><bpmn:outputSet/>"))), beside=ITEM),
    ),
    "data-sets-name-each-other": (
        "i",
        drawn(*way(step(data('<bpmn:inputSet id="i"><bpmn:outputSetRefs>o</bpmn:outputSetRefs>'
                             '</bpmn:inputSet><bpmn:outputSet id="o"/>')))),
    ),
    "data-agrees-with-its-definition": (
        "do",
        drawn(*way(step()), '<bpmn:dataObject id="do" isCollection="true" itemSubjectRef="one"/>',
              beside=ITEM),
    ),
    "data-flows-fit": (
        "da",
        drawn(*way(step(f'{SPECIFIED}<bpmn:dataInputAssociation id="da">'
                        "<bpmn:sourceRef>do</bpmn:sourceRef><bpmn:targetRef>di</bpmn:targetRef>"
                        "</bpmn:dataInputAssociation>")),
              '<bpmn:dataObject id="do" itemSubjectRef="two"/>', beside=ITEM + OTHER),
    ),
    "data-fits-the-service": (
        "x",
        drawn(*way(node("service", "x", name="Ask", operationRef="op")),
              beside='<bpmn:interface id="i"><bpmn:operation id="op"/></bpmn:interface>'),
    ),
    "calls-hand-over-data": (
        "x",
        document(process("p", *way(node("call", "x", SPECIFIED, calledElement="q"))),
                 process("q", node("start", "qs"), node("end", "qe"), line("qs", "qe"))),
    ),
    "instances-take-one-item-each": (
        "x",
        drawn(*way(step(
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>far"
            "</bpmn:loopDataInputRef></bpmn:multiInstanceLoopCharacteristics>"))),
    ),
    "events-carry-their-data": (
        "e",
        drawn(START, step(), node("end", "e", '<bpmn:dataInput id="di"/>'), line("s", "x", "e")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_is_broken_where_it_says_and_only_advises(rule):
    element, content = BROKEN[rule]

    found = [each for each in inspect([content]) if each.rule == rule]

    assert element in {each.element for each in found}
    assert {(each.layer, each.severity) for each in found} == {(Layer.DRAWING, Severity.ADVICE)}
    assert all(each.problem and each.why and each.fix for each in found), found


def test_each_rule_of_the_layer_has_a_diagram_that_breaks_it():
    assert {rules.name_of(rule) for rule in drawing.RULES} == set(BROKEN)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_well_drawn_process_breaks_none_of_them(rule):
    parts = (
        node("start", "s", name="Begun"), step(),
        node("end", "e", name="Done"), line("s", "x", "e"),
    )  # fmt: skip
    boxes = {"s": (0, 22, 36, 36), "x": (60, 0, 100, 80), "e": (190, 22, 36, 36)}
    content = drawn(*parts, shapes={**boxes, "s-x": (), "x-e": ()})

    assert rule not in {each.rule for each in inspect([content]) if each.layer is Layer.DRAWING}


def test_a_step_inside_a_folded_sub_process_need_not_be_drawn():
    inside = sub("box", node("start", "bs"), node("end", "be"), line("bs", "be"))
    shapes = {"s": (0, 0, 36, 36), "e": (90, 0, 36, 36), "s-box": (), "box-e": ()}
    content = drawn(START, inside, END, line("s", "box", "e"), shapes=shapes)

    missing = {e.element for e in inspect([content]) if e.rule == "everything-is-drawn"}

    assert missing == {"box"}


def test_what_waits_on_a_border_may_lie_over_its_step():
    parts = (*way(step()), boundary("b", "x", event("message", "m")), line("b", "e"))
    content = drawn(*parts, shapes={"x": (50, 0, 100, 80), "b": (90, 62, 36, 36)})

    assert not [e for e in inspect([content]) if e.rule == "elements-do-not-overlap"]


def test_no_finding_repeats_in_other_words_what_the_layer_running_says():
    content = drawn(START, node("task", "x"), node("user", "y"), END, line("s", "x", "e"))

    said = {each.rule for each in inspect([content]) if each.element == "y"}

    assert "everything-is-reached" in said
    assert "ways-end-at-ends" not in said


def test_the_tests_notice_a_rule_that_is_not_asked(monkeypatch):
    monkeypatch.setattr(rules, "LAYERS", {Layer.DRAWING: drawing.RULES[1:]})

    assert "elements-have-labels" not in {
        e.rule for e in inspect([BROKEN["elements-have-labels"][1]])
    }
