"""Tables are read from files of any usual make, each row with the line on which it begins."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.mapping import UNREADABLE
from engine.errors import InvalidInputError
from engine.services.bulk.table_file import _records, read_table


@pytest.fixture
def table(tmp_path):
    """Return a function that writes bytes into a file and reads it as a table."""

    def read(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_table(path))

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_any_usual_encoding_is_read(table, encoding):
    text = "Name,Place\nJosé,Besançon\n"

    rows = table(text.encode(encoding))

    assert rows == [(2, {"Name": "José", "Place": "Besançon"})]


def test_bytes_that_no_windows_text_has_are_still_read(table):
    rows = table(b"Name\n\x81\xe9\n")

    assert rows == [(2, {"Name": "\x81é"})]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_usual_separator_and_line_ending_is_read(table, separator, ending):
    lines = [separator.join(cells) for cells in (["a", "b"], ["1", "2"], ["3", "4"])]

    rows = table(ending.join(lines))

    assert rows == [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]


def test_a_separator_inside_a_quoted_heading_separates_nothing(table):
    rows = table('\n"name, first, last";place\nAda;London\n')

    assert rows == [(3, {"name, first, last": "Ada", "place": "London"})]


def test_a_row_has_the_line_on_which_it_begins(table):
    rows = table('a,b\n"one\ntwo\nthree",x\n\ny,z\n')

    assert [line for line, _ in rows] == [2, 6]
    assert rows[0][1]["a"] == "one\ntwo\nthree"


def test_missing_cells_are_empty_and_unnamed_columns_are_named(table):
    rows = table("a,,c\n1\n2,3,4\n")

    assert [row for _, row in rows] == [
        {"a": "1", "column 2": "", "c": ""},
        {"a": "2", "column 2": "3", "c": "4"},
    ]


def test_a_row_with_too_many_cells_says_so_and_empty_ones_do_no_harm(table):
    rows = table("a,b\n1,2,3\n4,5,,\n")

    assert rows[0][1][UNREADABLE] == "The row has 3 cells for 2 headings."
    assert UNREADABLE not in rows[1][1]


def test_a_row_with_a_stray_quote_is_reported_and_the_next_one_read(table):
    rows = table('a,b\n"x"y,1\nz,2\n')

    assert rows[0][0] == 2
    assert rows[0][1][UNREADABLE].startswith("Line 2 cannot be read as a row")
    assert rows[1] == (3, {"a": "z", "b": "2"})


def test_a_quote_that_is_never_closed_names_all_lines_it_swallowed(table):
    rows = table('a,b\n1,2\n"x,1\ny,2\nz,3\n')

    assert rows[0] == (2, {"a": "1", "b": "2"})
    assert rows[1][1][UNREADABLE].startswith("Lines 3 to 5 cannot be read as a row")


def test_json_gives_the_same_rows_with_their_lines(table):
    text = '[{"a": "x", "b": 1},\n\n{"a": null, "b": {"c": [true]}}\n,{"": "é"}, 5]\n'

    rows = table(text, "table.json")

    assert rows == [
        (1, {"a": "x", "b": "1"}),
        (3, {"a": "", "b": '{"c": [true]}'}),
        (4, {"column without name": "é"}),
        (4, {UNREADABLE: "The element is no object."}),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b" \n ", "The file is empty"),
        (b"PK\x03\x04\0\0", "The workbook cannot be read"),
        (b"\0\0", "This is no text; save the table as CSV first"),
        (b"\xff\xfea", "The text is damaged"),
        (b"a,b,a\n1,2,3\n", "The heading “a” stands 2 times"),
        (b'a,"b"c\n1,2\n', "The headings cannot be read"),
        (b"\xff\xfe", "It has no headings"),
        (b"{}", "JSON must be an array"),
        (b"[]", "JSON must be an array of at least one object"),
        (b"[", "JSON must be an array"),
        (b'[{"a": 1}\n,{"a" 2}]', "line 2: This is no JSON array"),
        (b'[{"a": 1}\n{"a": 2}]', "line 2: This is no JSON array"),
        (b'[{"a": 1},\n', "line 2: This is no JSON array"),
        (b'[{"a": 1}] x', "line 1: This is no JSON array"),
        (b"[" * 100_000, "line 1: This is no JSON array"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_name_and_the_reason(table, content, reason):
    with pytest.raises(InvalidInputError) as refused:
        table(content)

    assert str(refused.value).startswith("table.csv: ")
    assert reason in str(refused.value)


def test_a_file_that_does_not_exist_or_is_a_folder_is_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InvalidInputError, match="cannot be read"):
            list(read_table(path))


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
bodies = st.lists(st.lists(cells, min_size=2, max_size=2), max_size=8)


def faults(body, rows):
    """Return what the reading of a table lost, changed or put on another line."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b"])
    expected = []
    for cells in body:
        line = len(io.StringIO(written.getvalue(), newline="").readlines()) + 1
        writer.writerow(cells)
        expected.append((line, dict(zip("ab", cells, strict=True))))
    written.seek(0)
    found = list(rows(written))
    return [pair for pair in zip(expected, found, strict=True) if pair[0] != pair[1]]


@given(body=bodies)
def test_what_was_written_as_csv_is_read_again_with_its_lines(body):
    found = faults(body, _records)

    assert not found


def test_a_reader_that_counts_rows_instead_of_lines_is_caught():
    def counting(file):
        return ((number, row) for number, row in enumerate(csv.DictReader(file), start=2))

    found = faults([["one\ntwo", "x"], ["y", "z"]], counting)

    assert found


@given(body=st.lists(st.dictionaries(st.text(min_size=1), st.text(), min_size=1), min_size=1))
def test_what_was_written_as_json_is_read_again(body, tmp_path_factory):
    path = tmp_path_factory.mktemp("json") / "table.json"
    path.write_text(json.dumps(body, indent=2), encoding="utf-8")

    rows = [row for _, row in read_table(path)]

    assert rows == body
