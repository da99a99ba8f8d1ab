"""Rules about who answers for what: approvals, time limits, escalations, and what a step says."""

from collections.abc import Iterable

from engine.domain.form import FORMS
from engine.process.diagram import HUMAN, THROWING, Node, Scope
from engine.process.finding import Finding, advice
from engine.process.material import Material
from engine.process.rules.complaints.outcome import severity, tells
from engine.process.rules.running.event import placed
from engine.process.vocabulary import USUAL

_APPROVAL = "approval"
_WAITING = HUMAN | {"receiveTask", "intermediateCatchEvent"}
_CALLS = {
    "clock_warning": "A time limit that draws near opens no step for anybody.",
    "clock_breach": "A time limit that is missed opens no step for anybody.",
    "escalation_raised": "What somebody calls upwards opens no step for anybody.",
}


def approvals_take_two(material: Material) -> Iterable[Finding]:
    """Require that nobody approves what they have done themselves.

    Source: ISO 10002:2018, 4.7 and 5.4 (objectivity; responsibility and authority).
    """
    for node in material.diagram.nodes:
        if not _is_gate(node) or (node.gate or {}).get("fourEyes") == "true":
            continue
        yield Finding(
            *(severity(material.diagram), node.id, node.label),
            "Whoever did the work may approve it as well.",
            "A second look is what an approval is for (ISO 10002, 4.7).",
            "Ask for four eyes.",
            mend="set-four-eyes",
        )


def approvals_can_be_returned(material: Material) -> Iterable[Finding]:
    """Advise a way back from each approval to whoever did the work.

    It is advice: an organisation may decide that what is not approved is ended or given to
    somebody else, and has its reasons.

    Source: ISO 10002:2018, 7.7.
    """
    for node, scope in placed(material.diagram):
        if _is_gate(node) and not _leads_back(node, scope):
            why = "What is not approved could not be done better, only left as it is."
            fix = "Draw a way from behind the approval back to the step before it."
            yield advice(node, "Nothing leads back from this approval.", why, fix)


def calls_are_answered(material: Material) -> Iterable[Finding]:
    """Advise a step for each call upwards that Redress sends into a case.

    It is advice: warnings and calls reach people in their inbox in any case, and a small
    organisation may leave it at that.

    Source: ISO 10002:2018, 4.6 and 7.1.
    """
    diagram = material.diagram
    if not diagram.processes or not any(node.step.get("due") for node in diagram.nodes):
        return
    awaited = {e.name for n in diagram.nodes if n.kind not in THROWING for e in n.events}
    main = diagram.processes[0]
    about = diagram.start_of(main.id)
    for name, why in _CALLS.items():
        if name not in awaited and about is not None:
            problem = f"Nothing in the process waits for “{name}”."
            fix = "Put it as a non-interrupting event on the border of the handling."
            yield advice(about, problem, why, fix)


def escalations_are_raised(material: Material) -> Iterable[Finding]:
    """Advise against waiting for an escalation that nothing in the process raises."""
    events = [(node, event) for node in material.diagram.nodes for event in node.events]
    raised = {e.name for n, e in events if e.kind == "escalation" and n.kind in THROWING}
    for node, event in events:
        is_waiting = event.kind == "escalation" and node.kind not in THROWING
        if is_waiting and (not raised if not event.name else event.name not in raised):
            problem = f"Nothing raises the escalation “{event.name or 'any'}” that it waits for."
            why = "What is drawn behind it never happens."
            yield advice(node, problem, why, "Raise it where it is due, or remove this event.")


def steps_say_what_to_do(material: Material) -> Iterable[Finding]:
    """Advise a form and a clause for each step that a person takes.

    It is advice: a step without a form is done by a note, and a clause only helps those who check
    the process against the standard.

    Source: ISO 10002:2018, 8.1 (recording) and 8.6 (auditing).
    """
    for node in material.diagram.nodes:
        if node.kind not in HUMAN:
            continue
        form = node.step.get("form", "")
        if not form:
            why = "Nothing that is found out there is recorded in fields."
            fix = f"Name one: {', '.join(sorted(FORMS))}, or a form of your own."
            yield advice(node, "The step has no form.", why, fix)
        if not node.step.get("clause"):
            why = "An auditor cannot tell which demand of ISO 10002 it answers."
            fix, mend = "Name the clause.", "set-clause" if form in USUAL else ""
            yield advice(node, "The step names no clause.", why, fix, mend=mend)


def waiting_is_explained(material: Material) -> Iterable[Finding]:
    """Advise a public status wherever a complainant waits, so that they can follow it.

    It is advice: what runs beside the handling may be nobody's business outside.

    Source: ISO 10002:2018, 7.3 (tracking).
    """
    for node, scope in placed(material.diagram):
        if node.kind not in _WAITING or node.step.get("publicStatus"):
            continue
        if node.event is not None and node.event.kind == "link":
            continue
        races = [scope.by_id.get(flow.source) for flow in scope.incoming(node.id)]
        if any(race is not None and _says_for_all(race) for race in races):
            continue
        why = "The complainant follows the case and sees the last thing that was said."
        fix = "Give it a public status."
        problem = "A complainant who waits here is not told what happens."
        mend = "set-public-status" if node.step.get("form") in USUAL else ""
        yield advice(node, problem, why, fix, mend=mend)


def _is_gate(node: Node) -> bool:
    return node.gate is not None or (node.kind in HUMAN and node.step.get("form") == _APPROVAL)


def _says_for_all(node: Node) -> bool:
    """Tell whether an event-based gateway says what holds for all of its events."""
    return node.kind == "eventBasedGateway" and bool(node.step.get("publicStatus"))


def _leads_back(node: Node, scope: Scope) -> bool:
    """Tell whether a way leads back to a human step before, and the complainant hears nothing."""
    reached = _closure(node.id, scope)
    return node.id in reached and any(
        scope.by_id[id_].kind in _WAITING for id_ in reached - {node.id} if id_ in scope.by_id
    )


def _closure(start: str, scope: Scope) -> set[str]:
    """Return what can be reached from a node before the complainant is told the outcome."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = {flow.target for flow in scope.outgoing(waiting.pop())} - found
        found |= new
        waiting += [id_ for id_ in new if id_ in scope.by_id and not tells(scope.by_id[id_])]
    return found
