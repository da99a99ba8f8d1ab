"""Tables as an Excel workbook."""

import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.domain.sheet import Cell, harmless


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
