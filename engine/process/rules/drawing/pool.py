"""Rules about pools, message flows and what else BPMN 2.0 says of a file as a whole."""

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.process.diagram import FALSE, SUB_PROCESSES
from engine.process.finding import Finding, advice
from engine.process.material import Material
from engine.process.tree import Tree, children, kind_of, named, within
from engine.process.xml import text

_ACTIVITIES = SUB_PROCESSES | {
    *("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask"),
    *("businessRuleTask", "callActivity", "choreographyTask", "subChoreography"),
}
_SENDERS = _ACTIVITIES | {"participant", "intermediateThrowEvent", "endEvent"}
_RECEIVERS = _ACTIVITIES | {
    *("participant", "startEvent", "intermediateCatchEvent", "boundaryEvent"),
}
_EVENT_KINDS = frozenset({"startEvent", "endEvent", "intermediateThrowEvent"})
_WHY = "The picture tells a conversation that BPMN 2.0 does not know, and readers misread it."
_UNMARK = "remove-marks"
_OTHERS = "Other tools refuse the file or read it differently."


def message_flows_join_pools(material: Material) -> Iterable[Finding]:
    """Advise where a message flow begins or ends at what can neither send nor receive."""
    tree = material.tree
    for flow in tree.each("messageFlow"):
        about = named(flow)
        ends = (("sourceRef", _SENDERS, "begin"), ("targetRef", _RECEIVERS, "end"))
        for name, allowed, verb in ends:
            kind = tree.kind(flow.get(name))
            if kind not in allowed:
                what = f"a {kind}" if kind else "nothing that is in the file"
                fix = "Let it lead from one pool, step or message event to another."
                yield advice(about, f"The message flow {verb}s at {what}.", _WHY, fix)
            elif kind in _EVENT_KINDS and not _has_message(tree.get(flow.get(name)), tree):
                fix = f"Let it {verb} at the pool, or make it a message event."
                problem = f"The message flow {verb}s at a {kind} that is no message event."
                yield advice(about, problem, _WHY, fix)
        source, target = (_pool(tree, flow.get(name)) for name, _, _ in ends)
        if source and source == target:
            fix = "Draw a sequence flow inside a pool, and a message flow only between pools."
            yield advice(about, "The message flow stays inside one pool.", _WHY, fix)


def gateways_point_as_they_say(material: Material) -> Iterable[Finding]:
    """Advise where a gateway is marked as splitting or joining, and does the other."""
    for element in material.tree.each(
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway"),
        "eventBasedGateway",
    ):
        direction = element.get("gatewayDirection", "Unspecified")
        scope = material.diagram.scope(named(_parent(element)).id)
        if scope is None:
            continue
        into = len(scope.incoming(element.get("id", "")))
        out = len(scope.outgoing(element.get("id", "")))
        is_wrong = {
            "Converging": out > 1,
            "Diverging": into > 1,
            "Mixed": into < 2 or out < 2,
        }.get(direction, False)
        if is_wrong:
            problem = f"It is marked as {direction.lower()}, with {into} ways in and {out} out."
            fix = "Remove the mark."
            yield advice(named(element), problem, _OTHERS, fix, mend="remove-direction")


def marks_agree_with_the_process(material: Material) -> Iterable[Finding]:
    """Advise against marks that BPMN 2.0 forbids together, or values out of its range."""
    tree = material.tree
    for process in tree.each("process"):
        if process.get("processType") == "Public" and process.get("isExecutable") == "true":
            problem = "It is marked as public and as executable."
            yield advice(named(process), problem, _OTHERS, "Make it private.", mend=_UNMARK)
    for flow in tree.each("sequenceFlow"):
        process_ = within(flow, "process")
        executable = process_ is not None and process_.get("isExecutable") == "true"
        if executable and flow.get("isImmediate", "true") in FALSE:
            problem = "The flow is marked as not immediate in a process that is run."
            why = "It is followed at once."
            yield advice(named(flow), problem, why, "Remove the mark.", mend=_mend_of(flow))
    for each in tree.each("participantMultiplicity"):
        least, most = _number(each.get("minimum", "0")), _number(each.get("maximum", "1"))
        if least is None or most is None or least < 0 or most < max(1, least):
            said = f"{each.get('minimum', '0')} to {each.get('maximum', '1')}"
            problem = f"The number of its participants, {said}, is no range."
            yield advice(named(each), problem, _OTHERS, "Say a least and a greatest number.")
    for each in tree.each("textAnnotation"):
        if "/" not in each.get("textFormat", "text/plain"):
            problem = f"Its format “{each.get('textFormat')}” is no MIME type."
            yield advice(named(each), problem, _OTHERS, "Write text/plain.", mend=_mend_of(each))


def collaborations_agree(material: Material) -> Iterable[Finding]:
    """Advise where conversations and choreographies hold or name what they may not."""
    tree = material.tree
    for each in tree.each("choreography", "globalConversation"):
        if children(each, "choreographyRef"):
            problem = f"A {kind_of(each)} refers to a choreography."
            yield advice(named(each), problem, _OTHERS, "Remove the reference.")
    for each in tree.each("globalConversation"):
        extra = children(
            *(each, "conversation", "subConversation", "callConversation", "association", "group"),
            *("textAnnotation", "participantAssociation", "messageFlowAssociation"),
            "conversationAssociation",
        )
        if extra:
            problem = f"A global conversation holds a {kind_of(extra[0])}."
            yield advice(named(each), problem, _OTHERS, "Use a collaboration.")
    for each in tree.each("collaboration"):
        for named_by in children(each, "choreographyRef"):
            other = tree.get(text(named_by))
            closed = None if other is None else other.get("isClosed", "false")
            if closed is not None and closed != each.get("isClosed", "false"):
                problem = "It is closed and its choreography is not, or the other way round."
                yield advice(named(each), problem, _OTHERS, "Mark both alike.")


def performers_are_said_once(material: Material) -> Iterable[Finding]:
    """Advise where a performer is said in two ways, or has parameters and no resource."""
    for each in material.tree.each("performer", "humanPerformer", "potentialOwner", "resourceRole"):
        has_resource = bool(children(each, "resourceRef"))
        if has_resource and children(each, "resourceAssignmentExpression"):
            problem = "Who does it is said by a resource and by an expression."
        elif not has_resource and children(each, "resourceParameterBinding"):
            problem = "Who does it has parameters but names no resource."
        else:
            continue
        why = "Redress takes neither: it goes by the role of the step."
        yield advice(named(_parent(each)), problem, why, "Give the step a role and remove this.")


def expressions_say_something(material: Material) -> Iterable[Finding]:
    """Advise where an expression is announced, and its text is empty."""
    for each in _expressions(material.tree):
        if not text(each) and {*map(str, each.attrib)} <= {_TYPE, "id", "language"}:
            problem = f"Its {kind_of(each)} is empty."
            yield advice(
                named(_parent(each)), problem, _OTHERS, "Write the expression, or remove it."
            )


_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def _expressions(tree: Tree) -> Iterator[etree._Element]:
    for kind in sorted(tree.kinds):
        for each in tree.each(kind):
            is_formal = each.get(_TYPE, "").endswith("tFormalExpression")
            if is_formal or kind in {"transformation", "messagePath", "dataPath"}:
                yield each


def _mend_of(element: etree._Element) -> str:
    """Return what takes the marks of an element away; empty where it cannot be named."""
    return _UNMARK if element.get("id") else ""


def _has_message(event: etree._Element | None, tree: Tree) -> bool:
    if event is None:
        return False
    shared = [tree.kind(text(each)) for each in children(event, "eventDefinitionRef")]
    return bool(children(event, "messageEventDefinition")) or "messageEventDefinition" in shared


def _pool(tree: Tree, id_: str | None) -> str:
    """Return the process an end of a message flow belongs to; empty for another pool."""
    element = tree.get(id_)
    if element is None:
        return ""
    if kind_of(element) == "participant":
        return element.get("processRef", "").rpartition(":")[2] or element.get("id", "")
    process = within(element, "process")
    return "" if process is None else process.get("id", "")


def _parent(element: etree._Element) -> etree._Element:
    around = element.getparent()
    return element if around is None else around


def _number(said: str) -> int | None:
    try:
        return int(said)
    except ValueError:
        return None
