"""Events say something that is run, and one thing only."""

from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.drawing.element import bpmn, document, kind, label, take
from engine.process.repair.messages import become, define, definitions, kind_of
from engine.process.repair.record import Job

_ENDS: Final = frozenset({"terminate", "escalation", "error", "message", "signal"})
_THROWS: Final = frozenset({"escalation", "message", "signal", "link"})
_CATCHES: Final = frozenset({"message", "timer", "signal", "conditional", "link"})
_BORDERS: Final = frozenset({"message", "timer", "escalation", "error", "signal", "conditional"})
_RUN: Final = {
    "endEvent": _ENDS,
    "intermediateThrowEvent": _THROWS,
    "intermediateCatchEvent": _CATCHES,
    "boundaryEvent": _BORDERS,
}
_UNDONE: Final = frozenset({"compensate", "compensation"})
_IMIXS: Final = "http://www.imixs.org/bpmn2"


def make_events_run(job: Job) -> None:
    """Leave each event one definition that is run, or make a step of it."""
    for node in job.sheet.nodes:
        name = kind(node)
        if name == "startEvent":
            _start(job, node)
        elif name in _RUN:
            _event(job, node, _RUN[name])


def _start(job: Job, node: etree._Element) -> None:
    scope = node.getparent()
    is_handler = scope is not None and scope.get("triggeredByEvent") in {"true", "1"}
    found = definitions(node)
    if not is_handler:
        if found:
            for definition in found:
                node.remove(definition)
            take(node, "isInterrupting")
            what = " and ".join(kind_of(definition) for definition in found)
            why = "A case begins when it is recorded, never by itself."
            job.did(node, f"The start with a {what} is a plain one now.", why)
        return
    _keep_one(job, node, _BORDERS)
    if not definitions(node):
        become(job, node, "message")
        job.did(node, "The sub-process is started by a message of its name now.")
    is_error = any(kind_of(definition) == "error" for definition in definitions(node))
    if is_error and node.get("isInterrupting") in {"false", "0"}:
        del node.attrib["isInterrupting"]
        job.did(node, "It interrupts now.", "An error always does.")


def _event(job: Job, node: etree._Element, run: frozenset[str]) -> None:
    name, had = kind(node), [kind_of(definition) for definition in definitions(node)]
    if name == "endEvent" and had == ["link"]:
        job.sheet.retag(node, "intermediateThrowEvent")
        job.did(node, "The link is no end of the process, but goes on at its other half.")
        return
    if name in {"endEvent", "intermediateThrowEvent"} and _UNDONE & {*had}:
        _undo_by_hand(job, node)
        return
    if "cancel" in had and name in {"endEvent", "boundaryEvent"}:
        become(job, node, "error")
        for definition in definitions(node):
            definition.set("errorRef", define(job, "error", "cancelled"))
        job.did(node, "It cancels by the error “cancelled” now.", "Transactions are not run.")
        return
    _keep_one(job, node, run)
    is_error = any(kind_of(definition) == "error" for definition in definitions(node))
    if is_error and {*take(node, "cancelActivity")} & {"false", "0"}:
        job.did(node, "It interrupts now.", "An error always does.")
    if definitions(node) or name in {"endEvent", "intermediateThrowEvent"}:
        return
    if name == "boundaryEvent":
        become(job, node, "message")
        job.did(node, f"It waits for the message “{label(node)}” now, as nothing else was said.")
    elif is_deed(node):
        job.sheet.retag(node, "intermediateThrowEvent")
        job.did(node, "The event is passed when the step before it is done.")
    else:
        job.sheet.retag(node, "userTask")
        document(node, "Say here when it has happened; the diagram waited for it without a reason.")
        job.did(node, "A person says when it has happened.", "It did not say what it waits for.")


def _keep_one(job: Job, node: etree._Element, run: frozenset[str]) -> None:
    """Remove the definitions that are not run, and all but one of the others."""
    found = definitions(node)
    kept = next((each for each in found if kind_of(each) in run), None)
    gone = [each for each in found if each is not kept]
    for each in gone:
        node.remove(each)
    if gone:
        what = " and ".join(sorted({kind_of(each) for each in gone}))
        document(node, f"It was also drawn with: {what}.")
        job.did(
            node, f"Of its definitions, {what} was left out.", f"A {kind(node)} is run with one."
        )


def _undo_by_hand(job: Job, node: etree._Element) -> None:
    """Let a person undo what the diagram would have undone; the event stays behind that step."""
    for definition in definitions(node):
        node.remove(definition)
    before = job.sheet.insert_before(node, "manualTask", f"Undo: {label(node)}"[:200])
    document(before, "Undo by hand what was done before, as far as that is needed.")
    job.did(before, "A person undoes what was done.", "Nothing that was done is undone by itself.")
    job.did(node, "The event no longer undoes anything; the step before it does.")


def is_deed(node: etree._Element) -> bool:
    """Tell whether an event is what somebody does at the step before it, as Imixs draws it."""
    return any(xml_name.startswith(f"{{{_IMIXS}}}") for xml_name in map(str, node.attrib)) or any(
        xml.tag(part)[0] == _IMIXS for part in node.iterfind(f"{bpmn('extensionElements')}/*")
    )
