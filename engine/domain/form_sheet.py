"""A form while somebody makes it: it need not be whole, and nothing that was typed is lost."""

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.domain.field_kind import FieldKind
from engine.domain.own_name import id_from, name_from
from engine.errors import InvalidInputError

_STEM = "New question"


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A form as its file says it, good or not.

    Attributes:
        said: The object of the file; ``fields`` is a list of objects.
    """

    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> Sequence[Mapping[str, Any]]:
        """Return the fields, in their order."""
        found: Sequence[Mapping[str, Any]] = self.said["fields"]
        return found

    def text(self, part: str, at: int | None = None) -> str:
        """Return what stands in a part, of the form or of the field at a position."""
        return str((self.said if at is None else self.fields[at]).get(part, "") or "")

    def kind(self, at: int) -> FieldKind:
        """Return the kind of a field; a short text where it says none."""
        said = str(self.fields[at].get("kind"))
        return FieldKind(said) if said in {*FieldKind} else FieldKind.TEXT

    def place_of(self, name: str, otherwise: int | None) -> int | None:
        """Return where the field of a name stands now, wherever it stood.

        Raises:
            InvalidInputError: Neither it nor the position that is named otherwise is there.
        """
        names = [each.get("name") for each in self.fields]
        if otherwise is None or names.count(name) == 1:
            return otherwise if otherwise is None else names.index(name)
        if otherwise >= len(names):
            raise InvalidInputError({"": "Somebody has removed this question meanwhile."})
        return otherwise

    def with_part(self, part: str, value: object, at: int | None = None) -> "FormSheet":
        """Return the form with another value in a part of it, or of one of its fields."""
        said = deepcopy(dict(self.said))
        about = said if at is None else said["fields"][at]
        if at is not None and part == "title":
            _rename_with_title(said, at, str(value))
        if at is not None and part == "name":
            _rename(said, about.get("name"), str(value))
        about[part] = value.isoformat() if isinstance(value, date) else value
        if at is not None and part == "kind":
            _drop_what_does_not_fit(about, FieldKind(str(value)))
        return FormSheet(said)

    def with_field(self) -> "FormSheet":
        """Return the form with one more field at its end."""
        titles = {str(each.get("title")) for each in self.fields}
        title, number = _STEM, 1
        while title in titles:
            number += 1
            title = f"{_STEM} {number}"
        name = name_from(title, taken=self._names())
        return self._with([*self.fields, {"name": name, "title": title, "kind": "text"}])

    def with_twin(self, at: int) -> "FormSheet":
        """Return the form with a copy of a field below it."""
        title = f"{self.text('title', at)} (copy)".strip()
        twin = dict(self.fields[at]) | {
            "title": title,
            "name": name_from(title, taken=self._names()),
        }
        return self._with([*self.fields[: at + 1], twin, *self.fields[at + 1 :]])

    def without(self, at: int) -> "FormSheet":
        """Return the form without a field."""
        return self._with([*self.fields[:at], *self.fields[at + 1 :]])

    def moved(self, at: int, by: int) -> "FormSheet":
        """Return the form with a field further down, or up."""
        fields = list(self.fields)
        fields.insert(at + by, fields.pop(at))
        return self._with(fields)

    def written(self) -> str:
        """Return the form as its file holds it."""
        return json.dumps(self.said, ensure_ascii=False, indent=2) + "\n"

    def _with(self, fields: Sequence[Mapping[str, Any]]) -> "FormSheet":
        return FormSheet({**self.said, "fields": [dict(each) for each in fields]})

    def _names(self) -> set[str]:
        return {str(each.get("name")) for each in self.fields}


def new_sheet(title: str, *, taken: Sequence[str]) -> FormSheet:
    """Return a form of one question.

    Args:
        title: Of the form.
        taken: Ids of other forms.
    """
    said = {"id": id_from(title, taken=taken), "title": title, "help": "", "fields": []}
    return FormSheet(said).with_field()


def twin_of(sheet: FormSheet, *, taken: Sequence[str]) -> FormSheet:
    """Return a copy of a form under an id and a title of its own."""
    title = f"{sheet.text('title')} (copy)".strip()
    said = {"id": id_from(title, taken=taken), "title": title}
    return FormSheet(deepcopy(dict(sheet.said)) | said)


def read_sheet(content: str) -> FormSheet | None:
    """Return the form that a file holds, however unfinished; None where it holds no form."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    fields = said.get("fields", []) if isinstance(said, dict) else None
    if not isinstance(fields, list) or not all(isinstance(each, dict) for each in fields):
        return None
    return FormSheet({**said, "fields": fields})


def choices_as_lines(choices: object) -> str:
    r"""Return choices as somebody types them, one a line; the value only where it is no surprise.

    >>> choices_as_lines([{"value": "gas", "title": "Gas"}, {"value": "p", "title": "Power"}])
    'Gas\np = Power'
    """
    lines = []
    for each in choices if isinstance(choices, list) else []:
        value, title = str(each.get("value", "")), str(each.get("title", ""))
        lines.append(title if value == _value_of(title) else f"{value} = {title}")
    return "\n".join(lines)


def choices_from_lines(text: str) -> list[dict[str, str]]:
    r"""Return the choices that were typed, one a line.

    >>> choices_from_lines("Gas\n\np = Power")
    [{'value': 'gas', 'title': 'Gas'}, {'value': 'p', 'title': 'Power'}]
    """
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        value, sign, title = (part.strip() for part in line.partition(" = "))
        found.append(
            {"value": value if sign else _value_of(line), "title": title if sign else line}
        )
    return found


def _value_of(title: str) -> str:
    """Return what is kept for a choice of this title: itself, where no Latin name can be made."""
    name = name_from(title)
    return title if name == name_from("") else name


def _rename_with_title(said: dict[str, Any], at: int, title: str) -> None:
    """Let a name follow its title, unless somebody chose it or the diagram may know it."""
    about = said["fields"][at]
    others = {str(each.get("name")) for each in said["fields"] if each is not about}
    is_suggested = about.get("name") == name_from(str(about.get("title", "")), taken=others)
    if is_suggested and not about.get("routes"):
        name = name_from(title, taken=others)
        _rename(said, about.get("name"), name)
        about["name"] = name


def _rename(said: dict[str, Any], old: object, new: str) -> None:
    """Let the conditions of a form follow a name."""
    for each in said["fields"]:
        condition = each.get("shown_when")
        if isinstance(condition, str) and isinstance(old, str) and old:
            each["shown_when"] = re.sub(rf"\b{re.escape(old)}\b", lambda _: new, condition)


def _drop_what_does_not_fit(about: dict[str, Any], kind: FieldKind) -> None:
    """Take away what only another kind of field has; a list is kept for other lists."""
    for part in ("minimum", "maximum"):
        about.pop(part, None)
    if kind.is_chosen:
        about.setdefault("choices", choices_from_lines("Yes\nNo"))
    else:
        about.pop("choices", None)
    if not kind.can_route:
        about.pop("routes", None)
