"""A list of work: a table whose rows are links, with the keys of a mail program."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import streamlit as st

from ui.parts.source import source

Tone = Literal["red", "orange", "blue", "gray"]

_HEAD = ("Complaint", "Severity", "Next step", "Due", "Assigned to")
_CHOICES = ("open", "claim")

_worklist = st.components.v2.component(
    "redress_worklist", js=source("list.js", "worklist.js"), css=source("list.css", "worklist.css")
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; every text is shown as text.

    Attributes:
        id: Unique within the list, and stable while the line means the same.
        href: Where the line leads; a path of this site.
        about: Small print under the title, for example reference and complainant.
        tone: Colour of the severity; ``gray`` for none.
        due: For example ``in 3 h``; empty when nothing is due.
        due_title: The due time in full, shown when one points at it.
        hint: What is to be said of the due time, for example ``Tight``; empty for nothing.
        used: Used part of the time allowance, in percent from 0 to 100.
        assignee: Empty when nobody has taken it.
        called: Of a call upwards, with whom it is and who is called next; empty for none.
    """

    id: str
    href: str
    title: str
    about: str
    severity: str
    tone: Tone
    step: str
    due: str = ""
    due_title: str = ""
    is_late: bool = False
    hint: str = ""
    used: int = 0
    assignee: str = ""
    called: str = ""
    can_claim: bool = False


_FIELDS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody did with a line."""

    id: str
    what: Literal["open", "claim"]


def worklist(
    rows: Sequence[Row],
    *,
    key: str,
    caption: str,
    selected: str | None = None,
    head: Sequence[str] = _HEAD,
) -> Choice | None:
    """Draw the list and return what was done with one of its lines in this run.

    ``j`` and ``k`` go down and up, Enter opens, a click with Ctrl opens in a new tab. The
    focus stays on its line when the list is drawn again.

    Args:
        rows: One page of the list, in order.
        key: Stable name of the list.
        caption: What is listed, for those who do not see it.
        selected: Id of the line to mark.
        head: Names of the five columns, in the order in which ``Row`` fills them.
    """
    data = {
        "caption": caption,
        # Streamlit looks whether a list is a data frame; it does not with a tuple.
        "head": tuple(head),
        "rows": tuple({name: getattr(row, name) for name in _FIELDS} for row in rows),
        "selected": selected,
    }
    drawn = _worklist(key=key, data=data, on_chosen_change=_nothing)
    return read_choice(drawn.chosen, rows)


def read_choice(sent: object, rows: Sequence[Row]) -> Choice | None:
    """Return what a browser sent, when it names a line of this list and something it offers."""
    if not isinstance(sent, dict) or sent.get("what") not in _CHOICES:
        return None
    row = next((row for row in rows if row.id == sent.get("id")), None)
    if row is None or (sent["what"] == "claim" and not row.can_claim):
        return None
    return Choice(row.id, sent["what"])


def _nothing() -> None:
    """Stand where Streamlit wants a callback, so that the trigger is always there to read."""
