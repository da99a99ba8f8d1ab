"""What a cell, or the word “in”, asks about a value."""

from dataclasses import dataclass

from engine.process.feel.part import ASKED, Part, Scope, combine, compare
from engine.process.feel.value import Interval, Value, equal


@dataclass(frozen=True, slots=True)
class Question:
    """One alternative: a comparison with ``end``, or without a sign what ``end`` itself says.

    Without a sign a range wants the value inside, a list wants it among its members, a condition
    that speaks of the value by ``?`` wants to hold, and anything else wants to be the value.
    """

    sign: str
    end: Part

    def holds(self, value: Value, scope: Scope) -> bool:
        """Tell whether a value answers the question; where nothing can be said it does not."""
        if self.sign:
            return compare(self.sign, value, self.end.run(scope)) is True
        if ASKED in self.end.names:
            return self._agrees(value, self.end.run({**scope, ASKED: value}))
        return self._agrees(value, self.end.run(scope))

    def about(self, asked: Part) -> Part:
        """Return a piece that asks the question about the value of another.

        Raises:
            ExpressionError: The expression becomes too heavy or too deep.
        """
        return combine(lambda scope: self.holds(asked.run(scope), scope), (asked, self.end))

    @property
    def names(self) -> frozenset[str]:
        """Return the variables it reads besides the value itself."""
        return self.end.names - {ASKED}

    @property
    def ends(self) -> tuple[Value, ...] | None:
        """Return the values at which its answer changes; None when they are not known."""
        return _ends(self.end.run({})) if self.end.is_fixed else None

    @property
    def is_ordered(self) -> bool:
        """Tell whether it asks for more or less than something."""
        if self.sign in {"", "=", "!="}:
            return self.end.is_fixed and isinstance(self.end.run({}), Interval)
        return True

    @property
    def is_single(self) -> bool:
        """Tell whether only one value, always the same, answers it."""
        if self.sign not in {"", "="} or not self.end.is_fixed:
            return False
        return not isinstance(self.end.run({}), Interval | tuple)

    def _agrees(self, value: Value, found: Value) -> bool:
        if isinstance(found, Interval):
            return found.fits(value)
        if isinstance(found, tuple):
            return any(self._agrees(value, member) for member in found)
        if ASKED in self.end.names and (found is None or isinstance(found, bool)):
            return found is True
        return equal(value, found) is True


def _ends(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Interval):
        return (value.low, value.high)
    if isinstance(value, tuple):
        return tuple(end for member in value for end in _ends(member))
    return (value,)
