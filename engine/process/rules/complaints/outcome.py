"""Rules about what a complainant is told: the acknowledgement, and the outcome on every way.

Both follow the ways that a case can take, through sub-processes, calls, borders and links, and go
by what a step does and never by how it is called.
"""

from collections.abc import Iterable, Iterator

from engine.process.diagram import HUMAN, Diagram, Node
from engine.process.finding import Finding, Severity
from engine.process.material import Material
from engine.process.rules.complaints.way import Ways

PROCESS = "complaint"
"""Id of the process that complaints run on; others may have other duties."""

TELLING = frozenset(
    {"send_refusal", "send_resolution", "send_decision", "send_withdrawal_confirmation"}
)
"""Operations that tell the complainant how it ends."""

TOLD = frozenset({"decided", "refused", "withdrawn"})
"""Milestones by which a person records that the complainant was told otherwise."""

_DECIDED = "send_decision"


def complaints_are_acknowledged(material: Material) -> Iterable[Finding]:
    """Require an acknowledgement before each decision or beside its making, with a time limit.

    Nobody who complains should wonder whether anybody has read it. A refusal, and what settles a
    complaint on the spot, are told so soon that they may stand for it. A process for something
    else than complaints may do without, and gets advice.

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
    ways = Ways(diagram, _acknowledges, or_beside=True)
    for node in (each for each in diagram.nodes if found and _decides(each)):
        if not ways.is_after(node):
            yield Finding(
                *(severity(diagram), node.id, node.label),
                "A decision can be told here before the complaint was acknowledged.",
                "Until then the complainant does not know that anybody has it (ISO 10002, 7.4).",
                "Acknowledge it on every way that leads here, or beside the handling.",
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
    for end in Ways(diagram, tells).ends_without(diagram.processes[0]):
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


def tells(node: Node) -> bool:
    """Tell whether the complainant hears at a node how the complaint ends."""
    records = node.kind in HUMAN and node.step.get("milestone") in TOLD
    return node.step.get("operation") in TELLING or records


def _decides(node: Node) -> bool:
    """Tell whether a decision is told at a node, or recorded as told."""
    records = node.kind in HUMAN and node.step.get("milestone") == "decided"
    return node.step.get("operation") == _DECIDED or records


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
