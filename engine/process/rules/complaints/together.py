"""The rule about branches that come together: what waits for one in vain is never closed."""

from collections.abc import Iterable

from engine.process.finding import Finding, Severity
from engine.process.material import Material
from engine.process.rules.complaints.outcome import severity
from engine.process.soundness import explore

_NEVER = "The branches that it waits for never come together."
_SOMETIMES = "It can wait for a branch that no longer comes."


def branches_come_together(material: Material) -> Iterable[Finding]:
    """Refuse gateways that wait for what never comes, and advise where it may not come.

    What is refused stands still whatever is chosen. What is advised does after some choices, which
    the conditions may rule out.

    Source: ISO 10002:2018, 7.9 (every complaint is closed).
    """
    diagram = material.diagram
    for scope in diagram.scopes:
        found = explore(scope, diagram)
        for node in scope.nodes:
            if node.id not in found.never | found.sometimes:
                continue
            is_certain = node.id in found.never
            can_merge = node.kind == "parallelGateway" and len(scope.outgoing(node.id)) <= 1
            which = "Every case that comes here" if is_certain else "A case for which that happens"
            yield Finding(
                severity(diagram) if is_certain else Severity.ADVICE,
                node.id,
                node.label,
                _NEVER if is_certain else _SOMETIMES,
                f"{which} would stand still for ever.",
                "Lead all ways out of one parallel gateway here, or join with an exclusive one.",
                mend="make-exclusive" if is_certain and can_merge else "",
            )
