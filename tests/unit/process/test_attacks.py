"""No text in a diagram or a table runs code, wherever it stands."""

import time

import pytest

from engine.errors import DiagramRejectedError
from engine.process import foreign, rules
from engine.process.bundle import build_bundle, inspect
from engine.process.finding import Layer, blocks
from engine.process.rules.running.step import conditions_can_be_read
from tests.unit.process.drawing import (
    boundary,
    document,
    flows,
    line,
    node,
    process,
    script,
    table,
    timer,
)
from tests.unit.process.drawing import (
    condition as waits_for,
)

PAYLOADS = {
    "import": "__import__('os').system('touch {canary}')",
    "open": "open('{canary}', 'w')",
    "subclasses": (
        "().__class__.__base__.__subclasses__()[0].__init__.__globals__['system']('touch {canary}')"
    ),
    "walk": (
        "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen']"
        "[0]('touch {canary}')"
    ),
    "format": "'{{0.__class__.__mro__}}'.format(s)",
    "format map": "'{{c.__class__.__init__.__globals__}}'.format_map(x)",
    "joined format": "''.join(['{{0.__cl', 'ass__}}']).format(1)",
    "getattr": "getattr(s, '__class__')",
    "frame": "[g.gi_frame.f_back.f_globals for g in [(g.gi_frame for _ in [1])]]",
    "lambda": "(lambda: ().__class__)()",
    "walrus": "(x := ().__class__).__base__",
    "mro": "severity.__class__.mro()[1].__subclasses__()",
    "power": "9**9**9",
    "text times": "'a' * 10**11",
    "list times": "[[0] * 10**5] * 10**6",
    "shift": "1 << 10**11",
    "loop": "[0 for a in range(10**4) for b in range(10**4) for c in range(10**4)]",
    "sum": "sum(range(10**10))",
    "percent": "'%1000000000d' % 1",
    "f-string": "f'{{1:>1000000000}}'",
    "justified": "s.ljust(10**10)",
    "parentheses": "(" * 400 + "1" + ")" * 400,
    "chain": "1" + "+1" * 20_000,
    "replace": "s.replace('', 'x' * 10**6).replace('x', 'y' * 10**6)",
    "exec": "exec('import os')",
    "eval": "eval('1')",
    "dunder": "__builtins__",
    "decorated": "print(1)",
}


def condition(text):
    return [
        document(
            process(
                "p",
                node("start", "s"),
                node("xor", "g", default="f"),
                node("end", "a"),
                node("end", "b"),
                flows(f"s -> g\ng -> b as f\ng -> a if {text}"),
            )
        )
    ], []


def assignment(text):
    return [
        document(
            process(
                "p",
                node("start", "s"),
                script("c", f"x = {text}"),
                node("end", "e"),
                line("s", "c", "e"),
            )
        )
    ], []


def whole_script(text):
    return [
        document(
            process(
                "p", node("start", "s"), script("c", text), node("end", "e"), line("s", "c", "e")
            )
        )
    ], []


def clock(kind):
    def draw(text):
        return [
            document(
                process(
                    "p",
                    node("start", "s"),
                    node("user", "u"),
                    node("end", "e"),
                    boundary("b", "u", timer(_escaped(text), kind)),
                    line("s", "u", "e"),
                )
            )
        ], []

    return draw


def due(text):
    return [
        document(
            process(
                "p",
                node("start", "s"),
                node("user", "u", step={"role": "handler", "due": text}),
                line("s", "u"),
            )
        )
    ], []


def loop(text):
    body = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>"
        f"{_escaped(text)}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    return [document(process("p", node("start", "s"), node("user", "u", body), line("s", "u")))], []


def asked_cell(text):
    return [], [table("t", "FIRST", {"x": "number"}, {"y": ""}, [([text], ["1"])])]


def answered_cell(text):
    return [], [table("t", "FIRST", {"x": "number"}, {"y": ""}, [(["-"], [text])])]


def asked_expression(text):
    return [], [table("t", "FIRST", {_escaped(text): "number"}, {"y": ""}, [(["-"], ["1"])])]


def allowed_values(text):
    return [], [table("t", "FIRST", {"x": "number"}, {"y": text}, [(["-"], ["1"])])]


MADE_BY_OTHERS = (
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)


def inside(kind, body):
    """An expression somewhere inside an element."""

    def draw(text):
        told = body.replace("{}", _escaped(text)).replace("@", MADE_BY_OTHERS)
        return [
            document(process("p", node("start", "s"), node(kind, "u", told), line("s", "u")))
        ], []

    return draw


def around(body):
    """Code that another engine would run around a step."""
    return inside("user", f"<bpmn:extensionElements>{body}</bpmn:extensionElements>")


def repeated(body):
    return inside(
        "user",
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
        f"{body}</bpmn:multiInstanceLoopCharacteristics>",
    )


def said(kind, attribute):
    """A word of ours that is no expression."""

    def draw(text):
        told = node(kind, "u", step={attribute: _escaped(text)})
        return [document(process("p", node("start", "s"), told, line("s", "u")))], []

    return draw


def awaited(text):
    return [
        document(
            process(
                "p", node("start", "s"), node("catch", "u", waits_for(_escaped(text))),
                line("s", "u"),
            )
        )
    ], []  # fmt: skip


def called(text):
    told = node("call", "u", calledElement=_escaped(text))
    return [document(process("p", node("start", "s"), told, line("s", "u")))], []


def correlated(text):
    told = (
        '<bpmn:correlationProperty id="key" name="Key"><bpmn:correlationPropertyRetrievalExpression'
        f' messageRef="m"><bpmn:messagePath>{_escaped(text)}</bpmn:messagePath>'
        "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
    )
    body = process("p", node("start", "s"), node("user", "u"), line("s", "u"))
    return [document(body, told)], []


POINTS = {
    "completion": repeated("<bpmn:completionCondition>{}</bpmn:completionCondition>"),
    "collection": repeated("<bpmn:loopDataInputRef>{}</bpmn:loopDataInputRef>"),
    "loop condition": inside(
        "user",
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>{}</bpmn:loopCondition>"
        "</bpmn:standardLoopCharacteristics>",
    ),
    "awaited condition": awaited,
    "correlation": correlated,
    "called process": called,
    "pre script": around("<spiff:preScript @>{}</spiff:preScript>"),
    "post script": around("<spiff:postScript @>{}</spiff:postScript>"),
    "input": around(
        '<camunda:inputOutput @><camunda:inputParameter name="x">{}</camunda:inputParameter>'
        "</camunda:inputOutput>"
    ),
    "listener": around('<camunda:executionListener event="start" expression="{}" @/>'),
    "service parameter": inside(
        "service",
        '<bpmn:extensionElements><spiff:serviceTaskOperator id="http/Get" @><spiff:parameters>'
        '<spiff:parameter id="url" type="str" value="{}"/></spiff:parameters>'
        "</spiff:serviceTaskOperator></bpmn:extensionElements>",
    ),
    "operation": said("service", "operation"),
    "decision": said("rule", "decision"),
    "form": said("user", "form"),
    "role": said("user", "role"),
    "warning": said("user", "warn"),
    "condition": condition,
    "assignment": assignment,
    "script": whole_script,
    "duration": clock("Duration"),
    "date": clock("Date"),
    "cycle": clock("Cycle"),
    "due": due,
    "loop": loop,
    "asked cell": asked_cell,
    "answered cell": answered_cell,
    "asked expression": asked_expression,
    "allowed values": allowed_values,
}


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_attack_is_refused_at_publishing_and_leaves_no_trace(point, payload, tmp_path):
    canary = tmp_path / "canary"
    diagrams, tables = POINTS[point](PAYLOADS[payload].replace("{canary}", str(canary)))
    begin = time.thread_time()

    with pytest.raises(DiagramRejectedError) as refusal:
        build_bundle(diagrams, tables)

    assert refusal.value.findings[0].label
    assert not canary.exists()
    assert time.thread_time() - begin < 5


BOMBS = {
    "entity": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "laughs": '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>',
    "external": '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>',
    "plain": "<!DOCTYPE d><d/>",
    "large": "<d>" + "x" * 1_000_001 + "</d>",
    "deep": "<d>" * 5_000 + "</d>" * 5_000,
    "broken": "<d>",
    "empty": "",
    "binary": "\x00\x01",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_dangerous_or_broken_xml_is_one_finding(bomb):
    content = BOMBS[bomb].encode()

    assert len(blocks(inspect([content]))) == 1
    assert len(blocks(inspect([], [content]))) == 1


def test_the_tests_notice_a_place_that_nobody_checks(monkeypatch):
    unchecked = [r for r in rules.LAYERS[Layer.RUNNING] if r is not conditions_can_be_read]
    monkeypatch.setattr(rules, "LAYERS", {Layer.RUNNING: unchecked})

    assert not blocks(inspect(*condition(PAYLOADS["import"])))


def test_the_tests_notice_code_of_another_engine_that_nobody_looks_for(monkeypatch):
    monkeypatch.setattr(foreign, "code_around_elements", lambda _: ())

    assert not blocks(inspect(*POINTS["pre script"](PAYLOADS["import"])))


def test_an_empty_frame_that_an_editor_left_is_no_code():
    assert not blocks(inspect(*POINTS["pre script"]("")))
