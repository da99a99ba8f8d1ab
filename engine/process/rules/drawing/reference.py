"""Rules about references of a BPMN file that no case follows: other tools do, and stumble."""

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from engine.process.bare import is_loose
from engine.process.diagram import EVENT_SUFFIX, NODES, SUB_PROCESSES
from engine.process.finding import Finding, advice
from engine.process.material import Material
from engine.process.tree import Tree, children, kind_of, local, named, within
from engine.process.xml import text

_ITEM = frozenset({"itemDefinition"})
_MESSAGE = frozenset({"message"})
_OPERATION = frozenset({"operation"})
_PARTICIPANT = frozenset({"participant"})
_INPUT, _OUTPUT = frozenset({"dataInput"}), frozenset({"dataOutput"})
_DATA = frozenset(
    {
        *("property", "dataObject", "dataObjectReference", "dataStore", "dataStoreReference"),
        *("dataInput", "dataOutput", "inputDataItem", "outputDataItem"),
    }
)
_INTERFACE = frozenset({"interface"})
_EVENTS = frozenset({"definition of an event"})
_ANY = frozenset[str]()
_PERFORMERS = ("resourceRole", "performer", "humanPerformer", "potentialOwner")

_REFERENCES: Mapping[tuple[str, str], frozenset[str]] = {
    ("message", "itemRef"): _ITEM,
    ("error", "structureRef"): _ITEM,
    ("escalation", "structureRef"): _ITEM,
    ("signal", "structureRef"): _ITEM,
    **{(kind, "itemSubjectRef"): _ITEM for kind in _DATA},
    ("dataObjectReference", "dataObjectRef"): frozenset({"dataObject"}),
    ("dataStoreReference", "dataStoreRef"): frozenset({"dataStore"}),
    ("participant", "processRef"): frozenset({"process"}),
    ("participant", "interfaceRef"): _INTERFACE,
    ("participant", "endPointRef"): frozenset({"endPoint"}),
    ("partnerEntity", "participantRef"): _PARTICIPANT,
    ("partnerRole", "participantRef"): _PARTICIPANT,
    ("participantAssociation", "innerParticipantRef"): _PARTICIPANT,
    ("participantAssociation", "outerParticipantRef"): _PARTICIPANT,
    ("process", "supports"): frozenset({"process"}),
    ("process", "definitionalCollaborationRef"): frozenset({"collaboration"}),
    **{
        (kind, "supportedInterfaceRef"): _INTERFACE
        for kind in ("process", "globalTask", "globalUserTask", "globalManualTask")
    },
    ("collaboration", "choreographyRef"): frozenset({"choreography"}),
    ("correlationKey", "correlationPropertyRef"): frozenset({"correlationProperty"}),
    ("correlationPropertyBinding", "correlationPropertyRef"): frozenset({"correlationProperty"}),
    ("correlationPropertyRetrievalExpression", "messageRef"): _MESSAGE,
    ("correlationSubscription", "correlationKeyRef"): frozenset({"correlationKey"}),
    ("operation", "inMessageRef"): _MESSAGE,
    ("operation", "outMessageRef"): _MESSAGE,
    ("operation", "errorRef"): frozenset({"error"}),
    ("messageFlow", "messageRef"): _MESSAGE,
    ("serviceTask", "operationRef"): _OPERATION,
    ("sendTask", "operationRef"): _OPERATION,
    ("sendTask", "messageRef"): _MESSAGE,
    ("receiveTask", "operationRef"): _OPERATION,
    ("messageEventDefinition", "operationRef"): _OPERATION,
    **{(kind, "resourceRef"): frozenset({"resource"}) for kind in _PERFORMERS},
    ("resourceParameterBinding", "parameterRef"): frozenset({"resourceParameter"}),
    ("group", "categoryValueRef"): frozenset({"categoryValue"}),
    ("ioBinding", "inputDataRef"): _INPUT,
    ("ioBinding", "outputDataRef"): _OUTPUT,
    ("ioBinding", "operationRef"): _OPERATION,
    ("inputSet", "dataInputRefs"): _INPUT,
    ("inputSet", "optionalInputRefs"): _INPUT,
    ("inputSet", "whileExecutingInputRefs"): _INPUT,
    ("inputSet", "outputSetRefs"): frozenset({"outputSet"}),
    ("outputSet", "dataOutputRefs"): _OUTPUT,
    ("outputSet", "optionalOutputRefs"): _OUTPUT,
    ("outputSet", "whileExecutingOutputRefs"): _OUTPUT,
    ("outputSet", "inputSetRefs"): frozenset({"inputSet"}),
    ("dataInputAssociation", "sourceRef"): _DATA,
    ("dataInputAssociation", "targetRef"): _DATA,
    ("dataOutputAssociation", "sourceRef"): _DATA,
    ("dataOutputAssociation", "targetRef"): _DATA,
    ("multiInstanceLoopCharacteristics", "loopDataInputRef"): _DATA,
    ("multiInstanceLoopCharacteristics", "loopDataOutputRef"): _DATA,
    ("multiInstanceLoopCharacteristics", "oneBehaviorEventRef"): _EVENTS,
    ("multiInstanceLoopCharacteristics", "noneBehaviorEventRef"): _EVENTS,
    ("linkEventDefinition", "source"): frozenset({"linkEventDefinition"}),
    ("linkEventDefinition", "target"): frozenset({"linkEventDefinition"}),
    ("compensateEventDefinition", "activityRef"): NODES,
    ("lane", "flowNodeRef"): NODES,
    ("association", "sourceRef"): _ANY,
    ("association", "targetRef"): _ANY,
}
"""What BPMN 2.0 lets a reference point to; nothing named means anything that is there."""

_PLACES: Mapping[str, frozenset[str]] = {
    "property": (NODES - {"eventBasedGateway"}) | {"process"},
    "ioSpecification": (NODES - SUB_PROCESSES)
    | {"process", "globalTask", "globalUserTask", "globalManualTask", "globalScriptTask"}
    | {"globalBusinessRuleTask"},
    "dataInputAssociation": NODES - {"startEvent", "intermediateCatchEvent", "boundaryEvent"},
    "dataOutputAssociation": NODES - {"endEvent", "intermediateThrowEvent"},
    "dataInput": frozenset({"ioSpecification", "endEvent", "intermediateThrowEvent"}),
    "dataOutput": frozenset(
        {"ioSpecification", "startEvent", "intermediateCatchEvent", "boundaryEvent"}
    ),
}
"""Where BPMN 2.0 lets an element stand."""

_WHY = "No case reads it here, but other tools refuse the file or show something else."


def references_mean_what_is_there(material: Material) -> Iterable[Finding]:
    """Advise where a reference leads to nothing, or to something of another kind.

    The references that a case follows are asked for by the rules of the layer “running”.
    """
    for element, name, reference in _pointing(material.tree):
        if _is_elsewhere(reference, element, material.tree):
            continue
        allowed = _REFERENCES[(kind_of(element), name)]
        kind = material.tree.kind(reference)
        if not kind:
            problem = f"Its {name} “{local(reference)}” points to nothing in the file."
        elif not allowed or kind in allowed or (allowed is _EVENTS and kind.endswith(EVENT_SUFFIX)):
            continue
        else:
            wanted = " or ".join(sorted(allowed))
            problem = f"Its {name} “{local(reference)}” is a {kind}, not a {wanted}."
        yield advice(named(element), problem, _WHY, "Point it to the right element, or remove it.")


def elements_stand_where_they_may(material: Material) -> Iterable[Finding]:
    """Advise where an element of BPMN stands inside one that cannot hold it."""
    placed = [(each, kind) for kind in _PLACES for each in material.tree.each(kind)]
    for element, kind in placed:
        around = element.getparent()
        if around is None or kind_of(around) in _PLACES[kind]:
            continue
        problem = f"It holds a {kind}, which may not stand in a {kind_of(around)}."
        is_named = named(element).id == element.get("id")
        if is_named:
            problem = f"A {kind} may not stand in a {kind_of(around)}."
        can_go = is_named and is_loose(element, material.tree.names)
        mend = "remove-element" if can_go else ""
        yield advice(named(element), problem, _WHY, "Remove it.", mend=mend)


def flows_are_listed_at_their_ends(material: Material) -> Iterable[Finding]:
    """Advise where an element lists a flow that does not begin or end there, or lists one only.

    Tools that list none at all are left in peace: the flows themselves say enough.
    """
    real = {
        way: _ends(material.tree, end)
        for way, end in (("incoming", "targetRef"), ("outgoing", "sourceRef"))
    }
    for element in material.tree.each(*NODES):
        for way, ends in real.items():
            listed = [local(text(child)) for child in children(element, way)]
            there = ends.get(element.get("id", ""), set())
            wrong = [flow for flow in listed if flow not in there]
            missing = sorted(there - set(listed))
            verb = "enter" if way == "incoming" else "leave"
            if wrong:
                problem = f"It lists “{wrong[0]}” as {way}, but no such flow {verb}s it."
            elif listed and missing:
                problem = f"The flow “{missing[0]}” {verb}s it and is not listed as {way}."
            else:
                continue
            why = "Some tools believe the list and draw or run another process."
            fix = "List the flows as they are."
            yield advice(named(element), problem, why, fix, mend="list-flows")


def imports_are_among_the_files(material: Material) -> Iterable[Finding]:
    """Advise that files which a diagram imports are not fetched."""
    for element in material.tree.each("import"):
        where = element.get("location", "")
        problem = f"It imports “{where}”." if where else "It imports a file without saying which."
        why = "Redress fetches nothing: what it needs must be among the files of the version."
        yield advice(named(element), problem, why, "Add the file, or remove the import.")


def _pointing(tree: Tree) -> Iterator[tuple[etree._Element, str, str]]:
    """Yield element, name and target of each reference, whether an attribute or a child."""
    for kind, name in _REFERENCES:
        for element in tree.each(kind):
            if element.get(name):
                yield element, name, element.get(name, "")
            for child in children(element, name):
                yield element, name, text(child)


def _is_elsewhere(reference: str, element: etree._Element, tree: Tree) -> bool:
    """Tell whether a reference means something in another file or namespace."""
    prefix = reference.strip().rpartition(":")[0]
    definitions = within(element, "definitions")
    if not prefix or definitions is None:
        return False
    is_own = element.nsmap.get(prefix) == definitions.get("targetNamespace")
    return not is_own or (tree.get(reference) is None and bool(children(definitions, "import")))


def _ends(tree: Tree, end: str) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for flow in tree.each("sequenceFlow"):
        found.setdefault(flow.get(end, ""), set()).add(flow.get("id", ""))
    return found
