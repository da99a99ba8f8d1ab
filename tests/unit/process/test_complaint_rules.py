"""Every rule of the layer “handles complaints properly”, by a change of the shipped process."""

from importlib.resources import files

import pytest

from engine.errors import DiagramRejectedError
from engine.process import rules
from engine.process.bundle import build_bundle, inspect, require_publishable
from engine.process.finding import Layer, Severity
from engine.process.rules import complaints
from engine.process.rules.complaints.outcome import PROCESS
from engine.services.process.processes import COMPLAINT
from tests.unit.process.drawing import (
    boundary,
    document,
    event,
    flows,
    handler,
    line,
    loop,
    node,
    process,
    several,
    sub,
)

DRAWN = (files("bpmn") / "complaint.bpmn").read_bytes()
SHIPPED = " ".join(DRAWN.decode().split())
TABLES = [(files("bpmn") / name).read_bytes() for name in ("triage.dmn", "authority.dmn")]

WITHOUT = {
    "an acknowledgement": (
        ('operation="send_acknowledgement"', 'operation="send_decision"'),
        "complaints-are-acknowledged", "complaint", Severity.BLOCKING,
    ),
    "a limit for it": (
        ('due="2 working days" clause="7.4"', 'clause="7.4"'),
        "complaints-are-acknowledged", "acknowledge", Severity.BLOCKING,
    ),
    "the decision": (
        ('operation="send_decision" clause="7.8" milestone="decided"', ""),
        "every-way-tells-the-outcome", "unanswered", Severity.BLOCKING,
    ),
    "the refusal": (
        ('operation="send_refusal"', 'operation="send_acknowledgement"'),
        "every-way-tells-the-outcome", "refused", Severity.BLOCKING,
    ),
    "the word on a withdrawal": (
        ('operation="send_withdrawal_confirmation"', 'operation="send_acknowledgement"'),
        "every-way-tells-the-outcome", "withdrawn_end", Severity.BLOCKING,
    ),
    "four eyes": (
        ('role="manager" fourEyes="true"', 'role="manager"'),
        "approvals-take-two", "approve_decision_senior", Severity.BLOCKING,
    ),
    "a branch of a fork": (
        ('"gw_fork" targetRef="acknowledge"', '"gw_decline" targetRef="acknowledge"'),
        "branches-come-together", "gw_join", Severity.BLOCKING,
    ),
    "the form of a gate": (
        ('form="approval" role="team_leader"', 'form="closing" role="team_leader"'),
        "gates-ask-for-approval", "approve_refusal", Severity.BLOCKING,
    ),
    "a draft": (
        ('form="decline"', 'form="plan"'),
        "approvals-have-a-draft", "approve_refusal", Severity.BLOCKING,
    ),
    "what a letter is made of": (
        ('form="frontline"', 'form="plan"'),
        "letters-are-written-first", "send_resolution", Severity.BLOCKING,
    ),
    "a way back": (
        ('"gw_approved" targetRef="gw_draft"', '"gw_approved" targetRef="gw_send"'),
        "approvals-can-be-returned", "approve_decision", Severity.ADVICE,
    ),
    "an answer to a breach": (
        ('id="message_clock_breach" name="clock_breach"', 'id="message_clock_breach" name="other"'),
        "calls-are-answered", "complaint_received", Severity.ADVICE,
    ),
    "an escalation that is raised": (
        ('id="raise_safety_definition" escalationRef="escalation_safety"', ""),
        "escalations-are-raised", "safety", Severity.ADVICE,
    ),
    "a form": (
        ('form="plan"', ""), "steps-say-what-to-do", "plan", Severity.ADVICE,
    ),
    "a clause": (
        ('form="plan" role="handler" due="2 working days" clause="7.6"', 'form="plan"'),
        "steps-say-what-to-do", "plan", Severity.ADVICE,
    ),
    "a public status": (
        ('<redress:step clause="7.9" publicStatus="decision_sent" />',
         '<redress:step clause="7.9" />'),
        "waiting-is-explained", "answer", Severity.ADVICE,
    ),
}  # fmt: skip


def found(content, tables=TABLES):
    return [each for each in inspect([content], tables) if each.layer is Layer.COMPLAINTS]


@pytest.mark.iso("7")
def test_the_shipped_process_breaks_no_rule_of_any_layer():
    assert inspect([DRAWN], TABLES) == ()


@pytest.mark.iso("7.4", "7.8", "5.4")
@pytest.mark.parametrize("what", WITHOUT)
def test_what_is_taken_away_is_missed_where_it_was(what):
    (old, new), rule, element, severity = WITHOUT[what]
    content = SHIPPED.replace(old, new)
    if what == "a public status":
        content = content.replace('publicStatus="decision_sent" publicHint="Our', 'publicHint="Our')
    assert content != SHIPPED

    findings = found(content.encode())
    missed = [each for each in findings if (each.rule, each.element) == (rule, element)]

    assert [each.severity for each in missed] == [severity], findings
    assert all(each.why and each.fix and each.label for each in missed)


def test_every_rule_of_the_layer_is_broken_above():
    broken = {rule for _, rule, _, _ in WITHOUT.values()}

    assert {rules.name_of(rule) for rule in complaints.RULES} == broken


def test_the_process_that_is_held_to_it_is_the_one_that_complaints_run_on():
    assert PROCESS == COMPLAINT


def test_another_process_is_only_advised_and_may_be_published():
    content = document(process("p", node("start", "s"), node("user", "u", step={"form": "approval",
                       "role": "handler"}), node("end", "e"), line("s", "u", "e")))  # fmt: skip

    assert {each.severity for each in found(content, [])} == {Severity.ADVICE}
    require_publishable([content])


def test_what_is_published_already_goes_on_running_though_it_could_not_be_published_anew():
    content = SHIPPED.replace('fourEyes="true"', "").encode()

    assert build_bundle([content], TABLES).process_id == "complaint"
    with pytest.raises(DiagramRejectedError, match="second look"):
        require_publishable([content], TABLES)


TELL = {"operation": "send_decision"}
TERMINATE = "<bpmn:terminateEventDefinition/>"
START, END = node("start", "s"), node("end", "e")
TOLD = node("service", "t", step=TELL)
WAYS = {
    "a fork of which one branch tells": (
        (START, node("and", "f"), TOLD, node("user", "u"), node("and", "j"), END,
         line("s", "f", "t", "j", "e"), line("f", "u", "j")),
        set(),
    ),
    "a choice of which one branch tells": (
        (START, node("xor", "f", default="d"), TOLD, node("user", "u"), node("end", "e2"),
         flows("s -> f\nf -> t if a\nf -> u as d\nt -> e2\nu -> e"), END),
        {"e"},
    ),
    "a way back to before it": (
        (START, node("user", "u"), node("xor", "g", default="d"), TOLD, END,
         flows("s -> u\nu -> g\ng -> u if a\ng -> t as d\nt -> e")),
        set(),
    ),
    "a sub-process that tells on every way": (
        (START, sub("b", node("start", "bs"), TOLD, node("end", "be"), line("bs", "t", "be")), END,
         line("s", "b", "e")),
        set(),
    ),
    "an interruption before it": (
        (START, sub("b", node("start", "bs"), TOLD, node("end", "be"), line("bs", "t", "be")),
         boundary("i", "b", event("message", "m")), END, node("end", "e2"),
         line("s", "b", "e"), line("i", "e2")),
        {"e2"},
    ),
    "a step whose default tells and whose condition does not": (
        (START, node("user", "u", default="d"), TOLD, END, node("end", "e2"),
         flows("s -> u\nu -> t as d\nu -> e2 as c if severity >= 4\nt -> e")),
        {"e2"},
    ),
    "an end of everything beside the branch that tells": (
        (START, node("and", "f"), TOLD, node("user", "u"), END, node("end", "x", TERMINATE),
         line("s", "f", "t", "e"), line("f", "u", "x")),
        {"x"},
    ),
    "an end of everything beside it, after telling as well": (
        (START, node("and", "f"), TOLD, node("user", "u"), node("service", "t2", step=TELL), END,
         node("end", "x", TERMINATE), line("s", "f", "t", "e"), line("f", "u", "t2", "x")),
        set(),
    ),
    "an end of everything once both branches are there": (
        (START, node("and", "f"), TOLD, node("user", "u"), node("and", "j"),
         node("end", "x", TERMINATE), line("s", "f", "t", "j", "x"), line("f", "u", "j")),
        set(),
    ),
    "an end of everything behind a note": (
        (START, sub("b", node("start", "bs"), TOLD, node("end", "be"), line("bs", "t", "be")),
         boundary("i", "b", event("message", "m"), interrupts=False), END,
         node("end", "x", TERMINATE), line("s", "b", "e"), line("i", "x")),
        {"x"},
    ),
    "a sub-process that is cut off and told about behind it": (
        (START, sub("b", node("start", "bs"), node("and", "f"), node("user", "u"),
                    node("user", "v"), node("end", "be"), node("end", "x", TERMINATE),
                    line("bs", "f", "u", "be"), line("f", "v", "x")),
         TOLD, END, line("s", "b", "t", "e")),
        set(),
    ),
    "telling no times": (
        (START, sub("b", node("start", "bs"), TOLD, node("end", "be"), line("bs", "t", "be"),
                    several("severity - 1")), END, line("s", "b", "e")),
        {"e"},
    ),
    "telling twice": (
        (START, sub("b", node("start", "bs"), TOLD, node("end", "be"), line("bs", "t", "be"),
                    several("2")), END, line("s", "b", "e")),
        set(),
    ),
    "telling while something holds, which is asked before": (
        (START, node("service", "t", loop("severity > 2", testBefore="true"), step=TELL), END,
         line("s", "t", "e")),
        {"e"},
    ),
    "a note beside it": (
        (START, sub("b", node("start", "bs"), TOLD, node("end", "be"), line("bs", "t", "be")),
         boundary("i", "b", event("message", "m"), interrupts=False), END, node("end", "e2"),
         line("s", "b", "e"), line("i", "e2")),
        set(),
    ),
    "an event sub-process that ends it": (
        (START, TOLD, END, line("s", "t", "e"),
         handler("h", event("message", "m"), node("end", "he"), line("h_start", "he"))),
        {"h"},
    ),
    "a person who records that it was told": (
        (START, node("user", "u", step={"role": "handler", "milestone": "decided"}), END,
         line("s", "u", "e")),
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_way_that_a_case_can_take_is_followed(way):
    parts, silent = WAYS[way]

    findings = found(document(process("p", *parts)), [])

    assert {f.element for f in findings if f.rule == "every-way-tells-the-outcome"} == silent


ACK = node("service", "a", step={"operation": "send_acknowledgement"})
CHOICE = node("xor", "f", default="d")
ACKNOWLEDGED = {
    "before it": ((START, ACK, TOLD, END, line("s", "a", "t", "e")), set()),
    "after it": ((START, TOLD, ACK, END, line("s", "t", "a", "e")), {"t"}),
    "on one way only": (
        (START, CHOICE, ACK, TOLD, END, node("xor", "m"),
         flows("s -> f\nf -> a if severity > 4\nf -> m as d\na -> m\nm -> t\nt -> e")),
        {"t"},
    ),
    "on another branch": (
        (START, node("and", "f"), ACK, TOLD, END, node("end", "e2"),
         line("s", "f", "a", "e2"), line("f", "t", "e")),
        set(),
    ),
    "on another branch, behind a choice": (
        (START, node("and", "f0"), CHOICE, ACK, TOLD, END, node("end", "e2"),
         line("s", "f0", "f"), line("f0", "t", "e"), flows("f -> a if b\nf -> e2 as d\na -> e2")),
        {"t"},
    ),
    "before what is settled on the spot, or not": (
        (START, CHOICE, node("service", "r", step={"operation": "send_resolution"}), ACK, END,
         flows("s -> f\nf -> r if b\nf -> a as d\nr -> e\na -> e")),
        set(),
    ),
    "in what may interrupt it": (
        (START, TOLD, END, line("s", "t", "e"),
         handler("h", event("message", "m"), ACK, node("end", "he"), line("h_start", "a", "he"))),
        {"t"},
    ),
}  # fmt: skip


@pytest.mark.iso("7.4")
@pytest.mark.parametrize("where", ACKNOWLEDGED)
def test_no_decision_is_told_before_the_acknowledgement(where):
    parts, early = ACKNOWLEDGED[where]

    findings = found(document(process("p", *parts)), [])

    said = {f.element for f in findings if f.rule == "complaints-are-acknowledged"}
    assert said - {"p"} == early


def test_a_called_process_may_tell():
    content = document(
        process("p", START, node("call", "c", calledElement="q"), END, line("s", "c", "e")),
        process("q", node("start", "qs"), TOLD, node("end", "qe"), line("qs", "t", "qe")),
    )

    assert "every-way-tells-the-outcome" not in {each.rule for each in found(content, [])}


def test_the_tests_notice_a_rule_that_is_not_asked(monkeypatch):
    monkeypatch.setattr(rules, "LAYERS", {Layer.COMPLAINTS: complaints.RULES[2:]})
    (old, new), rule, _, _ = WITHOUT["the decision"]

    assert rule not in {each.rule for each in found(SHIPPED.replace(old, new).encode())}
