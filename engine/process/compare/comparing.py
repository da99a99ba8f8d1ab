"""Reads two versions, pairs what is the same in both, and tells what is not."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.errors import DiagramRejectedError
from engine.process import xml
from engine.process.compare.diagram_file import Drawing, read_sheet
from engine.process.compare.difference import Change, Comparison, Difference, Told
from engine.process.compare.form_file import read_form
from engine.process.compare.matching import Pairs, pair, translated
from engine.process.compare.subject import PRESENT, Path, Subject
from engine.process.compare.table_file import read_layout, read_tables
from engine.process.compare.telling import PARTS, Sides, differences_of
from engine.process.diagram import FALSE

_MAIN: Path = ("main", PRESENT)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one version, as bytes."""

    diagrams: Sequence[bytes]
    tables: Sequence[bytes] = ()
    forms: Sequence[bytes] = ()


@dataclass
class _Read:
    """One version, read."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    drawings: dict[str, Drawing] = field(default_factory=dict)


def compare(before: Files, after: Files) -> Comparison:
    """Return everything that differs between two versions; nothing for the same files.

    Space between elements, the order of attributes and the prefixes of namespaces say nothing. A
    file that cannot be read is one thing, which differs or not.
    """
    old, new = _read(before), _read(after)
    pairs = pair(old.subjects, new.subjects)
    sides = Sides(old.subjects, new.subjects, pairs)
    found = differences_of(sides)
    layout = _layout(old, new, pairs)
    told = _told(sides, found)
    if layout:
        sentence = _layout_in_words(len(layout), is_alone=not found)
        told = (*told, Told("", "Layout", Change.LAYOUT, (sentence,)))
    plain = [each for _key, each in found]
    return Comparison(
        told=told,
        differences=(*plain, *layout),
        added=_drawn(plain, Change.ADDED),
        removed=_drawn(plain, Change.REMOVED),
        changed=_changed(plain),
        layout=len(layout),
    )


def _read(files: Files) -> _Read:
    found = _Read()
    for number, content in enumerate(files.diagrams):
        _read_diagram(content, number, found)
    _mark_main(found)
    for number, content in enumerate(files.tables):
        _read_table(content, number, found)
    for number, content in enumerate(files.forms):
        try:
            place = len(found.subjects)
            _keep(found, read_form(content, number=number, place=place))
        except (ValueError, RecursionError):
            _keep(found, [_illegible(content, "form", number, len(found.subjects))])
    return found


def _read_diagram(content: bytes, number: int, found: _Read) -> None:
    place = len(found.subjects)
    try:
        sheet = read_sheet(xml.parse(content), number=number, place=place)
    except DiagramRejectedError:
        _keep(found, [_illegible(content, "diagram", number, place)])
        return
    _keep(found, sheet.subjects)
    found.drawings |= sheet.drawings


def _mark_main(found: _Read) -> None:
    """Let the process with which cases begin say so: the first that is executable."""
    whole = [each for each in found.subjects.values() if each.kind == "process"]
    whole.sort(key=lambda each: each.facts.get(("@isExecutable",), "false") in FALSE)
    for each in whole[:1]:
        facts = {**each.facts, _MAIN: ""}
        found.subjects[each.key] = replace(each, facts=facts)


def _read_table(content: bytes, number: int, found: _Read) -> None:
    place = len(found.subjects)
    try:
        root = xml.parse(content)
    except DiagramRejectedError:
        _keep(found, [_illegible(content, "table", number, place)])
        return
    _keep(found, read_tables(root, number=number, place=place))
    for key, facts in read_layout(root).items():
        found.drawings[f"table {number}: {key}"] = Drawing("", facts)


def _keep(found: _Read, subjects: Iterable[Subject]) -> None:
    for each in subjects:
        key, number = each.key, 1
        while key in found.subjects:
            number += 1
            key = f"{each.key}#{number}"
        found.subjects[key] = replace(each, key=key)


def _illegible(content: bytes, kind: str, number: int, place: int) -> Subject:
    key, label = f"/{kind} {number + 1}", f"{kind} {number + 1}, which cannot be read"
    facts: dict[Path, str] = {("content",): hashlib.sha256(content).hexdigest()}
    return Subject(key, "", "file", label, key, facts, place)


def _layout(old: _Read, new: _Read, pairs: Pairs) -> tuple[Difference, ...]:
    """Return what both versions have and draw differently."""
    then: dict[str, tuple[str, Mapping[Path, str]]] = {}
    for key, drawing in old.drawings.items():
        name, space, of = key.partition(" ")
        id_ = pairs.get(drawing.element, drawing.element)
        then[f"{name}{space}{of.replace(drawing.element, id_, 1)}"] = (id_, drawing.facts)
    found = {}
    gone = old.subjects.keys() - pairs.keys()
    come = new.subjects.keys() - set(pairs.values())
    for key in [*new.drawings, *(key for key in then if key not in new.drawings)]:
        was = then.get(key)
        now = new.drawings.get(key)
        element = now.element if now else was[0] if was else ""
        if element in come or (element in gone and not now):
            continue
        old_facts = translated(was[1], pairs) if was else None
        if old_facts != (dict(now.facts) if now else None):
            found[key] = _redrawn(element, new)
    return tuple(found.values())


def _redrawn(element: str, new: _Read) -> Difference:
    known = new.subjects.get(element)
    label = known.label if known else element
    kind = known.kind if known else "drawing"
    return Difference(Change.LAYOUT, element, kind, label, f"“{label}” is drawn differently.")


def _layout_in_words(number: int, *, is_alone: bool) -> str:
    what = "1 element is" if number == 1 else f"{number:,} elements are"
    alone = " Nothing else differs." if is_alone else ""
    return f"Layout only: {what} drawn elsewhere or otherwise.{alone}"


def _told(sides: Sides, found: Sequence[tuple[str, Difference]]) -> tuple[Told, ...]:
    """Return the differences in words, element by element; what only programs read at the end."""
    groups: dict[str, list[Difference]] = {}
    inner: list[str] = []
    for key, each in found:
        if each.change is Change.INNER:
            inner.append(each.sentence)
        else:
            groups.setdefault(key, []).append(each)
    told = [_group(sides, key, these) for key, these in groups.items()]
    if inner:
        sentences = tuple(dict.fromkeys(inner))
        told.append(Told("", "What only programs read", Change.INNER, sentences))
    return tuple(told)


def _group(sides: Sides, key: str, these: Sequence[Difference]) -> Told:
    subject = sides.subject(key)
    change = sides.change_of(key)
    if change is not Change.CHANGED:  # What a table or form consists of came or went with it.
        these = [each for each in these if each.kind not in PARTS]
    label = subject.label if not subject.is_flow else sides.name(subject)
    sentences = tuple(dict.fromkeys(each.sentence for each in these))
    return Told(subject.id, label, change, sentences)


def _drawn(found: Iterable[Difference], change: Change) -> tuple[str, ...]:
    return tuple(each.element for each in found if each.change is change and each.element)


def _changed(found: Iterable[Difference]) -> Mapping[str, str]:
    told: dict[str, list[str]] = {}
    for each in found:
        if each.change is Change.CHANGED and each.element:
            told.setdefault(each.element, []).append(each.sentence)
    return {element: " ".join(dict.fromkeys(these)) for element, these in told.items()}
