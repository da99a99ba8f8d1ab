"""A BPMN file as we read it: nodes, flows and our own extensions; nothing is judged here.

A diagram holds *scopes*: each process, and each sub-process drawn inside one. Every scope has its
own nodes and flows; ids are unique across all of them (a rule sees to that).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

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
FALSE: Final = frozenset({"false", "0"})


T = TypeVar("T")


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
        return self.attributes.get(name, "true") not in FALSE

    @property
    def may_be_first(self) -> bool:
        """Tell whether a start event could lead to it."""
        is_link = self.event is not None and self.event.kind == "link"
        return not (
            self.is_event_driven
            or self.is_for_compensation
            or self.kind in {"boundaryEvent", "endEvent"}
            or (is_link and self.kind == "intermediateCatchEvent")
        )

    @property
    def is_for_compensation(self) -> bool:
        """Tell whether it only ever undoes something; flows neither reach nor leave it."""
        return self.attributes.get("isForCompensation", "false") not in FALSE

    @property
    def is_event_driven(self) -> bool:
        """Tell whether it is a sub-process that an event starts, not a flow."""
        return self.attributes.get("triggeredByEvent", "false") not in FALSE


@dataclass(frozen=True)
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

    @cached_property
    def _outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        return _grouped((flow.source, flow) for flow in self.flows)

    @cached_property
    def _incoming(self) -> Mapping[str, tuple[Flow, ...]]:
        return _grouped((flow.target, flow) for flow in self.flows)

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Return the nodes by their ids; of two with the same id the first."""
        return {node.id: node for node in reversed(self.nodes)}

    @property
    def firsts(self) -> tuple[Node, ...]:
        """Return the nodes that could come first: no flow leads there, and nothing else does."""
        return tuple(
            node for node in self.nodes if not self.incoming(node.id) and node.may_be_first
        )

    def begins_all_else(self) -> bool:
        """Tell whether one node could come first, and everything else comes after it."""
        if len(self.firsts) != 1:
            return False
        asked = {node.id for node in self.nodes if not node.is_for_compensation}
        return asked <= self._reached_from(self.firsts[0].id)

    def is_reached(self, node: str) -> bool:
        """Tell whether a way leads from the start to a node; where none is, nobody can tell."""
        return self._reached is None or node in self._reached

    @cached_property
    def _reached(self) -> frozenset[str] | None:
        starts = [node.id for node in self.nodes if node.kind == "startEvent"]
        return self._reached_from(*starts) if starts else None

    def _reached_from(self, *begin: str) -> frozenset[str]:
        boundaries = _grouped((node.host, node.id) for node in self.nodes)
        waiting = [*begin, *(node.id for node in self.nodes if node.is_event_driven)]
        reached: set[str] = set()
        while waiting:
            place = waiting.pop()
            if place and place not in reached:
                reached.add(place)
                waiting += [flow.target for flow in self.outgoing(place)]
                waiting += boundaries.get(place, ())
        return frozenset(reached)

    def outgoing(self, node: str) -> tuple[Flow, ...]:
        """Return the flows that leave a node, in the order of the file."""
        return self._outgoing.get(node, ())

    def incoming(self, node: str) -> tuple[Flow, ...]:
        """Return the flows that lead into a node, in the order of the file."""
        return self._incoming.get(node, ())


@dataclass(frozen=True)
class Diagram:
    """All files of one process version, read."""

    scopes: tuple[Scope, ...]
    lanes: Mapping[str, str]
    """Name of the lane by node id."""
    ids: tuple[str, ...]
    """Every id of the model part of the files, with repetitions."""
    unknown: tuple[tuple[str, str, str], ...]
    """Flow elements nobody knows: tag, id and name."""

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Return the nodes of all scopes."""
        return tuple(node for scope in self.scopes for node in scope.nodes)

    @cached_property
    def processes(self) -> tuple[Scope, ...]:
        """Return the whole processes, the main one first: the first that is executable.

        Drawings of a collaboration often show the complainant's own process before it.
        """
        whole = (scope for scope in self.scopes if scope.parent is None)
        return tuple(sorted(whole, key=lambda scope: not scope.is_executable))

    def scope(self, id_: str) -> Scope | None:
        """Return a scope by its id."""
        return self._scopes.get(id_)

    @cached_property
    def _scopes(self) -> Mapping[str, Scope]:
        return {scope.id: scope for scope in reversed(self.scopes)}

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Node, ...]]:
        """Return the boundary events by the activity that they sit on."""
        return _grouped((node.host, node) for node in self.nodes if node.host)

    @cached_property
    def _starts(self) -> Mapping[str, tuple[Node, ...]]:
        return _grouped((node.scope, node) for node in self.nodes if node.kind == "startEvent")

    def start_of(self, scope: str) -> Node | None:
        """Return the start event of a scope; None where it has none."""
        return next(iter(self._starts.get(scope, ())), None)


def _grouped(pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
