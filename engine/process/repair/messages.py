"""Messages, signals, errors and escalations: what events point to is defined in the file."""

import re
from copy import deepcopy
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.drawing.element import bpmn, kind, label, place_after
from engine.process.repair.record import Job

NAMED: Final = ("message", "signal", "error", "escalation")
_SPACE: Final = re.compile(r"\s+")


def definitions(node: etree._Element) -> list[etree._Element]:
    """Return what an event says that it waits for or throws."""
    return [part for part in node if kind(part).endswith("EventDefinition")]


def kind_of(definition: etree._Element) -> str:
    """Return such as ``message`` or ``timer``."""
    return kind(definition).removesuffix("EventDefinition")


def inline_definitions(job: Job) -> None:
    """Write into each event what it only points to, elsewhere in the file."""
    for node in job.sheet.nodes:
        for reference in node.findall(bpmn("eventDefinitionRef")):
            found = job.sheet.find(xml.text(reference).rpartition(":")[2])
            node.remove(reference)
            if found is None or not kind(found).endswith("EventDefinition"):
                job.did(node, f"It pointed to “{xml.text(reference)}”, which does not exist.")
                continue
            copy = deepcopy(found)
            copy.set("id", job.sheet.fresh_id(found.get("id", "Event")))
            copy.tail = None
            node.append(copy)
            job.did(node, "What it waits for or throws is written in it now.")


def define(job: Job, of: str, name: str) -> str:
    """Return the id of a message, signal, error or escalation, made unless it is there."""
    for known in job.sheet.root.iterchildren(bpmn(of)):
        if (known.get("name") or known.get("id")) == name:
            return known.get("id", "")
    made = etree.Element(bpmn(of), id=job.sheet.fresh_id(of.capitalize()), name=name)
    if of in {"error", "escalation"}:
        made.set(f"{of}Code", name)
    before = ("import", "extension", *NAMED, "documentation", "extensionElements")
    job.sheet.root.insert(place_after(job.sheet.root, before), made)
    job.sheet.changed()
    return made.get("id", "")


def point_somewhere(job: Job) -> None:
    """Define whatever events point to, and name what they leave open."""
    for node in job.sheet.nodes:
        if kind(node) == "receiveTask":
            _point(job, node, node, "message")
        for definition in definitions(node):
            if kind_of(definition) in NAMED:
                _point(job, node, definition, kind_of(definition))


def _point(job: Job, node: etree._Element, holder: etree._Element, of: str) -> None:
    attribute = f"{of}Ref"
    reference = holder.get(attribute, "").rpartition(":")[2]
    found = job.sheet.find(reference)
    if found is not None and kind(found) == of:
        return
    if reference:
        holder.set(attribute, define(job, of, reference))
        job.did(node, f"The {of} “{reference}” that it means was defined.")
    elif of in {"message", "signal"}:
        name = name_for(job, node)
        holder.set(attribute, define(job, of, name))
        job.did(node, f"It means the {of} “{name}” now; it did not say which.")
    elif attribute in holder.attrib:
        del holder.attrib[attribute]
        job.did(node, f"It means any {of} now; it pointed to none.")


def name_for(job: Job, node: etree._Element) -> str:
    """Return what the message of an event is called: by its message flow, else by its label."""
    for flow in job.sheet.root.iter(bpmn("messageFlow")):
        if node.get("id") in {flow.get("sourceRef"), flow.get("targetRef")}:
            told = job.sheet.find(flow.get("messageRef", "").rpartition(":")[2])
            name = (told.get("name") if told is not None else "") or flow.get("name")
            if name and name.strip():
                return _SPACE.sub(" ", name.strip())[:200]
    return label(node)[:200]


def become(job: Job, node: etree._Element, of: str) -> None:
    """Let an event be one of a message or an error instead of what it was."""
    for old in definitions(node):
        node.remove(old)
    definition = etree.SubElement(node, bpmn(f"{of}EventDefinition"))
    definition.set("id", job.sheet.fresh_id(f"{of.capitalize()}EventDefinition"))
    definition.set(f"{of}Ref", define(job, of, name_for(job, node)))
