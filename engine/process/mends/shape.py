"""Mends that add or remove elements, with what shows them in the picture."""

from lxml import etree

from engine.process.bare import Names, is_idle, is_loose, repeats_only
from engine.process.diagram import NODES
from engine.process.diagram_file import read
from engine.process.drawing.element import (
    BEFORE_FLOWS,
    bpmn,
    drop_word,
    kind,
    place_after,
    set_step,
    step_of,
)
from engine.process.drawing.sheet import Sheet
from engine.process.mends.word import lane_around
from engine.process.vocabulary import role_in


def add_end_event(sheet: Sheet, element: etree._Element) -> None:
    """Draw an end event behind where a way stops."""
    sheet.append(element, "endEvent")


def add_split_gateway(sheet: Sheet, element: etree._Element) -> None:
    """Draw the parallel gateway by which a step splits."""
    sheet.insert_behind(element, "parallelGateway")


def add_merge_gateway(sheet: Sheet, element: etree._Element) -> None:
    """Draw the exclusive gateway that brings the ways into a step together."""
    sheet.insert_before(element, "exclusiveGateway")


def add_start_event(sheet: Sheet, element: etree._Element) -> None:
    """Draw a start event before what no flow leads to."""
    scope = read([sheet.root]).scope(element.get("id", ""))
    firsts = [] if scope is None else [sheet.find(node.id) for node in scope.firsts]
    (first,) = (node for node in firsts if node is not None)
    sheet.lead_in([first], "startEvent")


def make_exclusive(sheet: Sheet, element: etree._Element) -> None:
    """Let a gateway pass on each token that comes, and wait for no other."""
    sheet.retag(element, "exclusiveGateway")


def make_user_task(sheet: Sheet, element: etree._Element) -> None:
    """Let a person do a step; who that is comes from its lane, else a handler."""
    sheet.retag(element, "userTask")
    if not step_of(element).get("role"):
        set_step(element, role=role_in(lane_around(sheet, element)) or "handler")


def move_operation(sheet: Sheet, element: etree._Element) -> None:
    """Let a step behind this one carry out the operation that stands wrong here."""
    step = step_of(element)
    behind = sheet.insert_behind(element, "serviceTask", step["operation"].replace("_", " "))
    set_step(behind, operation=step["operation"])
    drop_word(element, "operation")


def remove(sheet: Sheet, element: etree._Element) -> None:
    """Remove an element of which nothing is said, and what shows it.

    Raises:
        ValueError: Something of it would be missed.
    """
    _require(is_loose(element, Names([sheet.root])))
    sheet.remove(element)


def remove_flow(sheet: Sheet, element: etree._Element) -> None:
    """Remove a flow that another one repeats, and what shows it.

    Raises:
        ValueError: Something of it would be missed.
    """
    _require(repeats_only(element, Names([sheet.root])))
    sheet.remove(element)


def remove_gateway(sheet: Sheet, element: etree._Element) -> None:
    """Let the way into a gateway lead to where it goes on.

    Raises:
        ValueError: Something of it would be missed, or there are other ways.
    """
    (target,) = sheet.successors(element)
    (flow,) = sheet.incoming(element)
    (way,) = sheet.outgoing(element)
    names = Names([sheet.root])
    _require(is_idle(element, names) and is_idle(way, names) and way is not flow)
    sheet.reroute(flow, target=target)
    sheet.remove(element)


def list_flows(sheet: Sheet, element: etree._Element) -> None:
    """Let an element list the flows that enter and leave it."""
    for child in list(element):
        if kind(child) in {"incoming", "outgoing"}:
            element.remove(child)
    place = place_after(element, BEFORE_FLOWS)
    listed = [("incoming", flow) for flow in sheet.incoming(element)]
    listed += [("outgoing", flow) for flow in sheet.outgoing(element)]
    for number, (role, flow) in enumerate(listed if kind(element) in NODES else ()):
        child = etree.Element(bpmn(role))
        child.text = flow.get("id", "")
        element.insert(place + number, child)


def _require(is_so: bool) -> None:  # noqa: FBT001 - it is all that it is told
    if not is_so:
        raise ValueError("the drawing is not as the mend needs it")
