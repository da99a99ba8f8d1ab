"""What the operators and functions of expressions do with scalars; guarded, without surprises."""

import ast
from collections.abc import Callable, Mapping, Sequence

from engine.process.progress import Scalar

_LONGEST_TEXT = 2_000
_LARGEST = 1e15


class ExpressionError(ValueError):
    """An expression is refused, or its values do not fit; the message is part of a sentence."""


class NotOfferedError(ExpressionError):
    """A text uses something that the language has and Redress does not offer.

    Attributes:
        feature: What it is, such as ``a loop (for)``.
    """

    def __init__(self, feature: str, where: str = "") -> None:
        super().__init__(
            f"{where}, {feature} is not offered" if where else f"{feature} is not offered"
        )
        self.feature = feature


def placed(error: ExpressionError, where: str) -> ExpressionError:
    """Return a refusal that also says where, such as ``in rule 3``."""
    if isinstance(error, NotOfferedError):
        return NotOfferedError(error.feature, where)
    return ExpressionError(f"{where}, {error}")


def equal(left: Scalar, right: Scalar) -> bool:
    """Tell whether two values are the same; true and false equal no number."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return left == right


def add(left: Scalar, right: Scalar) -> Scalar:
    """Return the sum of two numbers, or two texts joined.

    Raises:
        ExpressionError: The values are of different kinds, or the result is too long or large.
    """
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > _LONGEST_TEXT:
            raise ExpressionError(f"a text would have more than {_LONGEST_TEXT:,} characters")
        return left + right
    return _bounded(_number(left) + _number(right))


def subtract(left: Scalar, right: Scalar) -> Scalar:
    """Return the difference of two numbers."""
    return _bounded(_number(left) - _number(right))


def multiply(left: Scalar, right: Scalar) -> Scalar:
    """Return the product of two numbers."""
    return _bounded(_number(left) * _number(right))


def divide(left: Scalar, right: Scalar) -> Scalar:
    """Return the quotient of two numbers.

    Raises:
        ExpressionError: The divisor is zero, or one of the values is no number.
    """
    divisor = _number(right)
    if divisor == 0:
        raise ExpressionError("a number would be divided by zero")
    return _bounded(_number(left) / divisor)


def call(function: Callable[..., Scalar], values: Sequence[Scalar]) -> Scalar:
    """Return what a function makes of the values.

    Raises:
        ExpressionError: Number or kind of the values do not fit the function.
    """
    try:
        return function(*values)
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"the values do not fit the function: {error}") from error


def _number(value: Scalar) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(f"“{value}” is no number")
    return value


def _bounded(value: float) -> int | float:
    if not abs(value) <= _LARGEST:
        raise ExpressionError("a number would be too large")
    return value


def _ordered(test: Callable[[Scalar, Scalar], bool]) -> Callable[[Scalar, Scalar], bool]:
    def compare(left: Scalar, right: Scalar) -> bool:
        if left is None or right is None:
            return False  # a value that is not known is neither more nor less
        try:
            return test(left, right)
        except TypeError as error:
            raise ExpressionError(f"“{left}” and “{right}” cannot be put in order") from error

    return compare


def _contains(text: str, part: str) -> bool:
    return part in text


def _length(text: str) -> int:
    return len(text)


def _lower(text: str) -> str:
    return str.lower(text)


def _upper(text: str) -> str:
    return str.upper(text)


def _round(value: Scalar, digits: int = 0) -> Scalar:
    rounded = round(float(_number(value)), digits)
    return rounded if digits > 0 else int(rounded)


FUNCTIONS: Mapping[str, Callable[..., Scalar]] = {
    "abs": abs,
    "contains": _contains,
    "length": _length,
    "lower": _lower,
    "max": max,
    "min": min,
    "round": _round,
    "upper": _upper,
}
ARITHMETIC: Mapping[type[ast.operator], Callable[[Scalar, Scalar], Scalar]] = {
    ast.Add: add,
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: divide,
}
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Scalar, Scalar], bool]] = {
    ast.Eq: equal,
    ast.NotEq: lambda left, right: not equal(left, right),
    ast.Lt: _ordered(lambda left, right: left < right),  # type: ignore[operator] # TypeError is answered
    ast.LtE: _ordered(lambda left, right: left <= right),  # type: ignore[operator] # as above
    ast.Gt: _ordered(lambda left, right: left > right),  # type: ignore[operator] # as above
    ast.GtE: _ordered(lambda left, right: left >= right),  # type: ignore[operator] # as above
}
