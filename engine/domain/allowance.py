"""How much time a promise or a step has: an amount of a unit, as people and diagrams write it."""

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

MOST = 10_000
"""Largest amount of an allowance; more is a slip of the keyboard."""

_WORDS = re.compile(r"(\d+)\s*([a-z]+(?:[ _][a-z]+)?)")
_ISO = re.compile(r"p(?:(\d+)([dwm])|t(\d+)([hm]))")


class AllowanceUnit(StrEnum):
    """What an allowance is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    WORKING_MINUTES = "working_minutes"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"

    @property
    def is_working_time(self) -> bool:
        """Tell whether the allowance runs only while the calendar is open."""
        return self.value.startswith("working_")


_ISO_DATES = {"d": AllowanceUnit.DAYS, "w": AllowanceUnit.WEEKS, "m": AllowanceUnit.MONTHS}
_ISO_TIMES = {"h": AllowanceUnit.HOURS, "m": AllowanceUnit.MINUTES}


class Allowance(BaseModel):
    """How much time a promise or a step has, for example three working days."""

    model_config = ConfigDict(frozen=True)

    amount: int = Field(gt=0, le=MOST)
    unit: AllowanceUnit

    def __str__(self) -> str:
        """Return the allowance as a person writes it; `parse_allowance` reads it back."""
        unit = self.unit.value.replace("_", " ")
        return f"{self.amount} {unit.removesuffix('s') if self.amount == 1 else unit}"


def parse_allowance(text: str) -> Allowance:
    """Read an allowance such as ``3 working days``, ``8 weeks``, ``P28D`` or ``"PT4H"``.

    Args:
        text: Amount and unit, singular or plural, or one part of an ISO 8601 duration; upper or
            lower case, with or without quotes around it.

    Raises:
        ValueError: The text is no such allowance, or its amount is outside 1 to 10,000.
    """
    plain = text.strip().strip("\"'").strip().lower()
    found = _iso(plain) or _words(plain)
    if found is None:
        raise ValueError(
            f"“{text}” is no allowance such as “3 working days”, “4 working hours”, “8 weeks” "
            "or “P28D”."
        )
    amount, unit = found
    if not 1 <= amount <= MOST:
        raise ValueError(f"“{text}” is no allowance: the amount must be from 1 to {MOST:,}.")
    return Allowance(amount=amount, unit=unit)


def _iso(plain: str) -> tuple[int, AllowanceUnit] | None:
    match = _ISO.fullmatch(plain)
    if match is None:
        return None
    if match[1]:
        return int(match[1]), _ISO_DATES[match[2]]
    return int(match[3]), _ISO_TIMES[match[4]]


def _words(plain: str) -> tuple[int, AllowanceUnit] | None:
    match = _WORDS.fullmatch(plain)
    if match is None:
        return None
    name = match[2].replace(" ", "_").removesuffix("s") + "s"
    return (int(match[1]), AllowanceUnit(name)) if name in list(AllowanceUnit) else None
