"""Own forms (JSON) as subjects: the form, and each of its fields."""

import json
from collections.abc import Iterator
from typing import Any

from engine.process.compare.subject import ORDER, Path, Subject, unlike

_NAMED_BY = ("name", "value", "id")


def read_form(content: bytes, *, number: int, place: int) -> Iterator[Subject]:
    """Yield the subjects of a form.

    Raises:
        ValueError: It cannot be read.
    """
    form = json.loads(content)
    if not isinstance(form, dict):
        raise ValueError("a form is an object")  # noqa: TRY004 - it says something of the file
    fields = form.get("fields")
    fields = [each for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []
    id_ = str(form.get("id") or f"/form {number + 1}")
    own = _flat({name: value for name, value in form.items() if name not in {"id", "fields"}})
    names = [str(each.get("name") or f"#{n}") for n, each in enumerate(fields, 1)]
    keys = [f"{id_}/field {name}" for name in names]
    own |= {(ORDER,): "\n".join(keys)} if len(keys) > 1 else {}
    key = f"form {id_}"
    yield Subject(key, "", "form", str(form.get("title") or id_), key, own, place)
    for nth, (of, name, each) in enumerate(zip(keys, names, fields, strict=True), 1):
        facts = _flat({name: value for name, value in each.items() if name != "name"})
        label = str(each.get("title") or name)
        yield Subject(of, "", "field", label, key, facts, place + nth)


def _flat(value: Any, path: Path = ()) -> dict[Path, str]:  # noqa: ANN401 - whatever JSON holds
    """Return every value within, as text, by where it stands."""
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = _listed(value)
    else:
        said = value if isinstance(value, str) else json.dumps(value)
        return {path: said} if value not in {"", None} else {}
    found: dict[Path, str] = {}
    if isinstance(value, list) and len(pairs) > 1:
        found[*path, ORDER] = "\n".join(name for name, _each in pairs)
    for name, each in pairs:
        found |= _flat(each, (*path, str(name)))
    return found


def _listed(values: list[Any]) -> list[tuple[str, Any]]:
    """Return what is in a list, each with a name of its own."""
    found: dict[str, Any] = {}
    for number, each in enumerate(values, 1):
        found[unlike(f"[{_name_of(each, number)}]", found)] = each
    return list(found.items())


def _name_of(value: Any, number: int) -> str:  # noqa: ANN401 - as above
    if isinstance(value, dict):
        return next((str(value[name]) for name in _NAMED_BY if value.get(name)), str(number))
    return str(number)
