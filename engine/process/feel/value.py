"""Values of FEEL: their kinds, equality and order, and how they enter and leave a process.

Numbers are whole numbers or exact decimals. Values of different kinds are neither equal nor in
order: the answer is null (None). A process holds dates as texts, therefore a text that is
compared with a date counts as a date where it reads as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any, Final, TypeAlias, cast

from engine.process.feel import moment
from engine.process.feel.moment import Months
from engine.process.operators import ExpressionError
from engine.process.progress import Scalar

LARGEST: Final = 10**15
"""What a number may be when it goes back into the process, either side of zero."""
LONGEST_TEXT: Final = 2_000
"""Characters a text may have, wherever it comes from."""

Value: TypeAlias = (
    "bool | int | Decimal | str | date | time | timedelta | Months"
    " | tuple[Value, ...] | Mapping[str, Value] | Interval | None"
)
"""What an expression can give; `datetime` is a `date` to the type checker."""


class Kind(StrEnum):
    """The kinds of values, named as the standard names them."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "string"
    DATE = "date"
    DATETIME = "date and time"
    TIME = "time"
    DAYS = "days and time duration"
    MONTHS = "years and months duration"
    LIST = "list"
    CONTEXT = "context"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Interval:
    """All values between two ends; an end that is null leaves its side open."""

    low: Value
    high: Value
    with_low: bool = True
    with_high: bool = True

    def fits(self, value: Value) -> bool:
        """Tell whether the value lies between the ends; values of another kind do not."""
        return self._above(value) and self._below(value)

    def _above(self, value: Value) -> bool:
        if self.low is None:
            return True
        return before(self.low, value) or (self.with_low and equal(value, self.low)) or False

    def _below(self, value: Value) -> bool:
        if self.high is None:
            return True
        return before(value, self.high) or (self.with_high and equal(value, self.high)) or False


_KINDS: Final[Mapping[type, Kind]] = {
    type(None): Kind.NULL,
    bool: Kind.BOOLEAN,
    int: Kind.NUMBER,
    Decimal: Kind.NUMBER,
    str: Kind.TEXT,
    date: Kind.DATE,
    datetime: Kind.DATETIME,
    time: Kind.TIME,
    timedelta: Kind.DAYS,
    Months: Kind.MONTHS,
    tuple: Kind.LIST,
    dict: Kind.CONTEXT,
    Interval: Kind.RANGE,
}
_NUMBERS: Final = frozenset({int, Decimal})
_SIMPLE: Final = frozenset({bool, int, Decimal, str})
"""Kinds that need no second look: tables ask these questions all the time."""
MOMENTS: Final = frozenset({Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.DAYS, Kind.MONTHS})
ORDERED: Final = MOMENTS | {Kind.NUMBER, Kind.TEXT}


def kind_of(value: Value) -> Kind:
    """Return the kind of a value."""
    return _KINDS[type(value)]


def of(given: object) -> Value:
    """Return what a value from outside is in FEEL; fractions become exact decimals.

    Raises:
        ExpressionError: The value has no kind that FEEL knows.
    """
    if type(given) in _KINDS:
        return cast("Value", given)
    if isinstance(given, float) and isfinite(given):
        return Decimal(repr(float(given)))  # its shortest text: 0.1 stays one tenth
    for plain in (str, int):
        if isinstance(given, plain):
            return plain(given)
    raise ExpressionError(f"a value of the kind “{type(given).__name__}” is not known")


def equal(left: Value, right: Value) -> bool | None:
    """Tell whether two values are the same; None when their kinds differ and neither is null."""
    if left is None or right is None:
        return left is right
    if type(left) is type(right) and type(left) in _SIMPLE:
        return left == right
    left, right = _aligned(left, right)
    if _KINDS[type(left)] is not _KINDS[type(right)]:
        return None
    if isinstance(left, tuple) and isinstance(right, tuple):
        same = len(left) == len(right)
        return same and all(equal(*pair) for pair in zip(left, right, strict=True))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return left == right


def before(left: Value, right: Value) -> bool | None:
    """Tell whether one value is less than another; None when they cannot be put in order."""
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return cast("bool", cast("Any", left) < right)
    left, right = _aligned(left, right)
    kind = _KINDS[type(left)]
    if kind is not _KINDS[type(right)] or kind not in ORDERED:
        return None
    try:
        return cast("bool", cast("Any", left) < right)
    except TypeError:  # of two times only one has a zone
        return None


def written(value: Value) -> str:
    """Return a value as a reader sees it: texts bare, lists joined by a comma and a space.

    Raises:
        ExpressionError: It is a structure or a range, or longer than a text may be.
    """
    match value:
        case None:
            text = "null"
        case bool():
            text = str(value).lower()
        case str():
            text = value
        case int() | Decimal():
            text = _written_number(value)
        case tuple():
            text = ", ".join(written(member) for member in value)
        case Mapping() | Interval():
            raise ExpressionError(f"a {kind_of(value)} cannot be written as one text")
        case _:
            text = moment.written(value)
    return bounded(text)


def bounded(text: str) -> str:
    """Return the text unless it is too long.

    Raises:
        ExpressionError: It is longer than a text may be.
    """
    if len(text) > LONGEST_TEXT:
        raise ExpressionError(f"a text would have more than {LONGEST_TEXT:,} characters")
    return text


def scalar(value: Value) -> Scalar:
    """Return what a value is in a process: dates and lists become texts.

    Raises:
        ExpressionError: It is a structure, too large, or too long.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int) and -LARGEST <= value <= LARGEST:
        return value
    if not isinstance(value, int | Decimal):
        return written(value)
    if not -LARGEST <= value <= LARGEST:
        raise ExpressionError("a number would be too large")
    return int(value) if value == int(value) else float(value)


def _written_number(number: int | Decimal) -> str:
    if not -LARGEST <= number <= LARGEST:
        return str(number)  # with an exponent, instead of thousands of digits
    return f"{number:f}".rstrip("0").rstrip(".") if number != int(number) else str(int(number))


def _aligned(left: Value, right: Value) -> tuple[Value, Value]:
    """Read the text among a text and a moment as a moment of the same kind."""
    if isinstance(left, str) is isinstance(right, str):
        return left, right
    if isinstance(left, str):
        return _like(right, left), right
    return left, _like(left, cast("str", right))


def _like(pattern: Value, text: str) -> Value:
    read = READERS.get(_KINDS[type(pattern)])
    found = None if read is None else read(text)
    return text if found is None else found


READERS: Final = {
    Kind.DATE: moment.read_date,
    Kind.DATETIME: moment.read_datetime,
    Kind.TIME: moment.read_time,
    Kind.DAYS: moment.read_duration,
    Kind.MONTHS: moment.read_duration,
}
"""How a text becomes a moment of a kind."""
