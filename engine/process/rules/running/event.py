"""Rules about events: which kinds are run where, links, and sub-processes that events start."""

from collections.abc import Iterable, Mapping

from engine.process.diagram import THROWING, Diagram, Node, Scope
from engine.process.finding import Finding, advice, block
from engine.process.material import Material

_ALLOWED: Mapping[str, frozenset[str]] = {
    "endEvent": frozenset({"terminate", "escalation", "error", "message", "signal"}),
    "intermediateThrowEvent": frozenset({"escalation", "message", "signal", "link"}),
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "boundaryEvent": frozenset(
        {"message", "timer", "escalation", "error", "signal", "conditional"}
    ),
}
_HANDLED = frozenset({"message", "timer", "escalation", "error", "signal", "conditional"})
_NEED_EVENT = frozenset({"intermediateCatchEvent", "boundaryEvent"})
_WHY = {
    "compensate": ("Nothing that was done is undone by itself.", "Draw the steps that undo it."),
    "cancel": ("Transactions are not run.", "Use an error event."),
}
_BEGINS = ("A case begins when it is recorded, never by itself.", "Use a plain start event.")


def events_are_known(material: Material) -> Iterable[Finding]:
    """Refuse event definitions that would be passed over in silence."""
    for node in material.diagram.nodes:
        allowed = _allowed(node, material.diagram)
        if allowed is None:
            continue
        strange = sorted({event.kind for event in node.events} - allowed)
        if strange:
            why, fix = _BEGINS if node.kind == "startEvent" else _WHY.get(strange[0], ("", ""))
            yield block(node, f"A {node.kind} with {' and '.join(strange)} is not run.", why, fix)
        elif len(node.events) > 1:
            yield block(node, "It has more than one event definition.", fix="Keep one.")
        elif not node.events and node.kind in _NEED_EVENT:
            yield block(node, "It does not say what it waits for.")


def handlers_are_started_by_events(material: Material) -> Iterable[Finding]:
    """Require that an event sub-process begins with one event, and that no flow leads there."""
    for node, scope in placed(material.diagram):
        if not node.is_event_driven:
            continue
        if scope.incoming(node.id) or scope.outgoing(node.id):
            why = "Its event starts it, and nothing comes after it."
            yield block(node, "A flow leads into the event sub-process or out of it.", why)
        if node.loop is not None:
            yield block(node, "An event sub-process cannot be repeated by a marker.")
        start = material.diagram.start_of(node.id)
        event = None if start is None else start.event
        if start is not None and event is None:
            yield block(start, "It does not say which event starts the event sub-process.")
        is_error = event is not None and event.kind == "error"
        if start is not None and is_error and not start.interrupts:
            yield block(start, "An error always interrupts.", fix="Let it interrupt.")


def links_are_paired(material: Material) -> Iterable[Finding]:
    """Require exactly one place for each link, and no flow where the link is the flow."""
    for scope in material.diagram.scopes:
        linked = [node for node in scope.nodes if _link(node)]
        for node in linked:
            others = [n for n in linked if _link(n) == _link(node) and n is not node]
            yield from _about_link(node, others, scope)
    for node in material.diagram.nodes:
        if node.event is not None and node.event.kind == "link" and not node.event.name:
            yield block(node, "The link has no name.")


def signals_are_caught(material: Material) -> Iterable[Finding]:
    """Require a name for each signal, and advise about one that nothing waits for."""
    events = [(node, event) for node in material.diagram.nodes for event in node.events]
    caught = {e.name for node, e in events if e.kind == "signal" and node.kind not in THROWING}
    for node, event in events:
        if event.kind != "signal":
            continue
        if not event.name and not event.reference:
            yield block(node, "It does not say which signal it means.")
        elif node.kind in THROWING and event.name not in caught:
            yield advice(node, f"Nothing in the process waits for the signal “{event.name}”.")


def placed(diagram: Diagram) -> Iterable[tuple[Node, Scope]]:
    """Return every node with the scope it is drawn in."""
    for scope in diagram.scopes:
        for node in scope.nodes:
            yield node, scope


def _allowed(node: Node, diagram: Diagram) -> frozenset[str] | None:
    """Return the kinds of events a node may have; None for nodes that are no events."""
    if node.kind != "startEvent":
        return _ALLOWED.get(node.kind)
    scope = diagram.scope(node.scope)
    return _HANDLED if scope is not None and scope.is_event_driven else frozenset()


def _link(node: Node) -> str:
    return node.event.name if node.event is not None and node.event.kind == "link" else ""


def _about_link(node: Node, others: list[Node], scope: Scope) -> Iterable[Finding]:
    is_throwing = node.kind in THROWING
    targets = [other for other in others if other.kind not in THROWING]
    drawn = scope.outgoing(node.id) if is_throwing else scope.incoming(node.id)
    name = _link(node)
    if is_throwing and not targets:
        why = "A case would be lost here."
        yield block(node, f"The link “{name}” leads nowhere in this process.", why)
    if not is_throwing and targets:
        yield block(node, f"The link “{name}” leads to more than one place.")
    if not is_throwing and len(others) == len(targets):
        yield block(node, f"No link “{name}” leads here.", "A case would never come there.")
    if any("#" not in flow.id for flow in drawn):
        way = "leaves" if is_throwing else "leads into"
        yield block(node, f"A flow {way} the link event.", "The link itself is the flow.")
