"""Markers say how often an activity is done, by a number or by what a person says."""

from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.diagram import HUMAN
from engine.process.drawing.element import bpmn, document, kind, label, step_of, take
from engine.process.repair import asking
from engine.process.repair.record import Job
from engine.process.repair.settled import Settled
from engine.process.repair.translation import translated
from engine.process.repeats import MOST_INSTANCES

_LISTS: Final = ("loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem")
_EVENTS: Final = ("complexBehaviorDefinition",)
_MOST_TURNS: Final = 1_000_000
_REPEATED: Final = frozenset(
    {
        *("userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask"),
        *("businessRuleTask", "callActivity", "subProcess"),
    }
)


def count_repeats(job: Job) -> None:
    """Let every marker say a number, or a condition, that can be read."""
    for node in job.sheet.nodes:
        markers = [part for part in node if kind(part).endswith("LoopCharacteristics")]
        for extra in markers[1:]:
            node.remove(extra)
            job.did(node, "Its second marker was removed.")
        for marker in markers[:1]:
            if kind(node) not in _REPEATED:
                node.remove(marker)
                job.did(node, "Its marker was removed.", f"A {kind(node)} is not repeated by one.")
            elif kind(marker).startswith("standard"):
                _loop(job, node, marker)
            else:
                _several(job, node, marker)


def _several(job: Job, node: etree._Element, marker: etree._Element) -> None:
    lists = _take_lists(marker)
    _keep_condition(job, node, marker, "completionCondition")
    holder = marker.find(bpmn("loopCardinality"))
    source = xml.text(holder)
    if lists:
        document(node, f"It was done for each of: {', '.join(lists)}.")
    found = translated(source) if source else None
    is_known = found is not None and not Settled(job).lacks(node, found.names)
    if found is not None and is_known and not _is_too_large(found.source):
        if found.source != source and holder is not None:
            holder.text = found.source
            job.did(node, f"The number of its instances is “{found.source}” now.")
        if lists:
            job.did(node, f"It no longer names the list {lists[0]}.", "A process holds no lists.")
        return
    if source:
        document(node, f"The number of its instances was: {source}")
    if holder is None:
        holder = etree.Element(bpmn("loopCardinality"))
        marker.insert(0, holder)
    holder.text = _ask_number(job, node)
    why = "A process holds single values, and no lists." if lists else "Nothing said it."
    job.did(node, f"A person says how often it is done, as “{holder.text}”.", why)


def _is_too_large(source: str) -> bool:
    return source.isdecimal() and int(source) > MOST_INSTANCES


def _take_lists(marker: etree._Element) -> list[str]:
    """Remove what a marker says about lists, and return it."""
    said = []
    for part in list(marker):
        if kind(part) in (*_LISTS, *_EVENTS):
            said.append(xml.text(part) or part.get("name", "") or kind(part))
            marker.remove(part)
    for element in list(marker.iter(etree.Element)):
        for key in list(element.attrib):
            name = etree.QName(str(key)).localname.lower()
            if name.endswith(("collection", "elementvariable")):
                said.append(str(element.attrib.pop(key)))
    return list(dict.fromkeys(filter(None, said)))


def _ask_number(job: Job, node: etree._Element) -> str:
    """Let a step before an activity ask for the number of its instances; return the variable."""
    taken = {str(f["name"]) for fields in job.asked.values() for f in fields}
    name = asking.variable_for(f"number_{label(node)}", taken)
    steps = asking.askers(job, node)
    if not steps:
        title = f"How many times: {label(node)}"[:200]
        steps = [job.sheet.insert_before(node, "userTask", title)]
        job.did(steps[0], f"A step was added in which a person says how often “{label(node)}” is.")
    field = asking.field_of(name, f"How many: {label(node)}", "integer", required=True)
    for step in steps:
        asking.ask_at(job, step, {**field, "minimum": 0, "maximum": MOST_INSTANCES})
    return name


def _keep_condition(job: Job, node: etree._Element, marker: etree._Element, name: str) -> bool:
    """Keep a condition of a marker that can be read, translated; tell whether there is one."""
    holder = marker.find(bpmn(name))
    source = xml.text(holder)
    if holder is None:
        return False
    found = translated(source) if source else None
    if found is None:
        marker.remove(holder)
        if source:
            document(node, f"Its marker asked: {source}")
            job.did(node, "The condition of its marker was removed; it is not read here.")
        return False
    if found.source != source:
        holder.text = found.source
        job.did(node, f"The condition of its marker is “{found.source}” now.")
    return True


def _loop(job: Job, node: etree._Element, marker: etree._Element) -> None:
    has_condition = _keep_condition(job, node, marker, "loopCondition")
    maximum = marker.get("loopMaximum", "")
    if maximum and not (maximum.isdecimal() and 0 < int(maximum) <= _MOST_TURNS):
        document(node, f"The most turns of its loop were: {maximum}")
        del marker.attrib["loopMaximum"]
        job.did(node, f"“{maximum}” is no largest number of turns, and was removed.")
        maximum = ""
    if has_condition or maximum:
        return
    if kind(node) in HUMAN and "form" not in step_of(node) and not marker.get("loopMaximum"):
        taken = {str(f["name"]) for fields in job.asked.values() for f in fields}
        name = asking.variable_for(f"again_{label(node)}", taken)
        field = asking.field_of(name, f"Once more: {label(node)}", "yes_no", required=True)
        asking.ask_at(job, node, field)
        etree.SubElement(marker, bpmn("loopCondition")).text = name
        take(marker, "testBefore")
        job.did(node, "Whoever does it says whether it is done once more.", "Nothing said it.")
    else:
        marker.set("loopMaximum", "1")
        job.did(node, "It is done once.", "Nothing said how often.")
        job.ask(node, "Its loop is done once.", "Say while what it is repeated.")
