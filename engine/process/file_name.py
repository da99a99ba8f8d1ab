"""Names for the files of a published process, which are stored without any."""

import json
import re
from collections.abc import Sequence

from lxml import etree

from engine.domain.form_file import examine
from engine.errors import DiagramRejectedError
from engine.process import xml

_NAMING = frozenset({"process", "decision"})


def main_process(diagram: bytes) -> str:
    """Return the id of the first process that is executable, else of the first; empty for none."""
    try:
        root = xml.parse(diagram)
    except DiagramRejectedError:
        return ""
    found = [each for each in root.iter(etree.Element) if xml.tag(each)[1] == "process"]
    found.sort(key=lambda each: each.get("isExecutable") not in {"true", "1"})
    return found[0].get("id", "") if found else ""


def renamed(diagram: str, old: str, new: str) -> str:
    """Return a diagram whose process has another id, wherever the old one is meant."""
    place = re.compile(rf"""(\b(?:id|processRef|bpmnElement|calledElement)\s*=\s*["'])
        ((?:[\w.-]+:)?){re.escape(old)}(?=["'])""", re.VERBOSE)  # fmt: skip
    return place.sub(rf"\g<1>\g<2>{new}", diagram)


def called(diagrams: Sequence[bytes], name: str) -> tuple[bytes, ...]:
    """Return the diagrams of one process as if its main process, in the first, had another id."""
    own = main_process(diagrams[0]) if name and diagrams else ""
    if not own or own == name:
        return tuple(diagrams)
    return tuple(_called(each, own, name) for each in diagrams)


def _called(diagram: bytes, old: str, new: str) -> bytes:
    try:
        return renamed(diagram.decode(), old, new).encode()
    except UnicodeDecodeError:
        return diagram


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


def _id_in(file: bytes) -> str:
    """Return the id of the form, or of the first process or decision; empty when there is none."""
    form, _ = examine(file)
    if form is not None:
        return form.id
    try:
        root = xml.parse(file)
    except DiagramRejectedError:
        return ""
    named = (each for each in root.iter(etree.Element) if xml.tag(each)[1] in _NAMING)
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
