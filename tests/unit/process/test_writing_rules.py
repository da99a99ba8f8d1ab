"""What is written before: drafts before approvals, forms before letters, gates that are asked."""

import pytest

from engine.process import mends, rules
from engine.process.bundle import inspect
from engine.process.finding import Layer, Severity
from engine.process.rules import complaints
from engine.process.rules.complaints import duty
from tests.unit.process.drawing import (
    boundary,
    document,
    event,
    flows,
    line,
    node,
    process,
    several,
    sub,
)

GATE = '<redress:gate role="approver" fourEyes="true"/>'
START, END = node("start", "s"), node("end", "e")


def form(id_, name, inner=""):
    """Draw a step of a person with a form."""
    return node("user", id_, inner, step={"role": "handler", "form": name})


def gate(id_, name):
    """Draw a gate of four eyes that asks a form."""
    step = f'<redress:step role="approver" form="{name}"/>'
    body = f"<bpmn:extensionElements>{step}{GATE}</bpmn:extensionElements>"
    return node("user", id_, body, step={})


def letter(operation="send_decision"):
    return node("service", "l", step={"operation": operation})


def throw(id_, name):
    return node("end", id_, event("escalation", name))


def asked(*parts, main="complaint"):
    """Return what blocks because something is not written before, by rule and element."""
    findings = inspect([document(process(main, *parts))])
    about = {"gates-ask-for-approval", "approvals-have-a-draft", "letters-are-written-first"}
    return {(f.rule, f.element, f.severity) for f in findings if f.rule in about}


def blocking(rule, element):
    return {(rule, element, Severity.BLOCKING)}


@pytest.mark.iso("5.4")
def test_an_approval_needs_a_draft_on_every_way_to_it():
    rule = "approvals-have-a-draft"
    draft, other = form("d", "decision"), form("o", "plan")
    choice = node("xor", "x", default="w"), node("xor", "m")
    ways = flows("s -> x\nx -> d as c if severity > 3\nx -> o as w\nd -> m\no -> m\nm -> g")

    assert not asked(START, draft, gate("g", "approval"), END, line("s", "d", "g", "e"))
    assert asked(START, other, gate("g", "approval"), END, line("s", "o", "g", "e")) == blocking(
        rule, "g"
    )
    either = (START, draft, *choice, gate("g", "approval"), END, ways, line("g", "e"))
    assert asked(*either, other) == blocking(rule, "g")
    assert not asked(*either, form("o", "decline"))


@pytest.mark.iso("5.4")
def test_what_is_returned_may_be_drafted_anew():
    back = flows("g -> x\nx -> d as again if approval == 'returned'\nx -> e as w")

    assert not asked(
        START, form("d", "decision"), gate("g", "approval"), node("xor", "x", default="w"), END,
        line("s", "d", "g"), back,
    )  # fmt: skip


@pytest.mark.iso("5.4")
def test_a_gate_asks_for_an_approval_and_that_is_mended_where_something_was_drafted():
    behind = (START, form("d", "decision"), gate("g", "closing"), END, line("s", "d", "g", "e"))
    before = (START, gate("g", "closing"), END, line("s", "g", "e"))

    assert asked(*behind) == asked(*before) == blocking("gates-ask-for-approval", "g")
    offers = {"ask-for-approval": behind, "": before}
    for mend, parts in offers.items():
        content = document(process("complaint", *parts))
        (finding,) = [f for f in inspect([content]) if f.rule == "gates-ask-for-approval"]
        assert finding.mend == mend
    (mended,) = mends.mend([document(process("complaint", *behind))], finding_of(behind))
    assert "gates-ask-for-approval" not in {f.rule for f in inspect([mended])}


def finding_of(parts):
    findings = inspect([document(process("complaint", *parts))])
    return next(f for f in findings if f.rule == "gates-ask-for-approval")


def test_a_gate_at_a_machine_is_no_gate():
    step = f"<bpmn:extensionElements><redress:step/>{GATE}</bpmn:extensionElements>"

    assert ("gates-ask-for-approval", "g", Severity.BLOCKING) in asked(
        START, node("service", "g", step), END, line("s", "g", "e")
    )


LETTERS = {
    "send_acknowledgement": "acknowledge",
    "send_refusal": "decline",
    "send_resolution": "frontline",
    "send_decision": "decision",
    "send_withdrawal_confirmation": "withdrawal",
}


@pytest.mark.iso("7.8")
@pytest.mark.parametrize("operation", LETTERS)
def test_a_letter_is_sent_after_its_form_was_filled(operation):
    rule = "letters-are-written-first"
    ways = line("s", "w", "l", "e")

    assert not asked(START, form("w", LETTERS[operation]), letter(operation), END, ways)
    assert asked(START, form("w", "closing"), letter(operation), END, ways) == blocking(rule, "l")


BEFORE = {
    "a branch that is waited for": (
        (node("and", "f"), form("w", "decision"), form("o", "plan"), node("and", "j"),
         line("s", "f", "w", "j", "l"), line("f", "o", "j")),
        True,
    ),
    "a branch that is not waited for": (
        (node("and", "f"), form("w", "decision"), form("o", "plan"), node("end", "e2"),
         line("s", "f", "w", "e2"), line("f", "o", "l")),
        False,
    ),
    "a sub-process": (
        (sub("b", node("start", "bs"), form("w", "decision"), node("end", "be"),
             line("bs", "w", "be")), line("s", "b", "l")),
        True,
    ),
    "a sub-process that may be done no times": (
        (sub("b", node("start", "bs"), form("w", "decision"), node("end", "be"),
             line("bs", "w", "be"), several("severity")), line("s", "b", "l")),
        False,
    ),
    "what it interrupts": (
        (form("w", "decision"), boundary("i", "w", event("message", "m")), node("end", "e2"),
         line("s", "w", "e2"), line("i", "l")),
        False,
    ),
    "what throws to it": (
        (sub("b", node("start", "bs"), form("w", "decision"), throw("be", "up"),
             line("bs", "w", "be")), boundary("i", "b", event("escalation", "up")),
         node("end", "e2"), line("s", "b", "e2"), line("i", "l")),
        True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", BEFORE)
def test_the_ways_to_a_letter_are_followed_as_a_case_goes_them(where):
    parts, is_written = BEFORE[where]

    findings = asked(START, *parts, letter(), END, line("l", "e"))

    assert findings == (set() if is_written else blocking("letters-are-written-first", "l"))


def test_a_letter_inside_is_written_before_its_sub_process():
    inner = sub("b", node("start", "bs"), letter(), node("end", "be"), line("bs", "l", "be"))

    assert not asked(START, form("w", "decision"), inner, END, line("s", "w", "b", "e"))
    assert asked(START, form("w", "plan"), inner, END, line("s", "w", "b", "e"))


def test_another_process_is_only_advised():
    parts = (START, gate("g", "approval"), letter(), END, line("s", "g", "l", "e"))

    assert {severity for *_, severity in asked(*parts, main="p")} == {Severity.ADVICE}


def test_the_tests_notice_rules_that_are_not_asked(monkeypatch):
    known = tuple(rule for rule in complaints.RULES if rule.__module__ == duty.__name__)
    monkeypatch.setattr(rules, "LAYERS", {Layer.COMPLAINTS: known})

    assert not asked(START, gate("g", "closing"), letter(), END, line("s", "g", "l", "e"))
