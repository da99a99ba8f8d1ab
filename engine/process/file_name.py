"""Names for the files of a published process, which are stored without any."""

import json
import re
from collections.abc import Collection, Sequence

from lxml import etree

from engine.domain.form_file import examine
from engine.errors import DiagramRejectedError
from engine.process import xml

_NAMING = frozenset({"process", "decision"})


def main_process(diagram: bytes) -> str:
    """Return the id of the process that a diagram begins with; empty when it has none."""
    return _id_in(diagram, {"process"})


def renamed(diagram: str, old: str, new: str) -> str:
    """Return a diagram whose process has another id, wherever the old one is meant."""
    place = re.compile(rf"""(\b(?:id|processRef|bpmnElement|calledElement)\s*=\s*["'])
        ((?:[\w.-]+:)?){re.escape(old)}(?=["'])""", re.VERBOSE)  # fmt: skip
    return place.sub(rf"\g<1>\g<2>{new}", diagram)


def names_for(files: Sequence[bytes], *, suffix: str) -> tuple[str, ...]:
    """Return a name for each file: that of the process, decision or form in it, each only once.

    Args:
        files: Diagrams, decision tables or forms.
        suffix: With which the names end.
    """
    found: list[str] = []
    for number, file in enumerate(files, 1):
        name = f"{_plain(_id_in(file)) or f'file-{number}'}{suffix}"
        taken = {known.casefold() for known in found}
        found.append(name if name.casefold() not in taken else f"file-{number}{suffix}")
    return tuple(found)


def _id_in(file: bytes, naming: Collection[str] = _NAMING) -> str:
    """Return the id of the form, or of the first process or decision; empty when there is none."""
    form, _ = examine(file)
    if form is not None:
        return form.id
    try:
        root = xml.parse(file)
    except DiagramRejectedError:
        return ""
    named = (each for each in root.iter(etree.Element) if xml.tag(each)[1] in naming)
    return next((each.get("id", "") for each in named), "")


def _id_of_form(file: bytes) -> str:
    try:
        form = json.loads(file)
    except ValueError:
        return ""
    return str(form.get("id", ""))


def _plain(id_: str) -> str:
    """Return an id as far as it can be the name of a file."""
    return re.sub(r"[^\w.-]", "", id_)[:60]
