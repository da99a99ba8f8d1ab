"""A circle of the diagram waits somewhere for a person or an event."""

from collections.abc import Mapping, Sequence

from lxml import etree

from engine.process.diagram import HUMAN, SUB_PROCESSES
from engine.process.drawing.element import bpmn, document, kind
from engine.process.repair.messages import definitions, kind_of
from engine.process.repair.record import Job

_PAUSES = HUMAN | {"receiveTask", "intermediateCatchEvent"}


def pause_in_circles(job: Job) -> None:
    """Put a step on each circle in which nobody ever waits."""
    for scope in job.sheet.scopes:
        while (flow := _closing(job, scope)) is not None:
            step = job.sheet.insert_on(flow, "userTask", "Look at it again")
            document(step, "The diagram comes back here. Say when it can go on.")
            why = "A case would run in circles for ever."
            job.did(step, "A step was put on a circle in which nobody ever waits.", why)


def _closing(job: Job, scope: etree._Element) -> etree._Element | None:
    """Return a flow that closes a circle without a pause; None where there is none."""
    running = {n.get("id", ""): n for n in job.sheet.nodes_of(scope) if not _pauses(job, n)}
    ways = {
        id_: [f for f in job.sheet.outgoing(node) if f.get("targetRef") in running]
        for id_, node in running.items()
    }
    for id_, flows in ways.items():
        if any(_reaches(flow.get("targetRef", ""), id_, ways) for flow in flows):
            return _back(id_, ways)
    return None


def _reaches(start: str, goal: str, ways: Mapping[str, Sequence[etree._Element]]) -> bool:
    waiting, seen = [start], set[str]()
    while waiting:
        id_ = waiting.pop()
        if id_ == goal:
            return True
        if id_ not in seen:
            seen.add(id_)
            waiting += [flow.get("targetRef", "") for flow in ways.get(id_, ())]
    return False


def _back(start: str, ways: Mapping[str, Sequence[etree._Element]]) -> etree._Element | None:
    """Return the flow by which the circle through an element comes back to it."""
    waiting, seen = [start], set[str]()
    while waiting:
        id_ = waiting.pop()
        for flow in ways.get(id_, ()):
            target = flow.get("targetRef", "")
            if target == start:
                return flow
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return None


def _pauses(job: Job, node: etree._Element) -> bool:
    if kind(node) in _PAUSES:
        return all(kind_of(each) != "link" for each in definitions(node))
    if kind(node) in SUB_PROCESSES:
        return _has_pause(node)
    called = (
        node.get("calledElement", "").rpartition(":")[2] if kind(node) == "callActivity" else ""
    )
    process = job.sheet.find(called)
    return process is not None and _has_pause(process)


def _has_pause(scope: etree._Element) -> bool:
    return next(scope.iter(*(bpmn(name) for name in _PAUSES)), None) is not None
