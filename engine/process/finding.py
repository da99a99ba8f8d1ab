"""What is wrong with a diagram or a decision table, said so that its owner can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Severity(StrEnum):
    """What a finding means for publishing."""

    BLOCKING = "blocking"
    REWRITTEN = "rewritten"
    ADVICE = "advice"


class Layer(StrEnum):
    """What a rule is about."""

    RUNNING = "running"
    COMPLAINTS = "complaints"
    DRAWING = "drawing"

    @property
    def question(self) -> str:
        """Return what the layer asks; what is drawn well only ever gives advice."""
        return _QUESTIONS[self]


_QUESTIONS = {
    Layer.RUNNING: "Will it run?",
    Layer.COMPLAINTS: "Does it handle complaints properly?",
    Layer.DRAWING: "Is it drawn well?",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule has found; the three texts are whole sentences."""

    severity: Severity
    element: str
    """Id in the file; empty when the whole file is meant."""
    label: str
    problem: str
    why: str = ""
    fix: str = ""
    layer: Layer = Layer.RUNNING
    rule: str = ""
    """Name of the rule, the same in every release, such as ``circles-pause``."""
    mend: str = ""
    """Name of what mends it at a click; empty where a person must decide."""

    @property
    def sentence(self) -> str:
        """Return the finding for a reader, naming the element by its label and its id."""
        place = f"“{self.label}”" if self.label else "The file"
        if self.element and self.element != self.label:
            place += f" ({self.element})"
        return " ".join(part for part in (f"{place}:", self.problem, self.why, self.fix) if part)


def blocks(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that forbid publishing, in their order."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCKING)


class Labelled(Protocol):
    """What a finding can be about."""

    @property
    def id(self) -> str:
        """The id in the file."""

    @property
    def label(self) -> str:
        """What a reader calls it."""


def block(
    about: Labelled, problem: str, why: str = "", fix: str = "", *, mend: str = ""
) -> Finding:
    """Return a finding that forbids publishing."""
    return Finding(Severity.BLOCKING, about.id, about.label, problem, why, fix, mend=mend)


def advice(
    about: Labelled, problem: str, why: str = "", fix: str = "", *, mend: str = ""
) -> Finding:
    """Return a finding that its owner may leave as it is."""
    return Finding(Severity.ADVICE, about.id, about.label, problem, why, fix, mend=mend)
