"""All letters that can be written: those that Redress ships, and the organisation's own."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from engine.domain.language import Language
from engine.domain.letter import Facts, LetterKind, Written
from engine.errors import InvalidInputError
from engine.writing.template import LetterTemplate, Templates

_WORDS = "words.toml"
_LARGEST = 200_000
"""Bytes of one file."""
_Key = tuple[str, LetterKind]


class LetterBook:
    """Every language in which letters can be written, with a template for each kind.

    Args:
        languages: By code.
        templates: By language and kind.

    Raises:
        InvalidInputError: A language lacks a kind; names each.
    """

    def __init__(self, languages: Mapping[str, Language], templates: Templates) -> None:
        self._languages = dict(languages)
        self._templates = dict(templates)
        unknown = sorted({code for code, _kind in templates} - languages.keys())
        lacking = {f"Letters in {code}": f"there is no {code}/{_WORDS}." for code in unknown} | {
            f"Letters in {language.title}": f"there is none for {_listed(missing)}."
            for code, language in languages.items()
            if (missing := [kind for kind in LetterKind if (code, kind) not in templates])
        }
        if lacking:
            raise InvalidInputError(lacking)

    @property
    def languages(self) -> Mapping[str, Language]:
        """Return the languages by their codes."""
        return self._languages

    def language(self, *codes: str) -> Language:
        """Return the first of some languages in which letters can be written.

        Args:
            codes: Wanted first, the fallback last.

        Raises:
            InvalidInputError: Letters can be written in none of them.
        """
        for code in codes:
            if code in self._languages:
                return self._languages[code]
        known = ", ".join(sorted(self._languages))
        raise InvalidInputError({"Language": f"letters are written in {known}."})

    def write(self, kind: LetterKind, language: Language, facts: Facts) -> Written:
        """Return a letter of a kind in a language, filled in with facts.

        Raises:
            InvalidInputError: A fact is missing, or the letter would be too long.
        """
        return self._templates[language.code, kind].write(facts)

    def version(self, kind: LetterKind, language: Language) -> str:
        """Return what names the edition of a template."""
        return self._templates[language.code, kind].version

    def blanks(self, kind: LetterKind, language: Language) -> tuple[str, ...]:
        """Return what the template of a kind leaves to be filled in."""
        return self._templates[language.code, kind].blanks

    def with_own(self, folder: Path) -> "LetterBook":
        """Return this book with an organisation's own templates instead of ours.

        Args:
            folder: Has a folder for each language; a further language has all kinds.

        Raises:
            InvalidInputError: The folder is not there, or a file in it is wrong; names each.
        """
        if not folder.is_dir():
            raise InvalidInputError({"Letters": f"{folder} is no folder."})
        languages, templates = _read(folder)
        return LetterBook(self._languages | languages, self._templates | templates)


@lru_cache(maxsize=1)
def shipped_letters() -> LetterBook:
    """Return the letters that Redress ships."""
    return LetterBook(*_read(files("config") / "letters"))


def _read(folder: Traversable) -> tuple[dict[str, Language], dict[_Key, LetterTemplate]]:
    """Return what stands in a folder of letters.

    Raises:
        InvalidInputError: Names every file that is wrong, and why.
    """
    languages: dict[str, Language] = {}
    templates: dict[_Key, LetterTemplate] = {}
    problems: dict[str, str] = {}
    for code, file in _files(folder):
        place = f"{code}/{file.name}"
        try:
            if file.name == _WORDS:
                languages[code] = _words(_text(file, place), code, place)
            else:
                kind = _kind(file.name, place)
                read = LetterTemplate(_text(file, place), kind=kind, language=code, place=place)
                templates[code, kind] = read
        except InvalidInputError as error:
            problems |= error.problems
    if problems:
        raise InvalidInputError(problems)
    return languages, templates


def _files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    """Yield the files of each language; hidden ones are somebody else's."""
    for code in sorted(entry.name for entry in folder.iterdir() if entry.is_dir()):
        for file in sorted((folder / code).iterdir(), key=lambda each: each.name):
            if not {code[0], file.name[0]} & {".", "_"} and file.is_file():
                yield code, file


def _kind(name: str, place: str) -> LetterKind:
    stem, _, ending = name.rpartition(".")
    known = [kind.value for kind in LetterKind]
    if ending != "txt" or stem not in known:
        said = f"is named like no letter; there are {', '.join(known)}, each with “.txt”."
        raise InvalidInputError({f"Letter {place}": said})
    return LetterKind(stem)


def _text(file: Traversable, place: str) -> str:
    try:
        content = file.read_bytes()
        if len(content) > _LARGEST:
            raise InvalidInputError({f"Letter {place}": "is too large to be a letter."})
        return content.decode("utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise InvalidInputError({f"Letter {place}": "cannot be read as UTF-8."}) from error


def _words(text: str, code: str, place: str) -> Language:
    try:
        return Language.model_validate(tomllib.loads(text) | {"code": code})
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError({f"Letter {place}": f"is no TOML: {error}."}) from error
    except ValidationError as error:
        faults = {".".join(map(str, f["loc"])): f["msg"] for f in error.errors()}
        said = "; ".join(f"{key}: {said}" for key, said in faults.items())
        raise InvalidInputError({f"Letter {place}": f"{said}."}) from error


def _listed(kinds: list[LetterKind]) -> str:
    return ", ".join(kind.value for kind in kinds)
