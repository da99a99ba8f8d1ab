"""What one element of a BPMN file says, read and changed."""

from collections.abc import Sequence
from typing import Final

from lxml import etree

from engine.process import xml

BEFORE_FLOWS: Final = (
    *("documentation", "extensionElements"),
    *("auditing", "monitoring", "categoryValueRef"),
)
"""What stands before all else in a node or flow, by the schema of BPMN."""


def bpmn(name: str) -> str:
    """Return the full tag of an element of BPMN."""
    return f"{{{xml.BPMN}}}{name}"


def kind(element: etree._Element) -> str:
    """Return the tag of an element of BPMN without its namespace; empty for anything else."""
    namespace, name = xml.tag(element)
    return name if namespace == xml.BPMN else ""


def label(element: etree._Element) -> str:
    """Return what a reader of the diagram calls an element."""
    return " ".join(element.get("name", "").split()) or element.get("id", "")


def extensions(element: etree._Element) -> etree._Element:
    """Return where an element keeps what is not of BPMN, made where there is none."""
    found = element.find(bpmn("extensionElements"))
    if found is None:
        found = etree.Element(bpmn("extensionElements"))
        element.insert(place_after(element, ("documentation",)), found)
    return found


def set_step(element: etree._Element, **attributes: str) -> None:
    """Set attributes of our own on a step, such as its role."""
    holder = extensions(element)
    step = holder.find(f"{{{xml.REDRESS}}}step")
    if step is None:
        step = etree.SubElement(holder, f"{{{xml.REDRESS}}}step", nsmap={"redress": xml.REDRESS})
    for name, value in attributes.items():
        step.set(name, value)


def step_of(element: etree._Element) -> dict[str, str]:
    """Return the attributes of our own on a step; empty for none."""
    found = element.find(f"{bpmn('extensionElements')}/{{{xml.REDRESS}}}step")
    return (
        {}
        if found is None
        else {str(key): str(value).strip() for key, value in found.attrib.items()}
    )


def drop_word(element: etree._Element, name: str) -> None:
    """Remove an attribute of our own from a step."""
    for step in element.iterfind(f"{bpmn('extensionElements')}/{{{xml.REDRESS}}}step"):
        take(step, name)


def document(element: etree._Element, text: str) -> None:
    """Add a paragraph to the documentation of an element, unless it stands there already."""
    written = list(element.iterchildren(bpmn("documentation")))
    if any(xml.text(part) == text for part in written):
        return
    added = etree.Element(bpmn("documentation"))
    added.text = text
    element.insert(place_after(element, ("documentation",)), added)


def set_condition(flow: etree._Element, expression: str) -> None:
    """Give a flow a condition, in place of any that it has; an empty one takes it away."""
    for old in flow.findall(bpmn("conditionExpression")):
        flow.remove(old)
    if expression:
        condition = etree.Element(bpmn("conditionExpression"))
        condition.text = expression
        flow.insert(place_after(flow, BEFORE_FLOWS), condition)


def attributes_of(element: etree._Element) -> dict[str, str]:
    """Return the attributes of an element as texts; foreign ones by their full name."""
    return {str(key): str(value) for key, value in element.attrib.items()}


def take(element: etree._Element, *names: str) -> list[str]:
    """Remove attributes, and return the values of those that were there."""
    return [str(element.attrib.pop(name)) for name in names if name in element.attrib]


def place_after(element: etree._Element, names: Sequence[str]) -> int:
    """Return the place behind the last child with one of these tags."""
    places = [place for place, part in enumerate(element) if kind(part) in names]
    return places[-1] + 1 if places else 0
