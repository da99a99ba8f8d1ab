"""Forms in a try-out: what a scenario leaves open is filled with a neutral text that fits.

A scenario says what the process routes by. Nobody has to invent reasons and letters for it, and
none of a real case are ever copied into one.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from engine.domain.filling import filled
from engine.domain.form import Form
from engine.domain.own_answers import knowing
from engine.domain.playbook import BEGIN, LONGEST_TEXT
from engine.domain.stated import STATED
from engine.errors import InvalidInputError
from engine.process.bundle import Element, ProcessBundle
from engine.process.progress import Variables

NEUTRAL = "Written in a try-out."
"""What stands where a form asks for words."""


def form_of(bundle: ProcessBundle, element: Element) -> type[Form]:
    """Return the form of a step as it is kept; one that asks nothing for a step without one."""
    name = element.form or ""
    return STATED[name] if name in STATED else bundle.form(name)


def fill(
    kind: type[Form], answers: Mapping[str, Any], known: Mapping[str, Any], variables: Variables
) -> Form:
    """Return a form with the answers of a scenario.

    Args:
        kind: The form.
        answers: What the scenario says.
        known: What the form begins with when somebody opens it, by the name of the field.
        variables: What the process knows.

    Raises:
        InvalidInputError: An answer is missing that the process routes by, or one is wrong.
    """
    asked = knowing(kind, variables)
    needed = _neutral(kind, answers, known, is_whole=False)
    try:
        return filled(asked, {**needed, **answers})
    except InvalidInputError:
        whole = _neutral(kind, answers, known, is_whole=True)
        try:
            return filled(asked, {**whole, **answers})
        except InvalidInputError:
            return filled(asked, {**needed, **answers})  # its refusal names fewer fields


def beginning(kind: type[Form], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form begins with in a try-out: neutral words where it needs some."""
    found = _neutral(kind, {}, known, is_whole=False)
    return {
        name: each.isoformat() if isinstance(each, date) else each for name, each in found.items()
    }


def scalars(kind: type[Form], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a completed form only what the process routes by; of all else nothing.

    Args:
        kind: The form.
        content: What was stated.
    """
    fields = {name: kind.model_fields[name] for name in kind.routes_by}
    said = {
        name: _number(content[name]) if _kind(field) is Decimal else content[name]
        for name, field in fields.items()
        if content.get(name) is not None
    }
    return {name: value for name, value in said.items() if value != _default(fields[name])}


def free_texts(kind: type[Form]) -> frozenset[str]:
    """Return the fields that are handed to the process and hold words of somebody's own."""
    fields = {name: kind.model_fields[name] for name in kind.routes_by}
    return frozenset(
        name
        for name, field in fields.items()
        if _kind(field) is str and not _extra(field, "choices")
    )


def _number(money: Any) -> float | int:  # noqa: ANN401 - as it is kept, a text
    number = float(money)
    return int(number) if number.is_integer() else number


def _default(field: FieldInfo) -> Any:  # noqa: ANN401 - any scalar
    return None if field.is_required() else field.get_default(call_default_factory=True)


def _extra(field: FieldInfo, name: str) -> Any:  # noqa: ANN401 - whatever stands there
    extra = field.json_schema_extra
    return extra.get(name) if isinstance(extra, dict) else None


def _neutral(
    kind: type[Form], answers: Mapping[str, Any], known: Mapping[str, Any], *, is_whole: bool
) -> dict[str, Any]:
    """Return what the form begins with, and neutral words where it needs or takes any."""
    found = {name: value for name, value in known.items() if name in kind.model_fields}
    for name, field in kind.model_fields.items():
        is_open = name not in answers and name not in found and name not in kind.routes_by
        if is_open and (field.is_required() or _extra(field, "required") or is_whole):
            found[name] = _stand_in(field)
    return {name: value for name, value in found.items() if value is not None}


def _kind(field: FieldInfo) -> Any:  # noqa: ANN401 - a type, or the form of one
    """Return what a field takes where it is not left empty."""
    if get_origin(field.annotation) in {None, tuple} or _is_list_of_words(field.annotation):
        return field.annotation
    options = [each for each in get_args(field.annotation) if each is not type(None)]
    return options[0] if options else field.annotation


def _is_list_of_words(annotation: Any) -> bool:  # noqa: ANN401 - a type form
    return all(isinstance(each, str | int) for each in get_args(annotation))


def _stand_in(field: FieldInfo) -> Any:  # noqa: ANN401 - whatever the field takes
    """Return a neutral value for a field; None where only a person can say."""
    kind = _kind(field)
    if kind in _OF_KIND:
        return _OF_KIND[kind](field)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if get_origin(kind) is tuple:
        return get_args(get_args(kind)[0])[: _limit(field, "min_length") or 1] or None
    return next(iter(get_args(kind)), None)


def _day(field: FieldInfo) -> date:
    found: date = _limit(field, "ge") or _limit(field, "le") or BEGIN.date()
    return found


def _count(field: FieldInfo) -> Decimal | int:
    most = _limit(field, "le")
    least = _limit(field, "ge")
    nearest = 0 if least is None else max(0, least)
    found: Decimal | int = nearest if most is None else min(nearest, most)
    return found


def _limit(field: FieldInfo, name: str) -> Any:  # noqa: ANN401 - a number or a day
    found = (getattr(rule, name, None) for rule in field.metadata)
    return next((each for each in found if each is not None), None)


def _words(field: FieldInfo) -> str:
    """Return neutral words within the limits of a field."""
    least = _limit(field, "min_length") or 0
    most = _limit(field, "max_length") or LONGEST_TEXT
    times = -(-least // len(NEUTRAL)) or 1
    return " ".join([NEUTRAL] * times)[:most].strip()


_OF_KIND: Mapping[Any, Callable[[FieldInfo], Any]] = {
    str: _words,
    bool: lambda _field: False,
    date: _day,
    int: _count,
    Decimal: _count,
}
