"""What other systems did by themselves is done by a person, who is told what it was."""

from collections.abc import Container
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.drawing.element import (
    attributes_of,
    bpmn,
    document,
    drop_word,
    kind,
    set_step,
    step_of,
    take,
)
from engine.process.expressions import compile_script
from engine.process.operators import ExpressionError
from engine.process.repair.record import Job
from engine.process.repair.script import script_of
from engine.process.vocabulary import OPERATIONS

_LONGEST: Final = 600
_WORK: Final = frozenset({"serviceTask", "sendTask", "businessRuleTask", "scriptTask"})
_DECISIONS: Final = frozenset(
    {"decisionref", "calleddecisionid", "decisiontablereferencekey", "decisionid"}
)
_QUIET: Final = frozenset({"id", "name", "isForCompensation", "startQuantity", "default"})
_DRAWN: Final = frozenset({"bgcolor", "bordercolor", "bgColor", "fontcolor"})


def take_by_hand(job: Job) -> None:
    """Give a type to each task, and a person to what nothing here can do."""
    called = job.callable
    for node in job.sheet.nodes:
        name = kind(node)
        if name == "task":
            job.sheet.retag(node, "userTask")
            job.did(node, "A person does it now.", "It did not say who or what does it.")
        elif name in _WORK and not _runs(job, node):
            by_hand(job, node)
        elif name == "callActivity":
            _call(job, node, called)


def _runs(job: Job, node: etree._Element) -> bool:
    """Tell whether a task says something that is run here, once its carrier is understood."""
    step = step_of(node)
    if job.sheet.boundaries(node):
        return False
    if step.get("operation") in OPERATIONS or step.get("decision"):
        return True
    if kind(node) == "businessRuleTask":
        decision = _decision(node)
        if decision in job.outputs:
            set_step(node, decision=decision)
            job.did(node, f"It asks the decision table “{decision}”.")
            return True
    return kind(node) == "scriptTask" and _script(job, node)


def _decision(node: etree._Element) -> str:
    """Return the decision table that other tools let a task ask; empty for none."""
    for part in node.iter(etree.Element):
        if xml.tag(part)[1].lower() in _DECISIONS and xml.text(part):
            return xml.text(part)
        for key, value in part.attrib.items():
            if etree.QName(str(key)).localname.lower() in _DECISIONS:
                return str(value)
    return ""


def _script(job: Job, node: etree._Element) -> bool:
    """Tell whether the script can be run here, translated where it is in another language."""
    holder = node.find(bpmn("script"))
    try:
        if holder is not None and compile_script(xml.text(holder)):
            return True
    except ExpressionError:
        pass
    translated = script_of(node)
    if not translated:
        return False
    document(node, f"Its script was: {_binding(node)}")
    if holder is None:
        holder = etree.SubElement(node, bpmn("script"))
    holder.text = translated
    take(node, "scriptFormat")
    job.did(node, "Its script was translated.")
    return True


def by_hand(job: Job, node: etree._Element, why: str = "") -> None:
    """Make a step of a task that a person does, and keep in words what did it before."""
    name, binding = kind(node), _binding(node)
    for script in node.findall(bpmn("script")):
        node.remove(script)
    for attribute in ("scriptFormat", "implementation", "operationRef", "messageRef"):
        take(node, attribute)
    for word in ("operation", "decision"):
        drop_word(node, word)
    job.sheet.retag(node, "manualTask")
    said = "Do this by hand; another system did it by itself."
    document(node, f"{said} {binding}" if binding else said)
    job.did(
        node,
        f"A person does it by hand now; it was a {name}.",
        why or "It names nothing that is run here; its documentation says what it was.",
    )


def _binding(node: etree._Element) -> str:
    """Return in one line what other tools have written about a task."""
    said = [
        f"{etree.QName(key).localname}: {value}"
        for key, value in attributes_of(node).items()
        if key not in _QUIET and etree.QName(key).localname not in _DRAWN
    ]
    said += [f"script: {xml.text(part)}" for part in node if kind(part) == "script"]
    for part in node.iterfind(f"{bpmn('extensionElements')}//*"):
        name = xml.tag(part)[1]
        if not name or "metadata" in name.lower() or xml.tag(part)[0] == xml.REDRESS:
            continue
        held = " ".join(str(value) for value in part.attrib.values())
        text = (part.text or "").strip()
        if held or text:
            said.append(f"{name}: {' '.join(f'{held} {text}'.split())}")
    whole = "; ".join(" ".join(each.split()) for each in said)
    return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]} …"


def _call(job: Job, node: etree._Element, called: Container[str]) -> None:
    """Leave a call of a process that is in the files; a person sees to any other."""
    wanted = node.get("calledElement", "").rpartition(":")[2]
    if wanted in called:
        if node.get("calledElement") == wanted and _leads_back(job, node, wanted):
            by_hand(job, node, "The process it calls would call itself.")
        return
    for part in node.iterfind(f"{bpmn('extensionElements')}//*"):
        inner = part.get("processId", "")
        if inner in called:
            node.set("calledElement", inner)
            job.did(node, f"It calls the process “{inner}”, as its extension says.")
            return
    by_hand(job, node, f"The process “{wanted}” it calls is in no file." if wanted else "")


def _leads_back(job: Job, node: etree._Element, wanted: str) -> bool:
    """Tell whether a called process leads to the one that the call stands in."""
    home = next(node.iterancestors(bpmn("process"))).get("id")
    waiting, seen = [wanted], set[str]()
    while waiting:
        id_ = waiting.pop()
        process = next((each for each in job.sheet.processes if each.get("id") == id_), None)
        if process is None or id_ in seen:
            continue
        if id_ == home:
            return True
        seen.add(id_)
        waiting += [
            call.get("calledElement", "").rpartition(":")[2]
            for call in process.iter(bpmn("callActivity"))
        ]
    return False
