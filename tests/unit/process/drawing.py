"""Draws small diagrams and tables for the tests, one line per element and per flow."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from engine.process.bundle import ProcessBundle, build_bundle
from engine.process.core import LiveCase

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
_LENGTHS = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": DAY,
    "weeks": 7 * DAY,
}
_TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "user": "userTask",
    "script": "scriptTask",
    "service": "serviceTask",
    "rule": "businessRuleTask",
    "receive": "receiveTask",
    "call": "callActivity",
    "sub": "subProcess",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "race": "eventBasedGateway",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "boundary": "boundaryEvent",
}
_FLOW = re.compile(r"(\S+?) -> (\S+?)(?: as (\S+?))?(?: if (.*))?")


def timetable(allowance, begin):
    """Count plain time; the working calendar has tests of its own."""
    return begin + allowance.amount * _LENGTHS[allowance.unit.value.removeprefix("working_")]


def node(kind, id_, body="", step=None, **attributes):
    """Draw one element; people's steps belong to a handler unless ``step`` says otherwise."""
    step = {"role": "handler"} if step is None and kind in {"user", "manualTask"} else step or {}
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    extension = "".join(f" {name}={quoteattr(value)}" for name, value in step.items())
    if extension:
        inner = f"<redress:step{extension}/>"
        body = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>{body}"
    tag = _TAGS.get(kind, kind)
    return f'<bpmn:{tag} id="{id_}"{written}>{body}</bpmn:{tag}>'


def script(id_, text):
    return node("script", id_, f"<bpmn:script>{escape(text)}</bpmn:script>")


def timer(text, kind="Duration"):
    inner = f"<bpmn:time{kind}>{text}</bpmn:time{kind}>"
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def event(kind, name=""):
    """Draw what an event waits for or throws; messages and codes are named after their ids."""
    reference = f' {kind}Ref="{kind}-{name}"' if name else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"


def link(name):
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def condition(text):
    inner = f"<bpmn:condition>{escape(text)}</bpmn:condition>"
    return f"<bpmn:conditionalEventDefinition>{inner}</bpmn:conditionalEventDefinition>"


def handler(id_, body, *parts, interrupts=True):
    """Draw an event sub-process; its start event is named after it."""
    start = node("start", f"{id_}_start", body, isInterrupting=str(interrupts).lower())
    return node("sub", id_, start + "".join(parts), triggeredByEvent="true")


def several(number, until="", *, in_turn=False):
    """Draw a multi-instance marker."""
    inner = f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>" if number != "" else ""
    if until:
        inner += f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>"
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{str(in_turn).lower()}">{inner}</{tag}>'


def loop(while_="", **attributes):
    """Draw a loop marker."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inner = f"<bpmn:loopCondition>{escape(while_)}</bpmn:loopCondition>" if while_ else ""
    tag = "bpmn:standardLoopCharacteristics"
    return f"<{tag}{written}>{inner}</{tag}>"


def boundary(id_, host, body, *, interrupts=True):
    attributes = {"attachedToRef": host, "cancelActivity": str(interrupts).lower()}
    return node("boundary", id_, body, **attributes)


def flows(text):
    """Draw the flows of lines such as ``a -> b as f1 if x > 5``."""
    return "".join(_flow(line.strip()) for line in text.splitlines() if line.strip())


def _flow(line):
    source, target, id_, condition = _FLOW.fullmatch(line).groups()
    inner = ""
    if condition:
        inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
    id_ = id_ or f"{source}-{target}"
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{id_}" {ends}>{inner}</bpmn:sequenceFlow>'


def process(id_, *parts):
    return f'<bpmn:process id="{id_}" isExecutable="true">{"".join(parts)}</bpmn:process>'


def sub(id_, *parts):
    return node("sub", id_, "".join(parts))


def document(*processes):
    """Return a BPMN file; whatever its events point to is defined."""
    body = "".join(processes)
    defined = "".join(
        _definition(kind, name)
        for kind, name in sorted(set(re.findall(r'(\w+)Ref="\w+?-(\w+)"', body)))
        if kind in {"message", "signal", "escalation", "error"}
    )
    spaces = (
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:redress="urn:redress:bpmn:1.0"'
    )
    return f"<bpmn:definitions {spaces}>{defined}{body}</bpmn:definitions>".encode()


def _definition(kind, name):
    code = f'name="{name}"' if kind in {"message", "signal"} else f'{kind}Code="{name}"'
    return f'<bpmn:{kind} id="{kind}-{name}" {code}/>'


def line(*ids):
    """Draw flows through the elements in this order."""
    return flows("\n".join(f"{a} -> {b}" for a, b in pairwise(ids)))


def table(id_, policy, inputs, outputs, rules, **attributes):
    """Return a DMN file with one table; a rule is a pair of lists of cells."""
    columns = "".join(
        f'<input id="i{number}" label="{name}"><inputExpression id="e{number}" typeRef="{kind}">'
        f"<text>{name}</text></inputExpression></input>"
        for number, (name, kind) in enumerate(inputs.items())
    )
    answers = "".join(
        f'<output id="o{number}" name="{name}" label="{name}">'
        f"<outputValues><text>{escape(values)}</text></outputValues></output>"
        for number, (name, values) in enumerate(outputs.items())
    )
    rows = "".join(_row(number, *rule) for number, rule in enumerate(rules, start=1))
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">'
        f'<decision id="{id_}" name="{id_}">'
        f'<decisionTable id="{id_}-table" hitPolicy="{policy}"{extra}>'
        f"{columns}{answers}{rows}</decisionTable></decision></definitions>"
    ).encode()


def _row(number, asked, answered):
    entries = _entries("inputEntry", number, asked) + _entries("outputEntry", number, answered)
    return f'<rule id="r{number}">{entries}</rule>'


def _entries(tag, row, cells):
    return "".join(
        f'<{tag} id="{tag}-{row}-{number}"><text>{escape(cell)}</text></{tag}>'
        for number, cell in enumerate(cells)
    )


class Story:
    """A case that is written down and read back between any two commands."""

    def __init__(self, bundle: ProcessBundle, **variables):
        self.bundle = bundle
        self.now = NOW
        case = LiveCase.start(bundle, variables, now=NOW, timetable=timetable)
        self.progress = case.progress()

    @property
    def open(self):
        return sorted(step.element for step in self.progress.open_steps)

    @property
    def passed(self):
        return [passage.element for passage in self.progress.passages]

    def load(self):
        return LiveCase.load(self.bundle, self.progress.state, timetable=timetable)

    def does(self, element, **answers):
        token = next(s.token for s in self.progress.open_steps if s.element == element)
        return self._act(lambda case: case.complete(token, answers, self.now))

    def hears(self, message, **payload):
        return self._act(lambda case: case.deliver(message, payload, self.now))

    def waits(self, length):
        self.now += length
        return self._act(lambda case: case.fire_due(self.now))

    def variables(self, element):
        token = next(s.token for s in self.progress.open_steps if s.element == element)
        return self.load().variables(token)

    def _act(self, deed):
        case = self.load()
        deed(case)
        self.progress = case.progress()
        return self


def tell(*parts, tables=(), called=(), **variables):
    """Start a case of a process ``p`` with these parts, beside the processes it calls."""
    return Story(build_bundle([document(process("p", *parts), *called)], tables), **variables)


HANDLING = (
    node("start", "s"),
    sub("handling", node("start", "hs"), node("user", "work"), node("user", "more"),
        node("end", "he"), line("hs", "work", "more", "he")),
    boundary("warned", "handling", event("message", "clock_warning"), interrupts=False),
    boundary("withdrawal", "handling", event("message", "withdrawn")),
    node("user", "respond"), node("user", "confirm"),
    node("end", "e"), node("end", "responded"), node("end", "withdrawn"),
    line("s", "handling", "e"),
    line("warned", "respond", "responded"),
    line("withdrawal", "confirm", "withdrawn"),
)  # fmt: skip
