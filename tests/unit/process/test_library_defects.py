"""What the library alone does wrong, and that our core makes it right or a rule refuses it.

Each test first runs the plain library and shows its defect: when a release of it brings the cure,
the test fails there, and our own remedy can be looked at again.
"""

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser import BpmnDmnParser
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from engine.errors import InvalidInputError, ProcessFailedError
from engine.process.bundle import inspect
from engine.process.finding import blocks
from tests.unit.process.drawing import (
    DAY,
    boundary,
    document,
    event,
    flows,
    line,
    node,
    process,
    script,
    sub,
    table,
    tell,
    timer,
)


class Plain:
    """A case on the plain library."""

    def __init__(self, *parts, **variables):
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(document(process("p", *parts)))
        spec, inner = parser.get_spec("p"), parser.get_subprocess_specs("p")
        self.case = BpmnWorkflow(spec, inner)
        self.case.task_tree.set_data(**variables)
        self.case.do_engine_steps()

    @property
    def open(self):
        return sorted(task.task_spec.name for task in self._ready())

    def task(self, element):
        return next(task for task in self._ready() if task.task_spec.name == element)

    def does(self, element, **answers):
        task = self.task(element)
        task.data.update(answers)
        task.run()
        self.case.do_engine_steps()
        return self

    def _ready(self):
        return self.case.get_tasks(state=TaskState.READY, manual=True)


LOOP_WITH_JOIN = (
    node("start", "s"), node("xor", "top"), node("and", "fork"), node("user", "a"),
    node("user", "b"), node("and", "join"), node("user", "review"),
    node("xor", "again", default="done"), node("end", "e"),
    line("s", "top", "fork", "a", "join", "review", "again"), line("fork", "b", "join"),
    flows("again -> top if answer == 'again'\nagain -> e as done"),
)  # fmt: skip
BRANCHES = (
    node("start", "s"), node("and", "fork"), node("user", "a"), node("user", "b"),
    node("and", "join"), node("user", "last"), node("end", "e"),
    line("s", "fork", "a", "join", "last", "e"), line("fork", "b", "join"),
)  # fmt: skip
LONG_LOOP = (
    node("start", "s"), node("xor", "top"), node("user", "work"),
    node("xor", "again", default="on"), node("end", "e"),
    flows("s -> top\ntop -> work\nwork -> again\nagain -> e if n > 1000\nagain -> top as on"),
)  # fmt: skip
TERMINATING = (
    node("start", "s"), node("and", "fork"), node("end", "stop", event("terminate")),
    script("letter", "sent = 1"), node("end", "e"),
    line("s", "fork", "stop"), line("fork", "letter", "e"),
)  # fmt: skip


def test_a_join_in_a_loop_does_not_fire_early_in_the_second_round():
    plain = Plain(*LOOP_WITH_JOIN).does("a").does("b").does("review", answer="again")
    ours = tell(*LOOP_WITH_JOIN).does("a").does("b").does("review", answer="again")

    assert plain.does("b").open == ["a", "review"]
    assert ours.does("b").open == ["a"]


def test_a_join_does_not_undo_what_the_first_branch_changed():
    plain = Plain(*BRANCHES, k="0").does("a", k="A").does("b")
    ours = tell(*BRANCHES, k="0").does("a", k="A").does("b")

    assert plain.task("last").data["k"] == "0"
    assert ours.variables("last")["k"] == "A"


def test_a_long_loop_is_not_taken_for_the_end():
    plain, ours = Plain(*LONG_LOOP), tell(*LONG_LOOP)
    rounds = 340
    for _ in range(rounds):
        work = next(t for t in plain.case.tasks.values() if _waits(t))
        work.data["n"] = 0
        work.run()
        _run_directly(plain.case)
        ours.does("work", n=0)

    assert plain.case.is_completed() is True
    assert (ours.progress.is_complete, ours.open) == (False, ["work"])


def _waits(task):
    return task.state == TaskState.READY and task.task_spec.name == "work"


def _run_directly(case):
    """Run what is ready without the tree walk that would no longer see it."""
    while ready := [t for t in case.tasks.values()
                    if t.state == TaskState.READY and not t.task_spec.manual]:  # fmt: skip
        for task in ready:
            task.run()


def test_nothing_runs_any_more_once_a_case_was_terminated():
    plain, ours = Plain(*TERMINATING), tell(*TERMINATING)

    ran = [t for t in plain.case.tasks.values() if t.task_spec.name == "letter"]
    assert [task.state for task in ran] == [TaskState.COMPLETED]
    assert "letter" not in ours.passed
    assert ours.progress.is_complete


def test_parallel_blocks_in_a_row_do_not_double_the_work_each_time():
    count = 8
    parts = [node("start", "s"), node("end", "e"), line("s", "f0"), line(f"j{count - 1}", "e")]
    for n in range(count):
        parts += [node("and", f"f{n}"), node("and", f"j{n}"), node("user", f"a{n}")]
        parts += [
            node("user", f"b{n}"),
            line(f"f{n}", f"a{n}", f"j{n}"),
            line(f"f{n}", f"b{n}", f"j{n}"),
        ]
        parts += [line(f"j{n}", f"f{n + 1}")] if n + 1 < count else []

    plain, ours = Plain(*parts), tell(*parts)

    assert len(plain.case.tasks) > 500
    assert len(ours.load()._case.tasks) < 5


def test_two_timers_behind_an_event_gateway_both_have_their_moment():
    parts = (
        node("start", "s"), node("race", "g"), node("catch", "one", timer("{0}")),
        node("catch", "two", timer("{1}")), node("user", "a"), node("user", "b"),
        line("s", "g", "one", "a"), line("g", "two", "b"),
    )  # fmt: skip
    plain = Plain(*_times(parts, "'P1D'", "'P3D'"))
    ours = tell(*_times(parts, "P1D", "P3D"))

    held = [t.internal_data for t in plain.case.tasks.values() if t.task_spec.name == "g"]
    moments = {value for data in held for value in data.values() if isinstance(value, str)}
    assert len(moments) == 1
    assert len({each.due_at for each in ours.progress.timers}) == 2
    assert ours.waits(DAY).open == ["a"]


def _times(parts, *texts):
    return tuple(part.format(*texts) if "{" in part else part for part in parts)


def test_an_escalation_can_be_raised_more_than_once():
    parts = (
        node("start", "s"),
        sub("inner", node("start", "is"), node("throw", "t1", event("escalation", "x")),
            node("user", "u"), node("throw", "t2", event("escalation", "x")), node("user", "u2"),
            node("end", "ie"), line("is", "t1", "u", "t2", "u2", "ie")),
        boundary("b", "inner", event("escalation", "x"), interrupts=False),
        node("user", "told"), node("end", "e"), node("end", "e2"),
        line("s", "inner", "e"), line("b", "told", "e2"),
    )  # fmt: skip

    assert Plain(*parts).does("u").open == ["told", "u2"]
    assert tell(*parts).does("u").open == ["told", "told", "u2"]


def test_an_error_nobody_catches_does_not_pass_in_silence():
    parts = (
        node("start", "s"),
        sub("inner", node("start", "is"), node("end", "fail", event("error", "lost")),
            line("is", "fail")),
        node("user", "as_if_nothing_happened"), node("end", "e"),
        line("s", "inner", "as_if_nothing_happened", "e"),
    )  # fmt: skip

    assert Plain(*parts).open == ["as_if_nothing_happened"]
    with pytest.raises(ProcessFailedError, match="nobody catches the error “lost”"):
        tell(*parts)


def test_a_condition_of_a_diagram_does_not_run_code(tmp_path):
    canary = tmp_path / "canary"
    parts = (
        node("start", "s"), node("xor", "g", default="f"), node("end", "a"), node("end", "b"),
        flows(f"s -> g\ng -> b as f\ng -> a if __import__('pathlib').Path('{canary}').touch()"),
    )  # fmt: skip

    Plain(*parts)
    assert canary.exists()

    canary.unlink()
    assert blocks(inspect([document(process("p", *parts))]))
    assert not canary.exists()


def test_a_duration_needs_no_quotes_and_a_month_has_its_end():
    parts = (node("start", "s"), node("catch", "c", timer("P2D")), node("end", "e"),
             line("s", "c", "e"))  # fmt: skip

    with pytest.raises(WorkflowException):
        Plain(*parts)
    assert len(tell(*parts).progress.timers) == 1


def test_a_value_named_typename_does_not_lock_the_case_for_ever():
    parts = (node("start", "s"), node("user", "u"), node("end", "e"), line("s", "u", "e"))
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
    stored = serializer.serialize_json(Plain(*parts, note={"typename": "x"}).case)

    with pytest.raises(TypeError):
        serializer.deserialize_json(stored)
    assert tell(*parts, typename="x").does("u").progress.is_complete
    with pytest.raises(InvalidInputError):
        tell(*parts, note={"typename": "x"})


RULE = (node("start", "s"), node("rule", "r", step={"decision": "t"}), node("user", "u"),
        line("s", "r", "u"))  # fmt: skip


def plainly_decided(content, **variables):
    parser = BpmnDmnParser()
    parser.add_dmn_str(content)
    parser.dmn_parsers["t"].parse()
    engine = DMNEngine(parser.dmn_parsers["t"].decision.decisionTables[0])
    case = Plain(node("start", "s"), node("user", "u"), line("s", "u"), **variables)
    return engine.result(case.task("u"))


def test_a_list_in_a_cell_matches_each_of_its_words():
    content = table("t", "UNIQUE", {"x": "string"}, {"y": ""}, [(['"a","b"'], ["1"])])

    assert plainly_decided(content, x="a") == {}
    assert tell(*RULE, tables=[content], x="a").variables("u")["y"] == 1


def test_unique_means_unique():
    content = table("t", "UNIQUE", {"x": "number"}, {"y": ""}, [(["> 1"], ["1"]), (["> 2"], ["2"])])

    assert plainly_decided(content, x=5) == {"y": 1}
    with pytest.raises(ProcessFailedError, match="together"):
        tell(*RULE, tables=[content], x=5)


def test_a_sum_is_a_sum():
    rules = [(["> 1"], ["1"]), (["> 2"], ["2"])]
    content = table("t", "COLLECT", {"x": "number"}, {"y": ""}, rules, aggregation="SUM")

    assert plainly_decided(content, x=5) == {"y": [1, 2]}
    assert tell(*RULE, tables=[content], x=5).variables("u")["y"] == 3


SILENT = {
    "a link": (
        node("throw", "x", '<bpmn:linkEventDefinition name="far"/>'), node("end", "e"),
        line("s", "x", "e"),
    ),
    "a compensation": (
        node("throw", "x", "<bpmn:compensateEventDefinition/>"), node("end", "e"),
        line("s", "x", "e"),
    ),
    "a signal at the end": (
        node("end", "x", "<bpmn:signalEventDefinition/>"), line("s", "x"),
    ),
    "a step without a type": (node("task", "x"), node("end", "e"), line("s", "x", "e")),
    "an orphan": (node("user", "x"), node("end", "e"), line("s", "e"), line("x", "e")),
}  # fmt: skip


@pytest.mark.parametrize("what", SILENT)
def test_what_the_library_passes_over_in_silence_is_refused_by_name(what):
    parts = (node("start", "s"), *SILENT[what])

    Plain(*parts)

    labels = {finding.label for finding in blocks(inspect([document(process("p", *parts))]))}
    assert "x" in labels


def test_an_implicit_split_is_run_as_it_is_drawn():
    parts = (node("start", "s"), node("user", "u"), node("user", "a"), node("user", "b"),
             flows("s -> u\nu -> a\nu -> b"))  # fmt: skip

    with pytest.raises(ValidationException):
        Plain(*parts)
    assert tell(*parts).does("u").open == ["a", "b"]
