"""Letters as PDF and as pictures: the same letter gives the same bytes, wherever it is printed.

The layout is ours and fixed; what stands in a letter comes in as data.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from engine.domain.language import Language
from engine.errors import InvalidInputError
from engine.writing.typesetting import (
    FAMILIES,
    CannotSetError,
    Kind,
    Layout,
    Settled,
    Told,
    compiled,
    settle,
)

LONGEST_PRINTED = 60_000
"""Characters of a letter: some thirty pages."""
_LONGEST_LINE = 1_000
"""Characters that are set as one line; a longer one is set in pieces, each below the other."""
_MOST_LINES = 3_000
"""Lines of a letter, empty ones among them."""
_SAID = ("labels", "sender", "recipient", "reference", "date", "subject", "paragraphs")
"""What of a letter is read; the rest is for the typesetter."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter as it is printed.

    Attributes:
        language: Of the letter.
        sender: Name of the organisation.
        address: Lines of its address, without the name.
        contact: Lines that say how to reach it.
        recipient: Lines of name and address.
        on: The day on the letter.
        mark: Names the letter by its content; stands in the properties of the file.
        logo: Picture beside the name; None for none.
    """

    language: Language
    sender: str
    address: tuple[str, ...]
    contact: tuple[str, ...]
    recipient: tuple[str, ...]
    reference: str
    on: date
    subject: str
    body: str
    mark: str
    logo: Path | None = None


def print_letter(sheet: Sheet) -> bytes:
    """Return a letter as PDF.

    Raises:
        InvalidInputError: It is too long, or the typesetter does not take it.
    """
    (whole,) = _settled(sheet, kind="pdf").made
    return whole


def print_letters(sheets: Sequence[Sheet]) -> bytes:
    """Return letters as one PDF, each beginning on an odd page, so that both sides can be used.

    Args:
        sheets: In the order in which they are printed; at least one.

    Raises:
        InvalidInputError: One of them is too long, or the typesetter does not take it.
    """
    settled = [_settled(sheet, kind="pdf") for sheet in sheets]
    told, is_local = [each.told for each in settled], any(each.is_local for each in settled)
    try:
        (whole,) = compiled(_lay(sheets[0]), told, is_local=is_local)
    except CannotSetError as error:
        raise InvalidInputError(_refusal(sheets[0], error.problem)) from error
    return whole


def draw_letter(sheet: Sheet, *, dots: float = 96) -> tuple[bytes, ...]:
    """Return the pages of a letter as pictures (PNG).

    Args:
        sheet: The letter.
        dots: Per inch.

    Raises:
        InvalidInputError: As for the PDF.
    """
    return _settled(sheet, kind="png", dots=dots).made


def _settled(sheet: Sheet, *, kind: Kind, dots: float = 96) -> Settled:
    """Return the letter with the fonts that have its signs, or with squares.

    Raises:
        InvalidInputError: It is too long, or the typesetter does not take it.
    """
    if len(sheet.body) > LONGEST_PRINTED or sheet.body.count("\n") > _MOST_LINES:
        said = f"it has {len(sheet.body):,} characters in {sheet.body.count(chr(10)) + 1:,} lines"
        raise InvalidInputError(_refusal(sheet, said))

    try:
        return settle(_lay(sheet), _told(sheet), _SAID, given=_alone, kind=kind, dots=dots)
    except CannotSetError as error:
        raise InvalidInputError(_refusal(sheet, error.problem)) from error


def _lay(sheet: Sheet) -> Layout:
    """Return how letters of one organisation are set; the first gives the day."""
    return Layout(_layout(), "letters", sheet.on, sheet.logo.parent if sheet.logo else None)


def _alone(told: Told) -> list[Told]:
    return [told]


def _refusal(sheet: Sheet, problem: str) -> dict[str, str]:
    return {f"Letter on {sheet.reference}": f"cannot be printed; {problem}."}


def _told(sheet: Sheet) -> Told:
    """Return what the layout is told."""
    language = sheet.language
    logo = language.labels["logo"].replace("{organisation}", sheet.sender)
    return {
        "language": language.code,
        "labels": dict(language.labels) | {"logo": logo},
        "fonts": FAMILIES,
        "sender": {"name": sheet.sender, "address": sheet.address, "contact": sheet.contact},
        "recipient": sheet.recipient,
        "reference": sheet.reference,
        "day": (sheet.on.year, sheet.on.month, sheet.on.day),
        "date": language.date_of(sheet.on),
        # A heading of nothing that can be read aloud is none.
        "subject": sheet.subject if re.search(r"\w", sheet.subject) else sheet.reference,
        "paragraphs": _paragraphs(sheet.body),
        "mark": sheet.mark,
        "logo": f"/{sheet.logo.name}" if sheet.logo else "",
    }


def _paragraphs(body: str) -> list[list[str]]:
    """Return the lines of each paragraph."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return [
        [piece for line in part.split("\n") for piece in _pieces(line.strip())]
        for part in re.split(r"\n(?:[ \t]*\n)+", text)
    ]


def _pieces(line: str) -> list[str]:
    """Return a line in pieces that can be set."""
    return [line[at : at + _LONGEST_LINE] for at in range(0, len(line), _LONGEST_LINE)] or [""]


@lru_cache(maxsize=1)
def _layout() -> bytes:
    return (files("config") / "letters" / "letter.typ").read_bytes()
