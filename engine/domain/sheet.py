"""Tables for other programs: the one way in which rows leave as CSV.

What a complainant wrote must stay text. A spreadsheet runs a cell that begins with a sign such as
``=``, also behind what nobody sees; and one that splits at another separator than ours makes
several cells of one.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

Cell = str | int | float | Decimal | None
"""What a table holds: text, numbers, or nothing."""

_ACTIVE = frozenset("=+-@")
"""What begins a formula."""

_BREAKS = re.compile(r"[;\t\r\n\v\f\x85\u2028\u2029]")
"""Where a program may see the end of a cell; our comma stands inside quotation marks."""

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})
"""Unicode's kinds of what is not seen before a sign: spaces, joiners, marks."""


class Sheet(NamedTuple):
    """One sheet of a workbook: its name, its head and its rows, each as long as the head."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_workbook(sheets: Iterable[Sheet]) -> bytes:
    """Return tables as an Excel workbook, a sheet for each; text stays text, and numbers numbers.

    Args:
        sheets: At least one; their names are told apart, and have at most 31 letters.
    """
    # What only this needs is not held by every process all day.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    book.remove(book.worksheets[0])
    for each in sheets:
        page = book.create_sheet(each.name)
        for row in (each.head, *each.rows):
            # A workbook cannot hold what controls a terminal.
            page.append(
                [
                    ILLEGAL_CHARACTERS_RE.sub(" ", text) if isinstance(text, str) else text
                    for text in map(harmless, row)
                ]
            )
        for cell in page[1]:
            cell.font = Font(bold=True)
        page.freeze_panes = "A2"
        for column, cells in zip(
            page.columns, zip(each.head, *each.rows, strict=True), strict=True
        ):
            widest = max(len(str(cell)) for cell in cells if cell is not None)
            page.column_dimensions[column[0].column_letter].width = min(60, widest + 2)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV in UTF-8, with a mark at the beginning that says so.

    Args:
        head: Names of the columns.
        rows: As long as the head; numbers stay numbers.
    """
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    table.writerow([harmless(name) for name in head])
    table.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs: text behind an apostrophe where it would.

    >>> harmless("=1+1")
    "'=1+1"
    >>> harmless(-5)
    -5
    """
    if not isinstance(cell, str):
        return cell
    ends = [match.end() for match in _BREAKS.finditer(cell)]
    starts = [start for start in (0, *ends) if _is_active(cell, start)]
    for start in reversed(starts):
        cell = f"{cell[:start]}'{cell[start:]}"
    return cell


def _is_active(text: str, start: int) -> bool:
    """Tell whether what stands from here on would be run, were it a cell of its own."""
    for character in text[start:]:
        if unicodedata.category(character) not in _UNSEEN and character != '"':
            # Full-width and small signs mean the same to some spreadsheets.
            return unicodedata.normalize("NFKC", character)[:1] in _ACTIVE
        if _BREAKS.match(character):
            return False
    return False
