"""A table of complaints whose rows are links to their cases."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from ui.parts.source import source

_caselist = st.components.v2.component(
    "redress_caselist", js=source("list.js", "caselist.js"), css=source("list.css", "caselist.css")
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line; every text is shown as text.

    Attributes:
        id: Unique within the table, and stable while the line means the same.
        href: Where the line leads; a path of this site.
        about: Small print under the title.
        note: More under it, over two lines at most; empty for nothing.
        cells: One text for each head but the first.
        alarming: Positions among ``cells`` of what should not be so, for example a late step.
    """

    id: str
    href: str
    title: str
    about: str
    cells: tuple[str, ...]
    alarming: tuple[int, ...] = ()
    note: str = ""


def caselist(
    rows: Sequence[CaseRow], *, key: str, caption: str, head: tuple[str, ...]
) -> str | None:
    """Draw the table and return the id of the line that was chosen in this run.

    A click with Ctrl opens a line in a new tab, as with any link.

    Args:
        rows: One page of the list, in order.
        key: Stable name of the table.
        caption: What is listed, for those who do not see it.
        head: Names of the columns.
    """
    data = {"caption": caption, "head": head, "rows": [asdict(row) for row in rows]}
    drawn = _caselist(key=key, data=data, on_chosen_change=_nothing)
    return next((row.id for row in rows if row.id == drawn.chosen), None)


def _nothing() -> None:
    """Stand where Streamlit wants a callback, so that the trigger is always there to read."""
