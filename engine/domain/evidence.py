"""Evidence: what the finding on an issue rests on.

A finding that nobody can trace to what it rests on is an opinion. So documents, answers to
requests, interviews and the replies of persons complained about are linked to the issue on which
they bear.

Source: ISO 10002:2018, 7.6 and 4.9.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from engine.domain.complaint import Wording
from engine.domain.issue import FindingResult, Issue, here

MOST = 50
"""Pieces of evidence on one issue."""
PIECE = r"^(document|request|interview|reply):[1-9][0-9]{0,4}$"
"""How a form names a piece of evidence."""


class EvidenceKind(Wording):
    """What a piece of evidence is."""

    DOCUMENT = "document"
    REQUEST = "request"
    """The answer to a request for information."""
    INTERVIEW = "interview"
    REPLY = "reply"
    """What a person complained about says to it."""


class Piece(NamedTuple):
    """A piece of evidence of a case.

    Attributes:
        number: Of the document, request, interview or person, within the case.
    """

    kind: EvidenceKind
    number: int

    def __str__(self) -> str:
        """Return how a form names it."""
        return f"{self.kind.value}:{self.number}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence on an issue, from when it was linked until it was taken off again.

    Attributes:
        issue: Number of the issue.
        linked_by: User name.
        unlinked_at: When it was taken off; None while the finding rests on it.
    """

    issue: int
    piece: Piece
    linked_by: str
    linked_at: datetime
    unlinked_by: str = ""
    unlinked_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Tell whether the finding rests on it."""
        return self.unlinked_at is None


def piece_of(named: str) -> Piece:
    """Return the piece that a form names, as ``PIECE`` has it."""
    kind, _, number = named.partition(":")
    return Piece(EvidenceKind(kind), int(number))


def on_issue(evidence: Iterable[Evidence], issue: int) -> tuple[Piece, ...]:
    """Return the pieces on which the finding on an issue rests, in the order of linking."""
    return tuple(each.piece for each in evidence if each.counts and each.issue == issue)


def without_evidence(issues: Iterable[Issue], evidence: Collection[Evidence]) -> tuple[Issue, ...]:
    """Return the issues whose finding rests on nothing.

    One on which no finding was possible is not among them: often just that was missing.
    """
    rested = {each.issue for each in evidence if each.counts}
    free = {None, FindingResult.NO_FINDING_POSSIBLE}
    return tuple(
        each for each in here(issues) if each.result not in free and each.number not in rested
    )


EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "evidence.linked": "Issue {issue} rests on {kind} {number}",
        "evidence.unlinked": "Issue {issue} no longer rests on {kind} {number}",
    }
)
"""What happened to evidence, in words."""
