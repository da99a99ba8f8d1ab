"""The pieces that a FEEL text is read into: closures that know what they read and cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Final

from engine.process.feel import arithmetic, value
from engine.process.feel.moment import Months
from engine.process.feel.value import Interval, Kind, Value
from engine.process.operators import ExpressionError

Scope = Mapping[str, object]
"""What names mean while an expression is evaluated; may hold scalars of the process as well."""

HEAVIEST: Final = 1_000
"""Parts an expression may have, with those of all functions it calls."""
DEEPEST: Final = 60
"""How deep parts may lie in one another."""
ASKED: Final = "?"
"""The name by which a cell can speak of the value it looks at."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an expression, ready to be evaluated by any number of threads."""

    run: Callable[[Scope], Value]
    names: frozenset[str] = frozenset()
    """The variables it reads; a piece that reads none always gives the same."""
    weight: int = 1
    depth: int = 1

    @property
    def is_fixed(self) -> bool:
        """Tell whether the piece gives the same value everywhere."""
        return not self.names


def fixed(given: Value) -> Part:
    """Return a piece that always has this value."""
    return Part(lambda _: given)


def named(name: str, kind: Kind | None = None) -> Part:
    """Return a piece that reads a variable; one that is not there counts as null.

    Args:
        name: The variable; when it is not one word it is also found under its name in a
            process, see `variable_of`.
        kind: What a text is read as, for dates, times and durations.
    """
    plain, read = variable_of(name), value.READERS.get(kind) if kind else None

    def run(scope: Scope) -> Value:
        found = value.of(scope[name] if name in scope else scope.get(plain))
        return found if read is None or not isinstance(found, str) else read(found)

    if plain == name and read is None:
        return Part(lambda scope: value.of(scope.get(name)), frozenset({name}))
    return Part(run, frozenset({name}))


def variable_of(name: str) -> str:
    """Return what a name is called in a process: every run of other signs becomes ``_``."""
    words = "".join(sign if sign == "_" or sign.isalnum() else " " for sign in name)
    return "_".join(words.split())


def combine(
    run: Callable[[Scope], Value], parts: tuple[Part, ...], read: tuple[Part, ...] | None = None
) -> Part:
    """Return a piece made of others; what reads nothing is computed at once.

    Args:
        run: How its value is found.
        parts: Everything its cost consists of.
        read: The pieces whose variables it reads; all of ``parts`` unless given.

    Raises:
        ExpressionError: The expression becomes too heavy or too deep, or its value is fixed
            and cannot be computed.
    """
    weight = 1 + sum(part.weight for part in parts)
    depth = 1 + max((part.depth for part in parts), default=0)
    if weight > HEAVIEST or depth > DEEPEST:
        raise ExpressionError("an expression is too large or nested too deeply")
    names = frozenset().union(*(part.names for part in (parts if read is None else read)))
    if not names:
        result = run({})
        return Part(lambda _: result, weight=weight, depth=depth)
    return Part(run, names, weight, depth)


def apply(deed: Callable[..., Value], *parts: Part) -> Part:
    """Return a piece that does something with the values of others.

    Raises:
        ExpressionError: As for `combine`.
    """
    runs = [part.run for part in parts]
    if len(parts) == 2:
        left, right = runs

        def run(scope: Scope) -> Value:
            return deed(left(scope), right(scope))
    else:

        def run(scope: Scope) -> Value:
            return deed(*[each(scope) for each in runs])

    return combine(run, parts)


def choose(test: Part, yes: Part, no: Part) -> Part:
    """Return a piece that evaluates one of two others; a test that is null counts as false.

    Raises:
        ExpressionError: As for `combine`.
    """
    asked, then, other = test.run, yes.run, no.run
    return combine(
        lambda scope: then(scope) if asked(scope) is True else other(scope), (test, yes, no)
    )


@dataclass(frozen=True, slots=True)
class Model:
    """A function that the file itself defines: a business knowledge model."""

    parameters: tuple[str, ...]
    body: Part

    def invoke(self, *arguments: Part) -> Part:
        """Return a piece that calls the function.

        Raises:
            ExpressionError: As for `combine`.
        """

        def deed(*values: Value) -> Value:
            return self.body.run(dict(zip(self.parameters, values, strict=True)))

        return combine(apply(deed, *arguments).run, (*arguments, self.body), arguments)


def both(left: Value, right: Value) -> Value:
    """Return left *and* right in three-valued logic."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Value, right: Value) -> Value:
    """Return left *or* right in three-valued logic."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def compare(sign: str, left: Value, right: Value) -> bool | None:
    """Return what one of the signs = != < <= > >= says of two values."""
    if sign == "<":
        return value.before(left, right)
    if sign == ">":
        return value.before(right, left)
    if sign in {"=", "!="}:
        same = value.equal(left, right)
        return same if sign == "=" or same is None else not same
    less = value.before(left, right) if sign == "<=" else value.before(right, left)
    return less or (None if less is None else value.equal(left, right))


def stretch(low: Value, high: Value, *, with_low: bool, with_high: bool) -> Value:
    """Return the range between two ends; null when an end is null."""
    return None if low is None or high is None else Interval(low, high, with_low, with_high)


def member(whole: Value, name: str) -> Value:
    """Return a component of a structure or of a date; null when there is none."""
    if isinstance(whole, Mapping):
        return whole.get(name)
    if isinstance(whole, Months):
        years, months = divmod(abs(whole.count), 12)
        sign = -1 if whole.count < 0 else 1
        return {"years": sign * years, "months": sign * months}.get(name)
    if name == "weekday" and isinstance(whole, date):
        return whole.isoweekday()
    if name in _FIELDS and isinstance(whole, date | datetime | time):
        found: Value = getattr(whole, name, None)
        return found
    return None


_FIELDS: Final = frozenset({"year", "month", "day", "hour", "minute", "second"})
CALCULATIONS: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    sign: partial(arithmetic.calculate, sign) for sign in ("+", "-", "*", "/", "**")
}
COMPARISONS: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    sign: partial(compare, sign) for sign in ("=", "!=", "<", "<=", ">", ">=")
}
