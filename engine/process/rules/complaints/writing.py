"""Rules about what is written before: a draft before its approval, a form before its letter."""

from collections.abc import Iterable

from engine.domain.letter import DRAFTED, SENT
from engine.process.diagram import HUMAN, Diagram, Node
from engine.process.finding import Finding
from engine.process.material import Material
from engine.process.rules.complaints.outcome import severity
from engine.process.rules.complaints.way import Ways

APPROVAL = "approval"
"""Form at which a second person decides about what was drafted."""


def gates_ask_for_approval(material: Material) -> Iterable[Finding]:
    """Require the form “approval” at each gate: no other form asks for a second person.

    Source: ISO 10002:2018, 4.7 and 5.4 (objectivity; responsibility and authority).
    """
    diagram = material.diagram
    gates = [node for node in diagram.nodes if node.gate is not None and not _approves(node)]
    drafts = drafted(diagram) if gates else None
    for node in gates:
        can_ask = drafts is not None and node.kind in HUMAN and drafts.is_after(node)
        yield Finding(
            *(severity(diagram), node.id, node.label),
            "It is a gate, and does not ask the form “approval”.",
            "Whoever did the work could pass it alone, and nothing would be approved.",
            "Give it the form “approval”, or take the gate away.",
            mend="ask-for-approval" if can_ask else "",
        )


def approvals_have_a_draft(material: Material) -> Iterable[Finding]:
    """Require that on every way to an approval something was drafted that can be approved.

    Source: ISO 10002:2018, 5.4 and 7.7.
    """
    diagram = material.diagram
    asked = [node for node in diagram.nodes if _approves(node)]
    drafts = drafted(diagram) if asked else None
    for node in asked:
        if drafts is not None and not drafts.is_after(node):
            yield Finding(
                *(severity(diagram), node.id, node.label),
                "A case can come here before anything was drafted.",
                "There is nothing that a second person could approve, so nobody gets past it.",
                f"Draw a step with the form {_either(DRAFTED)} before it, on every way.",
            )


def letters_are_written_first(material: Material) -> Iterable[Finding]:
    """Require that on every way to a letter somebody has completed the form it is made of.

    Source: ISO 10002:2018, 7.4, 7.7 and 7.8.
    """
    diagram = material.diagram
    senders: dict[str, list[Node]] = {}
    for node in diagram.nodes:
        operation = node.step.get("operation", "")
        if operation in SENT:
            senders.setdefault(SENT[operation][1], []).append(node)
    for form, nodes in senders.items():
        ways = _behind(diagram, {form})
        for node in nodes:
            if not ways.is_after(node):
                yield Finding(
                    *(severity(diagram), node.id, node.label),
                    f"A case can come here before anybody has completed the form “{form}”.",
                    "The letter is made of it, so the case would stop here as an incident.",
                    f"Draw a step with the form “{form}” before it, on every way.",
                )


def drafted(diagram: Diagram) -> Ways:
    """Return what lies behind a step in which something is drafted that can be approved."""
    return _behind(diagram, DRAFTED.keys())


def _behind(diagram: Diagram, forms: Iterable[str]) -> Ways:
    asked = frozenset(forms)
    return Ways(diagram, lambda node: node.kind in HUMAN and node.step.get("form") in asked)


def _approves(node: Node) -> bool:
    return node.kind in HUMAN and node.step.get("form") == APPROVAL


def _either(words: Iterable[str]) -> str:
    return " or ".join(f"“{word}”" for word in words)
