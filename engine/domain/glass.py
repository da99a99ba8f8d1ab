"""Looks at complaints that were closed to somebody, in an emergency."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Glass:
    """A look at a case that was closed to somebody.

    Attributes:
        until_at: When the look ends.
        seen_by: User name of whoever has looked into it afterwards; empty until then.
    """

    id: int
    reference: str
    username: str
    reason: str
    broken_at: datetime
    until_at: datetime
    seen_by: str
    seen_at: datetime | None
