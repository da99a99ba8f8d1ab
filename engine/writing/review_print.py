"""The management review on paper: PDF/A to be kept, PDF/UA to be read aloud."""

from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from engine.domain.review import Paragraph, Part, Picture, Points, Report
from engine.errors import InvalidInputError
from engine.writing.typesetting import (
    FAMILIES,
    CannotSetError,
    Kind,
    Layout,
    settle,
)

_SAID = ("title", "organisation", "about", "short", "sections")


def print_review(report: Report, *, mark: str, on: date) -> bytes:
    """Return a report as PDF.

    Args:
        report: What it tells.
        mark: Names the report by its content.
        on: The day of the file.

    Raises:
        InvalidInputError: The typesetter does not take it.
    """
    (whole,) = _settled(report, mark, on, kind="pdf", dots=0)
    return whole


def draw_review(report: Report, *, mark: str, on: date, dots: float = 60) -> tuple[bytes, ...]:
    """Return the pages of a report as pictures (PNG).

    Raises:
        InvalidInputError: As for the PDF.
    """
    return _settled(report, mark, on, kind="png", dots=dots)


def _settled(report: Report, mark: str, on: date, *, kind: Kind, dots: float) -> tuple[bytes, ...]:
    drawings: list[str] = []
    told: dict[str, Any] = {
        "title": report.title,
        "organisation": report.organisation,
        "about": report.about,
        "short": report.short,
        "sections": [
            {"title": each.title, "parts": [_part(part, drawings) for part in each.parts]}
            for each in report.sections
        ],
        "drawings": drawings,
        "fonts": FAMILIES,
        "mark": mark,
        "day": (on.year, on.month, on.day),
    }
    try:
        layout = Layout(_layout(), "report", on)
        return settle(layout, told, _SAID, kind=kind, dots=dots).made
    except CannotSetError as error:
        raise InvalidInputError({report.title: f"cannot be printed; {error.problem}."}) from error


def _part(part: Part, drawings: list[str]) -> dict[str, Any]:
    """Return a part for the layout; drawings are no words, and are handed over as they are."""
    if isinstance(part, Paragraph):
        return {"kind": "text", "text": part.text}
    if isinstance(part, Points):
        return {"kind": "points", "items": part.items}
    if isinstance(part, Picture):
        drawings.append(part.svg)
        place = len(drawings) - 1
        return {"kind": "picture", "title": part.title, "alt": part.alt, "drawing": place}
    return {
        "kind": "table",
        "title": part.title,
        "head": part.head,
        "rows": part.rows,
        "right": part.right,
        "wide": part.wide,
    }


@lru_cache(maxsize=1)
def _layout() -> bytes:
    return (files("config") / "reviews" / "review.typ").read_bytes()
