"""Turn a checked diagram into SpiffWorkflow specifications made of our own elements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.process import elements, joins, throws
from engine.process.choice import Choice
from engine.process.diagram import Diagram, Event, Flow, Loop, Node, Scope
from engine.process.expressions import compile_expression, compile_script
from engine.process.handlers import Handler
from engine.process.repeats import Plan, Repeated, TurnEnd
from engine.process.run import Exit, Place, ScopeSpec
from engine.process.timetable import read_alarm
from engine.process.trigger import Trigger

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
    "exclusiveGateway": Place,
    "inclusiveGateway": Place,
    "parallelGateway": Place,
    "eventBasedGateway": elements.Race,
    "intermediateCatchEvent": elements.Catch,
    "intermediateThrowEvent": elements.Work,
    "boundaryEvent": elements.Boundary,
}
_THROWING: Mapping[str, type[Place]] = {
    "escalation": throws.Throw,
    "error": throws.Throw,
    "signal": throws.Signal,
    "terminate": elements.Terminate,
    "link": Place,
}
_DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})


@dataclass(frozen=True, slots=True)
class Start:
    """Where a scope begins."""

    spec: ScopeSpec
    place: Place


@dataclass(frozen=True, slots=True)
class Built:
    """Everything that is run of a diagram; shared by all cases and never changed."""

    starts: Mapping[str, Start]
    """Where each process and sub-process begins, by its id."""
    turns: Mapping[str, ScopeSpec]
    """The small scopes in which the turns of repeated activities run, by their ids."""


def build(diagram: Diagram) -> Built:
    """Return the specifications of a diagram that has passed all rules."""
    turns: dict[str, ScopeSpec] = {}
    starts = {scope.id: _build_scope(scope, turns) for scope in diagram.scopes}
    specs = [*turns.values(), *(start.spec for start in starts.values())]
    for spec in specs:
        for place in spec.task_specs.values():
            if isinstance(place, elements.SubProcess) and place.inner in starts:
                place.starts.append(starts[place.inner].place)
            begin = diagram.start_of(place.inner) if isinstance(place, Handler) else None
            if isinstance(place, Handler) and begin is not None:
                place.begin = starts[place.inner].place
                place.interrupts = begin.interrupts or _is_error(begin)
                _equip_catch(place, begin)
    watches = any(_looks(place) for spec in specs for place in spec.task_specs.values())
    for spec in specs:
        spec.watches = watches
    return Built(starts, turns)


def _looks(place: object) -> bool:
    """Tell whether tokens at a place go on by looking around when everything has come to rest."""
    has_condition = isinstance(place, elements.Catch) and place.condition is not None
    return has_condition or isinstance(place, joins.InclusiveJoin)


def _build_scope(scope: Scope, turns: dict[str, ScopeSpec]) -> Start:
    spec = ScopeSpec(scope.id)
    places = {node.id: _placed(spec, node, scope, turns) for node in scope.nodes}
    for node in scope.nodes:
        _connect(node, scope, places)
    spec.handlers += [place for place in places.values() if isinstance(place, Handler)]
    begin = next(node for node in scope.nodes if node.kind == "startEvent")
    return Start(spec, places[begin.id])


def _placed(spec: ScopeSpec, node: Node, scope: Scope, turns: dict[str, ScopeSpec]) -> Place:
    if node.loop is None:
        return _place(spec, node, scope)
    place = Repeated(spec, node.id, node.label, node.kind)
    place.inner = f"{node.id}#"  # no id of a file holds this sign
    turns[place.inner] = _build_turns(place, node, node.loop, scope)
    return place


def _build_turns(place: Repeated, node: Node, loop: Loop, scope: Scope) -> ScopeSpec:
    spec = ScopeSpec(place.inner)
    spec.is_drawn = False
    place.plan, place.body = Plan(loop), _place(spec, node, scope)
    end = TurnEnd(spec, f"{node.id}#end", node.label, "")
    place.body.connect(end)
    place.body.exits.append(Exit("", end, 0))
    return spec


def _place(spec: ScopeSpec, node: Node, scope: Scope) -> Place:
    kind = _PLACES[node.kind]
    if node.kind == "parallelGateway" and len(scope.incoming(node.id)) > 1:
        kind = joins.Join
    if node.kind == "inclusiveGateway" and len(scope.incoming(node.id)) > 1:
        kind = joins.InclusiveJoin
    if node.event is not None and node.kind in {"endEvent", "intermediateThrowEvent"}:
        kind = _THROWING.get(node.event.kind, elements.Work)
    if node.event is not None and node.event.kind == "link":
        kind = Place
    if node.is_event_driven:
        kind = Handler
    place = kind(spec, node.id, node.label, node.kind)
    for class_, equip in _EQUIPMENT.items():
        if isinstance(place, class_):
            equip(place, node)
    if isinstance(place, joins.Join):
        place.arrivals = len(scope.incoming(node.id))
    if isinstance(place, joins.InclusiveJoin):
        place.sources = tuple(_sources(flow, scope) for flow in scope.incoming(node.id))
    return place


def _sources(flow: Flow, scope: Scope) -> frozenset[str]:
    """Return the elements from which a way leads to a flow without passing its target."""
    found: set[str] = set()
    waiting = [flow.source]
    while waiting:
        place = waiting.pop()
        if place not in found and place != flow.target:
            found.add(place)
            waiting += [other.source for other in scope.incoming(place)]
    return frozenset(found)


def _connect(node: Node, scope: Scope, places: Mapping[str, Place]) -> None:
    place = places[node.id]
    for flow in scope.outgoing(node.id):
        target = places[flow.target]
        arrival = [other.id for other in scope.incoming(flow.target)].index(flow.id)
        place.connect(target)
        place.exits.append(Exit(flow.id, target, arrival))
    place.choice = _choice(node, scope)
    host = places.get(node.host)
    if isinstance(host, elements.Host) and isinstance(place, elements.Boundary):
        host.boundaries.append(place)


def _choice(node: Node, scope: Scope) -> Choice | None:
    """Return what decides between the flows; None where all of them are taken anyway."""
    conditions = {
        flow.id: compile_expression(flow.condition)
        for flow in scope.outgoing(node.id)
        if flow.condition
    }
    if not conditions and node.kind not in _DECIDING:
        return None
    takes_all = node.kind != "exclusiveGateway"
    return Choice(conditions, node.attributes.get("default", ""), takes_all=takes_all)


def _equip_work(place: Place, node: Node) -> None:
    if isinstance(place, elements.Work):
        place.operation = node.step.get("operation", "")
        place.decision = node.step.get("decision", "")
        place.script = compile_script(node.script)


def _equip_catch(place: Place, node: Node) -> None:
    event = node.event
    if not isinstance(place, elements.Catch) or event is None:
        return
    if event.kind == "timer":
        place.alarm = read_alarm(event.timer, event.name)
    elif event.kind == "conditional":
        place.condition = compile_expression(event.name)
    else:
        place.trigger = _trigger(event)
    place.needs_another = event.kind not in {"timer", "message", "signal"}


def _equip_boundary(place: Place, node: Node) -> None:
    if isinstance(place, elements.Boundary):
        place.interrupts = node.interrupts or _is_error(node)


def _equip_sub_process(place: Place, node: Node) -> None:
    if isinstance(place, elements.SubProcess | Handler):
        place.inner = node.attributes.get("calledElement", "").rpartition(":")[2] or node.id


def _equip_throw(place: Place, node: Node) -> None:
    if isinstance(place, throws.Throw | throws.Signal) and node.event is not None:
        place.trigger = _trigger(node.event)


def _trigger(event: Event) -> Trigger:
    return Trigger(event.kind, event.name)


def _is_error(node: Node) -> bool:
    """Tell whether a node is about an error, which always interrupts."""
    return node.event is not None and node.event.kind == "error"


_EQUIPMENT: Mapping[type[Place], Callable[[Place, Node], None]] = {
    elements.Work: _equip_work,
    elements.Catch: _equip_catch,
    elements.Boundary: _equip_boundary,
    elements.SubProcess: _equip_sub_process,
    Handler: _equip_sub_process,
    throws.Throw: _equip_throw,
    throws.Signal: _equip_throw,
}
