"""The differences of paired subjects, each with its sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.process.compare import wording
from engine.process.compare.difference import Change, Difference
from engine.process.compare.matching import Pairs, translated
from engine.process.compare.subject import ORDER, PRESENT, Path, Subject, is_inner_id
from engine.process.compare.wording import Names, called, capital, cut, phrase

_UNSAID: frozenset[Path] = frozenset(
    {("kind",), ("within",), ("@sourceRef",), ("@targetRef",), ("@name",), (ORDER,),
     ("columns",), ("@isExecutable",)}
)  # fmt: skip
"""Properties that go without saying when the whole came or went."""
PARTS = frozenset({"rule", "field", "input column", "output column", "annotation column"})
"""What comes and goes with the table or form that it is a part of."""
_INNER_KINDS = {"definitions", "tables"}
_NAMED = {"decision", "form"}
_KNOWN_BY_CELLS = PARTS - {"field"}
"""Their ids are facts of them like any other."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Two versions, and what is the same in both."""

    before: Mapping[str, Subject]
    after: Mapping[str, Subject]
    pairs: Pairs

    def subject(self, key: str) -> Subject:
        """Return a subject by its key, from the later version where that has it."""
        return self.after[key] if key in self.after else self.before[key]

    def change_of(self, key: str) -> Change:
        """Return what became of a subject as a whole."""
        if key not in self.after:
            return Change.REMOVED
        return Change.CHANGED if key in self.pairs.values() else Change.ADDED

    def name(self, subject: Subject) -> str:
        """Return what a subject is called at the beginning of a sentence."""
        return capital(called(subject, self.names))

    @property
    def names(self) -> Names:
        """What a reader calls everything, by key; the later version has the last word."""
        found = {**self.before, **self.after}
        labels = {key: each.label for key, each in found.items()}
        ways = [(key, each) for key, each in found.items() if each.is_flow and each.label == key]
        for key, way in ways:
            target = way.facts[("@targetRef",)]
            labels[key] = f"the way to {labels.get(target, target)}"
        return labels


def differences_of(sides: Sides) -> list[tuple[str, Difference]]:
    """Return every difference with the key of what it is told with, in the order to be read."""
    names = sides.names
    found: list[tuple[int, str, Difference]] = []
    came = set(sides.pairs.values())
    for key, each in sides.before.items():
        if key not in sides.pairs:
            found.append((each.place, *_went(each, sides, names)))
    for key, each in sides.after.items():
        if key not in came:
            found.append((each.place, *_came(each, names)))
    for old, new in sides.pairs.items():
        before, after = sides.before[old], sides.after[new]
        facts = translated(before.facts, sides.pairs)
        these = _between(replace(before, facts=facts), after, names)
        found += [(after.place, _known(after, names), told) for told in these]
    groups: dict[str, int] = {}
    for place, key, _told in sorted(found, key=lambda each: each[0]):
        groups.setdefault(key, place)
    found.sort(key=lambda each: (groups[each[1]], each[0]))
    return [(key, told) for _place, key, told in found]


def _group(subject: Subject) -> str:
    """Return the key of what a subject is told with: a flow with what it leaves."""
    return subject.facts[("@sourceRef",)] if subject.is_flow else subject.group


def _came(each: Subject, names: Names) -> tuple[str, Difference]:
    said = f"{capital(called(each, names))} was added{_whole(each, names)}."
    change = Change.INNER if each.kind in _INNER_KINDS else Change.ADDED
    told = Difference(change, each.id, each.kind, each.label, said)
    return _known(each, names), told


def _went(each: Subject, sides: Sides, names: Names) -> tuple[str, Difference]:
    facts = translated(each.facts, sides.pairs)
    said = f"{capital(called(replace(each, facts=facts), names))} was removed"
    said += f"{_whole(each, names)}."
    change = Change.INNER if each.kind in _INNER_KINDS else Change.REMOVED
    told = Difference(change, each.id, each.kind, each.label, said)
    group = _known(replace(each, facts=facts), names)
    return sides.pairs.get(group, group), told


def _known(each: Subject, names: Names) -> str:
    """Return the key of the group of a subject, its own where the other is not there."""
    group = _group(each)
    return group if group in names else each.key


def _whole(each: Subject, names: Names) -> str:
    """Return what is to be said of something that came or went as a whole."""
    if each.kind == "rule":
        return f": {_rule(each, names)}"
    if each.is_flow:
        asked = each.facts.get(("conditionExpression", "#text"))
        return f"; it asks: {cut(asked)}" if asked else ""
    said = [
        phrase(path, value, names)
        for path, value in each.facts.items()
        if path not in _UNSAID and not is_inner_id(path) and path[-1] not in {PRESENT, ORDER}
    ]
    words = said if each.kind in PARTS | _NAMED else [wording.kind_in_words(each.kind), *said]
    return f": {', '.join(words)}" if words else ""


def _rule(each: Subject, names: Names) -> str:
    """Return a rule as one reads it: if Severity is >= 4, then Route is "complex"."""
    cells = {p[0]: v for p, v in each.facts.items() if p[0].startswith("cell ") and p[1] == "#text"}
    asked, given = [], []
    for column, value in cells.items():
        key = column.removeprefix("cell ")
        said = f"{names.get(key, key)} {cut(value)}"
        if key.startswith("input") and value != "-":
            asked.append(said)
        elif not key.startswith("input"):
            given.append(said)
    return f"if {' and '.join(asked) or 'anything'}, then {', '.join(given)}"


def _between(before: Subject, after: Subject, names: Names) -> Iterator[Difference]:
    """Yield the differences of one thing, those of a kind in one sentence."""
    if before.key != after.key and after.kind not in _KNOWN_BY_CELLS:
        old_id, new_id = (each.key.rpartition(" ")[2] for each in (before, after))
        said = f"{capital(called(after, names))} has another id: {new_id}, before {old_id}."
        change = Change.INNER if after.id else Change.CHANGED
        yield _difference(change, after, ("@id",), (old_id, new_id), said)
    changed = [path for path in _paths(before, after) if _is_change(path, before, after)]
    lost: list[Path] = []
    gained: list[Path] = []
    other: list[Path] = []
    for path in changed:
        old, new = before.facts.get(path), after.facts.get(path)
        if _is_inner(path, after):
            said = _inner(after, path, old, new, names)
            yield _difference(Change.INNER, after, path, (old, new), said)
        elif path in wording.TELLERS:
            said = wording.TELLERS[path](after, old, new, names)
            yield _difference(Change.CHANGED, after, path, (old, new), said)
        elif path[-1] == ORDER or path == ("columns",):
            said = _order(after, path, (old or "", new or ""), names)
            if said:
                yield _difference(Change.CHANGED, after, path, (old, new), said)
        else:
            (gained if old is None else lost if new is None else other).append(path)
    yield from _properties(before, after, (lost, gained, other), names)


def _properties(
    before: Subject, after: Subject, paths: tuple[list[Path], list[Path], list[Path]], names: Names
) -> Iterator[Difference]:
    lost, gained, other = paths
    who = capital(called(after, names))
    gone = ", ".join(phrase(_shown(path, names), before.facts[path], names) for path in lost)
    got = ", ".join(phrase(_shown(path, names), after.facts[path], names) for path in gained)
    for these, said in ((lost, f"{who} lost: {gone}."), (gained, f"{who} gained: {got}.")):
        for path in these:
            facts = before.facts.get(path), after.facts.get(path)
            yield _difference(Change.CHANGED, after, path, facts, said)
    for path in other:
        old, new = before.facts[path], after.facts[path]
        shown = _shown(path, names)
        now, then = (wording.valued(shown, value, names) for value in (new, old))
        said = f"{who}: {wording.named(shown)} is {now}, and was {then}."
        yield _difference(Change.CHANGED, after, path, (old, new), said)


def _shown(path: Path, names: Names) -> Path:
    """Return the path of a cell with the label of its column instead of its key."""
    if not path[0].startswith("cell "):
        return path
    key = path[0].removeprefix("cell ")
    return (f"cell “{names.get(key, key)}”", *path[1:])


def _paths(before: Subject, after: Subject) -> list[Path]:
    return list(dict.fromkeys((*after.facts, *before.facts)))


def _is_change(path: Path, before: Subject, after: Subject) -> bool:
    """Tell whether a fact differs; that something is there at all is said by what it says."""
    if before.facts.get(path) == after.facts.get(path):
        return False
    own, other = (before, after) if path in before.facts else (after, before)
    within = path[:-1]
    if path[-1] == PRESENT:
        return not _says(other, within)
    is_part = is_inner_id(path) and path not in other.facts and _says(own, within)
    return not (is_part and within and not _says(other, within))


def _says(subject: Subject, within: Path) -> bool:
    """Tell whether anything is said within a part of a subject, but for its id."""
    parts = (path for path in subject.facts if not is_inner_id(path))
    return any(path[: len(within)] == within for path in parts)


def _is_inner(path: Path, subject: Subject) -> bool:
    """Tell whether only programs read a fact; what a file holds for all its processes is run."""
    of_file = path[0].startswith(("@", "#")) or path[0] == "extensionElements"
    return is_inner_id(path) or (subject.kind in _INNER_KINDS and of_file)


def _inner(subject: Subject, path: Path, old: str | None, new: str | None, names: Names) -> str:
    now, then = ("nothing" if v is None else f"“{cut(v)}”" for v in (new, old))
    what = "an inner id" if is_inner_id(path) else wording.named(path)
    return f"{capital(called(subject, names))}: {what} is {now}, and was {then}."


def _order(subject: Subject, path: Path, facts: tuple[str, str], names: Names) -> str:
    """Return in which order things stand now; empty where only some came or went."""
    was, now = (each.split("\n") if each else [] for each in facts)
    kept = [key for key in now if key in was]
    if kept == [key for key in was if key in now]:
        return ""
    called_so = (names.get(key) or wording.step_in_words(key) for key in now)
    listed = ", ".join(f"“{cut(each)}”" for each in called_so)
    whole = {"form": "fields stand", "decision": "rules or columns stand"}
    what = whole.get(subject.kind, "ways out are asked")
    if len(path) > 1:
        what = f"parts of one kind ({wording.step_in_words(path[-2])}) stand"
    return f"{capital(called(subject, names))}: the {what} in another order now: {listed}."


def _difference(
    change: Change,
    subject: Subject,
    path: Path,
    facts: tuple[str | None, str | None],
    sentence: str,
) -> Difference:
    old, new = facts
    return Difference(
        change, subject.id, subject.kind, subject.label, sentence, "/".join(path), old, new
    )
