"""Attributes of Redress on steps say what can be read; those of other tools become ours."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lxml import etree

from engine.domain.allowance import parse_allowance
from engine.domain.competence import MOST_OF_STEP, named_in, problem_of_one
from engine.domain.form import FORMS
from engine.process import xml
from engine.process.diagram import HUMAN
from engine.process.drawing.element import bpmn, drop_word, kind, set_step, step_of
from engine.process.repair.duration import duration, duration_inside
from engine.process.repair.record import Job
from engine.process.vocabulary import MILESTONES, OPERATIONS, ROLES, STEP_ATTRIBUTES

_WORK: Final = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask"})
_DUE: Final = frozenset({"duedate", "due"})
_FORM: Final = frozenset({"formkey", "formref", "formid", "externalreference"})
_PROPERTY: Final = re.compile(r"(?:redress[.:_-])?(\w+)", re.IGNORECASE)


def take_over(job: Job) -> None:
    """Write what other tools say of a step as our attributes, where it means the same."""
    for node in job.sheet.nodes:
        if kind(node) not in HUMAN:
            continue
        for name, value in _carried(node):
            if name not in step_of(node) and _READABLE.get(name, _any)(value):
                set_step(node, **{name: value})
                job.did(node, f"Its {name} is “{value}” now, as its other attributes say.")


def _carried(node: etree._Element) -> Iterator[tuple[str, str]]:
    for holder in (node, *node.iterfind(f"{bpmn('extensionElements')}//*")):
        if xml.tag(holder)[0] == xml.REDRESS:
            continue
        for key, written in holder.attrib.items():
            name, value = etree.QName(str(key)).localname.lower(), str(written)
            if name in _DUE and (length := duration(value) or duration_inside(value)):
                yield "due", length
            if name in _FORM and value in FORMS:
                yield "form", value
        named = holder.get("name", "")
        found = _PROPERTY.fullmatch(named) if holder is not node else None
        if found and found[1] in STEP_ATTRIBUTES - {"operation", "decision"}:
            yield found[1], holder.get("value", "")


def keep_readable(job: Job) -> None:
    """Remove attributes of ours that cannot be read, or stand where nothing looks at them."""
    for node in job.sheet.nodes:
        for name, value in step_of(node).items():
            if not _stands(node, name, value.strip()):
                drop_word(node, name)
                job.did(node, f"Its {name} “{value}” was removed.", "It cannot be read.")
        for gate in node.iterfind(f"{bpmn('extensionElements')}/{{{xml.REDRESS}}}gate"):
            role = gate.get("role", "approver")
            if role not in ROLES:
                del gate.attrib["role"]
                job.did(node, f"The role “{role}” of its gate was removed.", "It is not known.")


def _stands(node: etree._Element, name: str, value: str) -> bool:
    if name in {"operation", "decision"} and kind(node) not in _WORK:
        is_message = node.find(bpmn("messageEventDefinition")) is not None
        if kind(node) not in {"endEvent", "intermediateThrowEvent"} or not is_message:
            return False
    return _READABLE.get(name, _any)(value)


def _any(_: str) -> bool:
    return True


def _is_allowance(value: str) -> bool:
    try:
        parse_allowance(value)
    except ValueError:
        return False
    return True


def _is_share(value: str) -> bool:
    try:
        return 0 < float(value) < 1
    except ValueError:
        return False


def _are_competences(value: str) -> bool:
    asked = named_in(value)
    return len(asked) <= MOST_OF_STEP and not any(map(problem_of_one, asked))


_READABLE: Final[Mapping[str, Callable[[str], bool]]] = {
    "due": _is_allowance,
    "warn": _is_share,
    "milestone": lambda value: value in MILESTONES,
    "operation": lambda value: value in OPERATIONS,
    "competence": _are_competences,
    "form": bool,
    "role": bool,
}
