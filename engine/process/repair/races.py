"""An event-based gateway leads to events only, and each of them belongs to it alone."""

from lxml import etree

from engine.process.drawing.element import kind, label, take
from engine.process.repair.messages import definitions, kind_of
from engine.process.repair.record import Job


def race_between_events(job: Job) -> None:
    """Make an exclusive gateway of one that does not lead to events, and mend second ways in."""
    for node in job.sheet.nodes:
        if kind(node) != "eventBasedGateway":
            continue
        ways = job.sheet.successors(node)
        if len(ways) < 2 or not all(_is_awaited(way) for way in ways):
            job.sheet.retag(node, "exclusiveGateway")
            for name in ("eventGatewayType", "instantiate"):
                take(node, name)
            why = "It does not lead to two or more events that are waited for, and nothing else."
            job.did(node, "The event-based gateway is an exclusive one now.", why)
            continue
        for way in ways:
            _own(job, node, way)


def _own(job: Job, gateway: etree._Element, event: etree._Element) -> None:
    """Lead second flows into an event to the gateway that it belongs to."""
    for flow in job.sheet.incoming(event):
        if flow.get("sourceRef") != gateway.get("id"):
            job.sheet.reroute(flow, target=gateway)
            why = f"Its event “{label(event)}” has a second way in."
            job.did(flow, f"The flow leads to the gateway “{label(gateway)}” now.", why)


def _is_awaited(node: etree._Element) -> bool:
    if kind(node) == "receiveTask":
        return True
    kinds = {kind_of(each) for each in definitions(node)}
    return kind(node) == "intermediateCatchEvent" and bool(kinds) and "link" not in kinds
