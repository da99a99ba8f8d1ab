"""Numbers, days and lists as whoever reads a review reads them."""

from collections.abc import Sequence
from datetime import date, timedelta

from engine.domain.kpi import FEW, Unit
from engine.services.reviews.review_figures import Line

NONE = "\N{EN DASH}"
"""Stands where there is nothing to tell."""
_MANY = 4
"""From so many times as many on, percent say little."""
_FORMS = {
    Unit.PER_THOUSAND: "{:.2f}",
    Unit.TIMES: "{:.1f} to 1",
    Unit.SCORE: "{:.1f} of 5",
    Unit.OFTEN: "{:.1f}",
}
"""How a value of a unit reads; others are whole numbers."""
_SHOWN = 280
"""Characters of somebody's words that a table shows."""


def on(day: date) -> str:
    """Return a day: ``5 Jan 2026``."""
    return f"{day.day} {day:%b %Y}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``1 action``, ``2 actions``, ``no actions``."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}" if number else f"no {noun}"


def share(value: float | None) -> str:
    """Return a share: ``94.1 %``."""
    return NONE if value is None else f"{100 * value:.1f} %"


def amount(value: float | None, unit: Unit) -> str:
    """Return a value in its unit."""
    if value is None:
        return NONE
    if unit is Unit.SHARE:
        return share(value)
    if unit in {Unit.DAYS, Unit.WEEKS}:
        return f"{value:.1f} {unit.value}"
    return _FORMS.get(unit, "{:,.0f}").format(value)


def changed_by(line: Line) -> str:
    """Return how a figure differs from the one before: ``+12 %``, ``-3.1 points``.

    Of few complaints, and of many times as many, the difference itself is told: a part of few is
    large by chance.
    """
    if line.value is None or line.before is None:
        return NONE
    if line.unit is Unit.SHARE:
        return f"{100 * (line.value - line.before):+.1f} points"
    if line.unit in {Unit.DAYS, Unit.WEEKS}:
        return f"{line.value - line.before:+.1f} {line.unit.value}"
    if line.unit in {Unit.SCORE, Unit.TIMES, Unit.OFTEN, Unit.PER_THOUSAND}:
        digits = 2 if line.unit is Unit.PER_THOUSAND else 1
        return f"{line.value - line.before:+.{digits}f}"
    if line.before < FEW or line.value > _MANY * line.before:
        return f"{line.value - line.before:+,.0f}"
    return f"{100 * (line.value / line.before - 1):+.0f} %"


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: ``a``, ``a and b``, ``a, b and c``."""
    *first, last = words or [""]
    return f"{', '.join(first)} and {last}" if first else last


def cut(text: str) -> str:
    """Return somebody's words in one line, as many of them as a table has room for."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def hours(span: timedelta) -> str:
    """Return a working time: ``25 min`` or ``3.5 h``."""
    if span < timedelta(hours=1):
        return f"{round(span / timedelta(minutes=1))} min"
    return f"{span / timedelta(hours=1):.1f} h"
