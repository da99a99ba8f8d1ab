"""The process core against the plain library, in the same run and on the same process.

Both write the case down and read it back between any two steps. Ratios travel between machines;
seconds do not.
"""

import time

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from engine.process.bundle import build_bundle
from tests.unit.process.drawing import Story, boundary, document, event, flows, line, node, process

ROUNDS = 12
DIAGRAM = document(
    process(
        "p",
        node("start", "s"), node("xor", "top"), node("and", "fork"), node("user", "acknowledge"),
        node("user", "assess"), node("and", "join"), node("user", "investigate"),
        node("user", "decide"), node("xor", "again", default="on"), node("end", "e"),
        boundary("warned", "investigate", event("message", "clock_warning"), interrupts=False),
        node("user", "respond"), node("end", "responded"), line("warned", "respond", "responded"),
        line("s", "top", "fork", "acknowledge", "join", "investigate", "decide", "again"),
        line("fork", "assess", "join"),
        flows(f"again -> e if n >= {ROUNDS}\nagain -> top as on"),
    )
)  # fmt: skip
STEPS = ("acknowledge", "assess", "investigate", "decide")


def ours(bundle):
    story = Story(bundle, severity=3, category="fees")
    for round_ in range(1, ROUNDS + 1):
        for step in STEPS:
            story.does(step, n=round_)
    return story.progress.is_complete


def plain(spec, inner, serializer):
    case = BpmnWorkflow(spec, inner)
    case.task_tree.set_data(severity=3, category="fees")
    case.do_engine_steps()
    for round_ in range(1, ROUNDS + 1):
        for step in STEPS:
            case = serializer.deserialize_json(serializer.serialize_json(case))
            task = next(
                t for t in case.get_tasks(state=TaskState.READY) if t.task_spec.name == step
            )
            task.data["n"] = round_
            task.run()
            case.do_engine_steps()
    return case


def seconds(deed, times):
    begin = time.process_time()
    for _ in range(times):
        deed()
    return (time.process_time() - begin) / times


@pytest.mark.benchmark
def test_a_stored_step_costs_a_tenth_of_what_it_costs_on_the_plain_library(capsys):
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(DIAGRAM)
    spec, inner = parser.get_spec("p"), parser.get_subprocess_specs("p")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
    bundle = build_bundle([DIAGRAM])
    assert ours(bundle)

    mine = seconds(lambda: ours(bundle), 20) / (ROUNDS * len(STEPS))
    theirs = seconds(lambda: plain(spec, inner, serializer), 1) / (ROUNDS * len(STEPS))

    with capsys.disabled():
        print(f"\none stored step: {mine * 1e3:.3f} ms, plain {theirs * 1e3:.1f} ms")  # noqa: T201 - the result
    assert theirs / mine > 10
