"""Decision tables (DMN) as subjects: each decision with its columns and its rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from engine.process import xml
from engine.process.compare.subject import (
    ORDER,
    Path,
    Subject,
    children_of,
    facts_of,
    spelt,
    unlike,
)

_PARTS = ("input", "output", "annotation", "rule")
_NOT_TOLD = frozenset({"DMNDI", "extensionElements"})
_ENTRIES = {"inputEntry": "input", "outputEntry": "output", "annotationEntry": "annotation"}
ANY = "-"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: by which key its cells are known, and what a reader calls it."""

    key: str
    label: str


def read_tables(root: etree._Element, *, number: int, place: int) -> Iterator[Subject]:
    """Yield the subjects of a file of decisions.

    Args:
        root: Of the file.
        number: Of the file among the tables of its version, from 0.
        place: Of its first subject.
    """
    space = xml.tag(root)[0]
    tops = list(root.iterchildren(etree.Element))
    named = [child for child in tops if xml.tag(child)[1] not in _NOT_TOLD]
    first = next((each.get("id", "") for each in named if xml.tag(each)[1] == "decision"), "")
    apart = {spelt(child, space) for child in tops if xml.tag(child)[1] != "extensionElements"}
    facts = facts_of(root, space=space, apart=apart)
    label = root.get("name") or first or f"table {number + 1}"
    key = f"/tables {first or number + 1}"
    yield Subject(key, "", "tables", label, key, facts | {("@id",): root.get("id", "")}, place)
    for element in named:
        for each in _decision(element, space):
            place += 1
            yield replace(each, place=place)


def read_layout(root: etree._Element) -> dict[str, Mapping[Path, str]]:
    """Return how the decisions of a file are drawn, in one piece."""
    space = xml.tag(root)[0]
    every = root.iterchildren(etree.Element)
    drawn = [child for child in every if xml.tag(child)[1] == "DMNDI"]
    return {f"DMNDI {n}": facts_of(each, space=space) for n, each in enumerate(drawn)}


def _decision(element: etree._Element, space: str) -> Iterator[Subject]:
    name = spelt(element, space)
    id_ = element.get("id") or f"{name} {element.get('name', '')}"
    whole = f"decision {id_}"
    facts = facts_of(element, space=space)
    label = element.get("name") or id_
    tables = [(step, child) for step, child in children_of(element, space)
              if xml.tag(child)[1] == "decisionTable"]  # fmt: skip
    step, table = tables[-1] if tables else ("", None)  # of two the last is asked
    parts = {part: [] if table is None else _all(table, part) for part in _PARTS}
    columns = {part: _columns(parts[part], part) for part in _PARTS if part != "rule"}
    own = {path: value for path, value in facts.items() if not _is_part(path, step)}
    own[("kind",)] = name
    order = [column.key for part in ("input", "output") for column in columns[part]]
    own |= {("columns",): "\n".join(order)} if len(order) > 1 else {}
    rules = parts["rule"]
    keys = _keys(rules, f"{id_}/rule")
    own |= {(ORDER,): "\n".join(keys)} if len(rules) > 1 else {}
    yield Subject(whole, "", name, label, whole, own, 0)
    for part, these in columns.items():
        for column, piece in zip(these, parts[part], strict=True):
            of_column = facts_of(piece, space=space) | {("@id",): piece.get("id", "")}
            yield Subject(column.key, "", f"{part} column", column.label, whole, of_column, 0)
    for number, (key, rule) in enumerate(zip(keys, rules, strict=True), 1):
        cells = _cells(rule, columns, space)
        yield Subject(key, "", "rule", f"Rule {number}", whole, cells, 0)


def _columns(pieces: Sequence[etree._Element], part: str) -> list[Column]:
    """Return the columns of one part of a table, each with a key of its own."""
    found: dict[str, Column] = {}
    for number, piece in enumerate(pieces, 1):
        asked = xml.text(piece.find("{*}inputExpression/{*}text"))
        label = piece.get("label") or piece.get("name") or asked or f"{part} {number}"
        key = unlike(f"{part} {piece.get('id') or label}", found)
        found[key] = Column(key, label)
    return list(found.values())


def _keys(rules: Iterable[etree._Element], base: str) -> list[str]:
    found: list[str] = []
    for number, rule in enumerate(rules, 1):
        found.append(unlike(f"{base} {rule.get('id') or f'#{number}'}", found))
    return found


def _cells(
    rule: etree._Element, columns: Mapping[str, Sequence[Column]], space: str
) -> dict[Path, str]:
    """Return what a rule says: a fact for each cell, named by its column."""
    apart = {spelt(child, space) for name in _ENTRIES for child in _all(rule, name)}
    found = facts_of(rule, space=space, apart=apart)
    found[("@id",)] = rule.get("id", "")
    for entry, part in _ENTRIES.items():
        for number, cell in enumerate(_all(rule, entry)):
            known = columns[part][number] if number < len(columns[part]) else None
            column = known.key if known else f"{part} {number + 1}"
            said = facts_of(cell, space=space)
            text = said.pop(("text", "#text"), "") or ANY
            said.pop(("text", "#there"), None)
            if cell.get("id"):
                said[("@id",)] = cell.get("id", "")
            found[(f"cell {column}", "#text")] = text
            found |= {(f"cell {column}", *path): value for path, value in said.items()}
    return found


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.iterchildren(f"{{*}}{name}"))


def _is_part(path: Path, table: str) -> bool:
    """Tell whether a fact is of a column or a rule of a table, which are told by themselves."""
    if path[0] != table or len(path) == 1:
        return False
    return path[1].partition("[")[0].rpartition("}")[2] in _PARTS
