"""Every rule, by a diagram that breaks it; and one that breaks none."""

import pytest

from engine.errors import DiagramRejectedError
from engine.process import rules
from engine.process.bundle import build_bundle, inspect
from engine.process.finding import Finding, Layer, Severity, blocks
from tests.unit.process.drawing import (
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
    timer,
)

START = node("start", "s")
END = node("end", "e")
GOOD = document(
    process("p", START, node("user", "u", name="Assess the complaint"), END, line("s", "u", "e"))
)


def found(*parts, tables=()):
    return inspect([document(process("p", *parts))], tables)


def step(**attributes):
    return (
        START,
        node("user", "x", step={"role": "handler", **attributes}),
        END,
        line("s", "x", "e"),
    )


BLOCKED = {
    "untyped": ((START, node("task", "x"), END, line("s", "x", "e")), "has no type"),
    "transaction": (
        (START, node("transaction", "x", node("start", "xs")), END, line("s", "x", "e")),
        "Transactions",
    ),
    "ad hoc": (
        (START, node("adHocSubProcess", "x", node("user", "y")), END, line("s", "x", "e")),
        "Ad-hoc",
    ),
    "complex": ((START, node("complexGateway", "x"), END, line("s", "x", "e")), "Complex"),
    "compensation": (
        (START, node("throw", "x", "<bpmn:compensateEventDefinition/>"), END, line("s", "x", "e")),
        "compensate",
    ),
    "message start": (
        (node("start", "x", event("message", "m")), END, line("x", "e")),
        "startEvent with message",
    ),
    "two events": (
        (START, node("catch", "x", timer("1 days") + event("message", "m")), END,
         line("s", "x", "e")),
        "more than one event",
    ),
    "no event": ((START, node("catch", "x"), END, line("s", "x", "e")), "what it waits for"),
    "no start in a sub-process": (
        (START, sub("x", node("user", "y")), END, line("s", "x", "e")),
        "0 start events",
    ),
    "two starts": (
        (START, sub("x", node("start", "y"), node("start", "z")), END, line("s", "x", "e")),
        "2 start events",
    ),
    "orphan": ((START, node("user", "x"), END, line("s", "e"), line("x", "e")), "Nothing leads"),
    "flow over a border": (
        (START, sub("y", node("start", "ys"), node("user", "z"), line("ys", "z")), END,
         line("s", "y", "e"),
         '<bpmn:sequenceFlow id="x" sourceRef="z" targetRef="e"/>'),
        "same process",
    ),
    "flow out of an end": (
        (START, END, node("user", "u"), line("s", "e"),
         '<bpmn:sequenceFlow id="x" sourceRef="e" targetRef="u"/>'),
        "leaves the end",
    ),
    "flow into a start": (
        (START, node("user", "u"), line("s", "u"),
         '<bpmn:sequenceFlow id="x" sourceRef="u" targetRef="s"/>'),
        "into the event",
    ),
    "boundary without host": (
        (START, boundary("x", "nowhere", timer("1 days")), END, line("s", "e")),
        "sits on no activity",
    ),
    "boundary on an instant": (
        (START, script("c", "a = 1"), boundary("x", "c", timer("1 days")), END,
         line("s", "c", "e")),
        "could never happen",
    ),
    "bare way out": (
        (START, node("xor", "x"), END, node("user", "u"), flows("s -> x\nx -> e if a > 1\nx -> u")),
        "has no condition",
    ),
    "foreign default": (
        (START, node("xor", "x", default="s-x"), END, flows("s -> x\nx -> e if a > 1")),
        "does not leave it",
    ),
    "condition behind an event": (
        (START, node("catch", "x", timer("1 days")), END, flows("s -> x\nx -> e if a > 1")),
        "has a condition",
    ),
    "a default beside a bare flow": (
        (START, node("user", "x", default="f"), END, node("user", "u"), node("user", "v"),
         flows("s -> x\nx -> e if a > 1\nx -> u as f\nx -> v")),
        "beside its default",
    ),
    "a foreign default behind a step": (
        (START, node("user", "x", default="s-x"), END, line("s", "x", "e")),
        "does not leave it",
    ),
    "race to a step": (
        (START, node("race", "x"), node("user", "a"), node("catch", "b", timer("1 days")),
         line("s", "x", "a"), line("x", "b")),
        "catching events",
    ),
    "race of one": (
        (START, node("race", "x"), node("catch", "b", timer("1 days")), line("s", "x", "b")),
        "two or more",
    ),
    "race entered from the side": (
        (START, node("user", "u"), node("race", "x"), node("catch", "b", timer("1 days")),
         node("catch", "c", timer("2 days")), node("and", "g"),
         line("s", "g", "x", "b"), line("x", "c"), line("g", "u", "b")),
        "second flow",
    ),
    "circle": (
        (START, node("xor", "x"), script("y", "n = 1"), node("xor", "z", default="f"), END,
         flows("s -> x\nx -> y\ny -> z\nz -> e if n > 5\nz -> x as f")),
        "without a pause",
    ),
    "unknown call": (
        (START, node("call", "x", calledElement="far"), END, line("s", "x", "e")),
        "not among the files",
    ),
    "call of itself": (
        (START, node("call", "x", calledElement="p"), END, line("s", "x", "e")),
        "calls itself",
    ),
    "no script": ((START, node("script", "x"), END, line("s", "x", "e")), "no script"),
    "cycle timer": (
        (START, node("catch", "x", timer("R3/PT1H", "Cycle")), END, line("s", "x", "e")),
        "cycle",
    ),
    "unreadable duration": (
        (START, node("catch", "x", timer("soon")), END, line("s", "x", "e")),
        "“soon”",
    ),
    "date without offset": (
        (START, node("catch", "x", timer("2026-01-01T00:00:00", "Date")), END, line("s", "x", "e")),
        "offset",
    ),
    "undefined message": (
        (START, node("catch", "x", '<bpmn:messageEventDefinition messageRef="no"/>'), END,
         line("s", "x", "e")),
        "is not defined",
    ),
    "unnamed message": (
        (START, node("catch", "x", "<bpmn:messageEventDefinition/>"), END, line("s", "x", "e")),
        "which message",
    ),
    "uncaught escalation": (
        (START, sub("y", node("start", "ys"), node("end", "x", event("escalation", "a")),
                    line("ys", "x")),
         boundary("b", "y", event("escalation", "other")), END, line("s", "y", "e"),
         line("b", "e")),
        "Nobody catches the escalation “a”",
    ),
    "unknown role": (step(role="queen"), "“queen”"),
    "no role": (
        (START, node("user", "x", step={"form": "plan"}), END, line("s", "x", "e")),
        "no role",
    ),
    "no operation": ((START, node("service", "x"), END, line("s", "x", "e")), "no operation"),
    "unknown operation": (
        (START, node("service", "x", step={"operation": "launch"}), END, line("s", "x", "e")),
        "“launch”",
    ),
    "no table": ((START, node("rule", "x"), END, line("s", "x", "e")), "no decision table"),
    "unknown table": (
        (START, node("rule", "x", step={"decision": "fate"}), END, line("s", "x", "e")),
        "“fate”",
    ),
    "operation on a step": (step(operation="send_decision"), "carries out no operation"),
    "unreadable due": (step(due="soon"), "due time"),
    "unreadable warning": (step(warn="2"), "share"),
    "wordy warning": (step(warn="late"), "share"),
    "unknown milestone": (step(milestone="glory"), "“glory”"),
    "doubled id": ((START, node("user", "x"), node("user", "x"), line("s", "x")), "more than once"),
}  # fmt: skip


@pytest.mark.parametrize("case", BLOCKED)
def test_what_cannot_run_is_blocked_and_named(case):
    parts, reason = BLOCKED[case]

    findings = blocks(found(*parts))

    assert [f for f in findings if reason in f.sentence and f.element == "x"], findings


ADVISED = {
    "a way that just stops": ((START, node("user", "x"), line("s", "x")), "without an end"),
    "a split at a step": (
        (START, node("user", "x"), END, node("user", "u"), line("s", "x", "e"), line("x", "u")),
        "2 ways",
    ),
    "no default": (
        (START, node("xor", "x"), END, node("end", "f"),
         flows("s -> x\nx -> e if a > 1\nx -> f if a < 1")),
        "no default",
    ),
    "a message from outside": (
        (START, node("catch", "x", event("message", "weather")), END, line("s", "x", "e")),
        "never sends",
    ),
    "a throw that sends nothing": (
        (START, node("throw", "x", event("message", "answer")), END, line("s", "x", "e")),
        "sends nothing",
    ),
    "a misspelt variable": (
        (START, node("xor", "x", default="f"), END,
         flows("s -> x\nx -> e if severty > 3\nx -> e as f")),
        "“severty”",
    ),
    "a slip of the pen": (step(publicstatus="Open"), "publicstatus"),
}  # fmt: skip


@pytest.mark.parametrize("case", ADVISED)
def test_what_runs_but_may_surprise_is_advice_and_does_not_block(case):
    parts, reason = ADVISED[case]

    findings = found(*parts)

    assert blocks(findings) == ()
    assert [f for f in findings if reason in f.sentence and f.element == "x"], findings


def test_nothing_is_said_of_how_a_good_diagram_runs():
    assert [each for each in inspect([GOOD]) if each.layer is Layer.RUNNING] == []


def test_all_findings_come_at_once_and_what_blocks_comes_first():
    findings = found(START, node("task", "a"), node("service", "b"),
                     node("user", "c", step={"due": "x"}), line("s", "a", "b", "c"))  # fmt: skip

    assert {finding.element for finding in blocks(findings)} == {"a", "b", "c"}
    assert [f.severity for f in findings] == sorted((f.severity for f in findings), reverse=True)


def test_publishing_carries_every_blocking_finding():
    with pytest.raises(DiagramRejectedError) as refusal:
        build_bundle([document(process("p", START, node("task", "a"), node("service", "b"),
                                       line("s", "a", "b")))])  # fmt: skip

    assert {finding.element for finding in refusal.value.findings} == {"a", "b"}


def test_a_finding_is_a_sentence_with_the_label_the_reason_and_a_way_out():
    finding = Finding(Severity.BLOCKING, "t1", "Assess", "It has no type.", "Why.", "Do this.")

    assert finding.sentence == "“Assess” (t1): It has no type. Why. Do this."


def test_too_many_nodes_are_refused():
    many = [node("user", f"u{n}") for n in range(500)]

    findings = found(START, *many, line("s", *(f"u{n}" for n in range(500))))

    assert any("at most 500" in finding.problem for finding in blocks(findings))


def test_five_hundred_nodes_in_a_row_are_built():
    many = [node("user", f"u{n}") for n in range(498)]

    bundle = build_bundle([document(process("p", START, *many, END,
                           line("s", *(f"u{n}" for n in range(498)), "e")))])  # fmt: skip

    assert len(bundle.elements) == 500


def test_a_file_without_a_process_is_refused():
    assert blocks(inspect([b"<definitions/>"]))
    with pytest.raises(DiagramRejectedError, match="no process"):
        build_bundle([], [])


def test_unknown_elements_are_refused_by_name():
    (finding,) = blocks(found(START, '<bpmn:magicTask id="x" name="Abracadabra"/>', END,
                              line("s", "e")))  # fmt: skip

    assert (finding.label, finding.problem) == ("Abracadabra", "A magicTask is not run.")


def test_elements_say_what_the_diagram_says():
    body = (
        '<bpmn:extensionElements><redress:step role="handler, approver" form="decision" '
        'due="2 working days" warn="0.8" clause="7.8" milestone="decided" publicStatus="Decided" '
        'publicHint="Soon" competence="fees, Tax  law,FEES" escalateTo="manager"/>'
        '<redress:gate role="approver" fourEyes="true" limitDecision="authority"/>'
        "</bpmn:extensionElements>"
    )
    limit = table("authority", "FIRST", {"x": "number"}, {"level": ""}, [(["-"], ['"none"'])])
    parts = (START, node("user", "u", body, step={}, name="Approve  the\ndecision"), line("s", "u"))

    element = build_bundle([document(process("p", *parts))], [limit]).elements["u"]

    assert (element.title, element.kind, element.form) == (
        "Approve the decision",
        "userTask",
        "decision",
    )
    assert element.roles == ("handler", "approver")
    assert (str(element.due), element.warn) == ("2 working days", 0.8)
    assert (element.gate.role, element.gate.four_eyes) == ("approver", True)
    assert element.gate.limit_decision == "authority"
    assert (element.clause, element.milestone, element.escalate_to) == ("7.8", "decided", "manager")
    assert (element.public_status, element.public_hint) == ("Decided", "Soon")
    assert element.competences == ("fees", "Tax law")


def test_the_executable_process_is_the_main_one_and_a_lonely_one_is_mentioned():
    drawn = process("customer", START.replace('"s"', '"cs"'), node("end", "ce"), line("cs", "ce"))
    drawn = drawn.replace('isExecutable="true"', 'isExecutable="false"')
    content = document(drawn, process("handling", START, END, line("s", "e")))

    assert build_bundle([content]).process_id == "handling"
    findings = [each for each in inspect([content]) if each.layer is Layer.RUNNING]
    assert [each.element for each in findings] == ["customer"]


@pytest.mark.parametrize("written", ["true", "1"])
def test_truth_is_read_in_both_forms_of_xml(written):
    inner = node("sub", "x", node("start", "y"), triggeredByEvent=written)

    findings = blocks(found(START, inner, END, line("s", "e")))

    assert any("which event starts" in finding.problem for finding in findings)


LANES = (
    '<bpmn:laneSet id="l"><bpmn:lane id="l1" name="Team leader">'
    "<bpmn:flowNodeRef>a</bpmn:flowNodeRef><bpmn:flowNodeRef>box</bpmn:flowNodeRef></bpmn:lane>"
    '<bpmn:lane id="l2" name="handler"><bpmn:flowNodeRef>in2</bpmn:flowNodeRef></bpmn:lane>'
    "</bpmn:laneSet>"
)


def test_a_lane_named_after_a_role_gives_the_role_also_inside_sub_processes():
    diagram = document(process(
        "p", LANES, START, node("user", "a", step={"form": "plan"}),
        sub("box", node("start", "bs"), node("user", "in1", step={"form": "plan"}),
            node("user", "in2", step={"form": "plan"}), line("bs", "in1", "in2")),
        line("s", "a", "box")))  # fmt: skip

    elements = build_bundle([diagram]).elements

    assert {id_: elements[id_].roles for id_ in ("a", "in1", "in2")} == {
        "a": ("team_leader",), "in1": ("team_leader",), "in2": ("handler",),
    }  # fmt: skip
    assert elements["in1"].lane == "Team leader"


def test_every_finding_says_the_layer_and_the_name_of_its_rule():
    findings = blocks(found(*BLOCKED["untyped"][0]))

    assert {(each.layer, each.rule) for each in findings} == {(Layer.RUNNING, "kinds-are-known")}
    assert {each.rule for each in inspect([b"<no xml"])} == {"files-can-be-read"}


def test_no_two_rules_have_the_same_name():
    names = [rules.name_of(rule) for layer in rules.LAYERS.values() for rule in layer]

    assert len(names) == len(set(names))


def test_the_tests_notice_a_rule_that_is_not_asked(monkeypatch):
    two = rules.LAYERS[Layer.RUNNING][:2]
    monkeypatch.setattr(rules, "LAYERS", {Layer.RUNNING: two})

    parts, _ = BLOCKED["untyped"]

    assert blocks(found(*parts)) == ()
