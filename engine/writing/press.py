"""Letters as PDF and as pictures: the same letter gives the same bytes, wherever it is printed.

The layout is ours and fixed; what stands in a letter comes in as data, so nothing of it is read as
markup. Nothing is fetched and no file is read. The fonts come with the typesetter, so that a
letter looks the same on every machine; only where they lack a sign, such as in names in Chinese,
are those of the machine asked, and what no font has is shown as a white square.

Source: PDF/A-2b (ISO 19005-2) to keep letters, PDF/UA-1 (ISO 14289-1) to have them read aloud.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple

import typst

from engine.domain.language import Language
from engine.domain.text import without_controls
from engine.errors import InvalidInputError

LONGEST_PRINTED = 60_000
"""Characters of a letter: some thirty pages."""
_LONGEST_LINE = 1_000
"""Characters that are set as one line; a longer one is set in pieces, each below the other."""
_MOST_LINES = 3_000
"""Lines of a letter, empty ones among them."""
_MOST_UNKNOWN = 40
"""Different signs that no font has; with more, everything but Western letters becomes a square."""
_SQUARE = "\N{WHITE SQUARE}"
_BREAK = "\N{ZERO WIDTH SPACE}"
"""Where a line may end that has no spaces."""
_FAMILIES = ("Libertinus Serif", "DejaVu Sans Mono")
_STANDARDS: list[Any] = ["a-2b", "ua-1"]
_UNKNOWN = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")
_WORD = re.compile(r"\S{60}(?=\S)")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\u2028\u2029]")
_FOREIGN = re.compile("[^\n\u0020-\u024f\u2010-\u2027\u20ac]")
_SAID = ("labels", "sender", "recipient", "reference", "date", "subject", "paragraphs")
"""What of a letter is read; the rest is for the typesetter."""
_Kind = Literal["pdf", "png"]


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
    (whole,) = _compiled(sheets[0], told, "pdf", 0, is_local=is_local)
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


class _Settled(NamedTuple):
    """A letter that the typesetter takes.

    Attributes:
        told: What the layout is told.
        is_local: Whether fonts of the machine are asked.
        made: What came of it.
    """

    told: dict[str, Any]
    is_local: bool
    made: tuple[bytes, ...]


def _settled(sheet: Sheet, *, kind: _Kind, dots: float = 96) -> _Settled:
    """Return the letter with the fonts that have its signs, or with squares.

    Raises:
        InvalidInputError: It is too long, or the typesetter does not take it.
    """
    if len(sheet.body) > LONGEST_PRINTED or sheet.body.count("\n") > _MOST_LINES:
        said = f"it has {len(sheet.body):,} characters in {sheet.body.count(chr(10)) + 1:,} lines"
        raise InvalidInputError(_refusal(sheet, said))
    told, is_local = _told(sheet), False
    for _ in range(_MOST_UNKNOWN):
        try:
            made = _compiled(sheet, [told], kind, dots, is_local=is_local)
            return _Settled(told, is_local, made)
        except _SignLackingError as lacking:
            # First the fonts of the machine are asked, then there is a square.
            told = _squared(told, lacking.signs) if is_local else told
            is_local = True
    told = _said_as(told, lambda text: _FOREIGN.sub(_SQUARE, text))
    made = _compiled(sheet, [told], kind, dots, is_local=False)
    return _Settled(told, is_local=False, made=made)


def _compiled(
    sheet: Sheet,
    told: Sequence[dict[str, Any]],
    kind: _Kind,
    dots: float,
    *,
    is_local: bool,
) -> tuple[bytes, ...]:
    """Return what the typesetter makes of letters of one organisation; the first gives the day.

    Raises:
        _SignLackingError: No font has some signs of it.
        InvalidInputError: It does not take the letter for another reason.
    """
    at = datetime.combine(sheet.on, datetime.min.time(), UTC)
    given: dict[str, Any] = {
        "input": _layout(),
        "root": sheet.logo.parent if sheet.logo else None,
        "font_paths": _fonts(is_local=is_local),
        "sys_inputs": {"letters": json.dumps(told, ensure_ascii=False)},
        "timestamp": int(at.timestamp()),
    }
    try:
        # A picture obeys the same rules: what cannot be printed is not shown as if it could.
        made = typst.compile(**given, format="pdf", pdf_standards=_STANDARDS)
        if kind == "png":
            made = typst.compile(**given, format="png", ppi=dots)
    except typst.TypstError as error:
        if lacking := _UNKNOWN.search(str(error)):
            raise _SignLackingError(_unescaped(lacking[1])) from error
        raise InvalidInputError(_refusal(sheet, _said(error))) from error
    except BaseException as error:
        # The typesetter panics on a few texts; that is no class that can be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise InvalidInputError(_refusal(sheet, "the typesetter does not take it")) from None
    return tuple(made) if isinstance(made, list) else (made,)


class _SignLackingError(Exception):
    """No font has some signs of a letter."""

    def __init__(self, signs: str) -> None:
        super().__init__()
        self.signs = signs


def _refusal(sheet: Sheet, problem: str) -> dict[str, str]:
    return {f"Letter on {sheet.reference}": f"cannot be printed; {problem}."}


def _said(error: Exception) -> str:
    """Return what the typesetter said, without anything of the letter."""
    return str(error).partition("`")[0].strip(" :.")[:100] or "the typesetter does not take it"


def _unescaped(said: str) -> str:
    """Return signs as they are, which the typesetter tells in its own spelling."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said)


def _squared(told: dict[str, Any], signs: str) -> dict[str, Any]:
    """Return data with a square for each of some signs."""
    squares = str.maketrans(dict.fromkeys(signs, _SQUARE))
    return _said_as(told, lambda text: text.translate(squares))


def _told(sheet: Sheet) -> dict[str, Any]:
    """Return what the layout is told."""
    language = sheet.language
    logo = language.labels["logo"].replace("{organisation}", sheet.sender)
    told = {
        "language": language.code,
        "labels": dict(language.labels) | {"logo": logo},
        "fonts": _FAMILIES,
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
    return _said_as(told, _settable)


def _settable(text: str) -> str:
    """Return a text without signs that no archive takes, and with places to break long words."""
    return _WORD.sub(rf"\g<0>{_BREAK}", _PRIVATE.sub(_SQUARE, without_controls(text)))


def _said_as(told: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return what the layout is told, with everything that is read changed."""
    return told | {name: _mapped(told[name], change) for name in _SAID}


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


def _mapped(told: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    """Return data with each of its texts changed; names of fields stay."""
    if isinstance(told, str):
        return change(told)
    if isinstance(told, dict):
        return {name: _mapped(value, change) for name, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [_mapped(value, change) for value in told]
    return told


@lru_cache(maxsize=1)
def _layout() -> bytes:
    return (files("config") / "letters" / "letter.typ").read_bytes()


@lru_cache(maxsize=2)
def _fonts(*, is_local: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=is_local, include_embedded_fonts=True)
