"""The elements of BPMN files as they stand, for rules that ask what no case ever runs."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from engine.process import xml
from engine.process.bare import Names


class Named(NamedTuple):
    """What a finding is about: an element with an id, or the nearest around it that has one."""

    id: str
    label: str


class Tree:
    """All elements in the namespace of BPMN, found by id and by kind.

    Args:
        roots: The parsed files, in their order.
    """

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self.roots = tuple(roots)
        self._kinds: dict[str, list[etree._Element]] = {}
        self._ids: dict[str, etree._Element] = {}
        for root in self.roots:
            for element in root.iter(f"{{{xml.BPMN}}}*"):
                self._kinds.setdefault(kind_of(element), []).append(element)
                id_ = element.get("id")
                if id_:
                    self._ids.setdefault(id_, element)

    def each(self, *kinds: str) -> Iterator[etree._Element]:
        """Yield the elements of some kinds, kind by kind."""
        for kind in kinds:
            yield from self._kinds.get(kind, ())

    @cached_property
    def names(self) -> Names:
        """Return what leads to the elements."""
        return Names(self.roots)

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of elements that occur."""
        return frozenset(self._kinds)

    def get(self, id_: str | None) -> etree._Element | None:
        """Return an element by its id, whatever prefix is written before it."""
        return self._ids.get(local(id_)) if id_ else None

    def kind(self, id_: str | None) -> str:
        """Return the kind of the element with an id; empty where there is none."""
        found = self.get(id_)
        return "" if found is None else kind_of(found)


def kind_of(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return xml.tag(element)[1]


def local(reference: str) -> str:
    """Return a reference without the prefix of its namespace."""
    return reference.strip().rpartition(":")[2]


def children(element: etree._Element, *kinds: str) -> list[etree._Element]:
    """Return the children of some kinds in the namespace of BPMN, in the order of the file."""
    wanted = {(xml.BPMN, kind) for kind in kinds}
    return [child for child in element if xml.tag(child) in wanted]


def texts(element: etree._Element, *kinds: str) -> list[str]:
    """Return what the children of some kinds say, as references: without a prefix."""
    return [local(xml.text(child)) for child in children(element, *kinds)]


def within(element: etree._Element, *kinds: str) -> etree._Element | None:
    """Return the nearest element of some kinds around an element."""
    return next((each for each in element.iterancestors() if kind_of(each) in kinds), None)


def named(element: etree._Element) -> Named:
    """Return what a reader calls an element, or the nearest around it that can be named."""
    for each in (element, *element.iterancestors()):
        id_ = each.get("id", "")
        if id_ and kind_of(each) != "definitions":
            return Named(id_, " ".join(each.get("name", "").split()) or id_)
    return Named("", "")
