"""How fast a large diagram is checked, all layers at once, as its owner waits for it."""

import statistics

import pytest

from engine.process.bundle import inspect
from engine.process.finding import Layer
from engine.process.rules.running.structure import MOST_NODES

pytestmark = pytest.mark.benchmark

ELEMENTS = 300
MOST_SECONDS = 0.3
_BLOCK = 6
"""A step, a question, two ways, where they meet, and a script."""


def large(elements: int = ELEMENTS) -> bytes:
    """Return a diagram of questions and answers one after the other, all drawn."""
    nodes, flows = ["<startEvent id='n0' name='Begun'/>"], []
    for first in range(1, elements - 1, _BLOCK):
        nodes += [_node(first + place, place) for place in range(_BLOCK)]
        ends = [(-1, 0), (0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 5)]
        flows += [_flow(first + source, first + target, target == 2) for source, target in ends]
    count = len(nodes)
    nodes.append(f"<endEvent id='n{count}' name='Done'/>")
    flows.append(_flow(count - 1, count, False))
    shapes = "".join(
        f"<d:BPMNShape bpmnElement='n{n}'><c:Bounds x='{n * 120}' y='0' width='100' height='80'/>"
        "</d:BPMNShape>"
        for n in range(len(nodes))
    )
    return (
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:d='urn:d'"
        " xmlns:c='urn:c' xmlns:r='urn:redress:bpmn:1.0'>"
        f"<process id='complaint' isExecutable='true'>{''.join(nodes)}{''.join(flows)}</process>"
        f"<d:BPMNDiagram><d:BPMNPlane>{shapes}</d:BPMNPlane></d:BPMNDiagram></definitions>"
    ).encode()


def _node(number: int, place: int) -> str:
    kinds = ("userTask", "exclusiveGateway", "userTask", "userTask", "exclusiveGateway")
    kind = (*kinds, "scriptTask")[place]
    step = "<r:step role='handler' form='plan' due='2 working days'/>" if "user" in kind else ""
    inner = f"<extensionElements>{step}</extensionElements>" if step else ""
    inner += "<script>stage = 2</script>" if kind == "scriptTask" else ""
    default = f" default='f{number}-{number + 2}'" if place == 1 else ""
    return f"<{kind} id='n{number}' name='Do {number}'{default}>{inner}</{kind}>"


def _flow(source: int, target: int, is_asked: bool) -> str:
    condition = "<conditionExpression>severity &gt;= 4</conditionExpression>" if is_asked else ""
    ends = f"id='f{source}-{target}' sourceRef='n{source}' targetRef='n{target}'"
    return f"<sequenceFlow {ends}>{condition}</sequenceFlow>"


def test_three_hundred_elements_are_checked_in_every_layer_in_less_than_300_ms(benchmark):
    content = large()

    found = benchmark.pedantic(lambda: inspect([content]), rounds=7, warmup_rounds=1)

    assert {each.layer for each in found} >= {Layer.COMPLAINTS, Layer.DRAWING}
    assert statistics.median(benchmark.stats.stats.data) < MOST_SECONDS


def test_the_largest_diagram_that_is_run_is_checked_in_a_second(benchmark):
    content = large(MOST_NODES - _BLOCK)

    benchmark.pedantic(lambda: inspect([content]), rounds=3, warmup_rounds=1)

    assert statistics.median(benchmark.stats.stats.data) < 1
