"""Values of an input such that every other value behaves in a table like one of them."""

from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from itertools import pairwise
from typing import Final

from engine.process.decisions import Input
from engine.process.feel.arithmetic import calculate
from engine.process.feel.moment import Months, read_duration
from engine.process.feel.value import ORDERED, Kind, Value, before, kind_of
from engine.process.unary import Cell

OTHER: Final = "something else"
"""Stands for any text that no cell mentions."""
_WHOLE: Final = frozenset({"integer", "int", "long", "short"})
_STEPS: Final[dict[Kind, Value]] = {
    Kind.NUMBER: 1,
    Kind.DATE: read_duration("P1D"),
    Kind.DATETIME: read_duration("PT1S"),
    Kind.TIME: read_duration("PT1S"),
    Kind.DAYS: read_duration("PT1S"),
    Kind.MONTHS: Months(1),
}


def samples(columns: Sequence[Input]) -> list[Value] | None:
    """Return the values to be tried for one input.

    Args:
        columns: The columns that look at this input, at least one.

    Returns:
        Every value that a cell mentions, and one between, below and above them; of texts also
        one that no cell mentions. Only what the columns allow; never empty. None when cells
        compare with values that they compute.
    """
    cells = [cell for column in columns for cell in column.column.cells]
    limits = [column.allowed for column in columns if column.allowed is not None]
    ends = _ends([*cells, *(limit for limit in limits if limit.ends is not None)])
    if ends is None:
        return None
    is_whole = any(column.kind in _WHOLE for column in columns)
    tried = list(dict.fromkeys(_tried(ends, cells, columns, is_whole=is_whole)))
    allowed = [value for value in tried if all(limit.fits(value) for limit in limits)]
    return allowed or tried[:1]


def _tried(
    ends: Sequence[Value], cells: Sequence[Cell], columns: Sequence[Input], *, is_whole: bool
) -> Iterable[Value]:
    kinds = dict.fromkeys(kind_of(end) for end in ends)
    if Kind.BOOLEAN in kinds or columns[0].kind == "boolean":
        yield from (True, False)
    for kind in kinds:
        same = [end for end in ends if kind_of(end) is kind]
        if kind is Kind.NULL:
            yield None
        elif kind is Kind.TEXT:
            yield from _texts(sorted(map(str, same)), cells)
        elif kind in ORDERED:
            yield from _line(same, is_whole=is_whole)
    if not kinds.keys() - {Kind.NULL} and columns[0].kind != "boolean":
        yield OTHER


def _ends(cells: Iterable[Cell]) -> list[Value] | None:
    found: list[Value] = []
    for cell in cells:
        ends = cell.ends
        if ends is None:
            return None
        singles = {id(end) for end in cell.values or ()}
        found += [end for end in ends if end is not None or id(end) in singles]
    return found


def _texts(texts: Sequence[str], cells: Iterable[Cell]) -> Iterable[Value]:
    """Yield the texts, and where cells put texts in order also what lies between them."""
    is_ordered = any(question.is_ordered for cell in cells for question in cell.questions)
    for text in texts:
        yield text
        if is_ordered:
            yield f"{text} "  # nothing shorter lies between a text and the same with a space
    if is_ordered:
        yield ""
    yield OTHER


def _line(ends: Iterable[Value], *, is_whole: bool) -> Iterable[Value]:
    """Yield values of one kind, and what lies below, between and above them."""
    ordered = sorted(ends, key=cmp_to_key(_order))
    step = _STEPS.get(kind_of(ordered[0]))
    beyond = (calculate("-", ordered[0], step), calculate("+", ordered[-1], step))
    yield from (value for value in beyond if value is not None)  # the calendar may end there
    yield from ordered
    for lower, higher in pairwise(ordered):
        between = calculate("+", lower, step if is_whole else _half(lower, higher))
        if before(lower, between) and before(between, higher):
            yield between


def _half(lower: Value, higher: Value) -> Value:
    return calculate("/", calculate("-", higher, lower), 2)


def _order(left: Value, right: Value) -> int:
    return -1 if before(left, right) else 1 if before(right, left) else 0
