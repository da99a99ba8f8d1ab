"""Reads the rows of a table in a file: CSV in any usual encoding, JSON, or an Excel workbook.

Each row comes with the line on which it begins, so that a refusal can say where. What cannot be
read as a row is a row all the same, with the reason under `UNREADABLE`; nothing is skipped but
empty lines.
"""

import codecs
import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from engine.domain.mapping import UNREADABLE
from engine.errors import InvalidInputError
from engine.services.bulk.workbook import BEGINS, sheets

Fits = Callable[[Sequence[str]], object]
Rows = Iterator[tuple[int, dict[str, str]]]

_CHUNK = 1 << 16
_BLANK = " \t\r\n"
_QUOTED = re.compile(r'"[^"]*"')


def read_table(path: Path, *, fits: Fits = bool) -> Rows:
    """Yield each row of a table with the line on which it begins.

    Args:
        path: A CSV file with headings, separated by comma, semicolon or tab, or a JSON file with
            an array of objects; UTF-8, UTF-16 with its mark, or else a Western European encoding.
            Or an Excel workbook with a sheet that has headings in its first row.
        fits: Tells of the headings of a sheet whether it is the table; the first one is taken.

    Yields:
        The line, counted from 1, and the cells by heading. Cells that are missing at the end of
        a row are empty; why a row cannot be read stands under `UNREADABLE`.

    Raises:
        InvalidInputError: There is no such file, or it is no table; names the line where it can.
    """
    try:
        with path.open("rb") as file:
            is_workbook = file.read(len(BEGINS)) == BEGINS
        if is_workbook:
            yield from _sheet(path, fits)
            return
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as file:
            start = file.read(_CHUNK).lstrip(_BLANK)
            file.seek(0)
            yield from _objects(file.read()) if start.startswith(("[", "{")) else _records(file)
    except InvalidInputError as refusal:
        raise InvalidInputError({path.name: str(refusal)}) from refusal
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidInputError({"": f"The file {path} cannot be read: {reason}."}) from error
    except UnicodeError as error:
        raise InvalidInputError({path.name: f"The text is damaged: {error}."}) from error


def _sheet(path: Path, fits: Fits) -> Rows:
    """Yield the rows of the first sheet that fits.

    Raises:
        InvalidInputError: None does, or the workbook cannot be read.
    """
    for sheet in sheets(path):
        first = next(sheet, None)
        if first is not None and len(first[1]) > 1 and fits(first[1]):
            headings = _headings(iter([first[1]]))
            yield from ((number, _record(headings, cells)) for number, cells in sheet)
            return
    raise InvalidInputError({"": "No sheet of the workbook has the headings that are needed."})


def _encoding(path: Path) -> str:
    """Return the encoding of a file.

    Raises:
        InvalidInputError: The file is empty or no text.
    """
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    if not start.strip():
        raise InvalidInputError({"": "The file is empty."})
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in start:
        raise InvalidInputError({"": "This is no text; save the table as CSV first."})
    return next(name for name in ("utf-8-sig", "cp1252", "latin-1") if _decodes(path, name))


def _decodes(path: Path, encoding: str) -> bool:
    """Tell whether the whole file can be read in an encoding; ``latin-1`` always can."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(_CHUNK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _records(file: TextIO) -> Rows:
    """Yield the rows of a CSV file.

    Raises:
        InvalidInputError: There are no headings, or one stands twice.
    """
    reader = csv.reader(file, delimiter=_separator(file), strict=True)
    headings = _headings(reader)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, {UNREADABLE: _unreadable(line, reader.line_num, error)}
            continue
        if cells:
            yield line, _record(headings, cells)


def _separator(file: TextIO) -> str:
    """Return what separates the headings; what stands between quotation marks does not count."""
    first = _QUOTED.sub("", next((line for line in file if line.strip()), ""))
    file.seek(0)
    return max(",;\t", key=first.count)


def _headings(rows: Iterator[list[str]]) -> list[str]:
    """Return the headings; a column without one is named by its position.

    Raises:
        InvalidInputError: There are none, or one stands twice.
    """
    try:
        cells: list[str] = next(filter(None, rows), [])
    except csv.Error as error:
        raise InvalidInputError({"": f"The headings cannot be read: {error}."}) from error
    named = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1)]
    heading, times = next(iter(Counter(named).most_common(1)), ("", 0))
    if times != 1:
        reason = (
            f"The heading “{heading}” stands {times} times." if times else "It has no headings."
        )
        raise InvalidInputError({"": reason})
    return named


def _record(headings: list[str], cells: list[str]) -> dict[str, str]:
    missing = len(headings) - len(cells)
    row = dict(zip(headings, cells + [""] * missing, strict=False))
    if any(cells[len(headings) :]):
        row[UNREADABLE] = f"The row has {len(cells)} cells for {len(headings)} headings."
    return row


def _unreadable(first: int, last: int, error: csv.Error) -> str:
    lines = f"Line {first}" if last <= first else f"Lines {first} to {last}"
    return f"{lines} cannot be read as a row, perhaps because of a quotation mark: {error}."


def _objects(text: str) -> Rows:
    """Yield the objects of a JSON array.

    Raises:
        InvalidInputError: The text is no such array; names the line.
    """
    decoder = json.JSONDecoder()
    line, counted = 1, 0
    at, closing = _begin(text), False
    while not closing:
        line, counted = line + text.count("\n", counted, at), at
        try:
            found, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            raise InvalidInputError(_no_json(text, at)) from error
        yield line, _cells(found)
        at, closing = _next(text, end)


def _begin(text: str) -> int:
    """Return where the first element of the array begins.

    Raises:
        InvalidInputError: The text is no array, or an empty one.
    """
    start = _skip(text, 0)
    first = _skip(text, start + 1)
    if text[start] != "[" or text[first : first + 1] in {"", "]"}:
        raise InvalidInputError({"": "JSON must be an array of at least one object."})
    return first


def _next(text: str, end: int) -> tuple[int, bool]:
    """Return where the next element begins, and whether the array ended instead.

    Raises:
        InvalidInputError: Neither a comma nor the end of the array follows.
    """
    mark = _skip(text, end)
    if text[mark : mark + 1] == ",":
        return _skip(text, mark + 1), False
    if text[mark : mark + 1] != "]" or _skip(text, mark + 1) != len(text):
        raise InvalidInputError(_no_json(text, mark))
    return mark, True


def _skip(text: str, at: int) -> int:
    """Return the position of the next character that is not blank."""
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _no_json(text: str, at: int) -> dict[str, str]:
    line = text.count("\n", 0, at) + 1
    return {f"line {line}": "This is no JSON array of objects."}


def _cells(found: object) -> dict[str, str]:
    """Return an object as cells; values that are no text are written as JSON."""
    if not isinstance(found, dict):
        return {UNREADABLE: "The element is no object."}
    return {key or "column without name": _cell(value) for key, value in found.items()}


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
