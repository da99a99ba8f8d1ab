"""What the signs + - * / ** do; null where the kinds do not fit, as the standard has it.

Numbers are calculated as decimals of 34 digits. A division by zero and a number beyond the range
of such decimals are null too.
"""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final

from engine.process.feel import moment
from engine.process.feel.moment import Months
from engine.process.feel.value import Kind, Value, bounded, kind_of
from engine.process.operators import ExpressionError

_DIGITS: Final = 34
_MOST_MONTHS: Final = 12 * 10_000
_MICROSECOND: Final = timedelta(microseconds=1)
EXACT: Final = Context(
    prec=_DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
"""Decimals as IEEE 754 has them in 128 bits."""


def calculate(sign: str, left: Value, right: Value) -> Value:
    """Return what a sign makes of two values; null when it makes nothing of them.

    Raises:
        ExpressionError: A text would become too long.
    """
    deed = _DEEDS.get((sign, kind_of(left), kind_of(right)))
    if deed is None:
        return None
    try:
        result = deed(left, right)
    except ExpressionError:
        raise
    except (ArithmeticError, ValueError, TypeError):  # by zero, off the calendar, one zone only
        return None
    return None if isinstance(result, Decimal) and not result.is_finite() else result


def negative(value: Value) -> Value:
    """Return a number or duration with its sign turned; null for anything else."""
    match value:
        case bool():
            return None
        case int() | timedelta():
            return -value
        case Decimal():
            return EXACT.minus(value)
        case Months():
            return Months(-value.count)
        case _:
            return None


def _joined(left: str, right: str) -> str:
    return bounded(left + right)


def _earlier(start: date, length: moment.Duration) -> date:
    back = Months(-length.count) if isinstance(length, Months) else -length
    return moment.later(start, back)


def _turned_back(clock: time, length: timedelta) -> time:
    return moment.turned(clock, -length)


def _difference(left: Any, right: Any) -> Value:  # noqa: ANN401 - the kinds stand in the table
    result: Value = left - right
    return result


def _times(length: timedelta, factor: int | Decimal) -> timedelta:
    return timedelta(microseconds=int(EXACT.multiply(_micros(length), factor)))


def _divided(length: timedelta, divisor: int | Decimal) -> timedelta:
    return timedelta(microseconds=int(EXACT.divide(_micros(length), divisor)))


def _ratio(left: timedelta, right: timedelta) -> Decimal:
    return EXACT.divide(_micros(left), _micros(right))


def _micros(length: timedelta) -> int:
    return length // _MICROSECOND


def _months(sign: Callable[..., Decimal]) -> Callable[[Months, int | Decimal], Months]:
    def deed(length: Months, number: int | Decimal) -> Months:
        count = sign(length.count, number)
        if not abs(count) <= _MOST_MONTHS:
            raise OverflowError("the calendar ends there")
        return Months(int(count))

    return deed


def _swapped(deed: Callable[[Any, Any], Value]) -> Callable[[Any, Any], Value]:
    return lambda left, right: deed(right, left)


_NUMBERS: Final = (Kind.NUMBER, Kind.NUMBER)
_DEEDS: Final[Mapping[tuple[str, Kind, Kind], Callable[[Any, Any], Value]]] = {
    ("+", *_NUMBERS): EXACT.add,
    ("-", *_NUMBERS): EXACT.subtract,
    ("*", *_NUMBERS): EXACT.multiply,
    ("/", *_NUMBERS): EXACT.divide,
    ("**", *_NUMBERS): EXACT.power,
    ("+", Kind.TEXT, Kind.TEXT): _joined,
    **{
        (sign, start, length): deed
        for start in (Kind.DATE, Kind.DATETIME)
        for length in (Kind.DAYS, Kind.MONTHS)
        for sign, deed in (("+", moment.later), ("-", _earlier))
    },
    **{
        ("+", length, start): _swapped(moment.later)
        for start in (Kind.DATE, Kind.DATETIME)
        for length in (Kind.DAYS, Kind.MONTHS)
    },
    ("-", Kind.DATE, Kind.DATE): _difference,
    ("-", Kind.DATETIME, Kind.DATETIME): _difference,
    ("-", Kind.TIME, Kind.TIME): moment.between_times,
    ("+", Kind.TIME, Kind.DAYS): moment.turned,
    ("-", Kind.TIME, Kind.DAYS): _turned_back,
    ("+", Kind.DAYS, Kind.DAYS): lambda left, right: left + right,
    ("-", Kind.DAYS, Kind.DAYS): _difference,
    ("*", Kind.DAYS, Kind.NUMBER): _times,
    ("*", Kind.NUMBER, Kind.DAYS): _swapped(_times),
    ("/", Kind.DAYS, Kind.NUMBER): _divided,
    ("/", Kind.DAYS, Kind.DAYS): _ratio,
    ("+", Kind.MONTHS, Kind.MONTHS): lambda left, right: Months(left.count + right.count),
    ("-", Kind.MONTHS, Kind.MONTHS): lambda left, right: Months(left.count - right.count),
    ("*", Kind.MONTHS, Kind.NUMBER): _months(EXACT.multiply),
    ("*", Kind.NUMBER, Kind.MONTHS): _swapped(_months(EXACT.multiply)),
    ("/", Kind.MONTHS, Kind.NUMBER): _months(EXACT.divide),
    ("/", Kind.MONTHS, Kind.MONTHS): lambda left, right: EXACT.divide(left.count, right.count),
}
