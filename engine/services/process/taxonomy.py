"""Tables of complaint types that others keep, as categories and as rules that choose them.

A taxonomy such as that of DIGIT names for each type of complaint what it belongs to, who deals with
it, within how many hours, and the words by which people mean it. Here it becomes data: categories
for the policy, and rules for an import mapping that find the category in a complaint's words.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.domain.mapping import UNREADABLE
from engine.errors import InvalidInputError
from engine.services.bulk.table_file import read_table

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("sub type", "complaint sub type", "service name", "category", "name"),
    "group": ("main category", "complaint type", "menu path", "group"),
    "department": ("department name", "department", "team"),
    "hours": ("resolution time (hours)", "sla hours", "hours"),
    "words": ("search words", "search words (comma separated)", "keywords"),
}
"""Our name of each column, and the headings it goes by; marks, case and spaces do not count."""


@dataclass(frozen=True, slots=True)
class ComplaintType:
    """One type of complaint.

    Attributes:
        group: What it belongs to; empty where the table says nothing, as are the others.
        hours: Within which it is to be resolved; 0 for nothing said.
        words: By which people mean it.
    """

    title: str
    group: str = ""
    department: str = ""
    hours: int = 0
    words: tuple[str, ...] = ()


def read(path: Path) -> tuple[ComplaintType, ...]:
    """Return the types of complaint that a table names, in its order; one named twice, once.

    Args:
        path: As ``read_table`` takes it; of a workbook, the first sheet with a column of types.

    Raises:
        InvalidInputError: There is no such file, it is no table, or it names no type of complaint.
    """
    found: dict[str, ComplaintType] = {}
    for line, row in read_table(path, fits=_has_titles):
        if row.get(UNREADABLE):
            raise InvalidInputError({f"line {line}": row[UNREADABLE]})
        kind = _read(_named(row), line)
        if kind is not None:
            found.setdefault(kind.title.casefold(), kind)
    if not found:
        raise InvalidInputError({path.name: "The table names no type of complaint."})
    return tuple(found.values())


def as_toml(types: Iterable[ComplaintType], *, source: str) -> str:
    """Return types of complaint as they stand in a policy, and as the rules of a mapping."""
    known = tuple(types)
    lines = [
        f"# From {json.dumps(source)}. For the policy:",
        "",
        "[policy]",
        "categories = [",
        *(f"  {_quoted(kind.title)},{_remark(kind)}" for kind in known),
        "]",
        "",
        "# For an import mapping, which names columns “summary” and “description”:",
        "",
        "[category]",
        f"default = {_quoted(known[0].title)}",
        "rules = [",
        *(_rule(kind) for kind in known if kind.words),
        "]",
    ]
    return "\n".join(lines)


def _has_titles(headings: Sequence[str]) -> bool:
    return _TITLES & set(map(_plain, headings)) != set()


def _plain(heading: str) -> str:
    return "".join(filter(str.isalnum, heading)).casefold()


_TITLES = frozenset(_plain(heading) for heading in _COLUMNS["title"] if heading != "name")


def _named(row: Mapping[str, str]) -> dict[str, str]:
    actual = {_plain(heading): cell.strip() for heading, cell in row.items()}
    return {
        name: next((actual[key] for key in map(_plain, headings) if actual.get(key)), "")
        for name, headings in _COLUMNS.items()
    }


def _read(cells: Mapping[str, str], line: int) -> ComplaintType | None:
    """Return the type that a row names; None for a row without one.

    Raises:
        InvalidInputError: The hours are no whole number.
    """
    if not cells["title"]:
        return None
    hours = cells["hours"] or "0"
    if not hours.isdecimal():
        raise InvalidInputError({f"line {line}": f"“{hours}” is no number of hours."})
    words = tuple(dict.fromkeys(word.strip() for word in cells["words"].split(",") if word.strip()))
    return ComplaintType(cells["title"], cells["group"], cells["department"], int(hours), words)


def _remark(kind: ComplaintType) -> str:
    within = f"within {kind.hours} hours" if kind.hours else ""
    said = "; ".join(filter(None, (kind.group, kind.department, within)))
    return f" # {' '.join(said.split())}" if said else ""


def _rule(kind: ComplaintType) -> str:
    words = ", ".join(_quoted(word) for word in kind.words)
    columns = '["summary", "description"]'
    return f"  {{ columns = {columns}, contains = [{words}], value = {_quoted(kind.title)} }},"


def _quoted(text: str) -> str:
    """Return a text as TOML writes it, which is how JSON does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
