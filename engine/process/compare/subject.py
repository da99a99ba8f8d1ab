"""What a file is about, piece by piece: each with everything that the file says of it."""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.process import xml

Path = tuple[str, ...]
"""Where a fact stands in its subject: names of elements, at last ``@attribute`` or ``#text``."""

PRESENT = "#there"
"""Last part of the path of an element that says nothing but that it is there."""

ORDER = "#order"
"""Last part of the path of a fact that lists in which order things stand."""

_NAMED_BY = ("name", "key", "variable")
_REFERS = re.compile(
    r"^(@?(\{[^}]*\})?\w*Refs?|@default|@calledElement|@bpmnElement|target)(\[.*\])?$"
)
REFERRED = "#id"
"""Last part of the path of an inner id by which something else in the file is led to it."""

_AS_WRITTEN = frozenset(
    {"@sourceRef", "@targetRef", "@default", "@attachedToRef", "@calledElement"}
)
"""References that are followed letter by letter, also where they begin with a prefix."""

_READ_WHOLE = frozenset(
    {
        *("condition", "conditionExpression", "completionCondition", "description"),
        *("documentation", "eventDefinitionRef", "flowNodeRef", "incoming"),
        *("loopCardinality", "loopCondition", "loopDataInputRef", "loopDataOutputRef"),
        *("outgoing", "script", "target", "text", "timeCycle", "timeDate", "timeDuration"),
        "typeRef",
    }
)
"""Elements whose text is read with that of whatever stands within, space and all."""

_SLOTS = (
    (("EventDefinition", "eventDefinitionRef"), "event"),
    (("Characteristics",), "loop"),
    (("timeCycle", "timeDate", "timeDuration"), "time"),
)
"""How the names of elements end of which the first is read, or all in their order."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One element of a diagram, one rule of a table, one field of a form.

    Attributes:
        key: Unique within its version; the same in another version for the same thing.
        id: By which it is drawn; empty for what is not drawn.
        kind: Name of the element without its prefix, or ``form``, ``field``, ``file``.
        label: What a reader calls it.
        group: Key of what it is told with; its own for most.
        facts: Everything that is said of it, and of nothing else.
        place: Where it comes in its version.
    """

    key: str
    id: str
    kind: str
    label: str
    group: str
    facts: Mapping[Path, str]
    place: int

    @property
    def is_flow(self) -> bool:
        """Tell whether it leads from one thing to another."""
        return ("@sourceRef",) in self.facts and ("@targetRef",) in self.facts


def facts_of(
    element: etree._Element, *, space: str, apart: Collection[str] = ()
) -> dict[Path, str]:
    """Return everything that an element says: each attribute and text of it and within it.

    Args:
        element: Any.
        space: Namespace of the file; names of other ones carry theirs.
        apart: Names of children of the same namespace that are told elsewhere.
    """
    found: dict[Path, str] = {}
    _gather(element, (), found, space, frozenset(apart))
    found.pop(("@id",), None)
    return found


def refers(path: Path) -> bool:
    """Tell whether a fact is the id of something else."""
    last = path[-2] if path[-1] == "#text" and len(path) > 1 else path[-1]
    return bool(_REFERS.match(last))


def is_inner_id(path: Path) -> bool:
    """Tell whether a fact is a name that only programs read."""
    return path[-1] == "@id"


def _gather(
    element: etree._Element,
    path: Path,
    found: dict[Path, str],
    space: str,
    apart: frozenset[str],
) -> None:
    said = set(found)
    for name, value in element.attrib.items():
        attribute = (*path, f"@{name!s}")
        found[attribute] = _meant(str(value), element, attribute)
    if text := _text(element):
        found[*path, "#text"] = _meant(text, element, (*path, "#text"))
    children = children_of(element, space)
    inner = [
        (step, child) for step, child in children if path or step.partition("[")[0] not in apart
    ]
    for step, child in inner:
        _gather(child, (*path, step), found, space, frozenset())
    for slot, steps in _slots(inner).items():
        found[*path, slot, ORDER] = "\n".join(steps)
    is_named = all(is_inner_id(each) for each in found.keys() - said)
    if is_named and not children and path and path[-1] != "extensionElements":
        found[*path, PRESENT] = ""


def _text(element: etree._Element) -> str:
    """Return what an element itself says, also behind comments and instructions."""
    if xml.tag(element)[1] in _READ_WHOLE:
        return xml.text(element)
    return "".join((element.text or "", *(child.tail or "" for child in element))).strip()


def children_of(element: etree._Element, space: str) -> list[tuple[str, etree._Element]]:
    """Return the children with a name for each that stays when others come and go."""
    found: dict[str, etree._Element] = {}
    for child in element.iterchildren(etree.Element):
        step = spelt(child, space)
        named = next((child.get(name) for name in _NAMED_BY if child.get(name)), None)
        step = f"{step}[{named}]" if named else step
        found[unlike(step, found)] = child
    return list(found.items())


def unlike(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken: itself, else with the first number that is free."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}[{number}]"
    return free


def _slots(children: Iterable[tuple[str, etree._Element]]) -> dict[str, list[str]]:
    """Return the children that stand for the same thing, where there are several."""
    found: dict[str, list[str]] = {}
    for step, child in children:
        name = xml.tag(child)[1]
        slot = next((slot for ends, slot in _SLOTS if name.endswith(ends)), name)
        found.setdefault(slot, []).append(step)
    return {slot: steps for slot, steps in found.items() if len(steps) > 1}


def spelt(element: etree._Element, space: str) -> str:
    """Return the name of an element without the namespace of the file, and with any other one."""
    return str(element.tag).removeprefix(f"{{{space}}}")


def _meant(value: str, element: etree._Element, path: Path) -> str:
    """Return an id that is referred to without the prefix of its namespace."""
    prefix, colon, rest = value.partition(":")
    is_plain = path[-1] not in _AS_WRITTEN and refers(path)
    return rest if colon and prefix in element.nsmap and is_plain else value


def elements_in(root: etree._Element, space: str) -> Iterator[tuple[str, etree._Element]]:
    """Yield the elements of a namespace with their names, in the order of the file."""
    for element in root.iter(f"{{{space}}}*"):
        yield xml.tag(element)[1], element
