"""How fast two large versions of a process are compared."""

import pytest

from engine.process.compare import Files, compare

pytestmark = pytest.mark.benchmark
ELEMENTS = 300
_MOST_SECONDS = 1.0


def _large(words: str) -> Files:
    """Return a diagram of 300 steps, each with a flow to the next, all drawn."""
    steps = "".join(
        f'<userTask id="s{n}" name="{words} {n}"><extensionElements><r:step role="handler" '
        f'due="{n} working days"/></extensionElements></userTask>'
        for n in range(ELEMENTS)
    )
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="s{n}" targetRef="s{n + 1}"/>'
        for n in range(ELEMENTS - 1)
    )
    shapes = "".join(
        f'<d:BPMNShape bpmnElement="s{n}"><c:Bounds x="{n}" y="1" width="9" height="9"/>'
        "</d:BPMNShape>"
        for n in range(ELEMENTS)
    )
    text = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:r="urn:redress:bpmn:1.0" '
        f'xmlns:c="http://www.omg.org/spec/DD/20100524/DC"><process id="p">{steps}{flows}'
        f"</process><d:BPMNDiagram><d:BPMNPlane>{shapes}</d:BPMNPlane></d:BPMNDiagram>"
        "</definitions>"
    )
    return Files([text.encode()])


def test_three_hundred_elements_that_all_differ_in_less_than_a_second(benchmark):
    before, after = _large("Step"), _large("Work")

    found = benchmark.pedantic(lambda: compare(before, after), rounds=5)

    assert len(found.told) == ELEMENTS
    assert benchmark.stats.stats.max < _MOST_SECONDS


def test_a_diagram_whose_ids_are_all_others_in_less_than_a_second(benchmark):
    before, after = _large("Step"), _large("Step")
    renamed = after.diagrams[0].replace(b'"s', b'"t').replace(b'"f', b'"g')

    found = benchmark.pedantic(lambda: compare(before, Files([renamed])), rounds=5)

    assert not found.changes_cases
    assert benchmark.stats.stats.max < _MOST_SECONDS
