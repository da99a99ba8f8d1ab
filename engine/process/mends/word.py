"""Mends that change only what an element says; the picture stays as it is."""

from lxml import etree

from engine.process import xml
from engine.process.bare import says_of_event
from engine.process.diagram import EVENT_SUFFIX
from engine.process.drawing.element import bpmn, extensions, kind, set_step, step_of, take
from engine.process.drawing.sheet import Sheet
from engine.process.foreign import owner_of, pieces_of_code
from engine.process.vocabulary import (
    GATE_ATTRIBUTES,
    STEP_ATTRIBUTES,
    USUAL,
    role_in,
    words_of,
)

_DUE = "2 working days"


def label_from_id(_sheet: Sheet, element: etree._Element) -> None:
    """Let the label say what the id says, in words."""
    element.set("name", words_of(element.get("id", "")))


def name_as_id(_sheet: Sheet, element: etree._Element) -> None:
    """Give a message, signal, error or escalation the name that it goes by already."""
    element.set("name", element.get("id", ""))


def mark_default(sheet: Sheet, element: etree._Element) -> None:
    """Mark the one way without a condition as the default.

    Raises:
        ValueError: There are several, or none.
    """
    ways = (f for f in sheet.outgoing(element) if f.getparent() is element.getparent())
    (bare,) = (f for f in ways if not xml.text(f.find(bpmn("conditionExpression"))))
    element.set("default", bare.get("id", ""))


def drop_default(_sheet: Sheet, element: etree._Element) -> None:
    """Take a default mark away that points to a flow which does not leave the element."""
    take(element, "default")


def interrupt(_sheet: Sheet, element: etree._Element) -> None:
    """Let an event interrupt what it sits on or stands beside."""
    take(element, "cancelActivity", "isInterrupting")


def plain(sheet: Sheet, element: etree._Element) -> None:
    """Take from an event what it waits for or throws.

    Raises:
        ValueError: Somebody wrote something there.
    """
    if says_of_event(element):
        raise ValueError("the drawing is not as the mend needs it")
    for child in list(element):
        if kind(child).removesuffix("Ref").lower().endswith(EVENT_SUFFIX.lower()):
            sheet.remove(child)


def remove_quantities(_sheet: Sheet, element: etree._Element) -> None:
    """Let a step wait for one token and send one on."""
    take(element, "startQuantity", "completionQuantity")


def remove_instantiate(_sheet: Sheet, element: etree._Element) -> None:
    """Let an event start no case."""
    take(element, "instantiate")


def remove_direction(_sheet: Sheet, element: etree._Element) -> None:
    """Let a gateway not say whether it splits or joins: its flows do."""
    take(element, "gatewayDirection")


def remove_marks(_sheet: Sheet, element: etree._Element) -> None:
    """Remove marks of a process, a flow or a note that BPMN does not allow there."""
    take(element, "processType", "isImmediate", "textFormat")


def remove_code(_sheet: Sheet, element: etree._Element) -> None:
    """Remove what another engine would run around an element."""
    for piece in [each for each in pieces_of_code(element) if owner_of(each) is element]:
        around = piece.getparent()
        if around is not None:
            around.remove(piece)


def drop_unknown_attributes(_sheet: Sheet, element: etree._Element) -> None:
    """Remove attributes of our own that mean nothing."""
    for name, known in (("step", STEP_ATTRIBUTES), ("gate", GATE_ATTRIBUTES)):
        for holder in element.iterfind(f"{bpmn('extensionElements')}/{{{xml.REDRESS}}}{name}"):
            take(holder, *(str(key) for key in holder.attrib if str(key) not in known))


def set_due(_sheet: Sheet, element: etree._Element) -> None:
    """Give a step a time limit."""
    set_step(element, due=_DUE)


def set_clause(_sheet: Sheet, element: etree._Element) -> None:
    """Name the clause of ISO 10002 that the form of a step answers."""
    set_step(element, clause=USUAL[step_of(element)["form"]].clause)


def set_public_status(_sheet: Sheet, element: etree._Element) -> None:
    """Say to the complainant what the form of a step stands for."""
    set_step(element, publicStatus=USUAL[step_of(element)["form"]].status)


def set_four_eyes(_sheet: Sheet, element: etree._Element) -> None:
    """Ask an approval of somebody who has not done the work."""
    holder = extensions(element)
    gate = holder.find(f"{{{xml.REDRESS}}}gate")
    if gate is None:
        gate = etree.SubElement(holder, f"{{{xml.REDRESS}}}gate", nsmap={"redress": xml.REDRESS})
        role = step_of(element).get("role", "").split(",")[0].strip()
        if role:
            gate.set("role", role)
    gate.set("fourEyes", "true")


def ask_for_approval(_sheet: Sheet, element: etree._Element) -> None:
    """Let a gate ask the form at which a second person decides."""
    set_step(element, form="approval")


def set_role(sheet: Sheet, element: etree._Element) -> None:
    """Give a step the role that its lane is named after."""
    set_step(element, role=role_in(lane_around(sheet, element)))


def lane_around(sheet: Sheet, element: etree._Element) -> str:
    """Return the lane of an element, or of the nearest sub-process around it; else empty."""
    names = {
        xml.text(reference): lane.get("name", lane.get("id", ""))
        for lane in sheet.root.iter(bpmn("lane"))
        for reference in lane.iterchildren(bpmn("flowNodeRef"))
    }
    around = (element, *element.iterancestors())
    return next((names[each.get("id", "")] for each in around if each.get("id") in names), "")
