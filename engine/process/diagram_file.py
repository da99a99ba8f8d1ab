"""Read BPMN files into a diagram; nothing is judged here, and what is missing stays empty."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.diagram import (
    EVENT_SUFFIX,
    FALSE,
    NODES,
    SUB_PROCESSES,
    THROWING,
    Diagram,
    Event,
    Flow,
    Loop,
    Node,
    Scope,
)


def read(roots: Sequence[etree._Element]) -> Diagram:
    """Read the parsed files of one process version; the first holds the main process."""
    scopes: list[Scope] = []
    unknown: list[tuple[str, str, str]] = []
    for root in roots:
        reader = _Reader(root, unknown)
        for process in root.iter(f"{{{xml.BPMN}}}process"):
            scopes += reader.scopes(process, parent=None)
    lanes = {node: lane for root in roots for node, lane in _lanes(root)}
    ids = tuple(id_ for root in roots for id_ in _ids(root))
    return Diagram(tuple(scopes), MappingProxyType(lanes), ids, tuple(unknown))


class _Reader:
    """Reads the processes of one file.

    Args:
        root: The whole file.
        unknown: Receives what is no known flow element.
    """

    def __init__(self, root: etree._Element, unknown: list[tuple[str, str, str]]) -> None:
        self._references = _references(root)
        self._definitions = {
            child.get("id", ""): child
            for child in root
            if xml.tag(child)[0] == xml.BPMN and xml.tag(child)[1].endswith(EVENT_SUFFIX)
        }
        self._links = {
            id_: each.get("name", "")
            for each in root.iter(_bpmn("linkEventDefinition"))
            if (id_ := each.get("id"))
        }
        self._unknown = unknown

    def scopes(self, element: etree._Element, parent: str | None) -> list[Scope]:
        id_ = element.get("id", "")
        nodes, inner = [], []
        for child in element:
            if _is_node(child):
                nodes.append(self._node(child, id_))
            if xml.tag(child)[1] in SUB_PROCESSES:
                inner += self.scopes(child, id_)
            self._note(child)
        flows = tuple(_flow(child) for child in element.iterchildren(_bpmn("sequenceFlow")))
        scope = Scope(
            id=id_,
            name=element.get("name", ""),
            parent=parent,
            is_event_driven=element.get("triggeredByEvent", "false") not in FALSE,
            is_executable=element.get("isExecutable", "false") not in FALSE,
            nodes=tuple(nodes),
            flows=(*flows, *_links(nodes)),
        )
        return [scope, *inner]

    def _node(self, element: etree._Element, scope: str) -> Node:
        attributes = {str(key): str(value) for key, value in element.attrib.items()}
        gate = _extension(element, "gate")
        return Node(
            id=element.get("id", ""),
            name=" ".join(element.get("name", "").split()),
            kind=xml.tag(element)[1],
            scope=scope,
            attributes=MappingProxyType(attributes),
            events=tuple(self._events(element)),
            step=MappingProxyType(_extension(element, "step") or {}),
            gate=None if gate is None else MappingProxyType(gate),
            script=xml.text(element.find(_bpmn("script"))),
            loop=next(_loops(element), None),
            documentation=" ".join(xml.text(element.find(_bpmn("documentation"))).split()),
        )

    def _events(self, element: etree._Element) -> Iterable[Event]:
        if xml.tag(element)[1] == "receiveTask":
            yield self._named("message", element)
        for child in element:
            kind = xml.tag(child)[1]
            if kind == "eventDefinitionRef":
                yield self._shared(xml.text(child).rpartition(":")[2])
            elif kind.endswith(EVENT_SUFFIX):
                yield self._event(child)

    def _shared(self, reference: str) -> Event:
        """Return an event that is defined beside the processes, for several to point to."""
        found = self._definitions.get(reference)
        return Event("", "", reference=reference) if found is None else self._event(found)

    def _event(self, element: etree._Element) -> Event:
        kind = xml.tag(element)[1].removesuffix(EVENT_SUFFIX)
        if kind == "link":
            return self._link(element)
        read = _WRITTEN_INSIDE.get(kind)
        return self._named(kind, element) if read is None else read(element)

    def _link(self, element: etree._Element) -> Event:
        """Return a link under its name, or under that of the target which it refers to."""
        target = xml.text(element.find(_bpmn("target"))).rpartition(":")[2]
        return Event("link", (self._links.get(target) or element.get("name") or "").strip())

    def _named(self, kind: str, element: etree._Element) -> Event:
        reference = element.get(f"{kind}Ref", "").rpartition(":")[2]
        return Event(kind, self._references.get(reference, ""), reference=reference)

    def _note(self, element: etree._Element) -> None:
        namespace, name = xml.tag(element)
        looks_like_node = name.endswith(_NODE_SUFFIXES)
        if namespace and looks_like_node and not _is_node(element):
            self._unknown.append((name, element.get("id", ""), element.get("name", "")))


def _bpmn(name: str) -> str:
    return f"{{{xml.BPMN}}}{name}"


def _is_node(element: etree._Element) -> bool:
    namespace, name = xml.tag(element)
    return namespace == xml.BPMN and name in NODES


def _flow(element: etree._Element) -> Flow:
    condition = element.find(_bpmn("conditionExpression"))
    return Flow(
        id=element.get("id", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        condition=xml.text(condition) or None,
    )


def _timer(element: etree._Element) -> Event:
    for child in element:
        name = xml.tag(child)[1]
        if name.startswith("time"):
            return Event("timer", xml.text(child).strip("\"'").strip(), name)
    return Event("timer", "")


def _condition(element: etree._Element) -> Event:
    return Event("conditional", xml.text(element.find(_bpmn("condition"))))


def _links(nodes: Iterable[Node]) -> Iterable[Flow]:
    """Return a flow from each throwing link event to the catching ones of its name."""
    linked = [node for node in nodes if node.event is not None and node.event.kind == "link"]
    for source in linked:
        for target in linked:
            names = {node.event.name for node in (source, target) if node.event is not None}
            is_pair = source.kind in THROWING and target.kind == "intermediateCatchEvent"
            if is_pair and len(names) == 1:
                yield Flow(f"{source.id}#{target.id}", source.id, target.id, None)


def _loops(element: etree._Element) -> Iterator[Loop]:
    """Return the loop markers of an activity; there should be one at most."""
    for child in element:
        name = xml.tag(child)[1]
        if not name.endswith("LoopCharacteristics"):
            continue
        is_sequential = child.get("isSequential", "false") not in FALSE
        several = "sequential" if is_sequential else "parallel"
        ends = (child.find(_bpmn(tag)) for tag in ("completionCondition", "loopCondition"))
        yield Loop(
            kind="standard" if name.startswith("standard") else several,
            cardinality=xml.text(child.find(_bpmn("loopCardinality"))),
            condition=next((xml.text(end) for end in ends if end is not None), ""),
            maximum=child.get("loopMaximum", ""),
            tests_before=child.get("testBefore", "false") not in FALSE,
            collection=_collection(child),
        )


def _collection(loop: etree._Element) -> str:
    """Return the list of a multi-instance marker, as the standard and other tools write it."""
    named = [xml.text(loop.find(_bpmn(f"loopData{way}Ref"))) for way in ("Input", "Output")]
    for element in loop.iter():
        named += [
            str(v) for k, v in element.attrib.items() if str(k).lower().endswith("collection")
        ]
    return next((name for name in named if name), "")


def _extension(element: etree._Element, name: str) -> dict[str, str] | None:
    """Return the attributes of ``redress:name`` on an element; None when it is not there."""
    found = element.find(f"{_bpmn('extensionElements')}/{{{xml.REDRESS}}}{name}")
    if found is None:
        return None
    return {str(key): str(value).strip() for key, value in found.attrib.items()}


def _references(root: etree._Element) -> dict[str, str]:
    """Return what events are matched by: the name of messages and signals, else the code."""
    named: dict[str, str] = {}
    for child in root:
        kind, id_ = xml.tag(child)[1], child.get("id", "")
        if kind in {"message", "signal"}:
            named[id_] = child.get("name") or id_
        if kind in {"escalation", "error"}:
            named[id_] = child.get(f"{kind}Code") or child.get("name") or id_
    return named


def _lanes(root: etree._Element) -> Iterable[tuple[str, str]]:
    """Return node and lane; an inner lane comes after the one around it and so wins."""
    for lane in root.iter(_bpmn("lane")):
        for reference in lane.iterchildren(_bpmn("flowNodeRef")):
            yield xml.text(reference), lane.get("name", lane.get("id", ""))


_NODE_SUFFIXES: Final = ("Task", "Event", "Gateway", "Activity", "SubProcess", "Choreography")

_WRITTEN_INSIDE: Final[Mapping[str, Callable[[etree._Element], Event]]] = {
    "timer": _timer,
    "conditional": _condition,
}


def _ids(root: etree._Element) -> Iterable[str]:
    for element in root.iter():
        if xml.tag(element)[0] == xml.BPMN and element.get("id"):
            yield element.get("id", "")
