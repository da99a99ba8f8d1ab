"""What a simulation tells when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.services.figures.reporting import Report


@dataclass(frozen=True, slots=True)
class Story:
    """What happened in a simulation.

    Attributes:
        counts: How many cases were received, closed, late, escalated, returned …
        wrong: Reference and reason of each case that did not end as its diagram says.
        digest: Hash over everything that happened; the same seed gives the same one.
    """

    cases: int
    counts: Mapping[str, int]
    wrong: tuple[tuple[str, str], ...]
    digest: str
    report: Report
