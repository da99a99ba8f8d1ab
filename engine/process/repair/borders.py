"""Border events sit on an activity during which time passes."""

from lxml import etree

from engine.process.diagram import SUB_PROCESSES
from engine.process.drawing.element import kind, label, take
from engine.process.repair.messages import definitions, kind_of
from engine.process.repair.record import Job

_HOSTS = SUB_PROCESSES | {"userTask", "manualTask", "receiveTask", "callActivity"}


def sit_on_activities(job: Job) -> None:
    """Put border events on what they are drawn at; those at nothing become events on the way."""
    for node in job.sheet.nodes:
        if kind(node) != "boundaryEvent" or _may_carry(
            job.sheet.find(node.get("attachedToRef", "")), node
        ):
            continue
        host = _drawn_on(job, node)
        if host is not None:
            node.set("attachedToRef", host.get("id", ""))
            job.did(node, f"It sits on “{label(host)}” now, where it is drawn.")
        else:
            _release(job, node)


def _may_carry(host: etree._Element | None, node: etree._Element) -> bool:
    if host is None or host.getparent() is not node.getparent():
        return False
    return kind(host) in _HOSTS and host.get("triggeredByEvent") not in {"true", "1"}


def _drawn_on(job: Job, node: etree._Element) -> etree._Element | None:
    box, scope = job.sheet.plane.box(node.get("id", "")), node.getparent()
    if box is None or scope is None:
        return None
    ids = [n.get("id", "") for n in job.sheet.nodes_of(scope) if _may_carry(n, node)]
    found = job.sheet.plane.at(box.middle, ids)
    return job.sheet.find(found) if found else None


def _release(job: Job, node: etree._Element) -> None:
    for name in ("attachedToRef", "cancelActivity"):
        take(node, name)
    awaited = {kind_of(each) for each in definitions(node)} & {"message", "timer", "signal"}
    if not awaited:
        for definition in definitions(node):
            node.remove(definition)
    job.sheet.retag(node, "intermediateCatchEvent" if awaited else "intermediateThrowEvent")
    job.did(node, "It is an event on the way now.", "It sat on nothing that could carry it.")
