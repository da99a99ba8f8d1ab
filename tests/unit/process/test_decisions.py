"""Decision tables: cells, hit policies, and what the check finds in them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProcessFailedError
from engine.process import decisions
from engine.process.bundle import inspect
from engine.process.decision_file import read_table
from engine.process.finding import Severity
from engine.process.operators import ExpressionError
from engine.process.unary import read_cell
from engine.process.xml import parse
from tests.unit.process.drawing import document, line, node, process, table


def decide(policy, rules, values=None, kind="number", outputs=("y",), ranking="", **attributes):
    content = table("t", policy, {"x": kind}, dict.fromkeys(outputs, ranking), rules, **attributes)
    return read_table(parse(content)[0]).decide(values or {"x": 5}, "here")


@pytest.mark.parametrize(
    ("cell", "fitting", "other"),
    [
        ("-", [1, "a", None, True], []),
        ("", [1, "a", None], []),
        ("5", [5, 5.0], [6, "5", None, True]),
        ("1", [1], [True]),
        ('"a", "b"', ["a", "b"], ["c", None, 1]),
        ("[1..5]", [1, 3, 5], [0, 6, None, "3"]),
        ("(1..5)", [2], [1, 5]),
        ("]1..5[", [2], [1, 5]),
        ("(1..5]", [5], [1]),
        ("< 5", [4, -1], [5, 6, None, "4"]),
        ("<= 5", [5], [6]),
        ("> 5, 1", [6, 1], [5]),
        (">=5", [5], [4]),
        ("= 5", [5], [4]),
        ('not("a", "b")', ["c", None], ["a", "b"]),
        ("not([1..5])", [0, 6], [1, 5]),
        ("true", [True], [False, 1, None]),
        ("false", [False], [True, 0, None]),
        ("null", [None], [0, "", False]),
        ("-2.5", [-2.5], [2.5]),
        ("[-3..-1]", [-2], [0]),
        ('>= "2026-03-01"', ["2026-03-01", "2026-12-24"], ["2026-02-28", None]),
        ('[date("2026-01-01")..date("2026-01-31")]', ["2026-01-15"], ["2026-02-01"]),
        ('"a, b", "c"', ["a, b", "c"], ["a"]),
    ],
)
def test_a_cell_fits_what_it_says(cell, fitting, other):
    read = read_cell(cell)

    assert [value for value in fitting if not read.fits(value)] == []
    assert [value for value in other if read.fits(value)] == []


@pytest.mark.parametrize(
    "cell",
    ["a", "5..1", "[5..1]", "[1..", "< ", "<> 5", "not 5", "'a'", "1 2", "x > 5", '"a', "< true",
     "< null", "5,", '[1.."a"]', "x" * 1_001],
)  # fmt: skip
def test_a_cell_of_any_other_form_is_refused(cell):
    with pytest.raises(ExpressionError):
        read_cell(cell)


@given(
    low=st.integers(-50, 50), length=st.integers(1, 50), value=st.integers(-120, 120),
    left=st.sampled_from("[("), right=st.sampled_from("])"),
)  # fmt: skip
def test_a_range_agrees_with_comparing_by_hand(low, length, value, left, right):
    high = low + length

    fits = read_cell(f"{left}{low}..{high}{right}").fits(value)

    above = value >= low if left == "[" else value > low
    assert fits == (above and (value <= high if right == "]" else value < high))


@given(cell=st.sampled_from(['"a"', "< 3", "[1..9]", "true", "5, 7"]), value=st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from(["a", "b"])))  # fmt: skip
def test_not_turns_a_cell_round(cell, value):
    assert read_cell(f"not({cell})").fits(value) is not read_cell(cell).fits(value)


OVERLAPPING = [(["> 1"], ['"b"']), (["> 2"], ['"a"']), (["> 9"], ['"c"'])]


@pytest.mark.parametrize(
    ("policy", "output", "rules"),
    [
        ("FIRST", "b", ("r1",)),
        ("PRIORITY", "a", ("r1", "r2")),
        ("RULE ORDER", "b, a", ("r1", "r2")),
        ("OUTPUT ORDER", "a, b", ("r1", "r2")),
        ("COLLECT", "b, a", ("r1", "r2")),
    ],
)
def test_a_hit_policy_says_which_rules_count(policy, output, rules):
    taken = decide(policy, OVERLAPPING, ranking='"a","b","c"')

    assert (taken.outputs, taken.rules) == ({"y": output}, rules)


@pytest.mark.parametrize(
    ("aggregation", "output"), [("SUM", 7), ("MIN", 3), ("MAX", 4), ("COUNT", 2)]
)
def test_collected_values_are_put_together(aggregation, output):
    rules = [(["> 1"], ["3"]), (["> 2"], ["4"]), (["> 9"], ["100"])]

    assert decide("COLLECT", rules, aggregation=aggregation).outputs == {"y": output}


def test_several_matches_are_refused_where_only_one_may_match():
    with pytest.raises(ProcessFailedError, match="1, 2"):
        decide("UNIQUE", OVERLAPPING)


def test_any_needs_rules_that_agree():
    assert decide("ANY", [(["> 1"], ["1"]), (["> 2"], ["1"])]).outputs == {"y": 1}
    with pytest.raises(ProcessFailedError, match="different results"):
        decide("ANY", OVERLAPPING)


def test_without_a_match_every_output_is_empty_and_no_rule_is_named():
    taken = decide("UNIQUE", [(["> 9"], ["1", "2"])], outputs=("y", "z"))

    assert (taken.outputs, taken.rules) == ({"y": None, "z": None}, ())


def test_an_output_can_be_computed_from_the_inputs():
    assert decide("FIRST", [(["-"], ["x * 2 + 1"])]).outputs == {"y": 11}


def test_the_table_records_what_it_looked_at():
    taken = decide("FIRST", [(["-"], ["1"])], {"x": "other", "unused": 1})

    assert (taken.table, taken.element, taken.inputs) == ("t", "here", {"x": "other"})


@pytest.mark.parametrize("version", ["20151101", "20180521", "20191111", "20211108", "20230324"])
def test_every_version_of_the_format_is_read(version):
    content = table("t", "FIRST", {"x": "number"}, {"y": ""}, [(["5"], ["1"])])

    found = read_table(parse(content.replace(b"20191111", version.encode()))[0])

    assert found.decide({"x": 5}, "").outputs == {"y": 1}


def advice(policy, rules, **inputs):
    files = [table("t", policy, inputs, {"y": ""}, rules)]
    return [f.sentence for f in inspect([], files) if f.severity is Severity.ADVICE]


def test_a_gap_is_found_between_numbers():
    (found,) = advice("UNIQUE", [(["< 5"], ["1"]), (["> 5"], ["2"])], x="number")

    assert "No rule matches x = 5." in found


def test_a_gap_is_found_in_words_and_truth():
    found = advice("FIRST", [(['"a"', "true"], ["1"]), (["-", "false"], ["2"])],
                   x="string", z="boolean")  # fmt: skip

    assert "x = something else, z = true" in found[0]


def test_an_overlap_is_found_where_only_one_rule_may_match():
    (found,) = advice("UNIQUE", [(["<= 5"], ["1"]), ([">= 5"], ["2"])], x="number")

    assert "x = 5 (rules 1 and 2)" in found


def test_a_whole_table_has_no_findings():
    assert advice("UNIQUE", [(["<= 5"], ["1"]), (["> 5"], ["2"])], x="number") == []


@given(limits=st.lists(st.integers(-20, 20), min_size=1, max_size=4, unique=True),
       chosen=st.integers(0, 4))  # fmt: skip
def test_leaving_out_one_part_of_the_line_is_always_found(limits, chosen):
    limits = sorted(limits)
    parts = [f"< {limits[0]}", *(f"[{a}..{b})" for a, b in pairwise(limits)),
             f">= {limits[-1]}"]  # fmt: skip
    del parts[chosen % len(parts)]

    assert advice("UNIQUE", [([part], ["1"]) for part in parts], x="number")


def test_a_table_too_large_to_search_says_so():
    rules = [([f"{n}", f"{n}", f"{n}"], ["1"]) for n in range(30)]

    (found,) = advice("FIRST", rules, x="number", z="number", w="number")
    assert "too large" in found


def test_a_table_that_no_element_asks_is_mentioned():
    diagram = document(process("p", node("start", "s"), node("end", "e"), line("s", "e")))
    files = [table("t", "FIRST", {"x": "number"}, {"y": ""}, [(["-"], ["1"])])]

    assert any("No element" in finding.sentence for finding in inspect([diagram], files))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (table("t", "OFTEN", {"x": "number"}, {"y": ""}, []), "OFTEN"),
        (table("t", "COLLECT", {"x": "number"}, {"y": ""}, [], aggregation="AVG"), "AVG"),
        (
            table("t", "COLLECT", {"x": "n"}, {"y": "", "z": ""}, [], aggregation="SUM"),
            "one output",
        ),
        (table("t", "FIRST", {"x": "number"}, {}, []), "no output"),
        (table("t", "FIRST", {"x": "number"}, {"1 2": ""}, []), "1 2"),
        (table("t", "FIRST", {"x": "number"}, {"y": ""}, [(["1", "2"], ["1"])]), "each column"),
        (table("t", "FIRST", {"x": "number"}, {"y": ""}, [(["oh"], ["1"])]), "rule 1"),
        (
            b'<definitions><decision id="t"><literalExpression/></decision></definitions>',
            "empty",
        ),
        (b"<definitions/>", "no decision"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_finding_that_says_why(content, reason):
    (found,) = [f for f in inspect([], [content]) if f.severity is Severity.BLOCKING]

    assert reason in found.sentence


def test_the_tests_notice_a_table_that_takes_any_match(monkeypatch):
    monkeypatch.setattr(decisions.Table, "_refuse_ambiguity", lambda *_: None)

    assert decide("UNIQUE", OVERLAPPING).outputs == {"y": "b"}
