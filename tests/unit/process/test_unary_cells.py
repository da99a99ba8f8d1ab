"""Cells against a naive reading of them by hand, for every kind of value."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.process.column import Column, rows_of
from engine.process.feel import value as values
from engine.process.feel.grammar import Words
from engine.process.operators import ExpressionError
from engine.process.unary import read_cell

NUMBERS = st.integers(-4, 4)
SIGNS = {
    "<": lambda value, end: value < end,
    "<=": lambda value, end: value <= end,
    ">": lambda value, end: value > end,
    ">=": lambda value, end: value >= end,
    "=": lambda value, end: value == end,
    "!=": lambda value, end: value != end,
    "": lambda value, end: value == end,
}
COMPARED = st.tuples(st.sampled_from(list(SIGNS)), NUMBERS).map(
    lambda pair: (f"{pair[0]} {pair[1]}", lambda value: SIGNS[pair[0]](value, pair[1]))
)


@st.composite
def ranges(draw):
    low, length = draw(NUMBERS), draw(st.integers(1, 4))
    left, right = draw(st.sampled_from("[(]")), draw(st.sampled_from("])["))
    high = low + length

    def fits(value):
        above = value >= low if left == "[" else value > low
        return above and (value <= high if right == "]" else value < high)

    return f"{left}{low}..{high}{right}", fits


ALTERNATIVES = st.lists(st.one_of(COMPARED, ranges()), min_size=1, max_size=4)
TRIED = [Decimal(step) / 2 for step in range(-20, 21)]


def disagreements(alternatives, *, is_turned):
    """Return the values about which the cell and the naive reading differ."""
    listed = ", ".join(source for source, _ in alternatives)
    cell = read_cell(f"not({listed})" if is_turned else listed)
    meant = [any(fits(value) for _, fits in alternatives) is not is_turned for value in TRIED]
    return [
        value
        for value, expected in zip(TRIED, meant, strict=True)
        if not cell.fits(value) == cell.fits(float(value)) == expected
    ]


@given(alternatives=ALTERNATIVES, is_turned=st.booleans())
def test_a_cell_agrees_with_comparing_by_hand(alternatives, is_turned):
    assert disagreements(alternatives, is_turned=is_turned) == []


def test_the_check_notices_ends_that_are_always_inside(monkeypatch):
    def always_inside(interval, value):
        return interval.low <= value <= interval.high

    monkeypatch.setattr(values.Interval, "fits", always_inside)

    assert disagreements([("(1..3]", lambda value: 1 < value <= 3)], is_turned=False) == [1]


SOURCES = ["-", "1", "1, 2", "true", "false, 1", '"a"', '"a", "b"', "null", "null, 2", "[1..3)",
           "not(1)", 'not("a")', "< 2", '>= "b"', 'date("2026-01-01")',
           '[@"2026-01-01"..@"2026-02-01"]', "[1, 2]", "1, >= 3"]  # fmt: skip
VALUES = [None, True, False, 0, 1, 2, 3, Decimal("1.0"), Decimal("2.5"), "a", "b", "c",
          "2026-01-01", date(2026, 1, 1), date(2026, 1, 5), (1, 2)]  # fmt: skip


@given(sources=st.lists(st.sampled_from(SOURCES), min_size=1, max_size=12))
def test_a_column_finds_the_rules_that_asking_each_cell_finds(sources):
    cells = [read_cell(source) for source in sources]
    column = Column(cells)

    for value in VALUES:
        asked = [row for row, cell in enumerate(cells) if cell.fits(value)]
        assert list(rows_of(column.fitting(value, {}))) == asked


@pytest.mark.parametrize(
    ("cell", "fitting", "other"),
    [
        ("< limit", [4], [5, 6, None]),
        ("[limit..2 * limit]", [5, 10], [4, 11]),
        ("limit", [5], [4]),
        ('contains(?, "fire")', ["a fire"], ["smoke", None]),
        ("? * 2 > limit", [3], [2]),
        ("other limit, < 1", [7, 0], [2]),
        ("not(limit, other limit)", [6], [5, 7]),
        ("limits", [1, 3], [2]),
        ("!= 3", [2, 4], [3]),
        ("[5..5]", [5], [4, 6]),
        ('< @"2026-02-01"', ["2026-01-31", date(2026, 1, 31)], ["2026-02-01", "soon", 1]),
        ('[duration("P1D")..duration("P3D")]', ["P2D", "PT24H"], ["P4D", "P2M"]),
        ('> time("09:00:00")', ["09:00:01"], ["08:59:59"]),
        (".5", [0.5], [5]),
    ],
)
def test_a_cell_may_compute_what_it_compares_with(cell, fitting, other):
    words = Words(names=frozenset({"limit", "other limit", "limits"}), is_strict=True)
    read = read_cell(cell, words)
    scope = {"limit": 5, "other limit": 7, "limits": (1, 3)}

    assert [value for value in fitting if not read.fits(value, scope)] == []
    assert [value for value in other if read.fits(value, scope)] == []


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("high", "double quotes"),
        ('date("2026-02-30")', "does not exist"),
        ("[2..1]", "lower to a higher"),
        ("(1..1]", "lower to a higher"),
        ("< null", "more or less"),
    ],
)
def test_a_cell_that_can_never_be_meant_is_refused(cell, reason):
    with pytest.raises(ExpressionError) as refusal:
        read_cell(cell)

    assert reason in str(refusal.value)
