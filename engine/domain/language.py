"""A language in which letters are written: its dates, its figures and a few fixed words."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

LANGUAGE = r"^[a-z]{2,3}$"
"""ISO 639 code of a language."""

_LABELS = frozenset({"reference", "date", "page", "logo"})


class Language(BaseModel):
    """One language, read from ``words.toml`` in the folder of its letters.

    Attributes:
        months: Twelve names.
        date: With ``{day}``, ``{month}`` and ``{year}``.
        readability: By which formula the ease of reading is estimated.
        labels: What stands around a letter: reference, date, page, logo.
        review: Texts of which any one says how a complainant has a decision reviewed.
        done: Texts of which any one says that something has been done already.
        results: What a finding or an outcome is called in a letter, by its value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=LANGUAGE)
    title: str = Field(min_length=2, max_length=40)
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    date: str = Field(max_length=40)
    thousands: str = Field(max_length=1)
    decimal: str = Field(min_length=1, max_length=1)
    readability: Literal["flesch", "amstad", "none"] = "none"
    review: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    labels: Mapping[str, str]
    results: Mapping[str, str]

    @field_validator("date")
    @classmethod
    def _names_a_day(cls, value: str) -> str:
        try:
            value.format(day=1, month="May", year=2026)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError("knows {day}, {month} and {year} only") from error
        return value

    @field_validator("labels")
    @classmethod
    def _has_all_labels(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        if lacking := _LABELS - value.keys():
            raise ValueError(f"lacks {', '.join(sorted(lacking))}")
        return value

    def day(self, at: dt.datetime, zone: str) -> str:
        """Return the day of a moment as a letter says it.

        Args:
            at: An aware time.
            zone: In which the day is told.
        """
        return self.date_of(at.astimezone(ZoneInfo(zone)).date())

    def date_of(self, day: dt.date) -> str:
        """Return a day as a letter says it."""
        return self.date.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def money(self, amount: Decimal) -> str:
        """Return an amount with its cents, without its currency.

        >>> english.money(Decimal("1250"))  # doctest: +SKIP
        '1,250.00'
        """
        whole, _, cents = f"{amount:,.2f}".partition(".")
        return f"{whole.replace(',', self.thousands)}{self.decimal}{cents}"

    def result(self, value: str) -> str:
        """Return what a finding or outcome is called; its own word where the language has none."""
        return self.results.get(value, value.replace("_", " "))


def in_language(texts: Mapping[str, str], code: str, *, otherwise: str = "") -> str:
    """Return a text in a language; the fallback where there is none in it."""
    return texts.get(code) or otherwise
