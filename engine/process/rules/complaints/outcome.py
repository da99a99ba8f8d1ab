"""Rules about what a complainant is told: the acknowledgement, and the outcome on every way.

Both follow the ways that a case can take, through sub-processes, calls, borders and links, and go
by what a step does and never by how it is called.
"""

from collections.abc import Iterable, Iterator

from engine.process.diagram import HUMAN, Diagram, Node, Scope
from engine.process.finding import Finding, Severity
from engine.process.material import Material
from engine.process.rules.running.circle import called
from engine.process.rules.running.event import placed

PROCESS = "complaint"
"""Id of the process that complaints run on; others may have other duties."""

TELLING = frozenset(
    {"send_refusal", "send_resolution", "send_decision", "send_withdrawal_confirmation"}
)
"""Operations that tell the complainant how it ends."""

TOLD = frozenset({"decided", "refused", "withdrawn"})
"""Milestones by which a person records that the complainant was told otherwise."""

_CHOOSING = frozenset({"exclusiveGateway", "eventBasedGateway", "inclusiveGateway"})


def complaints_are_acknowledged(material: Material) -> Iterable[Finding]:
    """Require an acknowledgement in the process, bound to a time limit.

    Nobody who complains should wonder whether anybody has read it. A process for something else
    than complaints may do without, and gets advice.

    Source: ISO 10002:2018, 7.4.
    """
    diagram = material.diagram
    if not diagram.processes:
        return
    main = diagram.processes[0]
    found = [node for node in diagram.nodes if _acknowledges(node)]
    if not found:
        yield Finding(
            *(severity(diagram), main.id, main.name or main.id),
            "No step acknowledges the complaint.",
            "The complainant would not know that anybody has it (ISO 10002, 7.4).",
            "Add a service task with the operation send_acknowledgement.",
        )
    for node in found:
        for writer in _writers(node, diagram):
            if not writer.step.get("due") and not _has_timer(writer, diagram):
                yield Finding(
                    *(severity(diagram), writer.id, writer.label),
                    "The acknowledgement waits for it, and it has no time limit.",
                    "It could be written any time later (ISO 10002, 7.4).",
                    "Give the step a due time, such as 2 working days.",
                    mend="set-due",
                )


def every_way_tells_the_outcome(material: Material) -> Iterable[Finding]:
    """Require that on every way to an end the complainant is told how it ends.

    That is a decision, a resolution or a refusal that is sent, or a withdrawal that is confirmed;
    or a person who records one of these as done. What runs beside the handling, such as the
    answer to a warning, ends by itself and is not asked.

    Source: ISO 10002:2018, 7.7 and 7.8.
    """
    diagram = material.diagram
    if not diagram.processes:
        return
    ways = _Ways(diagram)
    for end in ways.silent_ends(diagram.processes[0]):
        yield Finding(
            *(severity(diagram), end.id, end.label),
            "A case can come here without the complainant being told the outcome.",
            "Whoever complains must hear what was decided and why (ISO 10002, 7.8).",
            "Send a decision, resolution or refusal, or confirm the withdrawal, on every way.",
        )


def severity(diagram: Diagram) -> Severity:
    """Return how much a duty towards complainants weighs in the main process."""
    main = diagram.processes[0].id if diagram.processes else ""
    return Severity.BLOCKING if main == PROCESS else Severity.ADVICE


class _Ways:
    """Which elements lead, whatever happens, to where the complainant is told.

    It begins with all of them and takes away until nothing changes, so that a way back to an
    earlier step takes nothing away: whoever turns back comes here again.
    """

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._silent: set[str] = set()
        waiting = list(placed(diagram))
        while waiting:
            node, scope = waiting.pop()
            if node.id not in self._silent and not self._is_told(node, scope):
                self._silent.add(node.id)
                waiting += self._before(node, scope)

    def silent_ends(self, scope: Scope) -> Iterator[Node]:
        """Yield the ends of a process that can be reached without anybody being told.

        Where a sub-process tells on some of its ways, these are the ends inside it.
        """
        seen: set[str] = set()
        waiting = [(scope, node.id) for node in _begins(scope, self._diagram)]
        while waiting:
            around, id_ = waiting.pop()
            node = around.by_id.get(id_)
            if node is None or id_ in seen or id_ not in self._silent:
                continue
            seen.add(id_)
            beside = self._diagram.boundaries.get(id_, ())
            waiting += [(around, each.id) for each in beside if each.interrupts]
            if self._tells_here(node):
                continue
            inner = self._inner(node)
            if inner is not None and any(map(tells, inner.nodes)):
                waiting += [(inner, each.id) for each in _begins(inner, self._diagram)]
                continue
            onward = [(around, flow.target) for flow in around.outgoing(id_)]
            waiting += onward
            if not onward:
                yield node

    def _is_told(self, node: Node, scope: Scope) -> bool:
        """Tell whether everybody is told who comes to a node and goes on to an end."""
        beside = self._diagram.boundaries.get(node.id, ())
        if any(b.interrupts and b.id in self._silent for b in beside):
            return False
        if self._tells_here(node):
            return True
        flows = [flow for flow in scope.outgoing(node.id) if flow.target in scope.by_id]
        together = [flow for flow in flows if flow.condition is None]
        if node.kind not in _CHOOSING and any(f.target not in self._silent for f in together):
            return True
        return bool(flows) and all(flow.target not in self._silent for flow in flows)

    def _before(self, node: Node, scope: Scope) -> Iterator[tuple[Node, Scope]]:
        """Yield what leads to a node: elements before it, its host, and what holds its scope."""
        ids = [flow.source for flow in scope.incoming(node.id)] + [node.host]
        yield from ((scope.by_id[id_], scope) for id_ in ids if id_ in scope.by_id)
        if node.kind == "startEvent" or node.is_event_driven:
            for holder, around in placed(self._diagram):
                if scope.id in {holder.id, called(holder)}:
                    yield holder, around

    def _tells_here(self, node: Node) -> bool:
        """Tell whether everybody is told who passes through a node, inside or beside it."""
        if tells(node) or _throws_error(node):
            return True
        inner = self._inner(node)
        begins = [] if inner is None else [each.id for each in _begins(inner, self._diagram)]
        return bool(begins) and not self._silent.intersection(begins)

    def _inner(self, node: Node) -> Scope | None:
        """Return what runs inside a sub-process or a call activity."""
        if node.kind not in {"subProcess", "callActivity"}:
            return None
        return self._diagram.scope(called(node) or node.id)


def _begins(scope: Scope, diagram: Diagram) -> Iterator[Node]:
    """Yield where a scope begins, and what may interrupt it and so end it."""
    start = diagram.start_of(scope.id)
    if start is not None:
        yield start
    for node in scope.nodes:
        handler = diagram.start_of(node.id) if node.is_event_driven else None
        if handler is not None and handler.interrupts:
            yield node


def tells(node: Node) -> bool:
    """Tell whether the complainant hears at a node how the complaint ends."""
    records = node.kind in HUMAN and node.step.get("milestone") in TOLD
    return node.step.get("operation") in TELLING or records


def _throws_error(node: Node) -> bool:
    """Tell whether it goes on at the border that catches its error, which is asked for itself."""
    return node.kind == "endEvent" and node.event is not None and node.event.kind == "error"


def _acknowledges(node: Node) -> bool:
    is_sent = node.step.get("operation") == "send_acknowledgement"
    return is_sent or (node.kind in HUMAN and node.step.get("milestone") == "acknowledged")


def _writers(node: Node, diagram: Diagram) -> Iterator[Node]:
    """Yield the human steps that an acknowledgement waits for: itself, or the nearest before it."""
    if node.kind in HUMAN:
        yield node
        return
    scope = diagram.scope(node.scope)
    waiting, seen = [node.id], {node.id}
    while waiting and scope is not None:
        for flow in scope.incoming(waiting.pop()):
            before = scope.by_id.get(flow.source)
            if before is None or before.id in seen:
                continue
            seen.add(before.id)
            if before.kind in HUMAN:
                yield before
            else:
                waiting.append(before.id)


def _has_timer(node: Node, diagram: Diagram) -> bool:
    around = diagram.boundaries.get(node.id, ())
    return any(event.kind == "timer" for each in around for event in each.events)
