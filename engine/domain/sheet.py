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

Cell = str | int | float | Decimal | None
"""What a table holds: text, numbers, or nothing."""

_ACTIVE = frozenset("=+-@")
"""What begins a formula."""

_BREAKS = re.compile(r"[;\t\r\n\v\f\x85\u2028\u2029]")
"""Where a program may see the end of a cell; our comma stands inside quotation marks."""

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})
"""Unicode's kinds of what is not seen before a sign: spaces, joiners, marks."""


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
