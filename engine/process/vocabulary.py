"""The words a diagram may use: roles, operations, messages, milestones and our own attributes."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from engine.domain.actor import Role
from engine.process.diagram import HUMAN, NODES, Diagram, Node

_PARTS = re.compile(r"[A-Z]?[a-zß-ÿ]+|[A-Z]+(?![a-z])")
_KINDS = frozenset(kind.lower() for kind in NODES) | {"event", "gateway", "activity"}
_SHORTEST = 3
"""Letters of the shortest id that says something."""

OPERATIONS = (
    "send_acknowledgement",
    "send_refusal",
    "send_resolution",
    "send_decision",
    "send_withdrawal_confirmation",
)
"""What a service task can ask for; done after the commit."""

MESSAGES = ("clock_warning", "clock_breach", "escalation_raised", "withdrawn", "answer")
"""What Redress itself sends into a case."""

MILESTONES = (
    "acknowledged",
    "decided",
    "closed",
    "withdrawn",
    "refused",
    "updated",
    "stage_two_acknowledged",
    "stage_two_decided",
)
"""What the figures of the KPI pages count."""

VARIABLES = (
    "scope",
    "category",
    "severity",
    "safety",
    "complexity",
    "amount",
    "vulnerable",
    "route",
    "priority",
    "chosen_route",
    "chosen_priority",
    "frontline_result",
    "outcome",
    "remedy_amount",
    "remedy_deviates",
    "approval_level",
    "approval",
    "answer",
    "review",
)
"""What the forms and tables of Redress hand to a process; diagrams may add their own."""

STEP_ATTRIBUTES = frozenset(
    {
        "form",
        "role",
        "due",
        "warn",
        "clause",
        "operation",
        "decision",
        "milestone",
        "publicStatus",
        "publicHint",
        "competence",
        "escalateTo",
    }
)
GATE_ATTRIBUTES = frozenset({"role", "fourEyes", "limitDecision"})

ROLES = frozenset(role.value for role in Role)


class Usual(NamedTuple):
    """What a step with one of the forms of Redress usually stands for."""

    clause: str
    """Of ISO 10002:2018."""
    status: str
    """What the complainant is told meanwhile."""


USUAL: Mapping[str, Usual] = {
    "register": Usual("7.2", "received"),
    "acknowledge": Usual("7.4", "received"),
    "assess": Usual("7.5", "being_assessed"),
    "assign": Usual("5.4", "being_assessed"),
    "decline": Usual("7.8", "being_assessed"),
    "frontline": Usual("7.7", "being_investigated"),
    "plan": Usual("7.6", "being_investigated"),
    "finding": Usual("7.6", "being_investigated"),
    "decision": Usual("7.7", "decision_being_prepared"),
    "approval": Usual("5.4", "decision_being_prepared"),
    "rejection_review": Usual("7.9", "decision_sent"),
    "closing": Usual("7.9", "decision_sent"),
    "withdrawal": Usual("7.9", "withdrawn"),
    "escalation_response": Usual("4.6", "received"),
    "breach_explanation": Usual("4.15", "received"),
    "containment": Usual("7.5", "received"),
}
"""By the form, as the shipped process has it."""


def roles_of(node: Node, diagram: Diagram) -> tuple[str, ...]:
    """Return who may take a step: the roles it names, else the role its lane is named after.

    Lanes of a process hold for the sub-processes drawn in them, unless the node has its own.
    Empty for elements that wait for nobody, and where neither says a role.
    """
    if node.kind not in HUMAN:
        return ()
    named = tuple(role.strip() for role in node.step.get("role", "").split(",") if role.strip())
    if named:
        return named
    slug = _slug(lane_of(node, diagram))
    return (slug,) if slug in ROLES else ()


def role_in(lane: str) -> str:
    """Return the role that the name of a lane holds, such as “Team leader, north”; else empty."""
    slug = _slug(lane)
    held = sorted((role for role in ROLES if role in slug), key=len, reverse=True)
    return held[0] if held else ""


def words_of(id_: str) -> str:
    """Return what an id says in words; empty for one that a tool has made up."""
    words = _PARTS.findall(id_)
    is_made_up = not words or "".join(words).lower() in _KINDS or any(c.isdigit() for c in id_)
    said = " ".join(words).lower()
    return "" if is_made_up or len(said) < _SHORTEST else said.capitalize()


def _slug(text: str) -> str:
    return text.strip().lower().replace(" ", "_").replace("-", "_")


def lane_of(node: Node, diagram: Diagram) -> str:
    """Return the lane of a node, or that of the nearest sub-process around it; else empty."""
    place: str | None = node.id
    while place is not None:
        if place in diagram.lanes:
            return diagram.lanes[place]
        place = node.scope if place == node.id else _around(place, diagram)
    return ""


def _around(scope: str, diagram: Diagram) -> str | None:
    found = diagram.scope(scope)
    return None if found is None else found.parent
