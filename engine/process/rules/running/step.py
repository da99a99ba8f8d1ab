"""Rules about what the elements of a diagram say: expressions, times, words and references."""

from collections.abc import Callable, Iterable

from lxml import etree

from engine.domain.allowance import parse_allowance
from engine.domain.competence import MOST_OF_STEP, named_in, problem_of_one
from engine.process.diagram import HUMAN, THROWING, Diagram, Event, Node
from engine.process.expressions import Expression, compile_expression, compile_script
from engine.process.finding import Finding, advice, block
from engine.process.material import Material
from engine.process.operators import ExpressionError
from engine.process.repeats import NUMBERS
from engine.process.rules.running.circle import called, process_of
from engine.process.timetable import read_alarm
from engine.process.tree import children, named
from engine.process.vocabulary import (
    GATE_ATTRIBUTES,
    MESSAGES,
    MILESTONES,
    OPERATIONS,
    ROLES,
    STEP_ATTRIBUTES,
    VARIABLES,
    lane_of,
    role_in,
    roles_of,
)


def conditions_can_be_read(material: Material) -> Iterable[Finding]:
    """Refuse conditions that are no expression of ours."""
    for scope in material.diagram.scopes:
        nodes = {node.id: node for node in scope.nodes}
        for flow in scope.flows:
            about = nodes.get(flow.source)
            if flow.condition is not None and about is not None:
                where = f"The condition of the flow “{flow.id}” is refused"
                yield from _refused(about, where, compile_expression, flow.condition)
    for node in material.diagram.nodes:
        for event in node.events:
            if event.kind == "conditional":
                where = "The condition it waits for is refused"
                yield from _refused(node, where, compile_expression, event.name)


def scripts_can_be_read(material: Material) -> Iterable[Finding]:
    """Refuse scripts that are more than lines ``name = expression``."""
    for node in material.diagram.nodes:
        if node.script:
            yield from _refused(node, "The script is refused", compile_script, node.script)
        elif node.kind == "scriptTask":
            yield block(node, "It has no script.", fix="Write lines such as: stage = 2")


def variables_are_set_somewhere(material: Material) -> Iterable[Finding]:
    """Advise where a condition or script reads what nothing in the diagram sets."""
    known = variables_set(material)
    for node in material.diagram.nodes:
        for name in sorted(_read(node, material.diagram) - known):
            why = "It counts as empty, unless a message sets it."
            yield advice(node, f"Nothing known to Redress sets the variable “{name}”.", why)


def timers_can_be_read(material: Material) -> Iterable[Finding]:
    """Refuse timers whose due time cannot be computed once and for all."""
    for each in material.tree.each("timerEventDefinition"):
        if len(children(each, "timeDate", "timeDuration", "timeCycle")) > 1:
            why = "Nobody can tell which of them counts."
            yield block(named(_around(each)), "Its timer says several times.", why, "Keep one.")
    for node in material.diagram.nodes:
        for event in node.events:
            if event.kind != "timer":
                continue
            if event.timer == "timeCycle" and node.kind == "intermediateCatchEvent":
                why = "A case passes here once, so a cycle could not come again."
                yield block(node, "It waits for a timer in a cycle.", why, "Use a duration.")
                continue
            try:
                read_alarm(event.timer, event.name)
            except ValueError as error:
                yield block(node, f"The timer cannot be read: {error}")


def references_lead_somewhere(material: Material) -> Iterable[Finding]:
    """Require that messages, signals, escalations and errors are defined in the file."""
    for node in material.diagram.nodes:
        for event in node.events:
            refers = event.kind in {"message", "escalation", "error", "signal"}
            if refers and event.reference and not event.name:
                yield block(node, f"The {event.kind} “{event.reference}” is not defined.")
            elif event.kind == "message" and not event.name:
                yield block(node, "It does not say which message it means.")
            elif event.kind == "message" and _is_caught(node) and event.name not in MESSAGES:
                problem = f"Redress itself never sends the message “{event.name}”."
                yield advice(node, problem, "It has to come from outside.")


def throws_are_caught(material: Material) -> Iterable[Finding]:
    """Refuse escalations that nobody catches, and warn of such errors: they stop a case."""
    diagram = material.diagram
    for node in diagram.nodes:
        event = node.event
        throws = node.kind in THROWING
        if event is None or not throws or event.kind not in {"escalation", "error"}:
            continue
        if not _is_thrown_to(node.scope, event, diagram):
            why = "A case would stop here as an incident."
            fix = "Put a boundary event with the same code on a sub-process around it."
            say = advice if event.kind == "error" else block
            yield say(node, f"Nobody catches the {event.kind} “{event.name}”.", why, fix)


def roles_are_known(material: Material) -> Iterable[Finding]:
    """Require that somebody can take each human step."""
    for node in material.diagram.nodes:
        roles = roles_of(node, material.diagram)
        unknown = [role for role in roles if role not in ROLES]
        if unknown:
            yield block(node, f"The role “{unknown[0]}” is not known.", fix=_offer(ROLES))
        if node.kind in HUMAN and not roles:
            fix = "Give it a role, or put it into a lane named after one. " + _offer(ROLES)
            mend = "set-role" if role_in(lane_of(node, material.diagram)) else ""
            yield block(node, "It says no role.", "Nobody would see the step.", fix, mend=mend)
        gate = (node.gate or {}).get("role")
        if gate is not None and gate not in ROLES:
            yield block(node, f"The role “{gate}” of the gate is not known.", fix=_offer(ROLES))


def competences_can_be_held(material: Material) -> Iterable[Finding]:
    """Refuse competences that no person could have, and advise against those of no person."""
    for node in material.diagram.nodes:
        asked = named_in(node.step.get("competence", ""))
        if asked and node.kind not in HUMAN:
            yield advice(node, "Nobody does it by hand, so the competence is asked of nobody.")
        if len(asked) > MOST_OF_STEP:
            yield block(node, f"It asks for {len(asked)} competences; at most {MOST_OF_STEP}.")
        for problem in filter(None, map(problem_of_one, asked)):
            yield block(node, f"The competence {problem}")


def operations_are_known(material: Material) -> Iterable[Finding]:
    """Require that service and send tasks name one of the fixed operations."""
    for node in material.diagram.nodes:
        wanted = node.step.get("operation", "")
        if wanted and wanted not in OPERATIONS:
            problem = f"The operation “{wanted}” is not known."
            yield block(node, problem, fix=_offer(OPERATIONS))
        if not wanted and node.kind in {"serviceTask", "sendTask"}:
            yield block(node, "It names no operation.", fix=_offer(OPERATIONS))
        if not wanted and not _is_caught(node) and node.event and node.event.kind == "message":
            yield advice(node, "It sends nothing by itself.", fix="Name an operation.")


def decisions_are_known(material: Material) -> Iterable[Finding]:
    """Require that decision tables a diagram names are among the files."""
    for node in material.diagram.nodes:
        limit = (node.gate or {}).get("limitDecision", "")
        for table in (node.step.get("decision", ""), limit):
            if table and table not in material.tables:
                yield block(node, f"The decision table “{table}” is not among the files.")
        if node.kind == "businessRuleTask" and not node.step.get("decision"):
            yield block(node, "It names no decision table.")


def attributes_stand_where_they_work(material: Material) -> Iterable[Finding]:
    """Refuse operations and decisions on elements that would pass them over in silence."""
    for node in material.diagram.nodes:
        for name in ("operation", "decision"):
            if node.step.get(name) and not _is_work(node):
                problem = f"A {node.kind} carries out no {name}."
                why = "It would be passed over in silence."
                can_move = name == "operation" and node.kind in HUMAN | {"receiveTask"}
                mend = "move-operation" if can_move else ""
                yield block(node, problem, why, "Use a step behind it.", mend=mend)


def steps_say_what_is_known(material: Material) -> Iterable[Finding]:
    """Refuse allowances, shares and milestones that cannot be read; advise against slips."""
    for node in material.diagram.nodes:
        yield from _allowance(node)
        milestone = node.step.get("milestone")
        if milestone is not None and milestone not in MILESTONES:
            problem = f"The milestone “{milestone}” is not known."
            yield block(node, problem, fix=_offer(MILESTONES))
        unknown = {*node.step} - STEP_ATTRIBUTES | {*(node.gate or {})} - GATE_ATTRIBUTES
        for name in sorted(unknown):
            problem = f"The attribute “{name}” means nothing to Redress."
            why = "What was meant by it does not happen."
            fix = "Remove it, or write what was meant."
            yield advice(node, problem, why, fix, mend="drop-unknown-attributes")


def _around(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent


def _allowance(node: Node) -> Iterable[Finding]:
    due, warn = node.step.get("due"), node.step.get("warn")
    if due is not None:
        try:
            parse_allowance(due)
        except ValueError as error:
            yield block(node, f"Its due time cannot be read: {error}")
    if warn is not None and not _is_share(warn):
        yield block(node, f"Its warning “{warn}” is no share between 0 and 1, such as 0.8.")


def variables_set(material: Material) -> frozenset[str]:
    """Return the variables that Redress, forms, tables and scripts set."""
    stated = {field.name for form in material.forms.values() for field in form.routed}
    answered, assigned = _answered(material), _assigned(material.diagram)
    return frozenset({*VARIABLES, *NUMBERS, *stated, *answered, *assigned})


def _answered(material: Material) -> Iterable[str]:
    return (output.name for table in material.tables.values() for output in table.outputs)


def _assigned(diagram: Diagram) -> Iterable[str]:
    return (name for node in diagram.nodes for name, _ in _script(node))


def _read(node: Node, diagram: Diagram) -> set[str]:
    """Return the variables that a node and the flows out of it read; unreadable texts say none."""
    scope = diagram.scope(node.scope)
    flows = () if scope is None else scope.outgoing(node.id)
    names = {name for _, expression in _script(node) for name in expression.names}
    asked = [flow.condition or "" for flow in flows]
    asked += [event.name for event in node.events if event.kind == "conditional"]
    asked += [node.loop.cardinality, node.loop.condition] if node.loop is not None else []
    for text in asked:
        try:
            names |= compile_expression(text or "null").names
        except ExpressionError:
            continue
    return names


def _script(node: Node) -> tuple[tuple[str, Expression], ...]:
    try:
        return compile_script(node.script)
    except ExpressionError:
        return ()


def _is_work(node: Node) -> bool:
    """Tell whether the machine does something at a node."""
    if node.kind in {"endEvent", "intermediateThrowEvent"}:
        return node.event is not None and node.event.kind == "message"
    return node.kind in {"serviceTask", "sendTask", "scriptTask", "businessRuleTask"}


def _is_share(text: str) -> bool:
    try:
        return 0 < float(text) < 1
    except ValueError:
        return False


def _is_caught(node: Node) -> bool:
    return node.kind in {"intermediateCatchEvent", "boundaryEvent", "receiveTask", "startEvent"}


def _refused(
    about: Node, where: str, read: Callable[[str], object], source: str
) -> Iterable[Finding]:
    try:
        read(source)
    except ExpressionError as error:
        yield block(about, f"{where}: {error}.", "A diagram is data and never runs code.")


def _is_thrown_to(scope: str, event: Event, diagram: Diagram) -> bool:
    """Tell whether an event sub-process in a scope, or a boundary event around it, catches this.

    What an event sub-process throws goes past those beside it. Calls of a process count as
    being around it.
    """
    waiting, seen = [(scope, False)], set[tuple[str, bool]]()
    while waiting:
        place, is_handling = waiting.pop()
        if (place, is_handling) in seen:
            continue
        seen.add((place, is_handling))
        hosts = _hosts(place, diagram)
        catchers = [] if is_handling else _starts_of_handlers(place, diagram)
        ids = {host.id for host in hosts}
        catchers += [node for node in diagram.nodes if node.host in ids]
        if any(_catches(node, event) for node in catchers):
            return True
        waiting += [(host.scope, host.is_event_driven) for host in hosts]
    return False


def _starts_of_handlers(scope: str, diagram: Diagram) -> list[Node]:
    """Return the start events of the event sub-processes that are drawn in a scope."""
    handlers = [n.id for n in diagram.nodes if n.scope == scope and n.is_event_driven]
    return [start for id_ in handlers if (start := diagram.start_of(id_)) is not None]


def _hosts(scope: str, diagram: Diagram) -> list[Node]:
    """Return the activity that a scope is drawn in, and the call activities that call it."""
    return [
        node
        for node in diagram.nodes
        if node.id == scope or (called(node) == scope and process_of(scope, diagram) == scope)
    ]


def _catches(node: Node, thrown: Event) -> bool:
    event = node.event
    return event is not None and event.kind == thrown.kind and event.name in {"", thrown.name}


def _offer(words: Iterable[str]) -> str:
    return f"Known are {', '.join(sorted(words))}."
