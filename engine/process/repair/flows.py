"""Flows connect two elements of one process; what they cannot connect is drawn otherwise."""

from collections.abc import Iterator

from lxml import etree

from engine.process.diagram import SUB_PROCESSES
from engine.process.drawing.element import bpmn, kind, label, set_condition
from engine.process.repair.messages import definitions, kind_of
from engine.process.repair.record import Job


def connect_flows(job: Job) -> None:
    """Let every flow begin and end at elements of the process or sub-process it stands in."""
    for scope in job.sheet.scopes:
        for flow in job.sheet.flows_of(scope):
            _fasten(job, scope, flow)
    for scope in job.sheet.scopes:
        if scope.get("triggeredByEvent") in {"true", "1"}:
            _cut_off(job, scope)
    for node in job.sheet.nodes:
        if kind(node) in {"startEvent", "boundaryEvent"} and job.sheet.incoming(node):
            _not_into(job, node)
        if kind(node) == "endEvent" and job.sheet.outgoing(node):
            _not_out_of(job, node)


def _fasten(job: Job, scope: etree._Element, flow: etree._Element) -> None:
    ends = {}
    for end in ("sourceRef", "targetRef"):
        found = job.sheet.find(flow.get(end, ""))
        if found is None or not _is_node(job, found):
            found = _drawn_at(job, scope, flow, end)
        elif found.getparent() is not scope:
            found = _around(found, scope)
        ends[end] = found
    source, target = ends["sourceRef"], ends["targetRef"]
    if source is None or target is None or (source is target and kind(source) in SUB_PROCESSES):
        if not _hoisted(job, flow):
            why = "It did not connect two elements of one process."
            job.did(flow, f"The flow {_between(job, flow)} was removed.", why)
            job.sheet.remove(flow)
        return
    for end, node in ends.items():
        if node is not None and flow.get(end) != node.get("id"):
            old = flow.get(end, "")
            way = "begins" if end == "sourceRef" else "ends"
            if end == "sourceRef":
                job.sheet.reroute(flow, source=node)
            else:
                job.sheet.reroute(flow, target=node)
            job.did(flow, f"The flow {way} at “{label(node)}” now; it named “{old}”.")


def _hoisted(job: Job, flow: etree._Element) -> bool:
    """Draw a flow in the scope around both its ends, where it stands too deep; tell whether."""
    nodes = [job.sheet.find(flow.get(end, "")) for end in ("sourceRef", "targetRef")]
    source, target = nodes
    if source is None or target is None or not all(_is_node(job, n) for n in (source, target)):
        return False
    for scope in source.iterancestors():
        a, b = _around(source, scope), _around(target, scope)
        if kind(scope) in {"process", *SUB_PROCESSES} and a is not None and b is not None:
            if a is b:
                return False
            old = flow.getparent()
            if old is not None and old is not scope:
                old.remove(flow)
                scope.append(flow)
            job.sheet.changed()
            job.sheet.reroute(flow, source=a, target=b)
            job.did(flow, f"The flow connects “{label(a)}” and “{label(b)}” now.")
            return True
    return False


def _is_node(job: Job, element: etree._Element) -> bool:
    scope = element.getparent()
    return scope is not None and any(element is node for node in job.sheet.nodes_of(scope))


def _around(node: etree._Element, scope: etree._Element) -> etree._Element | None:
    """Return the node itself, or what it is drawn in, that stands in a scope."""
    place: etree._Element | None = node
    while place is not None and place.getparent() is not scope:
        place = place.getparent()
    return place


def _drawn_at(
    job: Job, scope: etree._Element, flow: etree._Element, end: str
) -> etree._Element | None:
    """Return the element at which a flow is drawn to begin or end."""
    line = job.sheet.plane.line(flow.get("id", ""))
    if not line:
        return None
    ids = [node.get("id", "") for node in job.sheet.nodes_of(scope)]
    found = job.sheet.plane.at(line[0 if end == "sourceRef" else -1], ids)
    return job.sheet.find(found) if found else None


def _between(job: Job, flow: etree._Element) -> str:
    def name(end: str) -> str:
        id_ = flow.get(end, "")
        found = job.sheet.find(id_)
        return f"“{id_ if found is None else label(found)}”"

    return f"from {name('sourceRef')} to {name('targetRef')}"


def _cut_off(job: Job, handler: etree._Element) -> None:
    """Let nothing lead to an event sub-process, nor on from it."""
    for flow in (*job.sheet.outgoing(handler), *job.sheet.incoming(handler)):
        job.did(handler, f"The flow {_between(job, flow)} was removed.", "Its event starts it.")
        job.sheet.remove(flow)
    for marker in _markers(handler):
        handler.remove(marker)
        job.did(handler, "Its marker was removed.", "Its event repeats it, and nothing else.")


def _markers(node: etree._Element) -> Iterator[etree._Element]:
    yield from [part for part in node if kind(part).endswith("LoopCharacteristics")]


def _not_into(job: Job, node: etree._Element) -> None:
    """Lead flows into a start or border event to what follows it."""
    ways = job.sheet.outgoing(node)
    follower = job.sheet.find(ways[0].get("targetRef", "")) if len(ways) == 1 else None
    if follower is None or follower is node:
        follower = job.sheet.insert_behind(node, "intermediateThrowEvent")
        job.did(follower, "An event was put behind the start, for what leads back to there.")
    for flow in job.sheet.incoming(node):
        job.sheet.reroute(flow, target=follower)
        job.did(
            flow, f"The flow leads to “{label(follower)}” now.", "None leads into such an event."
        )


def _not_out_of(job: Job, node: etree._Element) -> None:
    """Let an end that something follows be passed; one that ends everything has nothing behind."""
    kinds = {kind_of(definition) for definition in definitions(node)}
    if kinds & {"terminate", "error"}:
        for flow in job.sheet.outgoing(node):
            job.did(
                node, f"The flow {_between(job, flow)} was removed.", "Nothing follows this end."
            )
            job.sheet.remove(flow)
        return
    job.sheet.retag(node, "intermediateThrowEvent")
    job.did(node, "It is an event on the way now, and no end.", "A flow leads on from it.")


def drop_useless_marks(job: Job) -> None:
    """Remove default marks and conditions that mean nothing where they stand."""
    for node in job.sheet.nodes:
        ways, default = job.sheet.outgoing(node), node.get("default", "")
        if "default" in node.attrib and default not in {way.get("id") for way in ways}:
            del node.attrib["default"]
            job.did(node, f"Its default mark for “{default}” was removed; no such flow leaves it.")
        for way in ways:
            if way.find(bpmn("conditionExpression")) is not None and _is_idle(node, way, ways):
                set_condition(way, "")
                job.did(way, "Its condition was removed.", "Nothing would have looked at it.")


def _is_idle(node: etree._Element, way: etree._Element, ways: list[etree._Element]) -> bool:
    if kind(node) in {"parallelGateway", "eventBasedGateway"}:
        return True
    if node.get("default") == way.get("id"):
        return True
    condition = way.find(bpmn("conditionExpression"))
    is_empty = condition is not None and not "".join(map(str, condition.itertext())).strip()
    return is_empty or (kind(node).endswith("Gateway") and len(ways) == 1)
