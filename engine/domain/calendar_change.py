"""Bringing running cases to the calendar in force: proposed by one, confirmed by another (4.15)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """One such change, from its proposal to the last case.

    Attributes:
        calendar: Digest of the calendar in force when it was proposed.
        later: Time limits that were to fall due later, as it was proposed,
        earlier: or earlier, and
        overdue: of these, how many would be overdue at once.
        decided_by: User name of the second person; empty while it waits for one.
        cases: How many were brought to it so far.
        finished_at: When no case was left; None while some are.
    """

    id: int
    calendar: str
    reason: str
    later: int
    earlier: int
    overdue: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    is_confirmed: bool = False
    cases: int = 0
    finished_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Tell whether a second person has still to decide it."""
        return not self.decided_by

    @property
    def is_under_way(self) -> bool:
        """Tell whether cases are being brought to it."""
        return self.is_confirmed and self.finished_at is None
