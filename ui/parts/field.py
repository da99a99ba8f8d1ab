"""One field of a form: from its declaration to a widget, and between widget and draft."""

import enum
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import annotated_types
import streamlit as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ui.parts.words import label, plain

Option = tuple[str | int, str]
"""Value and label."""
Choices = Mapping[str, Sequence[Option]]
"""Lists that are only known at run time: name to pairs of value and label."""

_FEW = 4
_SHORT = 60
"""Letters of labels that stand side by side."""
_FEW_PLACES = 2
"""Decimal places up to which a number is always shown with all of them."""
_ANY_NUMBER = "%.15g"
_LIST_TYPES = (list, tuple, set, frozenset)
_LARGEST = 2**53 - 1
"""A browser counts no further."""
_FIRST_YEAR, _LAST_YEAR = 1000, 9000
_TALL = 10_000
"""Texts that may have this many characters get a tall box."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        name: Name in the model.
        key: Name of its widget.
        kind: Type of the value, without ``None``.
        is_many: Whether several values are chosen.
        options: Pairs of value and label; None when the value is free.
        zone: Zone in which the reader states times.
        is_asked: Whether anybody is asked for it; a field can be for some cases alone.
    """

    name: str
    key: str
    info: FieldInfo
    kind: Any
    is_many: bool
    options: tuple[Option, ...] | None
    zone: ZoneInfo
    is_asked: bool = True

    @property
    def title(self) -> str:
        """Return the label of the field."""
        return self.info.title or self.name.replace("_", " ").capitalize()

    @property
    def label(self) -> str:
        """Return the title, ready for Markdown."""
        return label(self.title)

    @property
    def help(self) -> str | None:
        """Return the explanation of the field, ready for Markdown."""
        return label(self.info.description) if self.info.description else None

    @property
    def may_be_empty(self) -> bool:
        """Tell whether nothing is an answer too."""
        return type(None) in get_args(self.info.annotation) and not self.declared("required")

    @property
    def goes_without_saying(self) -> bool:
        """Tell whether there is but one answer, so that nobody is asked."""
        is_one = self.options is not None and len(self.options) == 1
        return is_one and self.declared("choices") is not None and not self.is_many

    def limit(self, kind: type[Any], name: str) -> Any:  # noqa: ANN401 - whatever the field declares
        """Return a declared limit such as the largest value; None when there is none."""
        return next(
            (getattr(item, name) for item in self.info.metadata if isinstance(item, kind)), None
        )

    def declared(self, name: str) -> Any:  # noqa: ANN401 - whatever the field declares
        """Return a value of ``json_schema_extra``; None when it is not stated."""
        declared = self.info.json_schema_extra
        return declared.get(name) if isinstance(declared, dict) else None


def fields_of(model: type[BaseModel], *, key: str, choices: Choices, zone: ZoneInfo) -> list[Field]:
    """Return the fields of a model in their order."""
    return [_field(name, info, key, choices, zone) for name, info in model.model_fields.items()]


def _field(name: str, info: FieldInfo, key: str, choices: Choices, zone: ZoneInfo) -> Field:
    kind = _without_none(info.annotation)
    is_many = get_origin(kind) in _LIST_TYPES
    if is_many:
        kind = get_args(kind)[0]
    declared = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    named, asked_with = declared.get("choices"), declared.get("asked_with")
    options = tuple(choices[str(named)]) if named else _listed(info) or _options(kind)
    is_asked = not asked_with or bool(choices.get(str(asked_with)))
    return Field(name, f"{key}.{name}", info, kind, is_many, options, zone, is_asked)


def _without_none(annotation: Any) -> Any:  # noqa: ANN401 - a type form
    if get_origin(annotation) not in {Union, types.UnionType}:
        return annotation
    return next(part for part in get_args(annotation) if part is not type(None))


def _listed(info: FieldInfo) -> tuple[Option, ...] | None:
    """Return the options that a field lists with their labels; None where it lists none."""
    declared = info.json_schema_extra
    listed = declared.get("options") if isinstance(declared, dict) else None
    return tuple(map(tuple, listed)) if isinstance(listed, list) else None  # type: ignore[arg-type] # pairs


def _options(kind: Any) -> tuple[Option, ...] | None:  # noqa: ANN401 - a type form
    if get_origin(kind) is Literal:
        return tuple((value, _worded(value)) for value in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return tuple((member.value, _titled(member)) for member in kind)
    return None


def _titled(member: enum.Enum) -> str:
    title = getattr(member, "title", None)
    return title if isinstance(title, str) else _worded(member.value)


def _worded(value: object) -> str:
    return str(value).replace("_", " ").capitalize()


def to_widget(field: Field, stored: object) -> object:
    """Return what a draft or default means to the widget; None where it means nothing."""
    if field.options is not None:
        return _chosen(field, stored)
    if stored is None:
        return {str: "", bool: False}.get(field.kind)
    try:
        return _parsed(field, stored)
    except (ValueError, ArithmeticError):
        return None


def _chosen(field: Field, stored: object) -> object:
    known = [value for value, _ in field.options or ()]
    if field.goes_without_saying:
        return known[0]
    if field.is_many:
        wanted = stored if isinstance(stored, _LIST_TYPES) else ()
        return [value for value in known if value in wanted]
    return stored if stored in known else None


def _parsed(field: Field, stored: object) -> object:
    if field.kind is Decimal:
        number = float(Decimal(str(stored)))
        if not isfinite(number):
            raise ValueError("no widget shows it")
        return number
    if field.kind is datetime:
        moment = datetime.fromisoformat(str(stored))
        return moment.astimezone(field.zone).replace(tzinfo=None)
    if field.kind is date:
        return date.fromisoformat(str(stored))
    if field.kind is bool:
        return bool(stored)
    if field.kind is int:
        whole = int(str(stored))
        if abs(whole) > _LARGEST:
            raise ValueError("no widget shows it")
        return whole
    return str(stored)


def to_draft(field: Field, value: object) -> object:
    """Return what the widget holds as JSON knows it; exact for money."""
    if isinstance(value, float) and field.kind is Decimal:
        exact = Decimal(str(value)).quantize(Decimal(10) ** -_places(field))
        return str(exact) if _places(field) <= _FEW_PLACES else format(exact.normalize(), "f")
    if isinstance(value, datetime):
        return value.replace(tzinfo=field.zone).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, _LIST_TYPES) else value


def default_of(field: Field) -> object:
    """Return the declared default as a draft would hold it; None when there is none."""
    default = field.info.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined or default is None:
        return None
    if isinstance(default, enum.Enum):
        return default.value
    return str(default) if isinstance(default, Decimal) else default


def _places(field: Field) -> int:
    places = next(
        (item.decimal_places for item in field.info.metadata if hasattr(item, "decimal_places")),
        None,
    )
    return 2 if places is None else int(places)


def draw(field: Field, on_change: Callable[[], None]) -> None:
    """Draw the widget; its value is in the session state under ``field.key``."""
    if field.options is not None:
        _draw_choice(field, on_change)
    elif field.kind is bool:
        st.toggle(field.label, key=field.key, help=field.help, on_change=on_change)
    elif field.kind in {int, Decimal}:
        _draw_number(field, on_change)
    elif field.kind in {date, datetime}:
        _draw_time(field, on_change)
    else:
        _draw_text(field, on_change)


def _draw_choice(field: Field, on_change: Callable[[], None]) -> None:
    labels = dict(field.options or ())
    values = list(labels)
    shared: dict[str, Any] = {"key": field.key, "help": field.help, "on_change": on_change}
    if field.is_many:
        st.multiselect(field.label, values, format_func=labels.__getitem__, **shared)
    elif len(values) <= _FEW and sum(map(len, labels.values())) <= _SHORT:
        st.segmented_control(
            field.label,
            values,
            format_func=lambda value: plain(labels[value]),
            required=not field.may_be_empty,  # else a second click would take the answer back
            **shared,
        )
    else:
        st.selectbox(field.label, values, index=None, format_func=labels.__getitem__, **shared)


def _draw_number(field: Field, on_change: Callable[[], None]) -> None:
    # No limits here: Streamlit keeps what lies beyond them to itself, and the form would be sent
    # with the number before. The form says what is wrong, like everything else.
    is_whole, places = field.kind is int, min(_places(field), _FEW_PLACES)
    is_money = not is_whole and _places(field) <= _FEW_PLACES
    st.number_input(
        field.label,
        value=None,
        step=1 if is_whole else 10.0**-places,
        format=None if is_whole else f"%.{places}f" if is_money else _ANY_NUMBER,
        key=field.key,
        help=field.help,
        on_change=on_change,
    )


def _draw_time(field: Field, on_change: Callable[[], None]) -> None:
    shared: dict[str, Any] = {"key": field.key, "help": field.help, "on_change": on_change}
    widget = st.datetime_input if field.kind is datetime else st.date_input
    # Wide limits, for the reason that numbers have none; by itself Streamlit allows ten years.
    limits = {"min_value": field.kind(_FIRST_YEAR, 1, 1), "max_value": field.kind(_LAST_YEAR, 1, 1)}
    widget(field.label, value=None, format="DD/MM/YYYY", **limits, **shared)


def _draw_text(field: Field, on_change: Callable[[], None]) -> None:
    # No longest text here: Streamlit drops a longer one that is pasted, without a word.
    longest = field.limit(annotated_types.MaxLen, "max_length")
    shared: dict[str, Any] = {"key": field.key, "help": field.help, "on_change": on_change}
    if field.declared("multiline"):
        usual = 240 if longest is None or longest >= _TALL else 120
        height = field.declared("height") or usual
        st.text_area(field.label, height=height, **shared)
    else:
        st.text_input(field.label, **shared)
