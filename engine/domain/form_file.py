"""Forms of an organisation as files: JSON that is read strictly and written canonically."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from engine.domain.field_kind import FieldKind
from engine.domain.filling import sentence
from engine.domain.own_form import OwnForm, clashes
from engine.domain.text import without_controls
from engine.errors import InvalidInputError

LARGEST = 200_000
"""Bytes of a form."""


class _UnreadableError(Exception):
    """A file is no JSON; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class FormFault:
    """One thing that is wrong with a form.

    Attributes:
        field: Position of the field, from 0; None for the form itself.
        label: Title of the field, or of the form; may be empty.
        part: What of it: ``title``, ``choices`` and so on; empty for the whole.
        problem: A whole sentence, or one that begins after the name of the part.
        form: What the form is called; empty where the file says nothing.
    """

    field: int | None
    label: str
    part: str
    problem: str
    form: str = ""

    @property
    def place(self) -> str:
        """Return where it is, for a reader."""
        whose = "The form" if self.field is None else f"Field {self.field + 1}"
        named = f"{whose} “{self.label}”" if self.label else whose
        return f"{named}, {PARTS.get(self.part, self.part)}" if self.part else named

    @property
    def said(self) -> str:
        """Return what is wrong for a reader who sees the field, not the form."""
        name = PARTS.get(self.part, self.part)
        return f"{name.capitalize()} {self.problem}" if self.problem[:1].islower() else self.problem


PARTS = {
    "id": "id",
    "title": "title",
    "help": "help",
    "fields": "fields",
    "name": "name",
    "kind": "kind",
    "required": "required",
    "choices": "choices",
    "minimum": "minimum",
    "maximum": "maximum",
    "shown_when": "condition",
    "routes": "decides the way",
}
"""What the parts of a form are called."""


def read_form(content: bytes) -> OwnForm:
    """Return the form that a file holds.

    Raises:
        InvalidInputError: The file is no form; says of each field what is wrong.
    """
    form, faults = examine(content)
    if form is None:
        problems: dict[str, str] = {}
        for fault in faults:
            said = problems.get(fault.place)
            problems[fault.place] = f"{said} {fault.problem}" if said else fault.problem
        raise InvalidInputError(problems)
    return form


def examine(content: bytes) -> tuple[OwnForm | None, tuple[FormFault, ...]]:
    """Return the form that a file holds, or None and everything that is wrong with it."""
    try:
        read = _read(content)
    except _UnreadableError as error:
        return None, (FormFault(None, "", "", str(error)),)
    try:
        return OwnForm.model_validate(read), ()
    except ValidationError as error:
        return None, tuple(sorted(_faults(error, read), key=_position))


def write_form(form: OwnForm) -> bytes:
    """Return a form as canonical JSON: the same form always gives the same bytes."""
    said = form.model_dump(mode="python")
    said["fields"] = [_said(field) for field in said["fields"]]
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def _said(field: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field without what says nothing."""
    always = {"name", "title", "kind", "required"}
    return {
        name: _limit(value) if name in {"minimum", "maximum"} else value
        for name, value in field.items()
        if name in always or not (value is None or value is False or value in ("", ()))
    }


def _limit(limit: Decimal | date) -> int | float | str:
    if isinstance(limit, date):
        return limit.isoformat()
    # A limit has few enough digits for a number of JSON to keep it exactly.
    return int(limit) if limit == limit.to_integral_value() else float(limit)


def _read(content: bytes) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return what a file holds.

    Raises:
        _UnreadableError: It is too large, or no JSON.
    """
    if len(content) > LARGEST:
        raise _UnreadableError(f"The file has more than {LARGEST:,} bytes.")
    try:
        read = json.loads(
            content.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_once,
        )
    except UnicodeDecodeError as error:
        raise _UnreadableError("The file is not written in UTF-8.") from error
    except json.JSONDecodeError as error:
        problem = f"The file is no JSON: line {error.lineno} cannot be read."
        raise _UnreadableError(problem) from error
    except (ValueError, RecursionError) as error:
        raise _UnreadableError("The file is no JSON that can be read.") from error
    return without_controls(read)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; of two values under one name nobody knows which is meant.

    Raises:
        _UnreadableError: A name stands in it twice.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _UnreadableError(f"“{name}” stands twice in one place of the file.")
        found[name] = value
    return found


def _faults(error: ValidationError, read: object) -> Iterator[FormFault]:
    fields = read.get("fields") if isinstance(read, dict) else None
    entries = [each if isinstance(each, dict) else {} for each in _list(fields)]
    named = [(_line(each.get("name")), _line(each.get("title"))) for each in entries]
    yield from (_at(read, place, part, why) for place, part, why in clashes(named))
    for detail in error.errors():
        place, part = _place(detail["loc"])
        is_said = detail["type"] == "too_short" and bool(entries)  # of fields that are none
        if not is_said and (detail["loc"] or not isinstance(read, dict)):
            yield _at(read, place, part, _problem(detail))


def _problem(detail: Mapping[str, Any]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in {"model_type", "dict_type"}:
        return "This is no object of JSON."
    if kind == "too_short":
        return "It asks nothing yet; add a field."
    if kind == "enum":
        return f"must be one of {', '.join(FieldKind)}."
    if kind == "extra_forbidden":
        return "means nothing to Redress."
    return sentence(kind, detail["msg"], context)


def _place(loc: tuple[int | str, ...]) -> tuple[int | None, str]:
    if len(loc) > 1 and loc[0] == "fields" and isinstance(loc[1], int):
        return loc[1], str(loc[2]) if len(loc) > 2 else ""
    return None, str(loc[0]) if loc else ""


def _at(read: object, place: int | None, part: str, problem: str) -> FormFault:
    form = read if isinstance(read, dict) else {}
    about = form if place is None else _list(form.get("fields"))[place]
    title = _named(about.get("title")) if isinstance(about, dict) else ""
    return FormFault(place, title, part, problem, _named(form.get("title") or form.get("id")))


def _named(found: object) -> str:
    return _line(found)[:80].encode(errors="replace").decode()


def _line(found: object) -> str:
    return " ".join(found.split()) if isinstance(found, str) else ""


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _position(fault: FormFault) -> int:
    return -1 if fault.field is None else fault.field
