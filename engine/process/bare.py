"""Elements of which a file says nothing that would be missed when they are gone."""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from engine.process import xml

_STRUCTURE: Final = frozenset(
    {"id", "sourceRef", "targetRef", "default", "gatewayDirection", "eventGatewayType"}
)
_LISTS: Final = frozenset({"incoming", "outgoing", "flowNodeRef"})
_FLOW_ENDS: Final = frozenset({"sourceRef", "targetRef"})
_OWN: Final = frozenset({"id", "bpmnElement"})


class Names:
    """What the elements of some files are named by, such as the association of a note.

    Args:
        roots: Of the files.
    """

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._beside: set[str] = set()
        self._by_flows: set[str] = set()
        for root in roots:
            for each in root.iter(etree.Element):
                self._read(each)

    def _read(self, each: etree._Element) -> None:
        kind = xml.tag(each)[1]
        if not len(each) and kind not in _LISTS:
            self._beside.add(_local(xml.text(each)))
        for name, value in each.attrib.items():
            is_flow = name == "default" or (kind == "sequenceFlow" and name in _FLOW_ENDS)
            if name not in _OWN:
                (self._by_flows if is_flow else self._beside).add(_local(str(value)))

    def misses(self, element: etree._Element) -> bool:
        """Tell whether no more than flows lead to an element, and its shape or line shows it."""
        return element.get("id", "") not in self._beside

    def is_alone(self, element: etree._Element) -> bool:
        """Tell whether nothing leads to an element, neither flows nor a mark of a default."""
        return element.get("id", "") not in self._beside | self._by_flows


def is_idle(element: etree._Element, names: Names) -> bool:
    """Tell whether a gateway or a flow could go, and nobody would miss a word of it."""
    return _is_bare(element) and names.misses(element)


def is_loose(element: etree._Element, names: Names) -> bool:
    """Tell whether an element says nothing besides its name, and nothing leads to it."""
    return _is_bare(element, "name") and names.is_alone(element)


def repeats_only(flow: etree._Element, names: Names) -> bool:
    """Tell whether a flow that repeats another one says nothing besides its condition."""
    is_plain = {str(name) for name in flow.attrib} <= _STRUCTURE
    asked = {f"{{{xml.BPMN}}}conditionExpression"}
    is_short = all(child.tag in asked and not len(child) for child in flow)
    return is_plain and is_short and names.is_alone(flow)


def says_of_event(node: etree._Element) -> bool:
    """Tell whether somebody wrote something within what an event waits for or throws."""
    return any(
        xml.tag(part)[1] in {"", "documentation", "extensionElements"}  # empty for a comment
        or any(str(name).startswith("{") for name in part.attrib)
        for child in node
        if "EventDefinition" in xml.tag(child)[1]
        for part in child.iter()
    )


def _is_bare(element: etree._Element, *attributes: str) -> bool:
    """Tell whether an element has no words, no settings and no comments of its own."""
    if not {str(name) for name in element.attrib} <= _STRUCTURE | set(attributes):
        return False
    lists = {f"{{{xml.BPMN}}}{name}" for name in _LISTS}
    return all(child.tag in lists and not len(child) for child in element)


def _local(reference: str) -> str:
    return reference.rpartition(":")[2]
