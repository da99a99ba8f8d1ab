"""Taxonomies of others become categories and rules, whatever table they come in."""

import tomllib
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from engine.domain.cells import Choice
from engine.errors import InvalidInputError
from engine.services.bulk import workbook
from engine.services.bulk.table_file import read_table
from engine.services.process import taxonomy
from engine.services.process.taxonomy import ComplaintType

RECORDS = Path(__file__).parents[4] / "shared" / "realdata" / "complaints"
WORKBOOKS = sorted(RECORDS.glob("*.xlsx"))

texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(
    str.strip
)


def saved(path, *sheets):
    """Write a workbook with these sheets, each a list of rows."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


words = st.lists(texts, max_size=3).map(tuple)
kinds = st.builds(ComplaintType, texts, texts, texts, st.integers(0, 999), words)


@given(st.lists(kinds, min_size=1, max_size=4))
def test_whatever_a_taxonomy_says_is_toml_that_says_it(types):
    told = tomllib.loads(taxonomy.as_toml(types, source="a\nb.xlsx"))

    assert told["policy"]["categories"] == [kind.title for kind in types]
    assert len(told["category"]["rules"]) == sum(bool(kind.words) for kind in types)


@pytest.mark.realdata
@pytest.mark.skipif(not WORKBOOKS, reason="the files of others are not at hand")
@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_a_real_taxonomy_chooses_its_own_types_by_its_own_words(path):
    types = taxonomy.read(path)

    told = tomllib.loads(taxonomy.as_toml(types, source=path.name))
    choice = Choice[str].model_validate(told["category"])
    found = [
        choice.of({"summary": kind.words[0], "description": ""}) for kind in types if kind.words
    ]
    assert set(found) <= set(told["policy"]["categories"])
    assert found
    assert len({kind.title for kind in types}) == len(types)


def test_the_sheet_with_the_types_is_found_among_others(tmp_path):
    path = saved(
        tmp_path / "t.xlsx",
        [["READ ME"], ["Fill in the next sheets."]],
        [["Department Name*", "Designation"], ["WATER", "engineer"]],
        [["Complaint Type*", "Complaint sub type*", "Resolution Time (Hours)*", "Search Words"],
         ["Water", "Tap broken", 24, "tap, water tap , tap"], [None, None, None, None],
         ["Light", "TAP BROKEN", 2, ""]],
    )  # fmt: skip

    assert taxonomy.read(path) == (
        ComplaintType("Tap broken", "Water", "", 24, ("tap", "water tap")),
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Sub type", "Hours"], ["Leak", "soon"]], "no number of hours"),
        ([["Sub type", "Hours"], ["", "4"]], "names no type"),
        ([["Colour", "Size"], ["red", 4]], "No sheet"),
    ],
)
def test_what_is_no_taxonomy_is_refused_in_a_sentence(tmp_path, rows, said):
    with pytest.raises(InvalidInputError, match=said):
        taxonomy.read(saved(tmp_path / "t.xlsx", rows))


def test_cells_read_as_they_would_in_a_saved_csv(tmp_path):
    day, moment = datetime(2026, 1, 5), datetime(2026, 1, 5, 9, 30)  # noqa: DTZ001 - as Excel has them
    path = saved(
        tmp_path / "t.xlsx",
        [["a", "b", "c", "d", "e"], [7.0, 7.5, True, day, moment], [" x ", None, "=1+1"]],
    )

    assert list(read_table(path)) == [
        (2, {"a": "7", "b": "7.5", "c": "yes", "d": "2026-01-05", "e": "2026-01-05T09:30:00"}),
        (3, {"a": "x", "b": "", "c": "", "d": "", "e": ""}),
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04 and then nothing", b"PK\x03\x04" + bytes(500)])
def test_a_damaged_workbook_is_refused(tmp_path, content):
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)

    with pytest.raises(InvalidInputError, match="cannot be read"):
        list(read_table(path))


def test_a_workbook_that_unpacks_to_far_too_much_is_refused_before_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_LARGEST", 100_000)
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 1_000_000)

    with pytest.raises(InvalidInputError, match="too large"):
        list(read_table(path))
