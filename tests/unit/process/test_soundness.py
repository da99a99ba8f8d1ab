"""What is said to stand still does, and what passes as sound never does, in the real core."""

import random
from collections import Counter

import pytest

from engine.errors import DiagramRejectedError, ProcessFailedError
from engine.process import soundness
from engine.process.bundle import build_bundle, inspect
from engine.process.finding import Severity
from engine.process.material import gather
from tests.unit.process.drawing import (
    Story,
    boundary,
    document,
    event,
    flows,
    line,
    loop,
    node,
    process,
)

START, END, OTHER = node("start", "s"), node("end", "e"), node("end", "e2")
CHOICE = node("xor", "f", default="d")
A, B = node("user", "a"), node("user", "b")
JOIN = node("and", "j")
TERMINATE = "<bpmn:terminateEventDefinition/>"


def looked_at(*parts):
    diagram = gather([document(process("p", *parts))], []).diagram
    return soundness.explore(diagram.processes[0], diagram)


NEVER = {
    "a choice instead of a fork": (
        START, CHOICE, A, B, JOIN, END, flows("s -> f\nf -> a as c if p\nf -> b as d"),
        line("a", "j"), line("b", "j", "e"),
    ),
    "an interruption instead of a fork": (
        START, A, B, boundary("t", "a", event("message", "m")), JOIN, END,
        line("s", "a", "j"), line("t", "b", "j", "e"),
    ),
    "a way back into it": (
        START, JOIN, A, CHOICE, END, line("s", "j", "a", "f"),
        flows("f -> j as c if p\nf -> e as d"),
    ),
    "a race instead of a fork": (
        START, node("race", "r"), node("catch", "x", event("message", "m")),
        node("catch", "y", event("message", "n")), JOIN, END,
        line("s", "r", "x", "j"), line("r", "y", "j", "e"),
    ),
}  # fmt: skip
SOMETIMES = {
    "a branch that can end elsewhere": (
        START, node("and", "k"), A, B, CHOICE, JOIN, END, OTHER, line("s", "k", "a", "j", "e"),
        line("k", "b", "f"), flows("f -> j as c if p\nf -> e2 as d"),
    ),
    "a step that goes on by conditions": (
        START, node("user", "w"), A, B, JOIN, END, line("s", "w"),
        flows("w -> a as c if p\nw -> b"), line("a", "j"), line("b", "j", "e"),
    ),
    "a note that is joined": (
        START, A, B, boundary("t", "a", event("message", "m"), interrupts=False), JOIN, END,
        line("s", "a", "j"), line("t", "b", "j", "e"),
    ),
}  # fmt: skip
EACH_OTHER = (
    START, node("and", "k"), A, B, node("or", "j"), node("or", "j2"), CHOICE,
    node("xor", "f2", default="d2"), END, OTHER, line("s", "k", "a", "j", "f"),
    line("k", "b", "j2", "f2"), flows("f -> j2 as c if p\nf -> e as d\nf2 -> j as c2 if p\n"
                                      "f2 -> e2 as d2"),
)  # fmt: skip
SOUND = {
    "a fork": (
        START, node("and", "k"), A, B, JOIN, END, line("s", "k", "a", "j"),
        line("k", "b", "j", "e"),
    ),
    "an end of everything beside the join": (
        START, node("and", "k"), A, B, CHOICE, JOIN, END, node("end", "x", TERMINATE),
        line("s", "k", "a", "j", "e"), line("k", "b", "f"), flows("f -> j as c if p\nf -> x as d"),
    ),
    "a loop around a fork": (
        START, node("xor", "m"), node("and", "k"), A, B, JOIN, CHOICE, END,
        line("s", "m", "k", "a", "j", "f"), line("k", "b", "j"),
        flows("f -> m as c if p\nf -> e as d"),
    ),
    "an inclusive fork and join": (
        START, node("or", "k", default="n"), A, B, node("or", "j"), END, line("s", "k"),
        flows("k -> a as x if p\nk -> b as n"), line("a", "j"), line("b", "j", "e"),
    ),
    "repeated branches": (
        START, node("and", "k"), node("user", "a", loop("p")), B, JOIN, END,
        line("s", "k", "a", "j"), line("k", "b", "j", "e"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEVER)
def test_what_no_case_gets_past_is_refused_with_a_mend(case):
    assert looked_at(*NEVER[case]) == soundness.Standstill(frozenset("j"), frozenset(), True)
    findings = inspect([document(process("complaint", *NEVER[case]))])

    (finding,) = [each for each in findings if each.rule == "branches-come-together"]

    assert (finding.severity, finding.mend) == (Severity.BLOCKING, "make-exclusive")


@pytest.mark.parametrize("case", SOMETIMES)
def test_what_can_stand_still_is_told_and_not_refused(case):
    found = looked_at(*SOMETIMES[case])

    assert found.is_whole
    assert not found.never
    assert "j" in found.sometimes
    findings = inspect([document(process("complaint", *SOMETIMES[case]))])
    told = {each.severity for each in findings if each.rule == "branches-come-together"}
    assert told == {Severity.ADVICE}


def test_inclusive_joins_that_wait_for_each_other_are_refused_without_a_mend():
    findings = inspect([document(process("complaint", *EACH_OTHER))])

    told = [each for each in findings if each.rule == "branches-come-together"]

    assert [(f.element, f.severity, f.mend) for f in told] == [
        (id_, Severity.BLOCKING, "") for id_ in ("j", "j2")
    ]


@pytest.mark.parametrize("case", SOUND)
def test_branches_that_come_together_are_left_alone(case):
    assert looked_at(*SOUND[case]) == soundness.Standstill(frozenset(), frozenset(), True)


def test_a_version_that_is_published_already_still_runs():
    assert build_bundle([document(process("complaint", *NEVER["a way back into it"]))])


@pytest.mark.parametrize("default", ["", "w-a"])
def test_a_step_that_goes_on_by_conditions_alone_needs_a_default(default):
    step = node("user", "w", **({"default": default} if default else {}))
    ways = flows(f"w -> a as w-a{'' if default else ' if p'}\nw -> b as w-b if q")
    parts = START, step, A, B, END, OTHER, line("s", "w"), ways, line("a", "e"), line("b", "e2")

    findings = inspect([document(process("p", *parts))])

    told = [each.element for each in findings if each.rule == "conditions-are-asked"]
    assert told == ([] if default else ["w"])


def test_an_event_on_the_border_of_something_elsewhere_is_left_to_other_rules():
    inner = node("sub", "x", node("start", "xs") + node("user", "a") + line("xs", "a"))
    parts = START, inner, boundary("t", "a", event("message", "m")), JOIN, B, END

    assert inspect([document(process("p", *parts, line("s", "x", "j"), line("t", "b", "j", "e")))])


# Random diagrams

KINDS = ("user", "user", "user", "xor", "xor", "and", "and", "and", "or")
MOST_COMMANDS = 30


def drawn(by):
    """Return the parts of a random diagram, and the names of what decides on its ways."""
    kinds = ["start"] + [by.choice(KINDS) for _ in range(by.randint(3, 9))]
    ways = [(by.randrange(number), number) for number in range(1, len(kinds))]
    ways += [(by.randrange(1, len(kinds)), by.randrange(1, len(kinds))) for _ in range(3)]
    kept, has_left = set(), set()
    for source, target in ways:
        if source != target and not (source == 0 and 0 in has_left):
            kept.add((source, target))
            has_left.add(source)
    kinds = [kind if n in has_left else "end" for n, kind in enumerate(kinds)]
    kept -= {(source, target) for source, target in kept if kinds[source] == "end"}
    return _parts(by, kinds, sorted(kept))


def _parts(by, kinds, ways):
    names, parts, asked = [f"{kind}{n}" for n, kind in enumerate(kinds)], [], []
    for n, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        out = [target for source, target in ways if source == n]
        asks = kind in {"xor", "or"} or (kind == "user" and len(out) > 1 and by.random() < 0.5)
        default = f"{name}-{names[out[-1]]}" if asks and len(out) > 1 else ""
        body = TERMINATE if kind == "end" and by.random() < 0.2 else ""
        parts.append(node(kind, name, body, **({"default": default} if default else {})))
        for target in out:
            variable = f"v{n}_{target}"
            condition = f" if {variable}" if default and target != out[-1] else ""
            asked += [variable] if condition else []
            parts.append(flows(f"{name} -> {names[target]} as {name}-{names[target]}{condition}"))
        if kind == "user" and by.random() < 0.25:
            event_name, is_hard = f"m{n}", by.random() < 0.6
            parts.append(boundary(f"b{n}", name, event("message", event_name), interrupts=is_hard))
            parts.append(flows(f"b{n} -> {names[by.randrange(1, len(names))]}"))
    return parts, asked


def walked(bundle, asked, by):
    """Run a case with random answers; return what it passed, and where it stood still."""
    passed = Counter()
    try:
        story = Story(bundle, **_answers(asked, by))
        for _ in range(MOST_COMMANDS):
            passed.update(story.passed)
            waiting = [*story.open * 2, *story.progress.subscriptions]
            if not waiting:
                break
            chosen = by.choice(waiting)
            if isinstance(chosen, str):
                story.does(chosen, **_answers(asked, by))
            else:
                story.hears(chosen.message)
    except ProcessFailedError as failure:
        if "without a pause" in failure.reason:  # It ran too long, which is another rule's matter.
            return passed, ""
        return passed, failure.element if "no longer come" in failure.reason else failure.reason
    passed.update(story.passed)
    return passed, ""


def _answers(asked, by):
    return {name: by.random() < 0.5 for name in asked}


def compared(seeds, walks):
    """Return how many random diagrams are what they are said to be; refuse any that is not."""
    count = Counter()
    for seed in seeds:
        by = random.Random(seed)
        parts, asked = drawn(by)
        content = document(process("p", *parts))
        try:
            bundle = build_bundle([content])
        except DiagramRejectedError:
            continue
        diagram = gather([content], []).diagram
        found = soundness.explore(diagram.processes[0], diagram)
        ends = [walked(bundle, asked, by) for _ in range(walks)]
        stood = {where for _, where in ends if where}
        assert not [j for j in found.never for passed, _ in ends if passed[j]], (seed, found)
        assert not found.is_whole or stood <= found.never | found.sometimes, (seed, found, stood)
        count["all"] += 1
        count["whole"] += found.is_whole
        count["never"] += bool(found.never)
        count["never, and seen"] += bool(found.never & stood)
        said = bool(found.sometimes) and not found.never
        count["sometimes"] += said
        count["sometimes, and seen"] += said and bool(stood)
        count["sound"] += found.is_whole and not found.never | found.sometimes
    return count


def test_what_is_said_of_random_diagrams_is_what_the_core_does():
    count = compared(range(200), walks=5)

    assert min(count[what] for what in ("sound", "never, and seen", "sometimes, and seen")) >= 3


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_what_is_said_of_many_random_diagrams_is_what_the_core_does(capsys):
    count = compared(range(1_000, 4_000), walks=12)

    with capsys.disabled():
        print(f"\n{dict(count)}")  # noqa: T201 - the figures are what it is for
    assert count["whole"] >= 0.95 * count["all"]


def test_the_tests_notice_standstills_that_are_not_seen(monkeypatch):
    nothing = soundness.Standstill(frozenset(), frozenset(), is_whole=True)
    monkeypatch.setattr(soundness, "explore", lambda _scope, _diagram: nothing)

    with pytest.raises(AssertionError):
        compared(range(150), walks=5)
