"""When something of the diagram falls due: the arithmetic is handed in, the core only asks."""

from collections.abc import Callable
from datetime import UTC, datetime

from engine.domain.working_time import Allowance

Timetable = Callable[[Allowance, datetime], datetime]
"""Working-time arithmetic: the instant at which an allowance ends that begins at an instant."""


def read_date(text: str) -> datetime:
    """Read the absolute date of a timer and return it in UTC.

    Raises:
        ValueError: The text is no ISO 8601 date and time, or says no offset from UTC.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"“{text}” does not say its offset from UTC, such as Z or +02:00.")
    return instant.astimezone(UTC)
