"""What a repair has done and what it has left to a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from engine.process.drawing.element import bpmn, label
from engine.process.drawing.sheet import Sheet
from engine.process.finding import Finding, Severity

_CALL_ACTIVITY: Final = bpmn("callActivity")
_PROCESS: Final = bpmn("process")


@dataclass(frozen=True, slots=True)
class Repair:
    """One change to a diagram; the two texts are whole sentences."""

    element: str
    """Id in the repaired file; empty when the whole file is meant."""
    label: str
    done: str
    why: str = ""

    @property
    def sentence(self) -> str:
        """Return the repair for a reader, naming the element by its label and its id."""
        place = f"“{self.label}”" if self.label else "The file"
        if self.element and self.element != self.label:
            place += f" ({self.element})"
        return " ".join(part for part in (f"{place}:", self.done, self.why) if part)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A diagram that was made runnable as far as a machine can."""

    content: bytes
    """In UTF-8; the very bytes that came where nothing was repaired."""
    forms: tuple[bytes, ...]
    """Forms of one's own that the diagram names, as JSON: those that came, and new ones."""
    repairs: tuple[Repair, ...]
    questions: tuple[Finding, ...]
    """What blocks must be decided before it runs; advice is a guess that its owner confirms."""

    @property
    def is_runnable(self) -> bool:
        """Tell whether cases can run on it as it is."""
        return all(question.severity is not Severity.BLOCKING for question in self.questions)


@dataclass(slots=True)
class Job:
    """One diagram while it is repaired.

    Attributes:
        sheet: The diagram.
        process_id: What the main process is to be called; empty for whatever it is called.
        given: Variables that each form at hand hands to the process, by the id of the form.
        outputs: Variables that each decision table at hand sets, by the id of the table.
        is_ours: It was drawn for Redress: forms of Redress may set its variables.
        asked: Fields that steps are to ask besides, by the id of the step.
        beside: Other diagrams of the same process, which call this one or are called by it.
    """

    sheet: Sheet
    process_id: str = ""
    given: dict[str, frozenset[str]] = field(default_factory=dict)
    outputs: dict[str, frozenset[str]] = field(default_factory=dict)
    is_ours: bool = False
    asked: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    beside: tuple[etree._Element, ...] = ()
    repairs: list[Repair] = field(default_factory=list)
    questions: list[Finding] = field(default_factory=list)

    @property
    def called(self) -> frozenset[str]:
        """Return the ids of the processes that another process calls, in whatever file."""
        calls = (
            call for root in (self.sheet.root, *self.beside) for call in root.iter(_CALL_ACTIVITY)
        )
        return frozenset(call.get("calledElement", "").rpartition(":")[2] for call in calls)

    @property
    def callable(self) -> frozenset[str]:
        """Return the ids of all processes, in whatever file."""
        roots = (self.sheet.root, *self.beside)
        return frozenset(each.get("id", "") for root in roots for each in root.iter(_PROCESS))

    def did(self, element: etree._Element | None, done: str, why: str = "") -> None:
        """Note a change, about the file when there is no element."""
        id_, name = ("", "") if element is None else (element.get("id", ""), label(element))
        self.repairs.append(Repair(id_, name, done, why))

    def ask(self, element: etree._Element, guessed: str, fix: str = "") -> None:
        """Leave a guess to the owner for confirmation."""
        id_, name = element.get("id", ""), label(element)
        asked = Finding(Severity.ADVICE, id_, name, guessed, "Nothing in the file says it.", fix)
        if asked not in self.questions:
            self.questions.append(asked)


def counted(number: int, word: str) -> str:
    """Return a number with its word in the singular or plural, such as ``2 flows``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def listed(names: Sequence[str]) -> str:
    """Return names in quotation marks, the first few of many."""
    shown = ", ".join(f"“{name}”" for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
