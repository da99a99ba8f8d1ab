"""Rules about the shape of a well-drawn process, as bpmnlint recommends them.

Source: the rules of bpmnlint (https://github.com/bpmn-io/bpmnlint), in our own words and code.
"""

from collections.abc import Iterable

from engine.process.bare import is_idle, repeats_only, says_of_event
from engine.process.diagram import Node, Scope
from engine.process.finding import Finding, Severity, advice
from engine.process.material import Material
from engine.process.rules.running.event import placed
from engine.process.tree import named
from engine.process.vocabulary import words_of

_SPLIT = "add-split-gateway"
_SILENT = frozenset({"parallelGateway", "eventBasedGateway", "boundaryEvent"})
"""What needs no words: it forks, joins or waits as its sign says."""


def elements_have_labels(material: Material) -> Iterable[Finding]:
    """Advise where a step, an event, a question or a condition has no words.

    A gateway that only brings ways together asks nothing, and so needs none. What waits on a
    border is read from its sign and its step.
    """
    for node, scope in placed(material.diagram):
        asks = not node.kind.endswith("Gateway") or len(scope.outgoing(node.id)) > 1
        if node.name or node.kind in _SILENT or not asks:
            continue
        what = "question" if node.kind.endswith("Gateway") else "label"
        why = "Handlers, complainants and auditors read the words, not the shapes."
        fix = "Ask it as a question." if what == "question" else "Say what is done or happens here."
        mend = "label-from-id" if words_of(node.id) else ""
        yield advice(node, f"It has no {what}.", why, fix, mend=mend)
    for flow in material.tree.each("sequenceFlow"):
        if flow.get("name", "").strip() or not any(_is_condition(child.tag) for child in flow):
            continue
        why = "The picture does not say when a case goes this way."
        yield advice(named(flow), "The condition has no words beside it.", why, "Label the flow.")


def scopes_end(material: Material) -> Iterable[Finding]:
    """Advise an end event in each process and sub-process."""
    for scope in material.diagram.scopes:
        if not any(node.kind == "endEvent" for node in scope.nodes):
            why = (
                "A reader cannot see how it ends, and figures cannot tell one outcome from another."
            )
            yield Finding(
                *(Severity.ADVICE, scope.id, scope.name or scope.id, "It has no end event.", why),
                "Draw an end event for each outcome.",
            )


def ways_end_at_ends(material: Material) -> Iterable[Finding]:
    """Advise an end event where a way just stops; what no flow touches is told elsewhere."""
    for node, scope in placed(material.diagram):
        if not scope.incoming(node.id) and node.kind not in {"startEvent", "boundaryEvent"}:
            continue
        is_left = scope.outgoing(node.id) or node.kind == "endEvent" or node.is_event_driven
        if not is_left and not node.is_for_compensation and not _throws_link(node):
            why = "A reader cannot tell whether something was forgotten."
            fix = "Draw an end event behind it."
            problem = "The way ends here without an end event."
            mend = "add-end-event" if scope.is_reached(node.id) else ""
            yield advice(node, problem, why, fix, mend=mend)


def elements_are_connected(material: Material) -> Iterable[Finding]:
    """Advise against elements that no flow touches, where no start event says what is reached."""
    for scope in material.diagram.scopes:
        if len(scope.nodes) < 2 or any(node.kind == "startEvent" for node in scope.nodes):
            continue
        for node in scope.nodes:
            touched = scope.incoming(node.id) or scope.outgoing(node.id) or node.host
            if not touched and not node.is_event_driven and not node.is_for_compensation:
                why = "A reader cannot tell when it is done."
                fix = "Draw a flow to it, or remove it."
                yield advice(node, "No flow leads to it or away from it.", why, fix)


def steps_are_left_on_one_way(material: Material) -> Iterable[Finding]:
    """Advise a gateway where a step splits without one."""
    for node, scope in placed(material.diagram):
        ways = scope.outgoing(node.id)
        if len(ways) < 2 or node.kind.endswith("Gateway"):
            continue
        why, mend = "Many readers take it for a choice, though every way is taken.", _SPLIT
        if not scope.is_reached(node.id) or _throws_link(node):
            mend = ""
        if any(way.condition or way.id == node.attributes.get("default") for way in ways):
            why, mend = "The picture hides that there is a choice.", ""
        fix = "Show the gateway that splits them."
        problem = f"It is left on {len(ways)} ways at once."
        yield advice(node, problem, why, fix, mend=mend)


def joins_are_drawn(material: Material) -> Iterable[Finding]:
    """Advise a gateway where several ways lead into a step: each does it once more."""
    for node, scope in placed(material.diagram):
        ways = len(scope.incoming(node.id))
        if ways > 1 and not node.kind.endswith(("Gateway", "startEvent", "endEvent")):
            why = "It looks like a join, but nothing waits: each way that is taken does it again."
            fix = "Draw the gateway that brings them together."
            problem = f"{ways} ways lead into it."
            races = [scope.by_id.get(flow.source) for flow in scope.incoming(node.id)]
            is_raced = any(n is not None and n.kind == "eventBasedGateway" for n in races)
            is_linked = node.event is not None and node.event.kind == "link"
            can_join = scope.is_reached(node.id) and not is_raced and not is_linked
            mend = "add-merge-gateway" if can_join else ""
            yield advice(node, problem, why, fix, mend=mend)


def gateways_fork_or_join(material: Material) -> Iterable[Finding]:
    """Advise two gateways where one brings ways together and splits them at the same time."""
    for node, scope in placed(material.diagram):
        is_both = len(scope.incoming(node.id)) > 1 and len(scope.outgoing(node.id)) > 1
        if is_both and node.kind.endswith("Gateway"):
            why = "Readers see only one of the two."
            yield advice(node, "It joins and splits at once.", why, "Draw two gateways.")


def gateways_are_needed(material: Material) -> Iterable[Finding]:
    """Advise against a gateway with one way in and one way out."""
    for node, scope in placed(material.diagram):
        into, out = len(scope.incoming(node.id)), len(scope.outgoing(node.id))
        if node.kind.endswith("Gateway") and into < 2 and out < 2:
            why = "It neither splits nor joins, and readers look for what it decides."
            ways = scope.incoming(node.id)[:1], scope.outgoing(node.id)[:1]
            parts = [node.id, *(flow.id for flow in ways[1])]
            is_idle = ways[0] != ways[1] and all(_is_idle(material, id_) for id_ in parts)
            mend = "remove-gateway" if (into, out) == (1, 1) and is_idle else ""
            yield advice(node, "The gateway does nothing.", why, "Remove it.", mend=mend)


def gateways_are_simple(material: Material) -> Iterable[Finding]:
    """Advise an exclusive or parallel gateway instead of an inclusive one."""
    for node, scope in placed(material.diagram):
        if node.kind == "inclusiveGateway" and len(scope.outgoing(node.id)) != 1:
            why = "Few readers know which ways are taken together, and for which a join waits."
            fix = "Ask several exclusive questions, or split in parallel."
            yield advice(node, "It is an inclusive gateway.", why, fix)


def flows_are_drawn_once(material: Material) -> Iterable[Finding]:
    """Advise against two flows that lead the same way."""
    for scope in material.diagram.scopes:
        seen: set[tuple[str, str, str | None]] = set()
        for flow in scope.flows:
            way = (flow.source, flow.target, flow.condition)
            source = scope.by_id.get(flow.source)
            if way in seen and source is not None and "#" not in flow.id:
                target = scope.by_id.get(flow.target)
                where = target.label if target is not None else flow.target
                problem = f"Two flows lead from “{source.label}” to “{where}”."
                why = "Everything behind it is done twice."
                about = material.tree.get(flow.id)
                can_go = about is not None and repeats_only(about, material.tree.names)
                mend = "remove-flow" if can_go else ""
                yield advice(
                    source if about is None else named(about),
                    *(problem, why, "Remove one."),
                    mend=mend,
                )
            seen.add(way)


def terminations_end_something(material: Material) -> Iterable[Finding]:
    """Advise a plain end event where nothing else can be running that would be ended."""
    for scope in material.diagram.scopes:
        ends = [n for n in scope.nodes if n.event is not None and n.event.kind == "terminate"]
        if not ends or _runs_side_by_side(scope, material):
            continue
        for node in ends:
            why = "Only one thing runs here at a time, so there is nothing else to end."
            fix = "Use a plain end event."
            found = material.tree.get(node.id)
            is_said = found is None or says_of_event(found)
            mend = "plain-end" if node.kind == "endEvent" and not is_said else ""
            yield advice(node, "It ends everything around it.", why, fix, mend=mend)


def _runs_side_by_side(scope: Scope, material: Material) -> bool:
    """Tell whether two things can run at the same time in a scope."""
    choosing = {"exclusiveGateway", "eventBasedGateway"}
    beside = [n for n in scope.nodes if n.kind == "boundaryEvent" and not n.interrupts]
    starts = [material.diagram.start_of(n.id) for n in scope.nodes if n.is_event_driven]
    beside += [start for start in starts if start is not None and not start.interrupts]
    begins = [n for n in scope.nodes if not scope.incoming(n.id) and scope.outgoing(n.id)]
    begins = [n for n in begins if n.kind != "boundaryEvent"]
    repeated = any(n.loop is not None and n.loop.kind == "parallel" for n in scope.nodes)
    forks = any(len(scope.outgoing(n.id)) > 1 and n.kind not in choosing for n in scope.nodes)
    return bool(beside) or repeated or forks or len(begins) > 1


def _is_idle(material: Material, id_: str) -> bool:
    found = material.tree.get(id_)
    return found is not None and is_idle(found, material.tree.names)


def _throws_link(node: Node) -> bool:
    return node.event is not None and node.event.kind == "link"


def _is_condition(tag: object) -> bool:
    return isinstance(tag, str) and tag.endswith("}conditionExpression")
