"""Turn a checked diagram into SpiffWorkflow specifications made of our own elements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition

from engine.domain.working_time import parse_allowance
from engine.process import elements
from engine.process.diagram import Diagram, Event, Node, Scope
from engine.process.expressions import compile_expression, compile_script
from engine.process.run import Exit, Place
from engine.process.timetable import read_date

_PLACES: Mapping[str, type[Place]] = {
    "startEvent": Place,
    "endEvent": Place,
    "userTask": elements.Person,
    "manualTask": elements.Person,
    "serviceTask": elements.Work,
    "sendTask": elements.Work,
    "scriptTask": elements.Work,
    "businessRuleTask": elements.Work,
    "receiveTask": elements.Receive,
    "subProcess": elements.SubProcess,
    "callActivity": elements.SubProcess,
    "exclusiveGateway": elements.Choice,
    "inclusiveGateway": elements.Choice,
    "parallelGateway": Place,
    "eventBasedGateway": elements.Race,
    "intermediateCatchEvent": elements.Catch,
    "intermediateThrowEvent": elements.Work,
    "boundaryEvent": elements.Boundary,
}


@dataclass(frozen=True, slots=True)
class Start:
    """Where a scope begins."""

    spec: BpmnProcessSpec
    place: Place


def build(diagram: Diagram) -> Mapping[str, Start]:
    """Return the specification of every scope by its id; the diagram has passed all rules."""
    starts = {scope.id: _build_scope(scope) for scope in diagram.scopes}
    for start in starts.values():
        for place in start.spec.task_specs.values():
            if isinstance(place, elements.SubProcess):
                place.starts.append(starts[place.inner].place)
    return starts


def _build_scope(scope: Scope) -> Start:
    spec = BpmnProcessSpec(name=scope.id)
    places = {node.id: _place(spec, node, scope) for node in scope.nodes}
    for node in scope.nodes:
        _connect(node, scope, places)
    begin = next(node for node in scope.nodes if node.kind == "startEvent")
    return Start(spec, places[begin.id])


def _place(spec: BpmnProcessSpec, node: Node, scope: Scope) -> Place:
    kind = _PLACES[node.kind]
    if node.kind == "parallelGateway" and len(scope.incoming(node.id)) > 1:
        kind = elements.Join
    if node.event is not None and node.kind in {"endEvent", "intermediateThrowEvent"}:
        kind = _THROWING.get(node.event.kind, elements.Work)
    place = kind(spec, node.id, node.label, node.kind)
    for class_, equip in _EQUIPMENT.items():
        if isinstance(place, class_):
            equip(place, node, scope)
    return place


def _connect(node: Node, scope: Scope, places: Mapping[str, Place]) -> None:
    place = places[node.id]
    for flow in scope.outgoing(node.id):
        target = places[flow.target]
        arrival = [other.id for other in scope.incoming(flow.target)].index(flow.id)
        place.connect(target)
        place.exits.append(Exit(flow.id, target, arrival))
    host = places.get(node.host)
    if isinstance(host, elements.Host) and isinstance(place, elements.Boundary):
        host.boundaries.append(place)


def _equip_work(place: Place, node: Node, _: Scope) -> None:
    if isinstance(place, elements.Work):
        place.operation = node.step.get("operation", "")
        place.decision = node.step.get("decision", "")
        place.script = compile_script(node.script)


def _equip_choice(place: Place, node: Node, scope: Scope) -> None:
    if isinstance(place, elements.Choice):
        place.takes_all = node.kind == "inclusiveGateway"
        place.default = node.attributes.get("default", "")
        place.conditions = {
            flow.id: compile_expression(flow.condition)
            for flow in scope.outgoing(node.id)
            if flow.condition
        }


def _equip_join(place: Place, node: Node, scope: Scope) -> None:
    if isinstance(place, elements.Join):
        place.arrivals = len(scope.incoming(node.id))


def _equip_catch(place: Place, node: Node, _: Scope) -> None:
    event = node.event
    if isinstance(place, elements.Catch) and event is not None:
        place.definition = _definition(event)
        if event.timer == "timeDuration":
            place.duration = parse_allowance(event.name)
        if event.timer == "timeDate":
            place.date = read_date(event.name)


def _equip_boundary(place: Place, node: Node, _: Scope) -> None:
    if isinstance(place, elements.Boundary):
        is_error = node.event is not None and node.event.kind == "error"
        place.interrupts = node.interrupts or is_error


def _equip_sub_process(place: Place, node: Node, _: Scope) -> None:
    if isinstance(place, elements.SubProcess):
        place.inner = node.attributes.get("calledElement", "").rpartition(":")[2] or node.id


def _equip_throw(place: Place, node: Node, _: Scope) -> None:
    if isinstance(place, elements.Throw) and node.event is not None:
        place.definition = _definition(node.event)


def _definition(event: Event) -> EventDefinition | None:
    """Return the library's definition, which knows what matches what; None for a timer."""
    if event.kind == "message":
        return MessageEventDefinition(event.name)
    if event.kind == "escalation":
        return EscalationEventDefinition(event.name, event.name or None)
    if event.kind == "error":
        return ErrorEventDefinition(event.name, event.name or None)
    return None


_THROWING: Mapping[str, type[Place]] = {
    "escalation": elements.Throw,
    "error": elements.Throw,
    "terminate": elements.Terminate,
}
_EQUIPMENT: Mapping[type[Place], Callable[[Place, Node, Scope], None]] = {
    elements.Work: _equip_work,
    elements.Choice: _equip_choice,
    elements.Join: _equip_join,
    elements.Catch: _equip_catch,
    elements.Boundary: _equip_boundary,
    elements.SubProcess: _equip_sub_process,
    elements.Throw: _equip_throw,
}
