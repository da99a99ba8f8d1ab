"""A diagram (BPMN) as subjects: its elements and flows with all that is said of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from engine.process import xml
from engine.process.compare.subject import (
    ORDER,
    REFERRED,
    Path,
    Subject,
    elements_in,
    facts_of,
    is_inner_id,
    refers,
)
from engine.process.diagram import NODES

APART = NODES | {
    *("association", "category", "childLaneSet", "collaboration", "conversation", "dataObject"),
    *("correlationProperty", "correlationSubscription", "dataObjectReference", "dataStore"),
    *("dataStoreReference", "definitions", "error", "escalation", "group", "interface"),
    *("itemDefinition", "lane", "laneSet", "message", "messageFlow", "participant"),
    *("partnerEntity", "partnerRole", "process", "resource", "sequenceFlow", "signal"),
    "textAnnotation",
}
"""Elements that are told by themselves; whatever is not listed is told with what it stands in."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DERIVED = frozenset({"incoming", "outgoing", "flowNodeRef"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """How an element is drawn: where its shape or line is, and in which colours, by no id."""

    element: str
    facts: Mapping[Path, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One diagram.

    Attributes:
        drawings: By a key that stays while the element does.
    """

    subjects: tuple[Subject, ...]
    drawings: Mapping[str, Drawing]


def read_sheet(root: etree._Element, *, number: int, place: int) -> Sheet:
    """Read a diagram.

    Args:
        root: Of the file.
        number: Of the file among the diagrams of its version, from 0.
        place: Of its first subject.
    """
    space = xml.BPMN if _has_process(root) else xml.tag(root)[0]
    found = [(name, element) for name, element in elements_in(root, space) if name in APART]
    keys = _keys(found, number)
    lanes = _lanes(found, keys)
    flows = [element for name, element in found if name == "sequenceFlow"]
    ids = {element.get("id", "") for _name, element in found}
    apart = APART | _DERIVED | {str(child.tag) for child in _diagrams(root)}
    subjects = []
    for nth, (name, element) in enumerate(found):
        facts = facts_of(element, space=space, apart=apart)
        facts |= _standing(element, keys, lanes) | _strays(name, element, flows, ids, space)
        facts[("kind",)] = name
        if name == "definitions":  # known by what it holds, since tools give it any id
            facts[("@id",)] = element.get("id", "")
        id_ = element.get("id", "")
        drawn = id_ if name not in {"definitions", "laneSet"} else ""
        label = element.get("name") or _text_of(element, space) or _nameless(name, id_)
        key = keys[element]
        subjects.append(Subject(key, drawn, name, label, key, facts, place + nth))
    subjects = [replace(each, facts=facts) for each, facts in _ordered(_referred(subjects))]
    return Sheet(tuple(subjects), _drawings(root))


def _has_process(root: etree._Element) -> bool:
    return next(root.iter(f"{{{xml.BPMN}}}process"), None) is not None


def _keys(found: Iterable[tuple[str, etree._Element]], number: int) -> dict[etree._Element, str]:
    """Return a key for each element: its id, else what it is and in what it stands."""
    keys: dict[etree._Element, str] = {}
    taken: dict[str, int] = {}
    for name, element in found:
        key = element.get("id", "")
        if name == "definitions" or not key:
            above = element.getparent()
            within = "" if above is None else keys.get(above, "")
            key = f"{within}/{name}" if name != "definitions" else f"/file {number + 1}"
        taken[key] = taken.get(key, 0) + 1
        keys[element] = key if taken[key] == 1 else f"{key}#{taken[key]}"
    return keys


def _standing(
    element: etree._Element, keys: Mapping[etree._Element, str], lanes: Mapping[str, str]
) -> dict[Path, str]:
    """Return in which lane an element stands, and in what it is drawn."""
    found: dict[Path, str] = {}
    if lane := lanes.get(element.get("id", "")):
        found[("lane",)] = lane
    above = element.getparent()
    while above is not None and above not in keys:
        above = above.getparent()
    if above is not None:
        found[("within",)] = keys[above]
    return found


def _lanes(
    found: Iterable[tuple[str, etree._Element]], keys: Mapping[etree._Element, str]
) -> dict[str, str]:
    """Return the key of the innermost lane by id of what stands in it."""
    lanes: dict[str, str] = {}
    for name, element in found:
        if name == "lane":  # outer lanes come first in the file
            for ref in element.iterchildren(f"{{{xml.tag(element)[0]}}}flowNodeRef"):
                lanes[xml.text(ref)] = keys[element]
    return lanes


def _strays(
    name: str,
    element: etree._Element,
    flows: Iterable[etree._Element],
    ids: set[str],
    space: str,
) -> dict[Path, str]:
    """Return references that do not say again what the flows and lanes say already."""
    found: dict[Path, str] = {}
    listed = {xml.text(ref) for ref in element.iterchildren(f"{{{space}}}flowNodeRef")}
    if wrong := sorted(listed - ids):
        found[("flowNodeRef",)] = ", ".join(wrong)
    for child, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        listed = {_plain(ref) for ref in element.iterchildren(f"{{{space}}}{child}")}
        led = {flow.get("id", "") for flow in flows if flow.get(end) == element.get("id")}
        if listed and name in NODES and (wrong := sorted(listed ^ led)):
            found[(child,)] = ", ".join(wrong)
    return found


def _ordered(subjects: list[Subject]) -> Iterable[tuple[Subject, Mapping[Path, str]]]:
    """Yield each subject with the order in which the ways out of it are asked."""
    ways: dict[str, list[str]] = {}
    for each in subjects:
        if each.kind == "sequenceFlow":
            ways.setdefault(each.facts.get(("@sourceRef",), ""), []).append(each.key)
    for each in subjects:
        asked = ways.get(each.id, []) if each.kind.endswith("Gateway") else []
        more: dict[Path, str] = {(ORDER,): "\n".join(asked)} if len(asked) > 1 else {}
        yield each, {**each.facts, **more}


def _referred(subjects: list[Subject]) -> list[Subject]:
    """Return the subjects, where an inner id to which something leads is no inner one."""
    every = [(path, value) for each in subjects for path, value in each.facts.items()]
    led = {value.rpartition(":")[2] for path, value in every if refers(path)}
    return [
        replace(
            each,
            facts={
                (*path[:-1], REFERRED) if is_inner_id(path) and value in led else path: value
                for path, value in each.facts.items()
            },
        )
        for each in subjects
    ]


def _drawings(root: etree._Element) -> dict[str, Drawing]:
    """Return how everything is drawn; what stands beside the drawn elements is its own key."""
    found: dict[str, Drawing] = {}
    for diagram in _diagrams(root):
        drawn_in = xml.tag(diagram)[0]
        for piece in diagram.iter(etree.Element):
            element = piece.get("bpmnElement")
            if element is None and piece is not diagram:
                continue
            name = xml.tag(piece)[1]
            of = (element or "").rpartition(":")[2]
            apart = ("BPMNPlane",) if piece is diagram else ("BPMNShape", "BPMNEdge")
            facts = facts_of(piece, space=drawn_in, apart=apart)
            facts.pop(("@bpmnElement",), None)
            key, count = f"{name} {of}", 1
            while key in found:
                count += 1
                key = f"{name} {of}#{count}"
            found[key] = Drawing(of, facts)
    return found


def _diagrams(root: etree._Element) -> list[etree._Element]:
    every = root.iterchildren(etree.Element)
    return [child for child in every if xml.tag(child)[1] == "BPMNDiagram"]


def _text_of(element: etree._Element, space: str) -> str:
    """Return the words of a note, in which its name would stand."""
    return xml.text(element.find(f"{{{space}}}text"))


def _nameless(name: str, id_: str) -> str:
    """Return what something without a name is called: ``parallel gateway gw_fork``."""
    words = _CAMEL.sub(" ", name).lower() if name in NODES else ""
    return f"{words} {id_}".strip() or name


def _plain(reference: etree._Element) -> str:
    return xml.text(reference).rpartition(":")[2]
