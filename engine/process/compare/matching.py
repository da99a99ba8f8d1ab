"""Which subject of one version is which of the other, also where its id became another."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from engine.process.compare.subject import ORDER, Path, Subject, is_inner_id, refers

_OF_KEYS = {("lane",), ("within",)}
_LISTS = {(ORDER,), ("columns",)}
_NAMELESS = "/rule #"
"""In the key of a rule that has no id: its number, which is another when a rule comes before it."""
_ROUNDS = 4

Pairs = dict[str, str]
"""By key in the earlier version: the key in the later one."""


def pair(before: Mapping[str, Subject], after: Mapping[str, Subject]) -> Pairs:
    """Return which subjects are the same: by their ids, else by what they are and where."""
    pairs: Pairs = {key: key for key in before if key in after and _NAMELESS not in key}
    _pair_rules(before, after, pairs)
    for _round in range(_ROUNDS):
        known = len(pairs)
        for sign in (_by_name, _by_ends, _by_neighbours, _by_facts):
            _pair_by(sign, before, after, pairs)
        if len(pairs) == known:
            break
    _pair_rules(before, after, pairs)
    return pairs


def translated(facts: Mapping[Path, str], pairs: Pairs) -> dict[Path, str]:
    """Return the facts of the earlier version with the ids of the later one where it refers."""
    return {path: _translate(path, value, pairs) for path, value in facts.items()}


def _translate(path: Path, value: str, pairs: Pairs) -> str:
    if path in _LISTS:
        return "\n".join(pairs.get(key, key) for key in value.split("\n"))
    return pairs.get(value, value) if path in _OF_KEYS or refers(path) else value


Sign = Callable[[Subject, Pairs, Mapping[str, Sequence[Subject]]], object]


def _pair_by(
    sign: Sign, before: Mapping[str, Subject], after: Mapping[str, Subject], pairs: Pairs
) -> None:
    """Pair what has the same sign, and shares it with nothing else on either side."""
    taken = set(pairs.values())
    old = [each for key, each in before.items() if key not in pairs]
    new = [each for key, each in after.items() if key not in taken]
    if not old or not new:
        return
    same = {value: value for value in pairs.values()}
    around_old, around_new = _around(before.values()), _around(after.values())
    signs_old = {each.key: sign(each, pairs, around_old) for each in old}
    signs_new = {each.key: sign(each, same, around_new) for each in new}
    seen_old, seen_new = Counter(signs_old.values()), Counter(signs_new.values())
    by_sign = {value: key for key, value in signs_new.items()}
    for key, value in signs_old.items():
        if value is not None and seen_old[value] == 1 == seen_new[value]:
            pairs[key] = by_sign[value]


def _by_name(each: Subject, pairs: Pairs, _around: object) -> object:
    """Tell a subject by its kind and its name, where it has one of its own."""
    named = each.facts.get(("@name",)) or each.facts.get(("text", "#text"))
    within = each.facts.get(("within",), "")
    return (each.kind, named, pairs.get(within, within)) if named and not each.is_flow else None


def _by_ends(each: Subject, pairs: Pairs, _around: object) -> object:
    """Tell a flow by what it leads from and to, if both are known."""
    if not each.is_flow:
        return None
    source, target = each.facts[("@sourceRef",)], each.facts[("@targetRef",)]
    return (each.kind, pairs[source], pairs[target]) if {source, target} <= pairs.keys() else None


def _by_neighbours(each: Subject, pairs: Pairs, around: Mapping[str, Sequence[Subject]]) -> object:
    """Tell what has no name by what leads to it and from it."""
    ends = set()
    for flow in around.get(each.key, ()):
        source, target = flow.facts[("@sourceRef",)], flow.facts[("@targetRef",)]
        other, way = (target, "to") if source == each.key else (source, "from")
        if other in pairs:
            ends.add((way, pairs[other]))
    return (each.kind, each.facts.get(("@name",)), frozenset(ends)) if ends else None


def _by_facts(each: Subject, pairs: Pairs, _around: object) -> object:
    """Tell a subject by everything that is said of it, where that is more than its kind."""
    said = {
        (path, _translate(path, value, pairs))
        for path, value in each.facts.items()
        if not is_inner_id(path)
    }
    return (each.kind, frozenset(said)) if len(said) > 1 else None


def _around(subjects: Iterable[Subject]) -> Mapping[str, Sequence[Subject]]:
    """Return the flows at each subject."""
    found: dict[str, list[Subject]] = {}
    for each in subjects:
        if each.is_flow:
            for end in ("@sourceRef", "@targetRef"):
                found.setdefault(each.facts[(end,)], []).append(each)
    return found


def _pair_rules(before: Mapping[str, Subject], after: Mapping[str, Subject], pairs: Pairs) -> None:
    """Pair the rules of a table that have no id in common, row by row."""
    taken = set(pairs.values())
    groups = {each.group for each in before.values() if each.kind == "rule"}
    for group in groups:
        old = _left(before.values(), group, pairs.keys())
        new = _left(after.values(), pairs.get(group, group), taken)
        cells = [_cells(each) for each in old], [_cells(each) for each in new]
        for tag, a, b, c, d in SequenceMatcher(None, *cells, autojunk=False).get_opcodes():
            if tag in {"equal", "replace"}:
                pairs |= {o.key: n.key for o, n in zip(old[a:b], new[c:d], strict=False)}


def _left(subjects: Iterable[Subject], group: str, taken: Iterable[str]) -> list[Subject]:
    known = set(taken)
    return [
        each
        for each in subjects
        if each.kind == "rule" and each.group == group and each.key not in known
    ]


def _cells(rule: Subject) -> frozenset[tuple[Path, str]]:
    return frozenset((p, value) for p, value in rule.facts.items() if not is_inner_id(p))
