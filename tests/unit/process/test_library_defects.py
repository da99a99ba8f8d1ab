"""What the library alone does wrong, and that our core makes it right or a rule refuses it.

`DEFECTS` is the whole list. Each entry is played on our core and on the installed library: ours
must show what is right, the library must not. When a release of it brings a cure, the summary
names the entry, and our own remedy can be looked at again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from SpiffWorkflow.util.task import TaskState

from engine.errors import RedressError
from engine.process.bundle import inspect
from engine.process.finding import blocks
from tests.unit.process.drawing import (
    DAY,
    HANDLING,
    boundary,
    condition,
    document,
    event,
    flows,
    handler,
    line,
    link,
    node,
    process,
    script,
    sub,
    table,
    tell,
    timer,
)
from tests.unit.process.plain import Plain, plainly_decided

REFUSED = "refused at publishing"
START, END = node("start", "s"), node("end", "e")


@dataclass(frozen=True)
class Defect:
    """Something that is wrong on the plain library."""

    right: object
    ours: Callable[[], object]
    plain: Callable[[], object]


def played(parts, play, right, *, plainly=None, **variables):
    """Play the same on both; the library may need its own way of writing."""
    return Defect(
        right,
        lambda: play(tell(*parts, **variables)),
        lambda: play(Plain(*(plainly or parts), **variables)),
    )


def refused(*parts):
    """Let the library take what a rule of ours refuses about the element x."""
    content = document(process("p", START, *parts))
    named = lambda: {f.element for f in blocks(inspect([content]))}  # noqa: E731 - said once
    return Defect(
        REFUSED,
        lambda: REFUSED if "x" in named() else "published",
        lambda: Plain(START, *parts).open,
    )


def opened(case):
    return case.open


def caught(deed):
    """Return what a deed gives, or the class of what it raises."""
    try:
        return deed()
    except RedressError as refusal:
        return type(refusal).__name__
    except Exception as error:  # noqa: BLE001 - the library raises anything
        return f"raises {type(error).__name__}"


LOOP_WITH_JOIN = (
    START, node("xor", "top"), node("and", "fork"), node("user", "a"),
    node("user", "b"), node("and", "join"), node("user", "review"),
    node("xor", "again", default="done"), END,
    line("s", "top", "fork", "a", "join", "review", "again"), line("fork", "b", "join"),
    flows("again -> top if answer == 'again'\nagain -> e as done"),
)  # fmt: skip
BRANCHES = (
    START, node("and", "fork"), node("user", "a"), node("user", "b"),
    node("and", "join"), node("user", "last"), END,
    line("s", "fork", "a", "join", "last", "e"), line("fork", "b", "join"),
)  # fmt: skip
LONG_LOOP = (
    START, node("xor", "top"), node("user", "work"), node("xor", "again", default="on"), END,
    flows("s -> top\ntop -> work\nwork -> again\nagain -> e if n > 1000\nagain -> top as on"),
)  # fmt: skip
TERMINATING = (
    START, node("and", "fork"), node("end", "stop", event("terminate")),
    script("letter", "sent = 1"), END, line("s", "fork", "stop"), line("fork", "letter", "e"),
)  # fmt: skip
RACE = (
    START, node("race", "g"), node("catch", "one", timer("'P1D'")),
    node("catch", "two", timer("'P3D'")), node("user", "a"), node("user", "b"),
    line("s", "g", "one", "a"), line("g", "two", "b"),
)  # fmt: skip
TWICE_RAISED = (
    START,
    sub("inner", node("start", "is"), node("throw", "t1", event("escalation", "x")),
        node("user", "u"), node("throw", "t2", event("escalation", "x")), node("user", "u2"),
        node("end", "ie"), line("is", "t1", "u", "t2", "u2", "ie")),
    boundary("b", "inner", event("escalation", "x"), interrupts=False),
    node("user", "told"), END, node("end", "e2"), line("s", "inner", "e"), line("b", "told", "e2"),
)  # fmt: skip
UNCAUGHT = (
    START, sub("inner", node("start", "is"), node("end", "fail", event("error", "lost")),
               line("is", "fail")),
    node("user", "as_if_nothing_happened"), END, line("s", "inner", "as_if_nothing_happened", "e"),
)  # fmt: skip
STEP = (START, node("user", "u"), END, line("s", "u", "e"))
RULE = (START, node("rule", "r", step={"decision": "t"}), node("user", "u"), line("s", "r", "u"))


def parallel_blocks(count):
    parts = [START, END, line("s", "f0"), line(f"j{count - 1}", "e")]
    for n in range(count):
        a, b, fork, join = f"a{n}", f"b{n}", f"f{n}", f"j{n}"
        parts += [node("and", fork), node("and", join), node("user", a), node("user", b)]
        parts += [line(fork, a, join), line(fork, b, join)]
        parts += [line(join, f"f{n + 1}")] if n + 1 < count else []
    return parts


def handling(body, **how):
    """Two steps one after the other, and an event sub-process beside them."""
    care = (node("user", "care"), node("end", "he"), line("h_start", "care", "he"))
    return (
        START, node("user", "work"), node("user", "more"), line("s", "work", "more"),
        handler("h", body, *care, **how),
    )  # fmt: skip


def cycled(*, interrupts):
    return (
        START, node("user", "work"), node("user", "late"), END, line("s", "work", "e"),
        boundary("b", "work", timer("'R3/PT1H'", "Cycle"), interrupts=interrupts),
        line("b", "late"),
    )  # fmt: skip


def many_rounds_plainly():
    plain = Plain(*LONG_LOOP)
    for _ in range(340):
        ready = [t for t in plain.case.tasks.values() if t.state == TaskState.READY]
        work = next(t for t in ready if t.task_spec.name == "work")
        work.data["n"] = 0
        work.run()
        plain.run_directly()
    return plain.is_complete


def many_rounds():
    ours = tell(*LONG_LOOP)
    for _ in range(340):
        ours.does("work", n=0)
    return ours.progress.is_complete


def decided(right, policy, rules, x, **how):
    """Ask one table with one input and one output."""
    content = table("t", policy, {"x": "string" if isinstance(x, str) else "number"}, {"y": ""},
                    rules, **how)  # fmt: skip
    return Defect(
        right,
        lambda: {"y": tell(*RULE, tables=[content], x=x).variables("u")["y"]},
        lambda: plainly_decided(content, x=x),
    )


DEFECTS = {
    "a join in a loop fires early in the second round": played(
        LOOP_WITH_JOIN,
        lambda case: case.does("a").does("b").does("review", answer="again").does("b").open,
        ["a"],
    ),
    "the last branch at a join undoes what the others have changed": played(
        BRANCHES, lambda case: case.does("a", k="A").does("b").variables("last")["k"], "A", k="0",
    ),
    "a long loop is taken for the end": Defect(False, many_rounds, many_rounds_plainly),
    "what is ready still runs after a terminate end": Defect(
        False,
        lambda: "letter" in tell(*TERMINATING).passed,
        lambda: TaskState.COMPLETED in Plain(*TERMINATING).states("letter"),
    ),
    "parallel blocks in a row double the work each time": Defect(
        True,
        lambda: len(tell(*parallel_blocks(8)).load()._case.tasks) < 50,
        lambda: len(Plain(*parallel_blocks(8)).case.tasks) < 50,
    ),
    "two timers behind an event gateway share one moment": Defect(
        2,
        lambda: len({each.due_at for each in tell(*RACE).progress.timers}),
        lambda: len(Plain(*RACE).moments("g")),
    ),
    "an escalation is heard once only": played(
        TWICE_RAISED, lambda case: case.does("u").open, ["told", "told", "u2"],
    ),
    "a message on a border is heard once only": played(
        HANDLING, lambda case: case.hears("clock_warning").hears("clock_warning").open,
        ["respond", "respond", "work"],
    ),
    "an error nobody catches passes in silence": played(UNCAUGHT, opened, "ProcessFailedError"),
    "a link ends the way in silence": played(
        (START, node("throw", "t", link("far")), node("catch", "c", link("far")), node("user", "u"),
         END, line("s", "t"), line("c", "u", "e")),
        opened, ["u"],
    ),
    "a signal at the end is not thrown": played(
        (START, node("and", "f"), node("user", "a"), node("end", "x", event("signal", "z")),
         node("catch", "c", event("signal", "z")), node("user", "u"), END,
         line("s", "f", "a", "x"), line("f", "c", "u", "e")),
        lambda case: case.does("a").open, ["u"],
    ),
    "an event sub-process never interrupts": played(
        handling(event("message", "m")), lambda case: case.hears("m").open, ["care"],
    ),
    "an event sub-process on an error begins at once": played(
        handling(event("error", "x")), opened, ["work"],
    ),
    "an event sub-process on an escalation begins at once": played(
        handling(event("escalation", "x")), opened, ["work"],
    ),
    "an event sub-process on a timer keeps the case open for ever": Defect(
        True,
        lambda: tell(*handling(timer("P9D"))).does("work").does("more").progress.is_complete,
        lambda: Plain(*handling(timer("'P9D'"))).does("work").does("more").is_complete,
    ),
    "a cycle that interrupts does not": Defect(
        ["late"],
        lambda: tell(*cycled(interrupts=True)).waits(DAY).open,
        lambda: Plain(*cycled(interrupts=True)).is_overdue_again("b").open,
    ),
    "a missed cycle is not caught up": Defect(
        ["late", "late", "late", "work"],
        lambda: tell(*cycled(interrupts=False)).waits(DAY).open,
        lambda: Plain(*cycled(interrupts=False)).is_overdue_again("b").open,
    ),
    "a condition sees its own branch only": played(
        (START, node("and", "f"), node("user", "a"), node("user", "b"), node("user", "u"),
         boundary("x", "a", condition("x > 3")), line("s", "f", "a"), line("f", "b"),
         line("x", "u")),
        lambda case: case.does("b", x=9).open, ["u"], x=1,
    ),
    "a condition behind a step is not asked": played(
        (START, node("user", "u"), node("user", "a"), END,
         flows("s -> u\nu -> a if 1 > 2\na -> e")),
        lambda case: case.does("u").open, "ProcessFailedError",
    ),
    "a split at a step is not read": played(
        (START, node("user", "u"), node("user", "a"), node("user", "b"),
         flows("s -> u\nu -> a\nu -> b")),
        lambda case: case.does("u").open, ["a", "b"],
    ),
    "a circle of steps is not read": played(
        (START, node("user", "a"), node("user", "b"), line("s", "a", "b", "a")), opened, ["a"],
    ),
    "a sub-process without an end is not read": played(
        (START, sub("x", node("start", "xs"), node("user", "y"), line("xs", "y")),
         node("user", "z"), line("s", "x", "z")),
        lambda case: case.does("y").open, ["z"],
    ),
    "a circle without a pause never comes back": refused(
        node("xor", "x", default="f"), script("c", "n = 1"), END,
        flows("s -> x\nx -> e if 1 > 2\nx -> c as f\nc -> x"),
    ),
    "a duration needs quotes": Defect(
        1,
        lambda: len(tell(START, node("catch", "c", timer("P2D")), line("s", "c")).progress.timers),
        lambda: len(Plain(START, node("catch", "c", timer("P2D")), END,
                          line("s", "c", "e")).moments("c")),
    ),
    "a date without an offset means the server's zone": refused(
        node("catch", "x", timer("'2030-07-01T09:00:00'", "Date")), END, line("s", "x", "e"),
    ),
    "a condition in the words of other tools fails late": played(
        (START, node("xor", "g", default="f"), node("user", "a"), node("user", "b"),
         flows("s -> g\ng -> a if ${x > 1}\ng -> b as f")),
        opened, ["a"], x=5,
    ),
    "a value named typename locks the case for ever": Defect(
        ["u"],
        lambda: tell(*STEP, typename="x").open,
        lambda: Plain(*STEP, note={"typename": "x"}).restored().open,
    ),
    "a list in a cell never matches": decided(
        {"y": 1}, "UNIQUE", [(['"a","b"'], ["1"])], "a",
    ),
    "unique is the first of many": decided(
        "ProcessFailedError", "UNIQUE", [(["> 1"], ["1"]), (["> 2"], ["2"])], 5,
    ),
    "a sum is a list": decided(
        {"y": 3}, "COLLECT", [(["> 1"], ["1"]), (["> 2"], ["2"])], 5, aggregation="SUM",
    ),
    "a compensation does nothing": refused(
        node("throw", "x", "<bpmn:compensateEventDefinition/>"), END, line("s", "x", "e"),
    ),
    "an ad-hoc sub-process fails late": refused(
        node("adHocSubProcess", "x", node("user", "y")), END, line("s", "x", "e"),
    ),
    "a step without a type waits for somebody": refused(
        node("task", "x"), END, line("s", "x", "e"),
    ),
    "an orphan is passed over": refused(node("user", "x"), END, line("s", "e"), line("x", "e")),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_ours_is_right_or_refuses(name):
    assert caught(DEFECTS[name].ours) == DEFECTS[name].right


@pytest.mark.parametrize("name", DEFECTS)
def test_the_plain_library_is_wrong(name):
    assert caught(DEFECTS[name].plain) != DEFECTS[name].right


def test_every_remedy_is_still_needed():
    cured = [name for name, defect in DEFECTS.items() if caught(defect.plain) == defect.right]

    assert cured == [], "the installed library does these right now; our remedies can go"


def test_a_condition_of_a_diagram_does_not_run_code(tmp_path):
    canary = tmp_path / "canary"
    parts = (
        START, node("xor", "g", default="f"), node("end", "a"), node("end", "b"),
        flows(f"s -> g\ng -> b as f\ng -> a if __import__('pathlib').Path('{canary}').touch()"),
    )  # fmt: skip

    Plain(*parts)
    assert canary.exists()

    canary.unlink()
    assert blocks(inspect([document(process("p", *parts))]))
    assert not canary.exists()


def test_the_tests_notice_a_core_that_is_as_wrong_as_the_library(monkeypatch):
    monkeypatch.setattr("engine.process.elements.Boundary.comes_again", lambda *_: False)

    assert caught(DEFECTS["an escalation is heard once only"].ours) == "ProcessFailedError"
