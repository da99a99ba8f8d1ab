"""Workbooks hold text and numbers: no program that opens one runs what a complainant wrote."""

import io

import pytest
from openpyxl import load_workbook

from engine.domain.sheet import harmless
from engine.writing.workbook import Sheet, as_workbook
from tests.unit.domain.test_sheet import FORMULAS


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_workbook_holds_no_formula(formula):
    made = as_workbook([Sheet("Figures", ("Said", "n"), ((formula, 7),))])

    said, number = load_workbook(io.BytesIO(made))["Figures"][2]
    assert (said.data_type, number.value) == ("s", 7)
    assert harmless(said.value) == said.value
