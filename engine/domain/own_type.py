"""What a field of an organisation's form takes, declared for checks, pages and schemas alike."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

from engine.domain.field_kind import FieldKind
from engine.domain.own_form import OwnField
from engine.domain.own_limit import DIGITS, LARGEST, LONGEST, PLACES, Limit

_TYPES: Mapping[FieldKind, type[Any]] = {
    FieldKind.INTEGER: int,
    FieldKind.DECIMAL: Decimal,
    FieldKind.AMOUNT: Decimal,
    FieldKind.DATE: date,
    FieldKind.YES_NO: bool,
}


def declared(field: OwnField) -> tuple[Any, FieldInfo]:
    """Return type and limits of a field, for checks, pages and schemas."""
    extra: dict[str, Any] = {"required": field.required}
    if field.shown_when:
        extra["shown_when"] = field.shown_when
    shared: dict[str, Any] = {"title": field.title, "description": field.help or None}
    limits = _limits(field)
    if field.kind is FieldKind.PARAGRAPH:
        extra["multiline"] = True
    if field.kind.is_chosen:
        extra["options"] = [[choice.value, choice.title] for choice in field.choices]
    if field.kind is FieldKind.YES_NO:
        extra["options"] = [[True, "Yes"], [False, "No"]]
    shared |= {"json_schema_extra": extra, **limits}
    return _type(field) | None, Field(default=None, **shared)


def _type(field: OwnField) -> Any:  # noqa: ANN401 - a type form
    if field.kind.is_chosen:
        one: Any = Literal[tuple(choice.value for choice in field.choices)]
        return one if field.kind is FieldKind.CHOICE else tuple[one, ...]
    return _TYPES.get(field.kind, str)


def _limits(field: OwnField) -> dict[str, Any]:
    lowest, highest = field.minimum, field.maximum
    if not field.kind.has_limits:
        return {}
    if field.kind.is_counted:
        shortest, longest = _whole(lowest), _whole(highest) or LONGEST.get(field.kind)
        return _said(min_length=shortest, max_length=longest)
    if field.kind is FieldKind.DATE:
        return _said(ge=lowest, le=highest)
    if field.kind is FieldKind.AMOUNT and lowest is None:
        lowest = Decimal(0)
    if field.kind is FieldKind.INTEGER:
        return {"ge": _whole(lowest, -LARGEST), "le": _whole(highest, LARGEST)}
    lowest = -LARGEST if lowest is None else lowest
    highest = LARGEST if highest is None else highest
    places = PLACES[field.kind]
    return {"ge": lowest, "le": highest, "max_digits": DIGITS, "decimal_places": places}


def _whole(limit: Limit | None, otherwise: Decimal | None = None) -> int | None:
    number = otherwise if limit is None else limit
    return int(number) if isinstance(number, Decimal) else None


def _said(**limits: object) -> dict[str, Any]:
    return {name: limit for name, limit in limits.items() if limit is not None}
