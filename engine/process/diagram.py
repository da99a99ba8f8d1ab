"""A BPMN file as we read it: nodes, flows and our own extensions; nothing is judged here.

A diagram holds *scopes*: each process, and each sub-process drawn inside one. Every scope has its
own nodes and flows; ids are unique across all of them (a rule sees to that).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from lxml import etree

from engine.process import xml

EVENT_SUFFIX: Final = "EventDefinition"
SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
NODES: Final = SUB_PROCESSES | {
    "startEvent",
    "endEvent",
    "boundaryEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "complexGateway",
    "eventBasedGateway",
}
THROWING: Final = frozenset({"intermediateThrowEvent", "endEvent"})
HUMAN: Final = frozenset({"userTask", "manualTask"})
_FALSE: Final = frozenset({"false", "0"})


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow within one scope."""

    id: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """What an event waits for or throws."""

    kind: str
    """Such as ``message``, ``timer``, ``escalation``, ``error``, ``signal``, ``terminate``."""
    name: str
    """Name of a message, signal or link; code of an escalation or error (empty: any); text of a
    timer or condition."""
    timer: str = ""
    """``timeDuration``, ``timeDate`` or ``timeCycle``; empty for other kinds."""
    reference: str = ""
    """Id the event points to; empty where it names nothing."""


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity is done; texts are empty where the diagram says nothing."""

    kind: str
    """``parallel`` or ``sequential`` for several instances, ``standard`` for a loop."""
    cardinality: str
    """Expression for the number of instances."""
    condition: str
    """Several instances: when they are enough. A loop: while this holds."""
    maximum: str
    """Turns a loop may take at most."""
    tests_before: bool
    """The condition of a loop is asked before the first turn."""
    collection: str
    """Name of the list the instances would be made from, or collected into."""


@dataclass(frozen=True, slots=True)
class Node:
    """One event, activity or gateway."""

    id: str
    name: str
    kind: str
    """BPMN tag without its prefix."""
    scope: str
    attributes: Mapping[str, str]
    events: tuple[Event, ...]
    step: Mapping[str, str]
    gate: Mapping[str, str] | None
    script: str
    loop: Loop | None
    """Its multi-instance or loop marker."""
    documentation: str
    """What the owner wrote about it, in one line; empty for nothing."""

    @property
    def label(self) -> str:
        """Return what a reader of the diagram calls the node."""
        return self.name or self.id

    @property
    def event(self) -> Event | None:
        """Return the first event definition; None for a plain event and for other nodes."""
        return self.events[0] if self.events else None

    @property
    def host(self) -> str:
        """Return the id of the activity a boundary event sits on; empty for other nodes."""
        return self.attributes.get("attachedToRef", "")

    @property
    def interrupts(self) -> bool:
        """Tell whether a boundary event cancels its activity, a start event its surroundings."""
        name = "isInterrupting" if self.kind == "startEvent" else "cancelActivity"
        return self.attributes.get(name, "true") not in _FALSE

    @property
    def is_event_driven(self) -> bool:
        """Tell whether it is a sub-process that an event starts, not a flow."""
        return self.attributes.get("triggeredByEvent", "false") not in _FALSE


@dataclass(frozen=True, slots=True)
class Scope:
    """A process or an embedded sub-process."""

    id: str
    name: str
    parent: str | None
    """Id of the scope around it; None for a process."""
    is_event_driven: bool
    is_executable: bool
    """A process marked as executable; sub-processes go with theirs."""
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    """Its sequence flows, and one for each pair of link events: they are the same to a token."""

    def outgoing(self, node: str) -> tuple[Flow, ...]:
        """Return the flows that leave a node, in the order of the file."""
        return tuple(flow for flow in self.flows if flow.source == node)

    def incoming(self, node: str) -> tuple[Flow, ...]:
        """Return the flows that lead into a node, in the order of the file."""
        return tuple(flow for flow in self.flows if flow.target == node)


@dataclass(frozen=True, slots=True)
class Diagram:
    """All files of one process version, read."""

    scopes: tuple[Scope, ...]
    lanes: Mapping[str, str]
    """Name of the lane by node id."""
    ids: tuple[str, ...]
    """Every id of the model part of the files, with repetitions."""
    unknown: tuple[tuple[str, str, str], ...]
    """Flow elements nobody knows: tag, id and name."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Return the nodes of all scopes."""
        return tuple(node for scope in self.scopes for node in scope.nodes)

    @property
    def processes(self) -> tuple[Scope, ...]:
        """Return the whole processes, the main one first: the first that is executable.

        Drawings of a collaboration often show the complainant's own process before it.
        """
        whole = (scope for scope in self.scopes if scope.parent is None)
        return tuple(sorted(whole, key=lambda scope: not scope.is_executable))

    def scope(self, id_: str) -> Scope | None:
        """Return a scope by its id."""
        return next((scope for scope in self.scopes if scope.id == id_), None)

    def start_of(self, scope: str) -> Node | None:
        """Return the start event of a scope; None where it has none."""
        nodes = (node for node in self.nodes if node.scope == scope)
        return next((node for node in nodes if node.kind == "startEvent"), None)


def read(roots: Sequence[etree._Element]) -> Diagram:
    """Read the parsed files of one process version; the first holds the main process."""
    scopes: list[Scope] = []
    unknown: list[tuple[str, str, str]] = []
    for root in roots:
        reader = _Reader(_references(root), unknown)
        for process in root.iter(f"{{{xml.BPMN}}}process"):
            scopes += reader.scopes(process, parent=None)
    lanes = {node: lane for root in roots for node, lane in _lanes(root)}
    ids = tuple(id_ for root in roots for id_ in _ids(root))
    return Diagram(tuple(scopes), MappingProxyType(lanes), ids, tuple(unknown))


class _Reader:
    """Reads the processes of one file.

    Args:
        references: Names and codes of messages, signals, escalations and errors by their id.
        unknown: Receives what is no known flow element.
    """

    def __init__(self, references: Mapping[str, str], unknown: list[tuple[str, str, str]]) -> None:
        self._references = references
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
            is_event_driven=element.get("triggeredByEvent", "false") not in _FALSE,
            is_executable=element.get("isExecutable", "false") not in _FALSE,
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
            if not kind.endswith(EVENT_SUFFIX):
                continue
            kind = kind.removesuffix(EVENT_SUFFIX)
            read = _WRITTEN_INSIDE.get(kind)
            yield self._named(kind, child) if read is None else read(child)

    def _named(self, kind: str, element: etree._Element) -> Event:
        reference = element.get(f"{kind}Ref", "").rpartition(":")[2]
        return Event(kind, self._references.get(reference, ""), reference=reference)

    def _note(self, element: etree._Element) -> None:
        namespace, name = xml.tag(element)
        looks_like_node = name.endswith(("Task", "Event", "Gateway", "Activity", "SubProcess"))
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


def _link(element: etree._Element) -> Event:
    return Event("link", element.get("name", "").strip())


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
        is_sequential = child.get("isSequential", "false") not in _FALSE
        several = "sequential" if is_sequential else "parallel"
        ends = (child.find(_bpmn(tag)) for tag in ("completionCondition", "loopCondition"))
        yield Loop(
            kind="standard" if name.startswith("standard") else several,
            cardinality=xml.text(child.find(_bpmn("loopCardinality"))),
            condition=next((xml.text(end) for end in ends if end is not None), ""),
            maximum=child.get("loopMaximum", ""),
            tests_before=child.get("testBefore", "false") not in _FALSE,
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


_WRITTEN_INSIDE: Final[Mapping[str, Callable[[etree._Element], Event]]] = {
    "timer": _timer,
    "link": _link,
    "conditional": _condition,
}


def _ids(root: etree._Element) -> Iterable[str]:
    for element in root.iter():
        if xml.tag(element)[0] == xml.BPMN and element.get("id"):
            yield element.get("id", "")
