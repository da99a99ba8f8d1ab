"""Elements that are not run as they are drawn become such as are."""

from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.diagram import NODES
from engine.process.drawing.element import bpmn, document, extensions, kind, take
from engine.process.repair.record import Job

_LOOKS_LIKE_NODE: Final = ("Task", "Event", "Gateway", "Activity", "SubProcess")


def make_known(job: Job) -> None:
    """Turn kinds of elements that are not run into those that come nearest."""
    _strangers(job)
    for node in job.sheet.nodes:
        _known(job, node)
    for node in job.sheet.nodes:
        if kind(node) == "subProcess" and not job.sheet.nodes_of(node):
            _fill(job, node)
    for node in job.sheet.nodes:
        _unmark(job, node)


def _known(job: Job, node: etree._Element) -> None:
    name = kind(node)
    if name == "transaction":
        job.sheet.retag(node, "subProcess")
        take(node, "method")
        job.did(node, "The transaction is a sub-process now.", "Nothing undoes it by itself.")
    elif name == "adHocSubProcess":
        job.sheet.retag(node, "subProcess")
        for ending in node.findall(bpmn("completionCondition")):
            node.remove(ending)
        for attribute in ("ordering", "cancelRemainingInstances"):
            take(node, attribute)
        why = "Its steps are all open at once, each to be done once."
        job.did(node, "The ad-hoc sub-process is a plain one now.", why)
    elif name == "complexGateway":
        job.sheet.retag(node, "inclusiveGateway")
        for condition in node.findall(bpmn("activationCondition")):
            document(node, f"Its activation condition was: {xml.text(condition)}")
            node.remove(condition)
        job.did(node, "The complex gateway is an inclusive one now.")
        job.ask(node, "It takes every branch whose condition holds.", "Say if that is meant.")


def _unmark(job: Job, node: etree._Element) -> None:
    """Remove marks that would start a case, or do a step more than once."""
    if {*take(node, "instantiate")} & {"true", "1"}:
        why = "A case begins when it is recorded, never by itself."
        job.did(node, "It is no longer marked to start a case.", why)
    for name in ("startQuantity", "completionQuantity"):
        wanted = node.get(name, "1").strip()
        if wanted != "1":
            take(node, name)
            document(node, f"Its {name} was: {wanted}")
            job.did(node, f"Its {name} “{wanted}” was removed.", "A step is done once each time.")


def _strangers(job: Job) -> None:
    """Put aside what looks like an element of a process, but is none that BPMN knows there."""
    for scope in job.sheet.scopes:
        for part in list(scope):
            namespace, name = xml.tag(part)
            if not namespace or not name.endswith(_LOOKS_LIKE_NODE) or kind(part) in NODES:
                continue
            if namespace == xml.BPMN:
                known = "intermediateThrowEvent" if name.endswith("Event") else "userTask"
                job.sheet.retag(part, known)
                job.did(part, f"The {name} is a {known} now.")
            else:
                job.did(part, f"The {name} of another tool was put aside as an extension.")
                scope.remove(part)
                extensions(scope).append(part)


def _fill(job: Job, node: etree._Element) -> None:
    """Make a step of a sub-process in which nothing is drawn."""
    if node.get("triggeredByEvent") in {"true", "1"}:
        job.did(node, "The event sub-process was removed; nothing is drawn in it.")
        job.sheet.remove(node)
        return
    node.tag = bpmn("userTask")
    for part in list(node):
        if kind(part) in {"sequenceFlow", "laneSet", "dataObject", "dataObjectReference"}:
            node.remove(part)
    take(node, "triggeredByEvent")
    job.sheet.changed()
    job.did(node, "The sub-process is a step that a person does now; nothing is drawn in it.")
