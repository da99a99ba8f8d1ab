"""What differs between two versions of a process, piece by piece."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    LAYOUT = "layout"
    """It is drawn elsewhere, and means what it meant."""
    INNER = "inner"
    """Only what programs read is another; no case goes another way."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    Attributes:
        element: Id by which it is drawn, in the later version where that has it; empty for none.
        kind: Of what it is about, such as ``userTask``, ``sequenceFlow``, ``rule``, ``field``.
        label: What a reader calls that.
        property: What of it, such as ``extensionElements/{urn:redress:bpmn:1.0}step/@due``; empty
            when the whole came or went.
        old: None where there was nothing.
        new: None where there is nothing any more.
        sentence: All of it for a reader.
    """

    change: Change
    element: str
    kind: str
    label: str
    sentence: str
    property: str = ""
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that differs in one element, with its flows, or in one table or form.

    Attributes:
        element: Id by which it is drawn; empty for what is not drawn.
        change: That of the element itself; CHANGED where only something of it differs.
        sentences: One for each of its differences that belong together.
    """

    element: str
    label: str
    change: Change
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions compared.

    Attributes:
        told: In words, element by element, in the order of the later version.
        differences: One by one.
        added: Ids of elements that only the later version draws.
        removed: Ids of elements that only the earlier version draws.
        changed: A sentence by id of the later version.
        layout: How many elements are only drawn elsewhere.
    """

    told: tuple[Told, ...] = ()
    differences: tuple[Difference, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, str] | None = None
    layout: int = 0

    @property
    def is_same(self) -> bool:
        """Tell whether nothing differs, not even how it is drawn."""
        return not self.differences

    @property
    def changes_cases(self) -> bool:
        """Tell whether anything differs that cases could notice."""
        quiet = {Change.LAYOUT, Change.INNER}
        return any(each.change not in quiet for each in self.differences)
