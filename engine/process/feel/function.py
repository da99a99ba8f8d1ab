"""The functions that FEEL expressions may call; each is pure, quick, and bounded in its result.

An argument of a kind that a function does not take makes the result null, as does a value that
cannot be converted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import reduce
from typing import Any, Final

from engine.process.feel import moment
from engine.process.feel.arithmetic import EXACT, calculate
from engine.process.feel.value import Kind, Value, before, bounded, equal, kind_of, written
from engine.process.operators import ExpressionError

_Kinds = frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Function:
    """A function with what it takes.

    Attributes:
        takes: The kinds each argument may have, in order; any number of the last one when
            ``is_open``.
        deed: Receives arguments of those kinds only.
        least: How many arguments there must be.
    """

    takes: tuple[_Kinds, ...]
    deed: Callable[..., Value]
    least: int
    is_open: bool = False

    def accepts(self, count: int) -> bool:
        """Tell whether the function can be called with so many arguments."""
        return count >= self.least and (self.is_open or count <= len(self.takes))

    def call(self, *values: Value) -> Value:
        """Return the result; null when an argument has another kind.

        Raises:
            ExpressionError: A text would become too long.
        """
        kinds = [*self.takes, *[self.takes[-1]] * (len(values) - len(self.takes))]
        if not all(kind_of(v) in kind for v, kind in zip(values, kinds, strict=False)):
            return None
        try:
            result = self.deed(*values)
        except ExpressionError:
            raise
        except (ArithmeticError, ValueError):  # beyond the digits, off the calendar
            return None
        return bounded(result) if isinstance(result, str) else result


_ANY: Final[_Kinds] = frozenset(Kind)
_TEXT: Final = frozenset({Kind.TEXT})
_NUMBER: Final = frozenset({Kind.NUMBER})
_TRUTH: Final = frozenset({Kind.BOOLEAN})
_LIST: Final = frozenset({Kind.LIST})
_DAY: Final = frozenset({Kind.DATE, Kind.DATETIME})


def _date(first: Any, month: Any = None, day: Any = None) -> Value:  # noqa: ANN401 - kinds are checked by `Function`
    if isinstance(first, str) and month is None:
        return moment.read_date(first)
    if isinstance(first, datetime) and month is None:
        return first.date()
    if isinstance(first, date):
        return first if month is None else None
    return None if day is None or isinstance(first, str) else date(int(first), int(month), int(day))


def _time(first: Any, minute: Any = None, second: Any = None) -> Value:  # noqa: ANN401 - as above
    if isinstance(first, str) and minute is None:
        return moment.read_time(first)
    if isinstance(first, datetime):
        return first.timetz() if minute is None else None
    if second is None or isinstance(first, str | date):
        return None
    return time(int(first), int(minute), int(second))


def _date_and_time(first: Any, clock: time | None = None) -> Value:  # noqa: ANN401 - as above
    if isinstance(first, str):
        return moment.read_datetime(first) if clock is None else None
    if clock is None:
        return first if isinstance(first, datetime) else datetime.combine(first, time())
    return datetime.combine(first, clock)


def _months(start: date, end: date) -> Value:
    return moment.months_between(start, end)


def _number(text: str) -> Value:
    plain = text.strip()
    return Decimal(plain) if plain.lstrip("+-").replace(".", "", 1).isdecimal() else None


def _string(value: Value) -> Value:
    return None if value is None else written(value)


def _rounded(mode: str) -> Callable[..., Value]:
    def deed(number: int | Decimal, digits: int | Decimal = 0) -> Value:
        places = int(digits)
        if abs(places) > EXACT.prec:
            return None
        return Decimal(number).quantize(Decimal(1).scaleb(-places), rounding=mode, context=EXACT)

    return deed


def _modulo(number: int | Decimal, divisor: int | Decimal) -> Value:
    whole = EXACT.divide(number, divisor).to_integral_value(rounding=ROUND_FLOOR)
    return EXACT.subtract(number, EXACT.multiply(divisor, whole))


def _substring(text: str, start: int | Decimal, length: int | Decimal | None = None) -> Value:
    first = int(start)
    if first == 0 or (length is not None and length < 1):
        return None
    begin = first - 1 if first > 0 else max(len(text) + first, 0)
    return text[begin:] if length is None else text[begin : begin + int(length)]


def _after(text: str, part: str) -> Value:
    return text.partition(part)[2]


def _before(text: str, part: str) -> Value:
    return text.partition(part)[0] if part in text else ""


def _members(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the values themselves, whether they came one by one or as one list."""
    only = values[0] if len(values) == 1 else None
    return only if isinstance(only, tuple) else values


def _smallest(*values: Value) -> Value:
    return _chosen(_members(values), lambda left, right: before(right, left))


def _largest(*values: Value) -> Value:
    return _chosen(_members(values), before)


def _chosen(values: tuple[Value, ...], is_better: Callable[[Value, Value], bool | None]) -> Value:
    best = values[0] if values else None
    for value in values[1:]:
        order = is_better(best, value)
        if order is None:
            return None
        best = value if order else best
    return best


def _sum(*values: Value) -> Value:
    members = _members(values)
    if any(kind_of(member) is not Kind.NUMBER for member in members):
        return None
    return reduce(lambda total, member: calculate("+", total, member), members) if members else None


def _mean(*values: Value) -> Value:
    return calculate("/", _sum(*values), len(_members(values)))


def _all(*values: Value) -> Value:
    members = _members(values)
    if any(member is False for member in members):
        return False
    return True if all(member is True for member in members) else None


def _any(*values: Value) -> Value:
    members = _members(values)
    if any(member is True for member in members):
        return True
    return False if all(member is False for member in members) else None


def _contains(members: tuple[Value, ...], sought: Value) -> Value:
    return any(equal(member, sought) is True for member in members)


def _one(takes: _Kinds, deed: Callable[..., Value]) -> Function:
    return Function((takes,), deed, least=1)


def _two(first: _Kinds, second: _Kinds, deed: Callable[..., Value]) -> Function:
    return Function((first, second), deed, least=2)


def _open(deed: Callable[..., Value]) -> Function:
    return Function((_ANY,), deed, least=1, is_open=True)


def _rounding(mode: str, least: int = 2) -> Function:
    return Function((_NUMBER, _NUMBER), _rounded(mode), least=least)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "abs": _one(_NUMBER, EXACT.abs),
    "all": _open(_all),
    "any": _open(_any),
    "ceiling": _rounding(ROUND_CEILING, least=1),
    "contains": _two(_TEXT, _TEXT, lambda text, part: part in text),
    "count": _one(_LIST, len),
    "date": Function((_TEXT | _DAY | _NUMBER, _NUMBER, _NUMBER), _date, least=1),
    "date and time": Function((_TEXT | _DAY, frozenset({Kind.TIME})), _date_and_time, least=1),
    "decimal": _rounding(ROUND_HALF_EVEN),
    "duration": _one(_TEXT, moment.read_duration),
    "ends with": _two(_TEXT, _TEXT, str.endswith),
    "even": _one(_NUMBER, lambda number: number % 2 == 0),
    "floor": _rounding(ROUND_FLOOR, least=1),
    "list contains": _two(_LIST, _ANY, _contains),
    "lower case": _one(_TEXT, str.lower),
    "max": _open(_largest),
    "mean": _open(_mean),
    "min": _open(_smallest),
    "modulo": _two(_NUMBER, _NUMBER, _modulo),
    "not": _one(_TRUTH, lambda truth: not truth),
    "number": _one(_TEXT, _number),
    "odd": _one(_NUMBER, lambda number: number % 2 == 1),
    "round down": _rounding(ROUND_DOWN),
    "round half down": _rounding("ROUND_HALF_DOWN"),
    "round half up": _rounding(ROUND_HALF_UP),
    "round up": _rounding(ROUND_UP),
    "starts with": _two(_TEXT, _TEXT, str.startswith),
    "string": _one(_ANY, _string),
    "string length": _one(_TEXT, len),
    "substring": Function((_TEXT, _NUMBER, _NUMBER), _substring, least=2),
    "substring after": _two(_TEXT, _TEXT, _after),
    "substring before": _two(_TEXT, _TEXT, _before),
    "sum": _open(_sum),
    "time": Function((_TEXT | _DAY | _NUMBER, _NUMBER, _NUMBER), _time, least=1),
    "upper case": _one(_TEXT, str.upper),
    "years and months duration": _two(_DAY, _DAY, _months),
}
"""Every function by its name in FEEL."""
