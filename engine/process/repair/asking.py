"""Steps that ask what a process chooses its way by, and the forms that they ask it with."""

from collections.abc import Container, Mapping, Sequence
from typing import Final

from lxml import etree

from engine.domain.form import FORMS
from engine.domain.form_file import write_form
from engine.domain.own_form import OwnForm
from engine.domain.own_name import id_from, name_from, problem_of_name
from engine.process.diagram import HUMAN
from engine.process.drawing.element import kind, label, set_step, step_of
from engine.process.expressions import is_name
from engine.process.repair.messages import definitions
from engine.process.repair.record import Job
from engine.process.repeats import NUMBERS
from engine.process.vocabulary import VARIABLES

_RESERVED: Final = frozenset({*VARIABLES, *NUMBERS})
_TRANSPARENT: Final = frozenset({"exclusiveGateway", "scriptTask", "endEvent"})


def free(name: str, taken: Container[str]) -> str:
    """Return a name, with a number where it is taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def is_free_variable(name: str) -> bool:
    """Tell whether a field of one's own can hand its answer over under a name."""
    return is_name(name) and not problem_of_name(name) and name not in _RESERVED


def variable_for(text: str, taken: Container[str]) -> str:
    """Return a variable named after a text, such as the name of a gateway."""
    name = name_from(text)
    return free(name if is_free_variable(name) else f"stated_{name}", taken)


def askers(job: Job, node: etree._Element) -> list[etree._Element]:
    """Return the steps right before a gateway that can ask on all ways to it; else none."""
    found: list[etree._Element] = []
    waiting, seen = [node], set[str]()
    while waiting:
        place = waiting.pop()
        flows = job.sheet.incoming(place)
        if not flows:
            return []
        for flow in flows:
            before = job.sheet.find(flow.get("sourceRef", ""))
            if before is None or before.get("id") in seen:
                continue
            seen.add(before.get("id", ""))
            if can_ask(job, before):
                found.append(before)
            elif _lets_pass(job, before):
                waiting.append(before)
            else:
                return []
    return found if len(found) <= 4 else []


def can_ask(job: Job, node: etree._Element) -> bool:
    """Tell whether a step can ask something besides: a person does it, and without a form."""
    is_marked = any(kind(part).endswith("LoopCharacteristics") for part in node)
    has_form = step_of(node).get("form") and node.get("id", "") not in job.asked
    return kind(node) in HUMAN and not has_form and not is_marked


def _lets_pass(job: Job, node: etree._Element) -> bool:
    is_plain_throw = kind(node) == "intermediateThrowEvent" and not definitions(node)
    splits = kind(node) == "parallelGateway" and len(job.sheet.incoming(node)) == 1
    return kind(node) in _TRANSPARENT or is_plain_throw or splits


def ask_at(job: Job, step: etree._Element, field: Mapping[str, object]) -> None:
    """Let a step ask one thing more, unless it asks that already."""
    fields = job.asked.setdefault(step.get("id", ""), [])
    if all(each["name"] != field["name"] for each in fields):
        titles = [str(each["title"]) for each in fields]
        fields.append({**field, "title": _apart(str(field["title"]), titles)})


def field_of(
    name: str, title: str, kind_: str, choices: Sequence[tuple[str, str]] = (), *, required: bool
) -> dict[str, object]:
    """Return a field as forms of one's own hold it; its answer chooses the way."""
    titles: list[str] = []
    offered = []
    for value, said in choices:
        titles.append(_apart(said, titles))
        offered.append({"value": value, "title": titles[-1]})
    return {
        "name": name,
        "title": _line(title),
        "help": "",
        "kind": kind_,
        "required": required,
        "choices": offered,
        "shown_when": "",
        "routes": True,
    }


def write_forms(job: Job) -> list[bytes]:
    """Return the forms that steps ask, and name them at those steps."""
    taken = {*FORMS, *job.given}
    written = []
    for id_, fields in job.asked.items():
        step = job.sheet.find(id_)
        if step is None or not fields:
            continue
        form = id_from(label(step), taken=taken)
        taken.add(form)
        set_step(step, form=form)
        said = {"id": form, "title": _line(label(step)), "fields": fields}
        written.append(write_form(OwnForm.model_validate(said)))
        titles = ", ".join(f"“{each['title']}”" for each in fields)
        job.did(step, f"Its form “{form}” asks {titles}.", "Conditions of the diagram read it.")
    return written


def _line(text: str) -> str:
    return " ".join(text.split())[:200].strip() or "Which way?"


def _apart(title: str, others: Container[str]) -> str:
    said = _line(title)[:190]
    number, found = 1, said
    while found in others:
        number += 1
        found = f"{said} ({number})"
    return found
