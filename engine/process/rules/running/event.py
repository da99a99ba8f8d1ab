"""Rules about events: which kinds are run where, links, and sub-processes that events start."""

from collections.abc import Iterable, Mapping

from engine.process.bare import says_of_event
from engine.process.diagram import FALSE, THROWING, Diagram, Node, Scope
from engine.process.finding import Finding, advice, block
from engine.process.material import Material

_ALLOWED: Mapping[str, frozenset[str]] = {
    "endEvent": frozenset(
        {"terminate", "escalation", "error", "message", "signal", "compensate", "cancel"}
    ),
    "intermediateThrowEvent": frozenset({"escalation", "message", "signal", "link", "compensate"}),
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "boundaryEvent": frozenset(
        {"message", "timer", "escalation", "error", "signal", "conditional", "compensate", "cancel"}
    ),
}
"""What BPMN 2.0 knows, whether it is run here or not."""
_STARTING = frozenset({"message", "timer", "signal", "conditional"})
_HANDLED = _STARTING | {"escalation", "error", "compensate"}
_NOT_RUN = frozenset({"compensate", "cancel"})
_NEED_EVENT = frozenset({"intermediateCatchEvent", "boundaryEvent"})
_WHY = {
    "compensate": ("Nothing that was done is undone by itself.", "Draw the steps that undo it."),
    "cancel": ("Transactions are not run.", "Use an error event."),
}
_BEGINS = ("A case begins when it is recorded, never by itself.", "Use a plain start event.")


def events_may_stand_there(material: Material) -> Iterable[Finding]:
    """Refuse events that BPMN does not know at their place."""
    for node in material.diagram.nodes:
        allowed = _allowed(node, material.diagram)
        if allowed is None:
            continue
        strange = sorted({event.kind for event in node.events} - allowed)
        if "" in strange:
            missing = next(event.reference for event in node.events if not event.kind)
            problem = f"The event definition “{missing}” it points to is not defined."
            why = "It must stand beside the processes, or inside the event itself."
            yield block(node, problem, why, "Give the event a definition of its own.")
        elif strange:
            problem = f"BPMN knows no {node.kind} with {' and '.join(strange)} at this place."
            fix = "Use another kind of event, or a plain one."
            yield block(node, problem, "It would be passed over in silence.", fix)
        is_beside = node.kind == "boundaryEvent" and not node.interrupts
        if is_beside and any(event.kind == "error" for event in node.events):
            why = "After an error nothing of the step goes on."
            fix = "Let it interrupt, or use an escalation."
            yield block(node, "An error always interrupts.", why, fix, mend="interrupt")


def events_say_what_they_wait_for(material: Material) -> Iterable[Finding]:
    """Refuse events that wait, and do not say for what."""
    for node in material.diagram.nodes:
        if not node.events and node.kind in _NEED_EVENT:
            why = "A case would wait here for ever, or never."
            fix = "Say the message, time or signal."
            yield block(node, "It does not say what it waits for.", why, fix)


def events_are_run(material: Material) -> Iterable[Finding]:
    """Refuse event definitions that BPMN knows and that are not run here."""
    for node in material.diagram.nodes:
        allowed = _allowed(node, material.diagram)
        kinds = {event.kind for event in node.events}
        if not kinds or allowed is None or kinds - allowed:
            continue
        around = material.diagram.scope(node.scope)
        is_plain_start = node.kind == "startEvent" and not (around and around.is_event_driven)
        strange = sorted(kinds if is_plain_start else kinds & _NOT_RUN)
        if strange:
            why, fix = _BEGINS if is_plain_start else _WHY[strange[0]]
            found = material.tree.get(node.id)
            is_said = found is None or says_of_event(found)
            mend = "plain-start" if is_plain_start and not is_said else ""
            problem = f"A {node.kind} with {' and '.join(strange)} is not run."
            yield block(node, problem, why, fix, mend=mend)
        elif len(node.events) > 1:
            why = "Which of them has happened would be told to nobody."
            yield block(node, "It has more than one event definition.", why, "Keep one.")


def nothing_starts_a_case(material: Material) -> Iterable[Finding]:
    """Refuse receive tasks and gateways that would start a case when their event comes."""
    for node in material.diagram.nodes:
        if node.attributes.get("instantiate", "false") not in FALSE:
            why, fix = _BEGINS
            problem = f"The {node.kind} is marked to start a case."
            yield block(node, problem, why, fix, mend="remove-instantiate")


def handlers_are_started_by_events(material: Material) -> Iterable[Finding]:
    """Require that an event sub-process begins with one event, and that no flow leads there."""
    for node, scope in placed(material.diagram):
        if not node.is_event_driven:
            continue
        if scope.incoming(node.id) or scope.outgoing(node.id):
            why = "Its event starts it, and nothing comes after it."
            fix = "Remove the flow."
            yield block(node, "A flow leads into the event sub-process or out of it.", why, fix)
        if node.loop is not None:
            yield block(node, "An event sub-process cannot be repeated by a marker.")
        start = material.diagram.start_of(node.id)
        event = None if start is None else start.event
        if start is not None and event is None:
            why = "It would never be started."
            fix = "Give its start event a message, a time, a signal or another event."
            problem = "It does not say which event starts the event sub-process."
            yield block(start, problem, why, fix)
        is_error = event is not None and event.kind == "error"
        if start is not None and is_error and not start.interrupts:
            why = "After an error nothing around it goes on."
            fix = "Let it interrupt, or use an escalation."
            yield block(start, "An error always interrupts.", why, fix, mend="interrupt")


def links_are_paired(material: Material) -> Iterable[Finding]:
    """Require exactly one place for each link, and no flow where the link is the flow."""
    for scope in material.diagram.scopes:
        linked = [node for node in scope.nodes if _link(node)]
        for node in linked:
            others = [n for n in linked if _link(n) == _link(node) and n is not node]
            yield from _about_link(node, others, scope)


def links_have_names(material: Material) -> Iterable[Finding]:
    """Refuse links without a name: by it one end finds the other."""
    for node in material.diagram.nodes:
        if node.event is not None and node.event.kind == "link" and not node.event.name:
            why = "Nobody can tell where a case goes on."
            yield block(node, "The link has no name.", why, "Name both ends alike.")


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
    if scope is None or scope.parent is None:
        return _STARTING
    return _HANDLED if scope.is_event_driven else frozenset()


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
