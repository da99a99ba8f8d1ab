"""One answer to a form of an organisation, in the type of its field."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from engine.domain.field_kind import FieldKind
from engine.domain.own_form import OwnField
from engine.domain.own_limit import day_of, number_of

Scalar = str | int | float | bool | None
Answer = str | int | Decimal | date | bool | tuple[str, ...] | None

_FEW = 12
"""Choices that a refusal repeats."""


def answer_of(field: OwnField, stated: object) -> Answer:
    """Return an answer in the type of its field, exactly; None for nothing.

    Limits are not looked at.

    Raises:
        ValueError: It is of another type, or not among the choices.
    """
    if isinstance(stated, str):
        stated = stated.strip()
    if stated is None or stated in ("", [], ()):
        return None
    return _READERS[field.kind](field, stated)


def _text(field: OwnField, stated: object) -> str:
    if not isinstance(stated, str):
        raise ValueError("must be text.")  # noqa: TRY004 - part of a sentence
    if field.kind is FieldKind.TEXT and len(stated.splitlines()) > 1:
        raise ValueError("must be one line.")
    return stated


def _number(field: OwnField, stated: object) -> Decimal | int:
    number = number_of(stated)
    if field.kind is not FieldKind.INTEGER:
        return number
    if number != number.to_integral_value():
        raise ValueError("must be a whole number.")
    return int(number)


def _yes_or_no(field: OwnField, stated: object) -> bool:
    del field
    if not isinstance(stated, bool):
        raise ValueError("must be yes or no.")  # noqa: TRY004 - part of a sentence
    return stated


def _choice(field: OwnField, stated: object) -> str:
    values = [choice.value for choice in field.choices]
    if not isinstance(stated, str) or stated not in values:
        told = ", ".join(values) if len(values) <= _FEW else "the list"
        raise ValueError(f"must be one of {told}.")
    return stated


def _choices(field: OwnField, stated: object) -> tuple[str, ...]:
    if not isinstance(stated, list | tuple):
        raise ValueError("must be a list.")  # noqa: TRY004 - part of a sentence
    chosen = {_choice(field, each) for each in stated}
    return tuple(choice.value for choice in field.choices if choice.value in chosen)


_READERS: Mapping[FieldKind, Callable[[OwnField, object], Answer]] = {
    FieldKind.TEXT: _text,
    FieldKind.PARAGRAPH: _text,
    FieldKind.INTEGER: _number,
    FieldKind.DECIMAL: _number,
    FieldKind.AMOUNT: _number,
    FieldKind.DATE: lambda _, stated: day_of(stated),
    FieldKind.YES_NO: _yes_or_no,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
}


def scalar_of(answer: Answer) -> Scalar:
    """Return an answer as conditions and the process know it; several choices are nothing."""
    if isinstance(answer, Decimal):
        return float(answer)
    if isinstance(answer, date):
        return answer.isoformat()
    return None if isinstance(answer, tuple) else answer
