"""What the public pages say, in one file of texts for each language."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from engine.domain.allowance import Allowance

LANGUAGES = ("en", "de")
"""There is a file of texts for each; every file has the same keys, which a test asks."""
_HINTS = "hints"
_OF_DIAGRAM = "en"
"""Language in which the shipped diagram speaks to complainants."""


class Catalogue:
    """The texts of one language.

    Attributes:
        language: Such as ``de``.
        texts: By section and key, such as ``home.title``.
        hints: What the shipped diagram says, by its own words.
    """

    def __init__(self, language: str, told: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self.hints: Mapping[str, str] = told.get(_HINTS, {})
        self.texts = {
            f"{section}.{key}": text
            for section, found in told.items()
            if section != _HINTS
            for key, text in found.items()
        }

    def text(self, key: str, **values: object) -> str:
        """Return a text with its values filled in.

        Raises:
            KeyError: There is no such text, or a value that it names is not given.
        """
        return self.texts[key].format(**values) if values else self.texts[key]

    def of(self, section: str, word: str, otherwise: str = "") -> str:
        """Return the text for a word of a list that organisations extend; else what they wrote."""
        known = self.texts.get(f"{section}.{word}")
        return known or otherwise or word.replace("_", " ").capitalize()

    def hint(self, said: str) -> str:
        """Return what a diagram says to complainants, in this language where we know it."""
        return self.hints.get(said, said)

    def is_ours(self, said: str) -> bool:
        """Tell whether a hint of a diagram can be read in this language."""
        return self.language == _OF_DIAGRAM or said in self.hints

    def day(self, at: datetime | date, zone: str) -> str:
        """Return a day as it is written."""
        local = at.astimezone(ZoneInfo(zone)) if isinstance(at, datetime) else at
        month = self.texts[f"month.m{local.month}"]
        return self.text("date.day", day=local.day, month=month, year=local.year)

    def time(self, allowance: Allowance) -> str:
        """Return how much time there is, such as three working days."""
        return self._amount(allowance.amount, allowance.unit.value)

    def days(self, duration: timedelta) -> str:
        """Return a duration in whole days, at least one; what has begun counts."""
        return self._amount(max(1, -(-duration // timedelta(days=1))), "days")

    def _amount(self, amount: int, unit: str) -> str:
        form = "one" if amount == 1 else "other"
        return self.text(f"unit.{unit}_{form}", amount=amount)


@cache
def catalogue(language: str) -> Catalogue:
    """Return the texts of a language.

    Raises:
        KeyError: There are none.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    source = files("ui").joinpath("portal", "texts", f"{language}.toml").read_text("utf-8")
    return Catalogue(language, tomllib.loads(source))


@cache
def drawing_words(language: str, *sections: str) -> Mapping[str, str]:
    """Return what diagrams and their editors say in a language, by what they say in English.

    Args:
        language: Any; empty for a language in which we have nothing.
        sections: Of the file of texts, such as ``diagram``.
    """
    if language not in LANGUAGES or language == _OF_DIAGRAM:
        return {}
    source = files("ui").joinpath("portal", "texts", f"drawing.{language}.toml").read_text("utf-8")
    told = tomllib.loads(source)
    return {said: other for section in sections for said, other in told[section].items()}


def wanted_language(accepted: str, offered: tuple[str, ...]) -> str:
    """Return the language of ours that a browser likes best; the first where it likes none.

    >>> wanted_language("fr, de-CH;q=0.8, en;q=0.5", ("en", "de"))
    'de'
    """
    liked = sorted(filter(None, map(_liking, accepted[:500].split(","))), reverse=True)
    found = (name for _quality, _place, name in _placed(liked) if name in offered)
    return next(found, offered[0])


def _liking(entry: str) -> tuple[float, str] | None:
    name, _, parameter = entry.partition(";")
    language = name.strip().lower().partition("-")[0]
    try:
        quality = float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return None
    return (quality, language) if language else None


def _placed(liked: list[tuple[float, str]]) -> list[tuple[float, int, str]]:
    return [(quality, place, name) for place, (quality, name) in enumerate(liked)]
