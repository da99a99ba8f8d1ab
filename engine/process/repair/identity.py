"""Every element gets an id of its own that references can name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.diagram import NODES
from engine.process.drawing.element import bpmn, kind
from engine.process.drawing.plane import BPMNDI
from engine.process.drawing.sheet import Sheet
from engine.process.repair.record import Job, counted

_ID: Final = re.compile(r"[^\W\d][\w.-]*")
_FOREIGN: Final = re.compile(r"[^\w.-]+")
_NEEDS_ID: Final = (*NODES, "sequenceFlow", "process")
_NAMING: Final = frozenset({"default", "bpmnElement", "calledElement", "incoming", "outgoing"})


def taken_of(sheet: Sheet, others: Iterable[etree._Element]) -> frozenset[str]:
    """Return the ids of a diagram that other files use as well."""
    own = _ids_of(sheet.root)
    return frozenset(id_ for root in others for id_ in _ids_of(root) & own)


def give_way(job: Job, others: Iterable[etree._Element]) -> None:
    """Leave ids to other files of the same process which use them as well."""
    for root in job.beside:
        job.sheet.reserve(_ids_of(root))
    taken = taken_of(job.sheet, others)
    renamed: dict[str, str] = {}
    for element in job.sheet.root.iter(etree.Element):
        id_ = element.get("id", "")
        if id_ in taken and xml.tag(element)[0] == xml.BPMN:
            renamed[id_] = renamed.get(id_) or job.sheet.fresh_id(id_)
            element.set("id", renamed[id_])
            job.did(element, f"Its id was “{id_}”, as that of an element of another file is.")
    _follow(job, renamed)


def _ids_of(root: etree._Element) -> frozenset[str]:
    return frozenset(
        each.get("id", "") for each in root.iter(etree.Element) if xml.tag(each)[0] == xml.BPMN
    ) - {""}


def give_ids(job: Job) -> None:
    """Give an id to whatever has none, none that can be used, or one that another has too."""
    _without_prefixes(job)
    _write_properly(job)
    _tell_apart(job)
    for element in job.sheet.root.iter(*(bpmn(name) for name in _NEEDS_ID)):
        if not element.get("id"):
            name = kind(element)
            job.sheet.rename(element, job.sheet.fresh_id(name[0].upper() + name[1:]))
            job.did(element, f"This {name} got an id; it had none.")


def _without_prefixes(job: Job) -> None:
    """Write references without the spaces and prefixes that some tools put around them."""
    ids = {element.get("id") for element in job.sheet.root.iter(etree.Element)}
    count = 0
    for holder, name, value in _references(job.sheet.root):
        plain = value.strip()
        bare = plain.rpartition(":")[2]
        if name in _NEEDS_PLAIN and plain not in ids and bare in ids:
            plain = bare
        if plain != value:
            _write(holder, name, plain)
            count += 1
    if count:
        job.sheet.changed()
        job.did(None, f"{counted(count, 'reference')} to elements had a prefix or spaces.")


_NEEDS_PLAIN: Final = frozenset(
    {"sourceRef", "targetRef", "default", "attachedToRef", "flowNodeRef", "incoming", "outgoing"}
)


def _write_properly(job: Job) -> None:
    """Replace ids with signs that no id may hold, wherever they are named."""
    renamed: dict[str, str] = {}
    for element in job.sheet.root.iter(etree.Element):
        id_ = element.get("id")
        if id_ and xml.tag(element)[0] == xml.BPMN and not _ID.fullmatch(id_):
            stem = _FOREIGN.sub("_", id_).strip("_.-") or "element"
            stem = stem if _ID.fullmatch(stem) else f"id_{stem}"
            new = renamed.get(id_) or (stem if _is_free(job, stem) else job.sheet.fresh_id(stem))
            renamed[id_] = new
            element.set("id", new)
            job.did(element, f"Its id was “{id_}”.", "An id holds letters, digits, “_”, “-”, “.”.")
    _follow(job, renamed)


def _follow(job: Job, renamed: Mapping[str, str]) -> None:
    """Let references name what has another id now."""
    if not renamed:
        return
    for holder, name, value in list(_references(job.sheet.root)):
        if value in renamed:
            _write(holder, name, renamed[value])
    job.sheet.plane.read()
    job.sheet.changed()


def _is_free(job: Job, id_: str) -> bool:
    return all(element.get("id") != id_ for element in job.sheet.root.iter(etree.Element))


def _tell_apart(job: Job) -> None:
    """Give all but the first of several elements with one id another one."""
    of: dict[str, list[etree._Element]] = {}
    for element in job.sheet.root.iter(etree.Element):
        if xml.tag(element)[0] == xml.BPMN and element.get("id"):
            of.setdefault(element.get("id", ""), []).append(element)
    for id_, elements in of.items():
        elements.sort(key=lambda element: kind(element) not in _NEEDS_ID)
        for number, element in enumerate(elements[1:], start=1):
            new = job.sheet.fresh_id(id_)
            _lead_to(element, elements[0], id_, new)
            _show_as(job, id_, number, new)
            element.set("id", new)
            job.did(element, f"Its id was “{id_}”, as that of another element is.")
    job.sheet.plane.read()
    job.sheet.changed()


def _lead_to(element: etree._Element, first: etree._Element, old: str, new: str) -> None:
    """Let what stands beside an element, or names it as its flow, mean it by its new id."""
    scope, other = element.getparent(), first.getparent()
    if scope is None:
        return
    own = {xml.text(child) for child in element if kind(child) in {"incoming", "outgoing"}}
    for flow in scope.iterchildren(bpmn("sequenceFlow")):
        for end, role in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            listed = flow.get("id") in own and _lists(element, role, flow.get("id", ""))
            if flow.get(end) == old and (scope is not other or listed):
                flow.set(end, new)
    for child in scope if scope is not other else ():
        for name in {"attachedToRef", "default"} & {*child.attrib}:
            if child.get(name) == old:
                child.set(name, new)


def _lists(element: etree._Element, role: str, flow: str) -> bool:
    return any(xml.text(child) == flow for child in element.iterchildren(bpmn(role)))


def _show_as(job: Job, old: str, number: int, new: str) -> None:
    """Let the second shape that shows an id show the second element with it."""
    drawn = [
        shape
        for shape in job.sheet.root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge")
        if shape.get("bpmnElement") == old
    ]
    if len(drawn) > 1:
        drawn[min(number, len(drawn) - 1)].set("bpmnElement", new)


def _references(root: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    """Yield each reference of the file: what holds it, its name and what it names."""
    for element in root.iter(etree.Element):
        name = xml.tag(element)[1]
        if _is_naming(name) and len(element) == 0 and element.text:
            yield element, name, element.text
        for key, value in element.attrib.items():
            if _is_naming(str(key)):
                yield element, str(key), str(value)


def _is_naming(name: str) -> bool:
    return name in _NAMING or name.endswith("Ref")


def _write(holder: etree._Element, name: str, value: str) -> None:
    if xml.tag(holder)[1] == name and name not in holder.attrib:
        holder.text = value
    else:
        holder.set(name, value)
