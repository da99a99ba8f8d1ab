"""Decision tables (DMN) as subjects: each decision with its columns and its rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from engine.process import xml
from engine.process.compare.subject import Path, Subject, facts_of

_PARTS = ("input", "output", "annotation", "rule")
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
    tops = [child for child in root.iterchildren(etree.Element) if child.get("id")]
    drawn = {str(child.tag) for child in tops if xml.tag(child)[1] == "DMNDI"}
    named = [child for child in tops if xml.tag(child)[0] == space]
    first = next((each.get("id", "") for each in named if xml.tag(each)[1] == "decision"), "")
    drawn |= {str(child.tag) for child in root.iterchildren("{*}DMNDI")}
    own = {xml.tag(each)[1] for each in named}
    facts = facts_of(root, space=space, apart=own | drawn)
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
    id_, name = element.get("id", ""), xml.tag(element)[1]
    whole = f"decision {id_}"
    facts = facts_of(element, space=space)
    label = element.get("name") or id_
    table = element.find(f"{{{space}}}decisionTable")
    parts = {part: [] if table is None else _all(table, part, space) for part in _PARTS}
    columns = {
        part: _columns(parts[part], part, space) for part in ("input", "output", "annotation")
    }
    told = {("decisionTable", part) for part in _PARTS}
    own = {path: value for path, value in facts.items() if not _is_within(path, told)}
    own[("kind",)] = name
    order = [column.key for part in ("input", "output") for column in columns[part]]
    own |= {("columns",): "\n".join(order)} if len(order) > 1 else {}
    rules = parts["rule"]
    keys = _keys(rules, f"{id_}/rule")
    own |= {("order",): "\n".join(keys)} if len(rules) > 1 else {}
    yield Subject(whole, "", name, label, whole, own, 0)
    for part, these in columns.items():
        for column, piece in zip(these, parts[part], strict=True):
            of_column = facts_of(piece, space=space) | {("@id",): piece.get("id", "")}
            yield Subject(column.key, "", f"{part} column", column.label, whole, of_column, 0)
    for number, (key, rule) in enumerate(zip(keys, rules, strict=True), 1):
        cells = _cells(rule, columns, space)
        yield Subject(key, "", "rule", f"Rule {number}", whole, cells, 0)


def _columns(pieces: Sequence[etree._Element], part: str, space: str) -> list[Column]:
    """Return the columns of one part of a table, each with a key of its own."""
    found: list[Column] = []
    for number, piece in enumerate(pieces, 1):
        asked = xml.text(piece.find(f"{{{space}}}inputExpression/{{{space}}}text"))
        label = piece.get("label") or piece.get("name") or asked or f"{part} {number}"
        key = f"{part} {piece.get('id') or label}"
        taken = {column.key for column in found}
        found.append(Column(key if key not in taken else f"{key}#{number}", label))
    return found


def _keys(rules: Iterable[etree._Element], base: str) -> list[str]:
    found: list[str] = []
    for number, rule in enumerate(rules, 1):
        key = f"{base} {rule.get('id') or f'#{number}'}"
        found.append(key if key not in found else f"{key}#{number}")
    return found


def _cells(
    rule: etree._Element, columns: Mapping[str, Sequence[Column]], space: str
) -> dict[Path, str]:
    """Return what a rule says: a fact for each cell, named by its column."""
    found = facts_of(rule, space=space, apart=_ENTRIES)
    found[("@id",)] = rule.get("id", "")
    for entry, part in _ENTRIES.items():
        for number, cell in enumerate(_all(rule, entry, space)):
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


def _all(element: etree._Element, name: str, space: str) -> list[etree._Element]:
    return list(element.iterchildren(f"{{{space}}}{name}"))


def _is_within(path: Path, above: set[tuple[str, str]]) -> bool:
    steps = tuple(step.partition("[")[0] for step in path[:2])
    return steps in above
