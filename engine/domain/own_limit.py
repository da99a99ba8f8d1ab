"""How small and how large the answers to a form of an organisation may be."""

import re
from datetime import date
from decimal import Decimal

from engine.domain.field_kind import FieldKind

Limit = Decimal | date
"""A number, a number of characters or choices, or a day."""

LONGEST = {FieldKind.TEXT: 500, FieldKind.PARAGRAPH: 20_000}
"""Characters that a text may have, whatever its form says."""
LARGEST = Decimal(10) ** 12
PLACES = {FieldKind.AMOUNT: 2, FieldKind.DECIMAL: 6, FieldKind.INTEGER: 0}
"""Decimal places of numbers."""
DIGITS = 15

_NUMBER = re.compile(r"[+-]?\d{1,16}(\.\d{1,16})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def number_of(stated: object) -> Decimal:
    """Return the number that was stated, exactly.

    Raises:
        ValueError: It is none.
    """
    if isinstance(stated, bool) or not isinstance(stated, int | float | str | Decimal):
        raise ValueError("must be a number.")  # noqa: TRY004 - part of a sentence
    text = format(stated, "f") if isinstance(stated, Decimal) else str(stated).strip()
    if isinstance(stated, float):
        text = format(Decimal(text), "f")
    if not _NUMBER.fullmatch(text):
        raise ValueError("must be a number.")
    return Decimal(text)


def day_of(stated: object) -> date:
    """Return the day that was stated, as a date or as ``2026-03-31``.

    Raises:
        ValueError: It is none.
    """
    if type(stated) is date:
        return stated
    if not isinstance(stated, str) or not _DAY.fullmatch(stated.strip()):
        raise ValueError("must be a date.")
    try:
        return date.fromisoformat(stated.strip())
    except ValueError as error:
        raise ValueError("must be a date.") from error


def limit_of(kind: FieldKind, stated: object) -> Limit:
    """Return a limit of a form.

    Raises:
        ValueError: It does not fit the kind of the field.
    """
    if kind is FieldKind.DATE:
        return day_of(stated)
    number = number_of(stated)
    places = 0 if kind.is_counted else PLACES[kind]
    if round(number, places) != number:
        raise ValueError(
            f"may have at most {places} decimal places." if places else "must be a whole number."
        )
    if len(number.normalize().as_tuple().digits) > DIGITS:
        raise ValueError(f"may have at most {DIGITS} digits.")
    if abs(number) > LARGEST:
        raise ValueError(f"must lie between -{LARGEST:,} and {LARGEST:,}.")
    if kind.is_counted and number < 0:
        raise ValueError("must be 0 or more.")
    if kind.is_text and number > LONGEST[kind]:
        raise ValueError(f"A {kind.title.lower()} has at most {LONGEST[kind]:,} characters.")
    return number


def problem_of_limits(
    kind: FieldKind, minimum: Limit | None, maximum: Limit | None, *, choices: int
) -> str:
    """Return why two limits leave no answer; empty where they leave one.

    Args:
        kind: Of the field.
        minimum: None for any.
        maximum: None for any.
        choices: How many there are to choose from.
    """
    if kind is FieldKind.CHOICES and isinstance(minimum, Decimal) and minimum > choices:
        return f"No more than {choices} can be chosen."
    if kind.is_counted and maximum == 0:
        return "must be 1 or more."
    lowest = Decimal(0) if kind is FieldKind.AMOUNT and minimum is None else minimum
    if isinstance(lowest, date) and isinstance(maximum, date) and lowest > maximum:
        return f"must be {lowest} or later."
    if isinstance(lowest, Decimal) and isinstance(maximum, Decimal) and lowest > maximum:
        return f"must be {lowest} or more."
    return ""
