"""What the check finds in decision tables, against trying every case by hand."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.process.bundle import inspect
from engine.process.decision_file import read_table
from engine.process.finding import Severity
from engine.process.rules.running import table as table_rules
from engine.process.xml import parse
from tests.unit.process.drawing import table

HALVES = [step / 2 for step in range(-4, 13)]
NUMBER_CELLS = [
    "-",
    "< 2",
    "<= 2",
    "> 2",
    ">= 3",
    "[0..1)",
    "(1..4]",
    "2",
    "not(2)",
    "!= 3",
    "1, 3",
]
WORD_CELLS = ["-", '"a"', '"b"', '"a", "b"', 'not("a")']
ROWS = st.lists(
    st.tuples(st.sampled_from(NUMBER_CELLS), st.sampled_from(WORD_CELLS), st.integers(1, 2)),
    min_size=1,
    max_size=5,
)


def file(policy, rows):
    rules = [([x, w], [str(result)]) for x, w, result in rows]
    return table("t", policy, {"x": "number", "w": "string"}, {"y": ""}, rules)


def found(content, word=""):
    return [f.sentence for f in inspect([], [content]) if word in f.sentence]


def met(content):
    """Return for every case which rules match, counted from 1."""
    read = read_table(parse(content)[0])
    cells = [column.column.cells for column in read.inputs]
    rules = range(len(read.rules))
    return {
        (x, w): tuple(r + 1 for r in rules if cells[0][r].fits(x) and cells[1][r].fits(w))
        for x in HALVES
        for w in ("a", "b", "something else")
    }


def gaps_agree(content):
    return bool(found(content, "No rule matches")) == any(not r for r in met(content).values())


# Each case builds and searches a table: a few milliseconds, half as many cases suffice.
@settings(max_examples=50)
@given(rows=ROWS)
def test_a_gap_is_found_exactly_where_a_case_has_no_rule(rows):
    assert gaps_agree(file("FIRST", rows))


@settings(max_examples=50)
@given(rows=ROWS, policy=st.sampled_from(["UNIQUE", "ANY", "FIRST"]))
def test_an_overlap_is_found_exactly_where_it_would_stop_a_case(rows, policy):
    content = file(policy, rows)
    several = [rules for rules in met(content).values() if len(rules) > 1]
    if policy == "ANY":
        several = [rules for rules in several if len({rows[rule - 1][2] for rule in rules}) > 1]

    assert bool(found(content, "Several rules")) == (policy != "FIRST" and several != [])


@settings(max_examples=50)
@given(rows=ROWS)
def test_a_rule_is_called_useless_exactly_where_no_case_is_decided_by_it(rows):
    content = file("FIRST", rows)
    deciding = {rules[0] for rules in met(content).values() if rules}

    named = {int(n) for n in re.findall(r"Rule (\d+) (?:never|can)", " ".join(found(content)))}
    assert named == set(range(1, len(rows) + 1)) - deciding


@settings(max_examples=50)
@given(rows=ROWS)
def test_the_example_of_a_gap_is_a_case_without_a_rule(rows):
    content = file("UNIQUE", rows)
    read = read_table(parse(content)[0])

    for sentence in found(content, "No rule matches"):
        for x, w in re.findall(r"x = (\S+), w = (?:“(\w+)”|something else)", sentence):
            inputs = {"x": float(x) if x.strip("-.0123456789") == "" else x, "w": w or "other"}
            assert read.decide(inputs, "").rules == ()


def test_the_check_notices_a_search_that_looks_at_ends_only(monkeypatch):
    content = file("FIRST", [("2", "-", 1), ("< 2", "-", 1), (">= 3", "-", 2)])
    assert gaps_agree(content)

    ends = {"x": [1, 2, 3], "w": ["a"]}
    monkeypatch.setattr(table_rules, "samples", lambda columns: ends[columns[0].label])
    assert not gaps_agree(content)


def enumerated(values, rules, policy="UNIQUE", kind="string"):
    content = table("t", policy, {"x": kind}, {"y": ""}, rules)
    allowed = f"</inputExpression><inputValues><text>{values}</text></inputValues>"
    return content.replace(b"</inputExpression>", allowed.encode())


def test_only_allowed_values_are_tried():
    rules = [(['"gold"'], ["1"]), (['"lead"'], ["2"])]

    assert found(enumerated('"gold", "lead"', rules)) == []
    assert "x = “tin”" in found(enumerated('"gold", "lead", "tin"', rules))[0]


def test_a_word_that_its_column_does_not_allow_is_noticed():
    rules = [(['"gold"'], ["1"]), (['"glod"'], ["2"])]

    sentences = found(enumerated('"gold", "lead"', rules))

    assert any("Rule 2 asks for “glod”, which “x” does not allow" in s for s in sentences)
    assert any("Rule 2 can never match" in s for s in sentences)


def test_between_whole_numbers_there_is_nothing():
    rules = [(["<= 4"], ["1"]), ([">= 5"], ["2"])]

    def gaps(kind):
        return found(table("t", "UNIQUE", {"x": kind}, {"y": ""}, rules), "No rule")

    assert gaps("integer") == []
    assert "x = 4.5" in gaps("number")[0]


@pytest.mark.parametrize(
    ("kind", "rules", "example"),
    [
        ("date", ['< @"2026-03-01"', '> @"2026-03-01"'], "2026-03-01"),
        ("date", ['<= @"2026-03-01"', '>= @"2026-03-05"'], "2026-03-03"),
        ("dayTimeDuration", ['< duration("P1D")', '>= duration("P3D")'], "P2D"),
        ("time", ['< @"09:00:00"', '> @"09:00:00"'], "09:00:00"),
        ("boolean", ["true"], "x = false"),
        ("string", ['>= "b"'], "x = “”"),
        ("string", ["null"], "something else"),
        ("number", ["not(3)"], "x = 3"),
    ],
)
def test_a_gap_is_found_among_values_of_every_kind(kind, rules, example):
    content = table("t", "UNIQUE", {"x": kind}, {"y": ""}, [([cell], ["1"]) for cell in rules])

    (sentence,) = found(content, "No rule matches")
    assert example in sentence
    assert "null" not in sentence


def test_days_that_follow_one_another_leave_no_gap():
    rules = [(['<= @"2026-03-01"'], ["1"]), (['>= @"2026-03-02"'], ["2"])]

    assert found(table("t", "UNIQUE", {"x": "date"}, {"y": ""}, rules)) == []


def test_two_columns_that_look_at_one_input_are_tried_together():
    content = table("t", "UNIQUE", {"x": "number", "z": "number"}, {"y": ""},
                    [(["< 5", "-"], ["1"]), (["-", ">= 5"], ["2"])])  # fmt: skip
    same = content.replace(b"<text>z</text>", b"<text>x</text>")

    assert found(content, "Several rules") != []
    assert found(same) == []


def test_a_table_that_computes_its_cells_says_that_it_is_not_searched():
    rules = [(["< z", "-"], ["1"])]

    (sentence,) = found(table("t", "UNIQUE", {"x": "number", "z": "number"}, {"y": ""}, rules))

    assert "cells of “x” compare with values that they compute" in sentence


def test_an_owner_learns_that_a_list_becomes_a_text():
    rules = [(["-"], ["1"])]

    (sentence,) = found(table("t", "RULE ORDER", {"x": "number"}, {"y": ""}, rules))

    assert "one text, such as “a, b”" in sentence


def test_a_policy_that_ranks_wants_a_ranking():
    rules = [(["-"], ['"a"'])]

    (sentence,) = found(table("t", "PRIORITY", {"x": "number"}, {"y": ""}, rules))

    assert "output values say what comes first" in sentence
    assert found(table("t", "PRIORITY", {"x": "number"}, {"y": '"a", "b"'}, rules)) == []


def test_a_result_without_quotes_is_asked_about():
    rules = [(["-"], ["high"])]

    (sentence,) = found(table("t", "UNIQUE", {"x": "number"}, {"y": ""}, rules))

    assert "the variable “high”" in sentence
    assert "double quotes" in sentence


def test_an_output_of_several_words_says_which_variable_it_becomes():
    content = table("t", "UNIQUE", {"x": "number"}, {"Approval level": ""}, [(["-"], ["1"])])

    (finding,) = inspect([], [content])

    assert finding.severity is Severity.REWRITTEN
    assert "“Approval level” becomes the variable Approval_level" in finding.sentence
    assert read_table(parse(content)[0]).decide({}, "").outputs == {"Approval_level": 1}
