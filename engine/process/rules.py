"""What a diagram must fulfil before a case may run on it; every rule is asked, none hides another.

Each rule is a small function ``rule(material) -> Iterable[Finding]`` in one of the modules below.
What the process engine underneath would silently do wrong is either made right by our core or
refused here.
"""

from collections.abc import Callable, Iterable

from engine.process.finding import Finding, Severity, blocks
from engine.process.material import Material
from engine.process.vocabulary import OPERATIONS as OPERATIONS  # noqa: PLC0414 - part of this door

Rule = Callable[[Material], Iterable[Finding]]

RULES: tuple[Rule, ...] = ()


def check(material: Material) -> tuple[Finding, ...]:
    """Return all findings, what blocks first, otherwise in the order of the rules."""
    found = [*material.findings]
    for rule in RULES:
        found += rule(material)
    order = list(Severity)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: order.index(finding.severity)))
