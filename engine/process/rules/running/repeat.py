"""Rules about activities that carry a multi-instance or loop marker."""

from collections.abc import Iterable

from engine.process.diagram import Loop, Node
from engine.process.expressions import compile_expression
from engine.process.finding import Finding, block
from engine.process.material import Material
from engine.process.operators import ExpressionError
from engine.process.repeats import MOST_INSTANCES
from engine.process.tree import children, named


def repeats_can_be_counted(material: Material) -> Iterable[Finding]:
    """Refuse markers that do not say how often, or say it with what a process does not hold."""
    for node in material.diagram.nodes:
        if node.loop is None or node.kind in _REFUSED:
            continue
        if node.kind not in _REPEATABLE:
            yield block(node, f"A {node.kind} cannot be repeated by a marker.")
        elif node.loop.kind == "standard":
            yield from _about_loop(node, node.loop)
        else:
            yield from _about_instances(node, node.loop)
        for text in (node.loop.cardinality, node.loop.condition):
            yield from _unreadable(node, text)


def markers_stand_alone(material: Material) -> Iterable[Finding]:
    """Refuse two markers on one step, and events that its instances would throw."""
    for kind in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        for each in material.tree.each(kind):
            step = each.getparent()
            others = () if step is None else children(step, *_MARKERS)
            if len(others) > 1 and others[0] is each:
                why = "Nobody can tell which of them counts."
                yield block(named(each), "It has two markers.", why, "Keep one.")
            behavior = each.get("behavior", "All")
            if behavior != "All" or children(each, "complexBehaviorDefinition"):
                problem = "Its instances would throw events when they end."
                why = "They are not thrown, and whatever waits for them would wait for ever."
                fix = "Throw the event behind the step."
                yield block(named(each), problem, why, fix)


_MARKERS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def _about_instances(node: Node, loop: Loop) -> Iterable[Finding]:
    if loop.collection:
        yield block(
            node,
            f"Its instances would be made from the list “{loop.collection}”, or fill it.",
            "A process routes by single values and holds no lists.",
            "Say the number of instances: a number, or a variable that holds one.",
        )
    elif not loop.cardinality:
        yield block(node, "It does not say how many instances there are.", fix="Say the number.")
    elif loop.cardinality.isdecimal() and int(loop.cardinality) > MOST_INSTANCES:
        yield block(node, f"At most {MOST_INSTANCES:,} instances are run at a time.")


def _about_loop(node: Node, loop: Loop) -> Iterable[Finding]:
    if not loop.condition and not loop.maximum:
        why = "A case would repeat it for ever."
        yield block(node, "Its loop has neither a condition nor a largest number of turns.", why)
    elif loop.maximum and not (loop.maximum.isdecimal() and 0 < int(loop.maximum) <= _MOST_TURNS):
        yield block(node, f"“{loop.maximum}” is no largest number of turns.")


def _unreadable(node: Node, text: str) -> Iterable[Finding]:
    try:
        compile_expression(text or "null")
    except ExpressionError as error:
        yield block(node, f"What its marker asks is refused: {error}.")


_REFUSED = frozenset({"task", "transaction", "adHocSubProcess"})
"""What is refused by its kind already."""
_MOST_TURNS = 1_000_000
_REPEATABLE = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
    }
)
