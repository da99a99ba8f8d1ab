"""Sets of cases that a figure counts; the list behind a number is the same set."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Self

SetName = Literal[
    "received",
    "closed",
    "open",
    "clock_due",
    "clock_on_time",
    "clock_late",
    "reopened",
    "withdrawn",
    "escalated",
    "survey_sent",
    "survey_answered",
    "survey_returned",
    "survey_responses",
]


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Which cases are meant.

    Attributes:
        name: ``received`` and ``closed`` in the period; ``open`` at its end; ``clock_*``: a
            clock fell due in the period, and was met in time or not; a clock that is late and
            still open counts as late. ``survey_sent``: invited to the survey in the period; of
            these, those that answered, and those whose mail came back; ``survey_responses``:
            answered in the period, invited or not.
        start: Begin of the period; belongs to it.
        end: End of the period; does not belong to it.
        now: The present; a clock that falls due later is not counted yet.
        clock: Code of the clock for the ``clock_*`` sets.
        age_band: Id of one of ``kpi.AGE_BANDS``, by age at the end of the period.
    """

    name: SetName
    start: datetime
    end: datetime
    now: datetime
    clock: str = ""
    category: str | None = None
    severity: int | None = None
    age_band: str | None = None

    def but(self, **changes: object) -> Self:
        """Return the same set with some parts changed."""
        return replace(self, **changes)  # type: ignore[arg-type] # keys are this class's own fields

    @property
    def until(self) -> datetime:
        """Return the end of what can be known: the period's end, at most the present."""
        return min(self.end, self.now)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list behind a number."""

    reference: str
    summary: str
    category: str
    severity: int
    received_at: datetime
    decided_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
