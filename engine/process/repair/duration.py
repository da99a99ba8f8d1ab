"""Lengths of time as other engines and people write them, as allowances of ours."""

import re
from collections.abc import Iterable
from typing import Final

from engine.domain.allowance import MOST, parse_allowance

_ISO: Final = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)
_INSIDE: Final = re.compile(r"\bP(?=[\dT])[\dYMWDTHS.]+", re.IGNORECASE)
_UNITS: Final = {
    "minutes": ("min", "mins", "minute", "minutes", "minuten", "minuut", "minutos", "m"),
    "hours": ("h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "uur", "horas", "heures"),
    "days": ("d", "day", "days", "tag", "tage", "tagen", "dag", "dagen", "dias", "jours"),
    "weeks": ("w", "week", "weeks", "woche", "wochen", "weken", "semanas", "semaines"),
    "months": (
        "month",
        "months",
        "monat",
        "monate",
        "monaten",
        "maand",
        "maanden",
        "meses",
        "mois",
    ),
    "years": ("y", "year", "years", "jahr", "jahre", "jahren", "jaar", "ans"),
    "seconds": ("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden"),
    "milliseconds": ("ms", "millis", "milliseconds"),
}
_UNIT_OF: Final = {word: unit for unit, words in _UNITS.items() for word in words}
_PART: Final = re.compile(r"(?<!\d)(\d{1,9})[\s_-]{0,4}([a-zäöüß]{1,20})", re.IGNORECASE)
_DELTA: Final = re.compile(r"timedelta\(([^()]*)\)")
_DELTA_PART: Final = re.compile(r"\b([a-z]{1,20})\s{0,3}=\s{0,3}(\d{1,9})")
_MINUTES: Final = {"minutes": 1, "hours": 60, "days": 1_440, "weeks": 10_080}


def duration(text: str) -> str:
    """Return a length of time as an ISO duration that Redress reads; empty where it is none.

    Seconds are rounded up to minutes; a month with days is 30 days.
    """
    plain = text.strip().strip("\"'").strip()
    found = _ISO.fullmatch(plain)
    if found is not None and any(found.groups()):
        return _written(_iso_parts(found))
    if (delta := _DELTA.search(plain)) is not None:
        return _written({unit: int(n) for unit, n in _DELTA_PART.findall(delta[1])})
    parts = _PART.findall(plain)
    rest = _PART.sub("", plain).strip(" ,+")
    if parts and not rest and all(unit.lower() in _UNIT_OF for _, unit in parts):
        return _written(_summed((_UNIT_OF[unit.lower()], int(n)) for n, unit in parts))
    return ""


def duration_inside(text: str) -> str:
    """Return the only length of time that stands in a longer text; empty for none or several."""
    found = {duration(match) for match in _INSIDE.findall(text)} - {""}
    if len(found) == 1:
        return found.pop()
    if _DELTA.search(text):
        return duration(text)
    return ""


def duration_in_label(label: str) -> str:
    """Return the length of time that a label speaks of, such as “after 3 days”."""
    found = {
        _written({_UNIT_OF[unit.lower()]: int(n)})
        for n, unit in _PART.findall(label)
        if unit.lower() in _UNIT_OF and (len(unit) > 1 or unit in "hd")
    } - {""}
    return found.pop() if len(found) == 1 else ""


def _iso_parts(found: re.Match[str]) -> dict[str, int]:
    units = ("years", "months", "weeks", "days", "hours", "minutes")
    parts = {unit: int(n) for unit, n in zip(units, found.groups(), strict=False) if n}
    if found[7]:
        parts["minutes"] = parts.get("minutes", 0) + -(-int(float(found[7])) // 60)
    return parts


def _summed(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    summed: dict[str, int] = {}
    for unit, number in parts:
        summed[unit] = summed.get(unit, 0) + number
    return summed


def _written(parts: dict[str, int]) -> str:
    """Return parts of a length of time as one amount of one unit; at least a minute."""
    months = parts.get("months", 0) + 12 * parts.get("years", 0)
    seconds = parts.get("seconds", 0) + -(-parts.get("milliseconds", 0) // 1000)
    minutes = sum(parts.get(unit, 0) * size for unit, size in _MINUTES.items())
    minutes += -(-seconds // 60)
    if months and not minutes:
        return _checked(f"P{months}M")
    minutes = max(minutes + months * 30 * 1_440, 1)
    if minutes % 1_440 == 0:
        return _checked(f"P{minutes // 1_440}D")
    if minutes % 60 == 0:
        return _checked(f"PT{minutes // 60}H")
    if minutes <= MOST:
        return _checked(f"PT{minutes}M")
    return _checked(f"PT{-(-minutes // 60)}H")


def _checked(written: str) -> str:
    try:
        parse_allowance(written)
    except ValueError:
        return ""
    return written
