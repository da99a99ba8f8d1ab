"""What a file is about, piece by piece: each with everything that the file says of it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.process import xml

Path = tuple[str, ...]
"""Where a fact stands in its subject: names of elements, at last ``@attribute`` or ``#text``."""

PRESENT = "#there"
"""Last part of the path of an element that says nothing but that it is there."""

_NAMED_BY = ("name", "key", "variable")
_REFERS = re.compile(r"^(@?(\{[^}]*\})?\w*Refs?|@default|@bpmnElement)(\[.*\])?$")


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
    before = len(found)
    for name, value in element.attrib.items():
        attribute = (*path, f"@{_spelt(str(name), '')}")
        found[attribute] = _meant(str(value), element, attribute)
    if text := (element.text or "").strip():
        found[*path, "#text"] = _meant(text, element, (*path, "#text"))
    children = _children(element, space)
    for step, child in children:
        is_apart = not path and step.partition("[")[0] in apart
        if not is_apart:
            _gather(child, (*path, step), found, space, frozenset())
        if tail := (child.tail or "").strip():
            found[*path, step, "#after"] = tail
    if len(found) == before and not children and path and path[-1] != "extensionElements":
        found[*path, PRESENT] = ""


def _children(element: etree._Element, space: str) -> list[tuple[str, etree._Element]]:
    """Return the children with a name for each that stays when others come and go."""
    found: list[tuple[str, etree._Element]] = []
    taken: dict[str, int] = {}
    for child in element.iterchildren(etree.Element):
        step = _spelt(str(child.tag), space)
        named = next((child.get(name) for name in _NAMED_BY if child.get(name)), None)
        step = f"{step}[{named}]" if named else step
        taken[step] = taken.get(step, 0) + 1
        found.append((step if taken[step] == 1 else f"{step}[{taken[step]}]", child))
    return found


def _spelt(name: str, space: str) -> str:
    """Return a name without the namespace of the file, and with any other one."""
    return name.removeprefix(f"{{{space}}}") if space else name


def _meant(value: str, element: etree._Element, path: Path) -> str:
    """Return an id that is referred to without the prefix of its namespace."""
    prefix, colon, rest = value.partition(":")
    return rest if colon and prefix in element.nsmap and refers(path) else value


def elements_in(root: etree._Element, space: str) -> Iterator[tuple[str, etree._Element]]:
    """Yield the elements of a namespace with their names, in the order of the file."""
    for element in root.iter(f"{{{space}}}*"):
        yield xml.tag(element)[1], element
