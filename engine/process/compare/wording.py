"""What differs, in the words of whoever owns the process."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.process.compare.subject import PRESENT, Path, Subject
from engine.process.xml import REDRESS

_LONGEST = 160
"""Characters of a text that is repeated in a sentence."""
_STEP, _GATE = f"{{{REDRESS}}}step", f"{{{REDRESS}}}gate"

Names = Mapping[str, str]
"""What a reader calls something, by its key."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One property in words.

    Attributes:
        name: Such as ``due`` or ``public status``.
        is_free: Its value is somebody's words, and stands in quotation marks.
    """

    name: str
    is_free: bool = False


_OWN: Mapping[tuple[str, str], Phrase] = {
    (_STEP, "form"): Phrase("form"),
    (_STEP, "role"): Phrase("role"),
    (_STEP, "due"): Phrase("due"),
    (_STEP, "warn"): Phrase("warning after a share of the time of"),
    (_STEP, "clause"): Phrase("clause"),
    (_STEP, "operation"): Phrase("operation"),
    (_STEP, "decision"): Phrase("decision table"),
    (_STEP, "milestone"): Phrase("milestone"),
    (_STEP, "publicStatus"): Phrase("public status"),
    (_STEP, "publicHint"): Phrase("public hint", is_free=True),
    (_STEP, "competence"): Phrase("competence"),
    (_STEP, "escalateTo"): Phrase("escalation to"),
    (_GATE, "role"): Phrase("approval by"),
    (_GATE, "fourEyes"): Phrase("four eyes"),
    (_GATE, "limitDecision"): Phrase("limits by decision table"),
}
_KNOWN: Mapping[Path, Phrase] = {
    ("@name",): Phrase("name", is_free=True),
    ("kind",): Phrase("type"),
    ("main", PRESENT): Phrase("that cases begin with it"),
    ("lane",): Phrase("lane"),
    ("within",): Phrase("place"),
    ("documentation", "#text"): Phrase("documentation", is_free=True),
    ("script", "#text"): Phrase("script", is_free=True),
    ("text", "#text"): Phrase("text", is_free=True),
    ("@sourceRef",): Phrase("beginning"),
    ("@targetRef",): Phrase("end"),
    ("@default",): Phrase("default way"),
    ("@attachedToRef",): Phrase("border of"),
    ("@cancelActivity",): Phrase("interrupting"),
    ("@isInterrupting",): Phrase("interrupting"),
    ("@calledElement",): Phrase("called process"),
    ("@isExecutable",): Phrase("executable"),
    ("@processRef",): Phrase("process"),
    ("conditionExpression", "#text"): Phrase("condition", is_free=True),
    ("timerEventDefinition", "timeDuration", "#text"): Phrase("time"),
    ("timerEventDefinition", "timeDate", "#text"): Phrase("date"),
    ("timerEventDefinition", "timeCycle", "#text"): Phrase("cycle"),
    ("messageEventDefinition", "@messageRef"): Phrase("message"),
    ("signalEventDefinition", "@signalRef"): Phrase("signal"),
    ("errorEventDefinition", "@errorRef"): Phrase("error"),
    ("escalationEventDefinition", "@escalationRef"): Phrase("escalation"),
    ("@messageRef",): Phrase("message"),
    ("decisionTable", "@hitPolicy"): Phrase("hit policy"),
    ("decisionTable", "@aggregation"): Phrase("aggregation"),
    ("description", "#text"): Phrase("description", is_free=True),
    ("inputExpression", "text", "#text"): Phrase("asks"),
    ("inputExpression", "@typeRef"): Phrase("type"),
    ("inputValues", "text", "#text"): Phrase("allowed values"),
    ("outputValues", "text", "#text"): Phrase("allowed values"),
    ("@typeRef",): Phrase("type"),
    ("shown_when",): Phrase("shown when", is_free=True),
    ("title",): Phrase("title", is_free=True),
    ("help",): Phrase("help", is_free=True),
}
_REFERENCES = re.compile(r"(?<!type)Ref$|^@default$|^lane$|^within$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOBODY = frozenset(
    {"schema", "bpmn", "ns", "extensions", "http", "https", "urn", "www", "org", "com"}
)
_SPACE = re.compile(r"\{[^}]*\}")


def named(path: Path) -> str:
    """Return what a property is called: ``due``, ``public status``, ``assignee (camunda)``."""
    return _phrase(path).name


def valued(path: Path, value: str, names: Names) -> str:
    """Return a value as a reader reads it, in quotation marks where it is somebody's words."""
    if _REFERENCES.search(path[-1]):
        return f"“{cut(names.get(value, value))}”"
    if path == ("kind",):
        return kind_in_words(value)
    return f"“{cut(value)}”" if _phrase(path).is_free or not value.strip() else cut(value)


def phrase(path: Path, value: str, names: Names) -> str:
    """Return a property with its value: ``due 5 working days``."""
    if path[-1] == PRESENT:
        return named(path)
    return f"{named(path)} {valued(path, value, names)}"


def kind_in_words(kind: str) -> str:
    """Return ``user task`` for ``userTask``."""
    known = {"sequenceFlow": "way", "subProcess": "sub-process", "textAnnotation": "note"}
    return known.get(kind, _CAMEL.sub(" ", kind).lower())


def cut(text: str) -> str:
    """Return a text in one line, shortened where it goes on too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def called(subject: Subject, names: Names) -> str:
    """Return what a subject is called within a sentence."""
    if subject.is_flow:
        return _way(subject, names)
    if subject.kind == "rule":
        words = subject.facts.get(("description", "#text"), "")
        return f"{subject.label} ({cut(words)})" if words else subject.label
    label = f"“{cut(subject.label)}”"
    if subject.kind.endswith(" column"):
        return f"the {subject.kind} {label}"
    whole = _WHOLES.get(subject.kind)
    return f"{whole} {label}" if whole else label


_WHOLES = {
    "decision": "the decision table",
    "definitions": "the file of",
    "field": "the field",
    "form": "the form",
    "tables": "the file of",
}


def _way(flow: Subject, names: Names) -> str:
    """Return what a flow is called: the way “No” from “Approved?” to “Draft”."""
    ends = (flow.facts[(end,)] for end in ("@sourceRef", "@targetRef"))
    source, target = (cut(names.get(end, end)) for end in ends)
    by_name = flow.facts.get(("@name",))
    way = "message" if flow.kind == "messageFlow" else "way"
    own = f"{way} “{cut(by_name)}”" if by_name else way
    return f"the {own} from “{source}” to “{target}”"


def _phrase(path: Path) -> Phrase:
    plain = tuple(step.partition("[")[0] for step in path)
    if len(path) > 1 and (own := _OWN.get((plain[-2], plain[-1].removeprefix("@")))):
        return own
    if path[0].startswith("cell "):
        return Phrase(" ".join(path[0].split()[1:]))
    return _KNOWN.get(plain) or Phrase(_generic(path), is_free=True)


def _generic(path: Path) -> str:
    """Return a name for what nobody has named: its own, and in what it stands."""
    steps = [step for step in path if step not in {"extensionElements", "#text", PRESENT}]
    words = [step_in_words(step) for step in steps[-2:]]
    return " of ".join(reversed(words)) if words else "extensions"


def step_in_words(step: str) -> str:
    """Return the name of an element or attribute, with whose it is where it is not of BPMN."""
    spaces = _SPACE.findall(step)
    words = _CAMEL.sub(" ", _SPACE.sub("", step).removeprefix("@").removeprefix("#"))
    parts = re.split(r"[/:.#]", spaces[0][1:-1]) if spaces else []
    told = [part for part in parts if part[:1].isalpha() and part not in _NOBODY]
    return f"{words} ({told[-1]})" if told else words


Teller = Callable[[Subject, str | None, str | None, Names], str]
"""Tells of one property that was, and is; None where it is not there."""


def tell_condition(subject: Subject, old: str | None, new: str | None, names: Names) -> str:
    """Tell that a way asks something else: “The way to Approve now asks: amount > 500”."""
    way = capital(called(subject, names))
    if new is None:
        return f"{way} asks nothing any more; it asked: {cut(old or '')}."
    before = f"; before: {cut(old)}" if old is not None else ""
    return f"{way} now asks: {cut(new)}{before}."


def tell_name(subject: Subject, old: str | None, new: str | None, names: Names) -> str:
    """Tell that something is called otherwise."""
    if subject.is_flow or not old or not new:
        said = {True: f"is now named “{cut(new or '')}”", False: "has no name any more"}[bool(new)]
        return f"{capital(called(subject, names))} {said}; before: “{cut(old or '')}”."
    return f"“{cut(old)}” is now called “{cut(new)}”."


def tell_lane(subject: Subject, old: str | None, new: str | None, names: Names) -> str:
    """Tell that something stands in another lane."""
    came, went = (f"“{cut(names.get(key, key))}”" if key else "no lane" for key in (new, old))
    return f"{capital(called(subject, names))} moved from {went} to {came}."


def tell_place(subject: Subject, old: str | None, new: str | None, names: Names) -> str:
    """Tell that something stands in another process or sub-process."""
    came, went = (f"“{cut(names.get(key or '', key or 'nothing'))}”" for key in (new, old))
    return f"{capital(called(subject, names))} moved from {went} into {came}."


def tell_kind(subject: Subject, old: str | None, new: str | None, names: Names) -> str:
    """Tell that something is of another type."""
    now, then = (kind_in_words(kind or "") for kind in (new, old))
    return f"{capital(called(subject, names))} is of the type {now} now, and was of {then}."


TELLERS: Mapping[Path, Teller] = {
    ("conditionExpression", "#text"): tell_condition,
    ("@name",): tell_name,
    ("lane",): tell_lane,
    ("within",): tell_place,
    ("kind",): tell_kind,
}
"""By property: what is told in a sentence of its own."""


def capital(text: str) -> str:
    """Return a text that begins a sentence."""
    return text[:1].upper() + text[1:]
