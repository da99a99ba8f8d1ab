"""Closed complaints that were drawn by chance for somebody to review (ISO 10002:2018, 8.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from engine.domain.complaint import Wording
from engine.domain.kpi import Period

Stratum = tuple[str, str]
"""A category and an outcome."""

NO_PART = frozenset(
    {
        "case.exported",
        "case.read",
        "glass.broken",
        "glass.read",
        "journal.exported",
        "journal.verified",
        "personal.exported",
    }
)
"""Events by which somebody looked at a case, and took no part in it."""


class SampleKind(Wording):
    """What somebody looks at in the complaints that were drawn."""

    QUALITY = "quality"
    """How they were handled (8.3)."""
    OBJECTIVITY = "objectivity"
    """Whether both sides were treated alike (4.7)."""


class Missed(Wording):
    """What a reviewer did not find as it should be."""

    DECISION = "decision_not_correct"
    LETTER = "letter_not_complete"
    TREATMENT = "sides_not_treated_alike"
    REPLY = "staff_not_heard"
    CONFLICT = "conflict_not_declared"


ASKED: Mapping[SampleKind, tuple[Missed, ...]] = MappingProxyType(
    {
        SampleKind.QUALITY: (Missed.DECISION, Missed.LETTER),
        SampleKind.OBJECTIVITY: (Missed.TREATMENT, Missed.REPLY, Missed.CONFLICT),
    }
)
"""What a reviewer is asked of each complaint, by the kind of the sample.

Source: ISO 10002:2018, 4.7 and 8.3.
"""


class Review(StrEnum):
    """What a reviewer finds of how a complaint was handled."""

    IN_ORDER = "in_order"
    TO_IMPROVE = "to_improve"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the finding as a person reads it."""
        return {"in_order": "In order", "to_improve": "Something to improve"}[self.value]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is asked of chance.

    Attributes:
        reviewer: User name of who is to review.
        size: How many complaints, at most.
        period: In which they were closed.
        seed: The same seed draws the same complaints from the same ones.
        until_at: Until when they are open to the reviewer; does not belong to it.
        kind: What the reviewer looks at.
    """

    reviewer: str
    size: int
    period: Period
    seed: str
    until_at: datetime
    kind: SampleKind = SampleKind.QUALITY


@dataclass(frozen=True, slots=True)
class Sample:
    """Complaints that were drawn at once for one reviewer.

    Attributes:
        drawing: What was asked for.
        among: From how many complaints it was drawn.
        cases: How many are in it; those that were restricted later have left it.
        reviewed: How many of them are reviewed.
        to_improve: In how many of them there is something to improve.
        ended_by: User name of who ended it early; empty where nobody did.
    """

    id: int
    drawing: Drawing
    among: int
    drawn_by: str
    drawn_at: datetime
    cases: int
    reviewed: int
    to_improve: int
    ended_by: str = ""

    def is_live(self, now: datetime) -> bool:
        """Tell whether its complaints are open to the reviewer."""
        return not self.ended_by and now < self.drawing.until_at


@dataclass(frozen=True, slots=True)
class Drawn:
    """A complaint of a sample.

    Attributes:
        review: What the reviewer found; None while it waits for the review.
        missed: What was not as it should be, of what the reviewer was asked.
    """

    reference: str
    category: str
    severity: int
    closed_at: datetime | None
    review: Review | None
    reviewed_at: datetime | None
    missed: tuple[Missed, ...] = ()


def shares(strata: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    """Return how many are drawn from each stratum, so that each is drawn from as its part is large.

    Where there is room for it, no stratum is left out.

    Args:
        strata: How many complaints are in each; at least one.
        size: How many are drawn; no more than there are.

    Raises:
        ValueError: More are wanted than there are.

    Source: ISO 10002:2018, 8.3.
    """
    total = sum(strata.values())
    if size > total:
        raise ValueError(f"{size} are wanted of {total}")
    taken = dict.fromkeys(strata, int(size >= len(strata)))
    for _ in range(size - sum(taken.values())):
        # To whom most is missing; of equal ones to the largest, and then by name.
        needy = min(strata, key=lambda s: (taken[s] * total - size * strata[s], -strata[s], s))
        taken[needy] += 1
    return taken


def size_of(closed: int, *, percent: int, at_least: int) -> int:
    """Return how many of some closed complaints are drawn: a part, rounded up, or at least so many.

    Never more than there are.
    """
    return min(closed, max(at_least, -(-closed * percent // 100)))
