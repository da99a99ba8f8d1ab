"""Hit policies against an evaluator that is as naive as the text of the standard."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProcessFailedError
from engine.process import decisions
from engine.process.decision_file import read_table
from engine.process.decisions import HitPolicy
from engine.process.xml import parse
from tests.unit.process.drawing import table

RANKING = ["c", "a", "b"]
CELLS = {
    "-": lambda _: True,
    "< 2": lambda x: x < 2,
    ">= 1": lambda x: x >= 1,
    "1": lambda x: x == 1,
    "0, 2": lambda x: x in {0, 2},
    "not(1)": lambda x: x != 1,
}
RULES = st.lists(
    st.tuples(
        st.tuples(st.sampled_from(list(CELLS)), st.sampled_from(list(CELLS))),
        st.tuples(st.sampled_from(RANKING), st.integers(1, 3)),
    ),
    max_size=6,
)
SITUATIONS = list(product(range(4), range(3)))


def built(policy, rules, aggregation=""):
    outputs = {"n": ""} if aggregation else {"w": ", ".join(f'"{w}"' for w in RANKING), "n": ""}
    rows = [
        (list(cells), [str(n)] if aggregation else [f'"{w}"', str(n)]) for cells, (w, n) in rules
    ]
    extra = {"aggregation": aggregation} if aggregation else {}
    content = table("t", policy, {"x": "number", "y": "number"}, outputs, rows, **extra)
    return read_table(parse(content)[0])


def matching(rules, x, y):
    return [given_ for cells, given_ in rules if CELLS[cells[0]](x) and CELLS[cells[1]](y)]


def naive(policy, found):
    """Return the rows that count, or None where the policy forbids them."""
    if policy in {"PRIORITY", "OUTPUT ORDER"}:
        found = sorted(found, key=lambda row: RANKING.index(row[0]))
    if policy == "UNIQUE" and len(found) > 1:
        return None
    if policy == "ANY" and len(set(found)) > 1:
        return None
    return found if policy in {"RULE ORDER", "OUTPUT ORDER", "COLLECT"} else found[:1]


def expected(policy, found):
    rows = naive(policy, found)
    if rows is None:
        return "refused"
    if not rows:
        return {"w": None, "n": None}
    if len(rows) == 1:
        return dict(zip(("w", "n"), rows[0], strict=True))
    return {"w": ", ".join(w for w, _ in rows), "n": ", ".join(str(n) for _, n in rows)}


def seen(read, x, y):
    try:
        return dict(read.decide({"x": x, "y": y}, "").outputs)
    except ProcessFailedError:
        return "refused"


def disagreements(policy, rules):
    read = built(policy, rules)
    return [
        (x, y) for x, y in SITUATIONS if seen(read, x, y) != expected(policy, matching(rules, x, y))
    ]


@given(policy=st.sampled_from(list(HitPolicy)), rules=RULES)
def test_a_policy_counts_the_rules_that_the_standard_counts(policy, rules):
    assert disagreements(policy, rules) == []


AGGREGATES = {"SUM": sum, "MIN": min, "MAX": max}


@given(aggregation=st.sampled_from([*AGGREGATES, "COUNT"]), rules=RULES)
def test_an_aggregation_makes_one_value_of_all_matches(aggregation, rules):
    read = built("COLLECT", rules, aggregation)

    for x, y in SITUATIONS:
        numbers = [n for _, n in matching(rules, x, y)]
        meant = len(numbers) if aggregation == "COUNT" else None
        if numbers and aggregation in AGGREGATES:
            meant = AGGREGATES[aggregation](numbers)
        assert seen(read, x, y) == {"n": meant}


@given(policy=st.sampled_from(list(HitPolicy)), rules=RULES)
def test_the_journal_names_every_rule_that_matches_or_the_first(policy, rules):
    read = built(policy, rules)

    for x, y in SITUATIONS:
        fits = [CELLS[a](x) and CELLS[b](y) for (a, b), _ in rules]
        ids = [f"r{row}" for row, is_met in enumerate(fits, start=1) if is_met]
        if seen(read, x, y) != "refused":
            named = read.decide({"x": x, "y": y}, "").rules
            assert list(named) == (ids[:1] if policy == "FIRST" else ids)


def test_the_check_notices_a_policy_that_forgets_the_ranking(monkeypatch):
    monkeypatch.setattr(decisions, "RANKED", frozenset())
    rules = [(("-", "-"), ("b", 1)), (("-", "-"), ("c", 2))]

    assert disagreements("PRIORITY", rules) == SITUATIONS


@pytest.mark.parametrize(("aggregation", "reason"), [("SUM", "numbers"), ("MAX", "one kind")])
def test_values_that_cannot_be_put_together_are_refused(aggregation, reason):
    rules = [(["-"], ['"a"']), (["-"], ["1"])]
    content = table("t", "COLLECT", {"x": "number"}, {"y": ""}, rules, aggregation=aggregation)

    with pytest.raises(ProcessFailedError, match=reason):
        read_table(parse(content)[0]).decide({"x": 1}, "")


def test_the_least_of_texts_is_the_first_in_the_alphabet():
    rules = [(["-"], ['"b"']), (["-"], ['"a"'])]
    content = table("t", "COLLECT", {"x": "number"}, {"y": ""}, rules, aggregation="MIN")

    assert read_table(parse(content)[0]).decide({"x": 1}, "").outputs == {"y": "a"}
