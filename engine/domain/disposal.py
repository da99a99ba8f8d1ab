"""Keeping and erasing what is personal: how long it is kept, who agrees, what must stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ERASED = "(erased)"
"""What is read where a text was."""


class DisposalKind(StrEnum):
    """Why personal data go."""

    REQUEST = "request"
    RETENTION = "retention"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the reason as a person reads it."""
        return "Request of the person" if self is DisposalKind.REQUEST else "Time to keep is over"


class DisposalState(StrEnum):
    """Where an erasure stands."""

    PROPOSED = "proposed"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Disposal:
    """One erasure: proposed by one person, carried out or refused by another.

    Attributes:
        cases: Numbers of the cases; people see ``references``.
        references: Of the cases.
        certificate: What was erased, in numbers; empty until then.
    """

    id: int
    kind: DisposalKind
    cases: tuple[int, ...]
    references: tuple[str, ...]
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    state: DisposalState
    certificate: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Hold:
    """Why the personal data of a case must be kept for now."""

    reference: str
    reason: str
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class DueCase:
    """A closed case whose time to keep is over."""

    case_id: int
    reference: str
    category: str
    closed_at: datetime


def years_before(now: datetime, years: int) -> datetime:
    """Return the moment so many years before; the 28th of February stands for the 29th."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)
