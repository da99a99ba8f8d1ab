"""The one place that asks the operating system for the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present, aware and in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the way out that the rule names
