"""Rules about the shape of a diagram: what is there, how it hangs together, where it ends."""

from collections.abc import Iterable

from engine.process.diagram import SUB_PROCESSES, Flow, Node, Scope
from engine.process.finding import Finding, Severity, advice, block
from engine.process.material import Material
from engine.process.rules.running.event import placed

MOST_NODES = 500
"""Nodes of one process version; the shipped process has about sixty."""

_ACTIVITIES = SUB_PROCESSES | {
    "task",
    "userTask",
    "manualTask",
    "receiveTask",
    "callActivity",
}
DECIDING = _ACTIVITIES | {"serviceTask", "sendTask", "scriptTask", "businessRuleTask"}
"""Activities behind which flows may have conditions."""
_REFUSED_KINDS = {
    "task": ("It has no type.", "Nobody can tell whether a person or the machine does it."),
    "transaction": ("Transactions are not run.", "Nothing could be undone."),
    "adHocSubProcess": ("Ad-hoc sub-processes are not run.", "Their steps have no order."),
    "complexGateway": ("Complex gateways are not run.", "Tools disagree about their meaning."),
}


def has_a_process(material: Material) -> Iterable[Finding]:
    """Require a process, and not too large a one."""
    if material.has_diagrams and not material.diagram.processes and not material.findings:
        yield Finding(Severity.BLOCKING, "", "", "There is no process among the files.")
    count = len(material.diagram.nodes)
    if count > MOST_NODES:
        problem = f"The diagram has {count} nodes; at most {MOST_NODES} are run."
        yield Finding(Severity.BLOCKING, "", "", problem, fix="Use call activities.")


def ids_are_unique(material: Material) -> Iterable[Finding]:
    """Require an id for each node, and every id only once."""
    seen: set[str] = set()
    for id_ in material.diagram.ids:
        if id_ in seen:
            yield Finding(Severity.BLOCKING, id_, id_, "This id is used more than once.")
        seen.add(id_)
    for node in material.diagram.nodes:
        if not node.id:
            yield Finding(Severity.BLOCKING, "", node.name, f"A {node.kind} has no id.")


def kinds_are_known(material: Material) -> Iterable[Finding]:
    """Refuse elements that cannot be run as they are drawn."""
    for kind, id_, name in material.diagram.unknown:
        yield Finding(Severity.BLOCKING, id_, name or id_, f"A {kind} is not run.")
    for node in material.diagram.nodes:
        if node.kind in _REFUSED_KINDS:
            problem, why = _REFUSED_KINDS[node.kind]
            loop = node.loop
            is_plain = loop is None or loop.cardinality or loop.condition or loop.maximum
            mend = "make-user-task" if node.kind == "task" and is_plain else ""
            fix = "Use a user task, service task or sub-process."
            yield block(node, problem, why, fix, mend=mend)
        if node.is_for_compensation:
            why = "Nothing that was done is undone by itself."
            yield block(node, "It is there for compensation.", why, "Draw the steps that undo it.")


def scopes_begin_once(material: Material) -> Iterable[Finding]:
    """Require exactly one start event in each process and sub-process."""
    for scope in material.diagram.scopes:
        starts = [node for node in scope.nodes if node.kind == "startEvent"]
        label = scope.name or scope.id
        if len(starts) != 1:
            problem = f"It has {len(starts)} start events; exactly one is needed."
            why = "A case begins at one place, where it is recorded."
            fix = "Draw one start event, and gateways behind it."
            is_plain = not starts and not scope.is_event_driven
            can_begin = is_plain and scope.begins_all_else()
            mend = "add-start-event" if can_begin else ""
            yield Finding(Severity.BLOCKING, scope.id, label, problem, why, fix, mend=mend)


def _foreign(default: str) -> str:
    return f"Its default flow “{default}” does not leave it."


_LOST = "Where no condition holds, a case would stop here as an incident."
_UNMARK = "Mark a flow that leaves it, or none."


def flows_connect(material: Material) -> Iterable[Finding]:
    """Require that both ends of a flow lie in the same process or sub-process."""
    for scope in material.diagram.scopes:
        nodes = {node.id: node for node in scope.nodes}
        for flow in scope.flows:
            problem = _loose_end(flow, nodes)
            if problem:
                yield Finding(Severity.BLOCKING, flow.id, flow.id, problem)


def everything_is_reached(material: Material) -> Iterable[Finding]:
    """Require a way from the start to every node.

    Where there is no start event, that is told, and all of this would follow from it.
    """
    for scope in material.diagram.scopes:
        for node in scope.nodes:
            if not scope.is_reached(node.id) and not node.is_for_compensation:
                why = "A case would never come there."
                yield block(node, "Nothing leads to it.", why, "Draw a flow to it or remove it.")


def quantities_are_one(material: Material) -> Iterable[Finding]:
    """Refuse steps that would wait for several tokens, or send several on."""
    for node in material.diagram.nodes:
        for name in ("startQuantity", "completionQuantity"):
            if node.attributes.get(name, "1").strip() != "1":
                problem = f"Its {name} is {node.attributes[name]}."
                why = "A step is done once for each time that a case comes there."
                fix = "Remove it; repeat the step by a marker if that was meant."
                yield block(node, problem, why, fix, mend="remove-quantities")


def boundaries_have_a_host(material: Material) -> Iterable[Finding]:
    """Require that a boundary event sits on an activity during which time passes."""
    for node, scope in placed(material.diagram):
        if node.kind != "boundaryEvent":
            continue
        host = next((other for other in scope.nodes if other.id == node.host), None)
        if host is None:
            yield block(node, "It sits on no activity.")
        elif host.is_event_driven:
            yield block(node, "It sits on an event sub-process.", fix="Put it on what is around.")
        elif host.kind not in _ACTIVITIES:
            why = "That step is done at once, so the event could never happen."
            yield block(node, f"It sits on the {host.kind} “{host.label}”.", why)


def gateways_decide(material: Material) -> Iterable[Finding]:
    """Require a condition on each way out of a deciding gateway, or the default mark."""
    for node, scope in placed(material.diagram):
        if node.kind not in {"exclusiveGateway", "inclusiveGateway"}:
            continue
        ways, default = scope.outgoing(node.id), node.attributes.get("default", "")
        if default and default not in {way.id for way in ways}:
            yield block(node, _foreign(default), _LOST, _UNMARK, mend="drop-default")
        bare = [way for way in ways if way.condition is None and way.id != default]
        if len(ways) > 1 and bare:
            fix = "Give it a condition or mark it as default."
            why = "Nobody can tell when a case goes there."
            mend = "mark-default" if len(bare) == 1 and not default and bare[0].id else ""
            problem = f"The flow “{bare[0].id}” has no condition."
            yield block(node, problem, why, fix, mend=mend)
        elif ways and not default and not bare:
            why = "A case for which none holds would stop here as an incident."
            yield advice(node, "It has no default flow.", why)


def conditions_are_asked(material: Material) -> Iterable[Finding]:
    """Refuse conditions where nobody looks at them, and a default nobody can tell when to take."""
    for node, scope in placed(material.diagram):
        ways, default = scope.outgoing(node.id), node.attributes.get("default", "")
        if node.kind in {"exclusiveGateway", "inclusiveGateway"}:
            continue
        if any(flow.condition for flow in ways) and node.kind not in DECIDING:
            fix = "Put an exclusive gateway behind it."
            yield block(node, f"A flow that leaves the {node.kind} has a condition.", fix=fix)
        if default and default not in {way.id for way in ways}:
            yield block(node, _foreign(default), _LOST, _UNMARK, mend="drop-default")
        elif ways and all(flow.condition for flow in ways) and not default:
            only, it = ("The only", "it does not") if len(ways) == 1 else ("Every", "none of them")
            why = f"A case for which {it} hold{'' if len(ways) == 1 else 's'} would stop here"
            fix = "Draw where it goes otherwise, or mark a default flow."
            problem = f"{only} flow that leaves it has a condition."
            yield advice(node, problem, f"{why} as an incident.", fix)
        elif default and any(not way.condition and way.id != default for way in ways):
            why = "Nobody can tell when the default flow is taken."
            yield block(node, "A flow without a condition leaves it beside its default.", why)


def races_have_events(material: Material) -> Iterable[Finding]:
    """Require that an event-based gateway leads to events only."""
    for node, scope in placed(material.diagram):
        if node.kind != "eventBasedGateway":
            continue
        kinds = {other.id: other.kind for other in scope.nodes}
        ways = scope.outgoing(node.id)
        wrong = [way for way in ways if kinds.get(way.target) not in _RACERS]
        if wrong or len(ways) < 2:
            yield block(node, "It must lead to two or more catching events and nothing else.")
        if any(_is_link(way.target, scope) for way in ways):
            yield block(node, "It leads to a link event, for which nothing waits.")
        if any(len(scope.incoming(way.target)) > 1 for way in ways):
            yield block(node, "A second flow leads to one of its events.")
        targets = [scope.by_id[way.target] for way in ways if way.target in scope.by_id]
        if any(material.diagram.boundaries.get(each.id) for each in targets):
            why = "The event on the border would race against the gateway."
            fix = "Draw it as one more event behind the gateway."
            yield block(node, "A step that it leads to carries a boundary event.", why, fix)
        messages = {each.kind for each in targets if each.event and each.event.kind == "message"}
        if len(messages) > 1:
            why = "BPMN allows one or the other, and other tools refuse both together."
            yield advice(node, "It leads to receive tasks and to message events.", why, "Use one.")


_RACERS = frozenset({"intermediateCatchEvent", "receiveTask"})


def _is_link(id_: str, scope: Scope) -> bool:
    events = (node.event for node in scope.nodes if node.id == id_)
    return any(event is not None and event.kind == "link" for event in events)


def _loose_end(flow: Flow, nodes: dict[str, Node]) -> str:
    if flow.source not in nodes or flow.target not in nodes:
        return "The flow does not connect two elements of the same process or sub-process."
    if nodes[flow.source].kind == "endEvent":
        return f"The flow leaves the end event “{nodes[flow.source].label}”."
    if nodes[flow.target].kind in {"startEvent", "boundaryEvent"}:
        return f"The flow leads into the event “{nodes[flow.target].label}”."
    return ""
