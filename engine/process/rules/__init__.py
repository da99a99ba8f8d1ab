"""What a diagram must fulfil before a case may run on it; every rule is asked, none hides another.

There is one list of rules for each layer: `running.RULES`, `complaints.RULES` and `drawing.RULES`.
Each rule is a small function ``rule(material) -> Iterable[Finding]``; its name, with hyphens, is
what an auditor quotes. What the process engine underneath would silently do wrong is either made
right by our core or refused by a rule.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from engine.process.finding import Finding, Layer, Severity
from engine.process.material import Material
from engine.process.rules import complaints, drawing, running
from engine.process.rules.running import structure

Rule = Callable[[Material], Iterable[Finding]]

LAYERS: Mapping[Layer, tuple[Rule, ...]] = {
    Layer.RUNNING: running.RULES,
    Layer.COMPLAINTS: complaints.RULES,
    Layer.DRAWING: drawing.RULES,
}
"""All rules, by what they are about."""


def check(material: Material, *layers: Layer) -> tuple[Finding, ...]:
    """Return all findings, what blocks first, otherwise in the order of the rules.

    Args:
        material: The files, read.
        layers: Whose rules are asked; all of them when none is named.
    """
    found = [*material.findings]
    # The other rules look at pairs of elements; on a monster they would look for hours.
    is_monster = len(material.diagram.nodes) > structure.MOST_NODES
    for layer, rules in LAYERS.items():
        if layers and layer not in layers:
            continue
        for rule in (structure.has_a_process,) if is_monster else rules:
            found += [replace(each, layer=layer, rule=name_of(rule)) for each in rule(material)]
    order = list(Severity)
    said = {(each.severity, each.element, each.problem): each for each in reversed(found)}
    first = {id(each) for each in said.values()}
    told = (each for each in found if id(each) in first)
    return tuple(sorted(told, key=lambda finding: order.index(finding.severity)))


def name_of(rule: Rule) -> str:
    """Return the name of a rule that people quote, such as ``circles-pause``."""
    return rule.__name__.replace("_", "-")
