"""A table of documents whose names are links to their files."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import streamlit as st

from ui.parts.source import source

Tone = Literal["orange", "blue", "gray"]

_documents = st.components.v2.component(
    "redress_documents",
    js=source("list.js", "documents.js"),
    css=source("list.css", "documents.css"),
)


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of a document; every text is shown as text.

    Attributes:
        href: Where it is handed out; empty for one that nobody reads now.
        about: What it is, who added it and when.
        finding: Why nobody reads it; empty where nothing was found.
    """

    name: str
    href: str
    about: str
    finding: str = ""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document; every text is shown as text.

    Attributes:
        number: Within the case.
        file: Its newest file; None where nothing of it may be seen.
        badges: What is special about it, each with its tone.
        about: What it is for, and what is said of it.
        others: Its other files, latest first.
        can_change: Whether something can be done with it.
    """

    number: int
    file: FileLine | None
    badges: tuple[tuple[str, Tone], ...]
    about: str
    others: tuple[FileLine, ...]
    can_change: bool


def documents(lines: Sequence[DocumentLine], *, key: str) -> int | None:
    """Draw the table; return the number of the document that somebody wants to change.

    Args:
        lines: In order.
        key: Stable name.
    """
    data = {"caption": "Documents", "lines": tuple(asdict(line) for line in lines)}
    drawn = _documents(key=key, data=data, on_chosen_change=_nothing)
    known = {line.number for line in lines if line.can_change}
    return drawn.chosen if drawn.chosen in known else None


def _nothing() -> None:
    """Stand where Streamlit wants a callback, so that the trigger is always there to read."""
