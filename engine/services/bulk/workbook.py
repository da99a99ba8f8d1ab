"""Reads the sheets of an Excel workbook as rows of text, as if each had been saved as CSV."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from engine.errors import InvalidInputError

if TYPE_CHECKING:
    from openpyxl import Workbook

Sheet = Iterator[tuple[int, list[str]]]

BEGINS = b"PK\x03\x04"
"""How a workbook begins: it is a ZIP archive."""

_LARGEST = 512 * 1024 * 1024
"""Bytes of a workbook once it is unpacked; a list of a million complaints has less."""


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield each sheet as its rows, with their numbers; empty rows are left out.

    Dates are written as ISO 8601 has them, whole numbers without a fraction, yes and no as words.

    Raises:
        InvalidInputError: It is no workbook, is damaged, or unpacks to too much.
    """
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 - see ``_opened``

    try:
        _refuse_bomb(path)
        with catch_warnings(), closing(_opened(path)) as book:
            for sheet in book.worksheets:
                yield _rows(sheet.iter_rows(values_only=True))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InvalidInputError({"": f"The workbook cannot be read: {error}."}) from error


def _opened(path: Path) -> "Workbook":
    from openpyxl import load_workbook  # noqa: PLC0415 - brings numpy along: 30 MB in each process

    simplefilter("ignore", UserWarning)  # of what it does not keep, such as lists to choose from
    return load_workbook(path, read_only=True, data_only=True)


def _refuse_bomb(path: Path) -> None:
    """Refuse an archive that says of itself that it is far larger than any list.

    Raises:
        InvalidInputError: It is.
    """
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > _LARGEST:
            raise InvalidInputError({"": "The workbook is too large; save the table as CSV."})


def _rows(rows: Iterator[tuple[object, ...]]) -> Sheet:
    for number, cells in enumerate(rows, 1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        has_time = cell.hour or cell.minute or cell.second
        return cell.isoformat(timespec="seconds") if has_time else cell.date().isoformat()
    return "" if cell is None else str(cell).strip()
