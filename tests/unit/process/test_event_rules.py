"""Rules about events, links, event sub-processes and markers, each by a diagram that breaks it."""

import pytest

from engine.process import rules
from engine.process.bundle import inspect
from engine.process.finding import Layer, blocks
from engine.process.rules.running.event import links_are_paired
from tests.unit.process.drawing import (
    boundary,
    condition,
    document,
    event,
    flows,
    handler,
    line,
    link,
    loop,
    node,
    process,
    script,
    several,
    sub,
    timer,
)

START = node("start", "s")
END = node("end", "e")


def found(*parts):
    return inspect([document(process("p", *parts))])


def one(kind, body="", **attributes):
    """Draw one element on the way from the start to the end."""
    return (START, node(kind, "x", body, **attributes), END, line("s", "x", "e"))


def handled(body, *around, **how):
    return (START, END, line("s", "e"), handler("x", body, **how), *around)


COLLECTION = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>departments"
    "</bpmn:loopDataInputRef></bpmn:multiInstanceLoopCharacteristics>"
)
BLOCKED = {
    "signal start": (
        (node("start", "x", event("signal", "m")), END, line("x", "e")), "never by itself",
    ),
    "timer start": ((node("start", "x", timer("P1D")), END, line("x", "e")), "never by itself"),
    "conditional start": (
        (node("start", "x", condition("a > 1")), END, line("x", "e")), "never by itself",
    ),
    "compensation at the end": (
        (START, node("end", "x", "<bpmn:compensateEventDefinition/>"), line("s", "x")),
        "Nothing that was done is undone",
    ),
    "cancel at the end": (
        (START, node("end", "x", "<bpmn:cancelEventDefinition/>"), line("s", "x")),
        "Transactions",
    ),
    "escalation caught on the way": (one("catch", event("escalation", "a")), "with escalation"),
    "a link to nowhere": ((START, node("throw", "x", link("far")), line("s", "x")), "nowhere"),
    "a link from nowhere": (
        (START, node("catch", "x", link("far")), END, line("x", "e"), line("s", "e")),
        "leads here",
    ),
    "a link to two places": (
        (START, node("throw", "t", link("far")), node("catch", "x", link("far")),
         node("catch", "y", link("far")), END, line("s", "t"), line("x", "e"), line("y", "e")),
        "more than one place",
    ),
    "a link over a border": (
        (START, node("throw", "x", link("far")),
         sub("y", node("start", "ys"), node("catch", "z", link("far"))), line("s", "x"),
         line("s", "y")),
        "nowhere",
    ),
    "a link without a name": (
        (START, node("throw", "x", "<bpmn:linkEventDefinition/>"), line("s", "x")),
        "no name",
    ),
    "a flow behind a throwing link": (
        (START, node("throw", "x", link("far")), node("catch", "y", link("far")), END,
         line("s", "x", "e"), line("y", "e")),
        "leaves the link",
    ),
    "a flow into a catching link": (
        (START, node("throw", "y", link("far")), node("catch", "x", link("far")), END,
         line("s", "y"), line("s", "x", "e")),
        "leads into the link",
    ),
    "a race to a link": (
        (START, node("race", "x"), node("catch", "a", link("far")),
         node("catch", "b", timer("1 days")), node("user", "u"), node("throw", "t", link("far")),
         line("s", "x", "a"), line("x", "b"), line("s", "u", "t")),
        "link event, for which nothing waits",
    ),
    "a circle of links": (
        (START, node("xor", "x"), node("throw", "t", link("far")), node("catch", "c", link("far")),
         line("s", "x", "t"), line("c", "x")),
        "without a pause",
    ),
    "an unnamed signal": (one("throw", "<bpmn:signalEventDefinition/>"), "which signal"),
    "an undefined signal": (
        one("throw", '<bpmn:signalEventDefinition signalRef="no"/>'), "is not defined",
    ),
    "an unreadable condition": (one("catch", condition("x >")), "condition it waits for"),
    "an empty condition": (one("catch", condition("")), "condition it waits for"),
    "a flow into an event sub-process": (
        (START, END, handler("x", event("message", "m")), line("s", "x"), line("s", "e")),
        "A flow leads into",
    ),
    "an event sub-process in turns": (
        (START, END, line("s", "e"),
         handler("x", event("message", "m"), several("2"))),
        "cannot be repeated",
    ),
    "an event on an event sub-process": (
        (START, END, line("s", "e"), handler("h", event("message", "m")),
         boundary("x", "h", timer("P1D")), line("x", "e")),
        "event sub-process",
    ),
    "a cycle on the way": (one("catch", timer("R3/PT1H", "Cycle")), "in a cycle"),
    "a timer without a time": (one("catch", "<bpmn:timerEventDefinition/>"), "no duration"),
    "a collection": (one("user", COLLECTION, step={"role": "handler"}), "holds no lists"),
    "no number of instances": (one("user", several("")), "how many instances"),
    "too many instances": (one("user", several("1001")), "At most 1,000"),
    "an unreadable number": (one("user", several("n +")), "What its marker asks"),
    "an unreadable completion": (one("user", several("3", "done(")), "What its marker asks"),
    "an endless loop": (one("user", loop()), "neither a condition"),
    "a loop of no turns": (one("user", loop("a > 1", loopMaximum="0")), "largest number"),
    "a repeated gateway": (one("and", several("2")), "cannot be repeated by a marker"),
}  # fmt: skip


@pytest.mark.parametrize("case", BLOCKED)
def test_what_cannot_run_is_blocked_and_named(case):
    parts, reason = BLOCKED[case]

    findings = blocks(found(*parts))

    assert [f for f in findings if reason in f.sentence and f.element == "x"], findings


def test_an_event_sub_process_says_how_it_begins():
    plain = blocks(found(*handled("")))
    gentle = blocks(found(*handled(event("error", "a"), interrupts=False)))

    assert [f.element for f in plain if "which event starts" in f.problem] == ["x_start"]
    assert [f.element for f in gentle if "always interrupts" in f.problem] == ["x_start"]


def test_a_signal_that_nothing_waits_for_is_advice():
    findings = found(*one("throw", event("signal", "done")))

    assert blocks(findings) == ()
    assert any("waits for the signal “done”" in finding.problem for finding in findings)


def test_an_error_that_nobody_catches_is_advice_and_says_what_will_happen():
    findings = found(START, node("end", "x", event("error", "lost")), line("s", "x"))

    assert blocks(findings) == ()
    assert any("incident" in finding.sentence for finding in findings)


def test_what_an_event_sub_process_catches_counts_as_caught_but_not_what_it_throws_itself():
    thrower = (START, node("throw", "t", event("escalation", "a")), END, line("s", "t", "e"))
    inside = (node("throw", "again", event("escalation", "a")), line("x_start", "again"))

    assert blocks(found(*thrower, handler("x", event("escalation", "a")))) == ()
    (again,) = blocks(found(*thrower, handler("x", event("escalation", "a"), *inside)))
    assert (again.element, "Nobody catches" in again.problem) == ("again", True)


def test_good_diagrams_with_all_of_it_have_no_finding_that_blocks():
    findings = found(
        START, node("user", "u", several("n", "done")), script("c", "n = n + 1"),
        node("throw", "off", link("far")), node("catch", "on", link("far")),
        node("end", "e", event("signal", "done")), line("s", "u", "c", "off"), line("on", "e"),
        boundary("b", "u", timer("R3/PT1H", "Cycle"), interrupts=False), node("end", "be"),
        line("b", "be"),
        handler("h", condition("n > 3"), node("end", "he"), flows("h_start -> he")),
        handler("h2", event("signal", "done"), node("end", "he2"), flows("h2_start -> he2"),
                interrupts=False),
    )  # fmt: skip

    assert blocks(findings) == ()


def test_the_tests_notice_a_rule_that_is_not_asked(monkeypatch):
    kept = [rule for rule in rules.LAYERS[Layer.RUNNING] if rule is not links_are_paired]
    monkeypatch.setattr(rules, "LAYERS", {Layer.RUNNING: kept})
    parts, reason = BLOCKED["a link to two places"]

    assert not [finding for finding in found(*parts) if reason in finding.sentence]
