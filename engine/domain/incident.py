"""Incidents: what no program could set right, so that a person has to look at it."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.errors import ProcessFailedError, RedressError


class IncidentKind(StrEnum):
    """What came to a halt."""

    CASE = "case"
    """A case that the jobs could not move."""
    STEP = "step"
    """A step that somebody completed, and after which the process could not go on."""
    LETTER = "letter"
    """A mail that the mail server refused too often."""
    MESSAGE = "message"
    """A message that no case awaited in time, or that the case could not take."""
    JOURNAL = "journal"
    """A verification of the journal found something that was altered."""

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the kind as a person reads it."""
        return _TITLES[self]


_TITLES = {
    IncidentKind.CASE: "Case that stands still",
    IncidentKind.STEP: "Step that cannot go on",
    IncidentKind.LETTER: "Letter that cannot be sent",
    IncidentKind.MESSAGE: "Message that nobody awaits",
    IncidentKind.JOURNAL: "Journal that was altered",
}


_PARTICULAR = re.compile(
    r"(?<=“)[^“”]*+(?=”)|'[^'@]*+@[^']*+'|(?<![^\s”'])[^\s@'”]*+@\S*+"
    r"|(?<![\w-])(?=[\w-]*?\d{4})[\w-]++"
)
"""What only one incident has: quoted names, addresses, references and long numbers."""
_LONGEST_GIST = 200


@dataclass(frozen=True, slots=True)
class Cause:
    """Why several incidents came to be, alike for all of them.

    Attributes:
        element: Label of the element of the diagram; empty where there is none.
        gist: See ``gist_of``.
        n: How many incidents have it; 1 or more.
        first_id: Of the one that was opened first.
    """

    kind: IncidentKind
    element: str
    gist: str
    n: int = 1
    first_id: int = 0

    @property
    def title(self) -> str:
        """Return the cause as a person reads it, with the element where there is one."""
        return f"{self.element}: {self.gist}" if self.element else self.gist


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that needs a person.

    Attributes:
        subject: What it is about, within its kind; unique among the open ones.
        reference: Of the case it belongs to; None for a message that found none.
        element: Label of the element of the diagram; empty where there is none.
        cause: In words.
        gist: The cause without what only this one has; see ``gist_of``.
        attempts: How often it was tried.
        resolved_by: User name; empty while it is open.
        resolution: What was done about it.
    """

    id: int
    kind: IncidentKind
    subject: str
    reference: str | None
    element: str
    cause: str
    gist: str
    attempts: int
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None = None
    resolved_by: str = ""
    resolution: str = ""

    @property
    def why(self) -> Cause:
        """Return the cause as all like incidents have it."""
        return Cause(self.kind, self.element, self.gist, first_id=self.id)

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has resolved it yet."""
        return self.resolved_at is None


def gist_of(cause: str) -> str:
    """Return a cause without what only one incident has, so that like ones can be found.

    >>> gist_of("“Your complaint C-2026-000001” was refused: 550 unknown jane@example.org")
    '“…” was refused: 550 unknown …'
    """
    return _PARTICULAR.sub("…", cause)[:_LONGEST_GIST]


def cause_of(failure: Exception) -> str:
    """Return why something failed, as a person reads it; a defect is called one."""
    if isinstance(failure, ProcessFailedError):
        return f"{failure.reason[:1].upper()}{failure.reason[1:]}"
    if isinstance(failure, RedressError):
        return str(failure)
    return f"Redress itself failed here ({type(failure).__name__}); the log says more."


def element_of(failure: Exception) -> str:
    """Return the label of the element at which a process failed; empty for anything else."""
    return failure.element if isinstance(failure, ProcessFailedError) else ""
