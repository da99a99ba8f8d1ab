"""Rules about what is defined beside the processes: messages, signals, errors, escalations."""

from collections.abc import Iterable

from engine.process.bare import is_loose
from engine.process.finding import Finding, advice
from engine.process.material import Material
from engine.process.tree import kind_of, local, named
from engine.process.xml import text


def definitions_have_names(material: Material) -> Iterable[Finding]:
    """Advise a name of its own for each message, signal, error and escalation."""
    seen: dict[tuple[str, str, str], str] = {}
    for each in material.tree.each("message", "signal", "error", "escalation"):
        kind, name = kind_of(each), each.get("name", "").strip()
        code = each.get(f"{kind}Code", "")
        if not name:
            why = "Events name it by its id, and people cannot tell what is meant."
            mend = "name-as-id" if each.get("id") else ""
            yield advice(named(each), f"The {kind} has no name.", why, "Name it.", mend=mend)
        elif (kind, name, code) in seen:
            problem = f"Two {kind}s are called “{name}”."
            why = "They look alike, and a change of one is forgotten at the other."
            yield advice(named(each), problem, why, "Use one of them everywhere.")
        seen[(kind, name, code)] = each.get("id", "")


def definitions_are_used(material: Material) -> Iterable[Finding]:
    """Advise against messages, signals, errors and escalations to which nothing refers."""
    used = set[str]()
    for root in material.tree.roots:
        for each in root.iter("{*}*"):
            used |= {local(str(v)) for k, v in each.attrib.items() if str(k).endswith("Ref")}
            used |= {local(text(each))} if kind_of(each).endswith("Ref") else set()
    for each in material.tree.each("message", "signal", "error", "escalation"):
        if each.get("id") and each.get("id") not in used:
            why = "It was meant for something, or is left over."
            problem = f"No event refers to this {kind_of(each)}."
            mend = "remove-element" if is_loose(each, material.tree.names) else ""
            yield advice(named(each), problem, why, "Remove it.", mend=mend)


def thrown_events_stand_alone(material: Material) -> Iterable[Finding]:
    """Advise against events that borrow the definition which another event throws by."""
    for each in material.tree.each("eventDefinitionRef"):
        found = material.tree.get(text(each))
        around = None if found is None else found.getparent()
        if around is not None and kind_of(around) != "definitions":
            problem = f"It borrows what “{named(around).label}” waits for or throws."
            why = "BPMN 2.0 does not share what belongs to one event; it is passed over here."
            yield advice(named(each), problem, why, "Give it an event definition of its own.")
