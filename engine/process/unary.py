"""Cells of a decision table: FEEL's simple form, read into data that can also be analysed.

``-`` or nothing fits everything; ``"a", "b"`` is a list; ``< 5``, ``>= 10`` compare;
``[1..5]``, ``(1..5]``, ``]1..5[`` are ranges; ``not(...)`` turns the rest round. Values are
numbers, texts in double quotes, ``true``, ``false``, ``null``, and dates as texts
(``"2026-03-01"`` or ``date("2026-03-01")``), which order as they read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.process import operators
from engine.process.operators import ExpressionError
from engine.process.progress import Scalar

LONGEST: Final = 1_000
"""Characters a cell may have."""

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_DATE = re.compile(r"date\s*\(\s*(\"[^\"]*\")\s*\)")
_RANGE = re.compile(r"([\[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])\[])")
_COMPARED = re.compile(r"(<=|>=|<|>|!=|=)\s*(.+)", re.DOTALL)
_NOT = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_PIECE = re.compile(r"\"[^\"]*\"|[\[\]()]|,|[^\",\[\]()]+")
_WORDS: Final[dict[str, Scalar]] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Interval:
    """All values between two ends, or one single value where both ends are the same."""

    low: Scalar
    high: Scalar
    with_low: bool = True
    with_high: bool = True

    def fits(self, value: Scalar) -> bool:
        """Tell whether the value lies in the interval; an open end is null."""
        if self.low == self.high and type(self.low) is type(self.high):
            return operators.equal(value, self.low)
        return self._above(value) and self._below(value)

    def _above(self, value: Scalar) -> bool:
        if self.low is None:
            return True
        return _before(self.low, value) or (self.with_low and operators.equal(value, self.low))

    def _below(self, value: Scalar) -> bool:
        if self.high is None:
            return True
        return _before(value, self.high) or (self.with_high and operators.equal(value, self.high))


@dataclass(frozen=True, slots=True)
class Cell:
    """What an input must be for a rule to match."""

    source: str
    choices: tuple[Interval, ...]
    is_any: bool = False
    is_turned: bool = False
    """The cell reads ``not(...)``."""

    def fits(self, value: Scalar) -> bool:
        """Tell whether a value satisfies the cell; null lies in no range and equals only null."""
        if self.is_any:
            return True
        found = any(choice.fits(value) for choice in self.choices)
        return found is not self.is_turned

    @property
    def ends(self) -> tuple[Scalar, ...]:
        """Return every value the cell mentions."""
        ends = [end for choice in self.choices for end in (choice.low, choice.high)]
        return tuple(end for end in ends if end is not None)


def read_cell(source: str) -> Cell:
    """Read one input cell.

    Raises:
        ExpressionError: The text is too long or is not of the simple form.
    """
    plain = source.strip()
    if len(plain) > LONGEST:
        raise ExpressionError(f"a cell has more than {LONGEST:,} characters")
    if plain in {"", "-"}:
        return Cell(plain, (), is_any=True)
    turned = _NOT.fullmatch(plain)
    parts = _split(turned[1] if turned else plain)
    choices = tuple(_interval(part, plain) for part in parts)
    return Cell(plain, choices, is_turned=turned is not None)


def read_value(source: str) -> Scalar:
    """Read one written value.

    Raises:
        ExpressionError: The text is no number, quoted text, ``true``, ``false`` or ``null``.
    """
    plain = source.strip()
    dated = _DATE.fullmatch(plain)
    plain = dated[1] if dated else plain
    if plain in _WORDS:
        return _WORDS[plain]
    if _NUMBER.fullmatch(plain):
        return float(plain) if "." in plain else int(plain)
    if len(plain) >= 2 and plain[0] == plain[-1] == '"' and '"' not in plain[1:-1]:
        return plain[1:-1]
    raise ExpressionError(
        f"“{source.strip()}” is no number, no text in double quotes, true, false or null"
    )


def _interval(part: str, cell: str) -> Interval:
    ranged, compared = _RANGE.fullmatch(part), _COMPARED.fullmatch(part)
    if ranged:
        low, high = read_value(ranged[2]), read_value(ranged[3])
        return _range(Interval(low, high, ranged[1] == "[", ranged[4] == "]"), cell)
    if compared:
        return _compared(compared[1], read_value(compared[2]), cell)
    value = read_value(part)
    return Interval(value, value)


def _range(interval: Interval, cell: str) -> Interval:
    if not _before(interval.low, interval.high):
        raise ExpressionError(f"the range in “{cell}” does not lead from a lower to a higher value")
    return interval


def _compared(sign: str, value: Scalar, cell: str) -> Interval:
    if sign == "=":
        return Interval(value, value)
    if sign == "!=" or value is None or isinstance(value, bool):
        raise ExpressionError(f"“{cell}” cannot be compared so; write not(...) instead")
    if sign.startswith("<"):
        return Interval(None, value, with_high=sign == "<=")
    return Interval(value, None, with_low=sign == ">=")


def _before(left: Scalar, right: Scalar) -> bool:
    """Tell whether one value is less; values of different kinds are never in order."""
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left < right
    return False


def _split(source: str) -> Sequence[str]:
    """Split at the commas that stand outside of quotes and brackets."""
    parts, depth = [""], 0
    for piece in _PIECE.findall(source):
        if piece in {"(", ")"}:
            depth += 1 if piece == "(" else -1
        if piece == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]
