"""What a complainant is told of where a case stands: it comes from the diagram."""

from engine.domain.case import Case, Step
from engine.process.bundle import ProcessBundle

ORDER = (
    "received",
    "acknowledged",
    "being_assessed",
    "being_investigated",
    "decision_being_prepared",
    "decision_sent",
    "refused",
    "withdrawn",
    "closed",
)
"""What a complainant is told, from the beginning to the end; of several, the latest counts."""

ASIDE = frozenset({"refused", "withdrawn"})
"""Ends that are not on the way of every complaint."""


def of(case: Case, bundle: ProcessBundle, steps: tuple[Step, ...]) -> str:
    """Return what the complainant reads: it comes from the diagram, and is stored nowhere."""
    if case.closed_at is not None:
        return "closed"
    said = {bundle.elements[step.element].public_status for step in steps}
    reached = [status for status in ORDER if status in said]
    return reached[-1] if reached else "decision_sent" if case.decided_at else "received"


def hints(bundle: ProcessBundle, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return what the diagram says to the complainant about the steps that wait, each once."""
    said = (bundle.elements[step.element].public_hint for step in steps)
    return tuple(dict.fromkeys(hint for hint in said if hint))


def way(bundle: ProcessBundle) -> tuple[tuple[str, str], ...]:
    """Return the stages of every complaint in order, each with the first hint of its steps."""
    found: dict[str, str] = {}
    for element in bundle.elements.values():
        status = element.public_status
        if status and status not in ASIDE:
            found[status] = found.get(status) or element.public_hint or ""
    return tuple((status, found[status]) for status in ORDER if status in found)
