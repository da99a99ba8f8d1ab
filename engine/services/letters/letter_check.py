"""Looking at templates of letters before they are used; nothing is changed."""

from dataclasses import dataclass
from pathlib import Path

from engine.domain.letter import LetterKind
from engine.writing.book import shipped_letters


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter that can be written.

    Attributes:
        version: Names the edition of its template, as letters keep it.
        is_own: It is not one that Redress ships.
        blanks: How many places a person has to fill in.
    """

    language: str
    kind: LetterKind
    version: str
    is_own: bool
    blanks: int


def check(folder: Path | None) -> tuple[Sheet, ...]:
    """Return every letter that can be written with the templates in a folder.

    Args:
        folder: Of the organisation's own; None for ours alone.

    Raises:
        InvalidInputError: A template is wrong; names each, the line and why.
    """
    ours = shipped_letters()
    book = ours.with_own(folder) if folder else ours
    return tuple(
        Sheet(
            language=language.title,
            kind=kind,
            version=(version := book.version(kind, language)),
            is_own=code not in ours.languages or ours.version(kind, language) != version,
            blanks=len(book.blanks(kind, language)),
        )
        for code, language in sorted(book.languages.items())
        for kind in LetterKind
    )
