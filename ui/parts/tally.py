"""A tally: names with their numbers, each of which leads to what was counted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from ui.parts.source import source
from ui.parts.words import capital

_tally = st.components.v2.component("redress_tally", js=source("tally.js"), css=source("tally.css"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a tally; every text is shown as text.

    Attributes:
        id: Unique within the tally, and stable while the line means the same.
        note: What is to be said about some of them, for example ``3 late``; empty for nothing.
        is_alarming: Whether the note tells of something that should not be.
        part: Length of the bar, in percent of the longest.
    """

    id: str
    title: str
    number: int
    note: str = ""
    is_alarming: bool = False
    part: int = 0


def lines_of(numbers: Sequence[tuple[str, str, int]]) -> tuple[Line, ...]:
    """Return lines with bars from triples of id, title and number; order is kept."""
    longest = max((number for _id, _title, number in numbers), default=0)
    return tuple(
        Line(
            id_,
            capital(title),
            number,
            part=round(100 * number / longest) if longest else 0,
        )
        for id_, title, number in numbers
    )


def tally(
    lines: Sequence[Line], *, key: str, caption: str, noun: str, can_open: bool = True
) -> str | None:
    """Draw the tally and return the id of the line that was chosen in this run.

    Args:
        lines: In the order in which they are shown.
        key: Stable name of the tally.
        caption: What is counted, for those who do not see it.
        noun: What the numbers are numbers of, for example ``complaints``.
        can_open: Whether a line leads anywhere; one whose number is 0 never does.
    """
    data = {
        "caption": caption,
        "noun": noun,
        "can_open": can_open,
        "lines": [asdict(line) for line in lines],
    }
    drawn = _tally(key=key, data=data, on_chosen_change=_nothing)
    return read_line(drawn.chosen, lines) if can_open else None


def read_line(sent: object, lines: Sequence[Line]) -> str | None:
    """Return what a browser sent, when it is the id of a line that leads somewhere."""
    return next((line.id for line in lines if line.id == sent and line.number), None)


def _nothing() -> None:
    """Stand where Streamlit wants a callback, so that the trigger is always there to read."""
