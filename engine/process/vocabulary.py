"""The words a diagram may use: roles, operations, messages, milestones and our own attributes."""

from engine.domain.actor import Role
from engine.process.diagram import HUMAN, Diagram, Node

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
    slug = lane_of(node, diagram).strip().lower().replace(" ", "_").replace("-", "_")
    return (slug,) if slug in ROLES else ()


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
