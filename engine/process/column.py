"""One column of a decision table, arranged so that few of its cells need to be asked."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from engine.process.feel.part import Scope
from engine.process.feel.value import Value
from engine.process.unary import Cell

_PLAIN: Final = frozenset({str, int, Decimal, type(None)})
"""Kinds whose values can be looked up; true and false are kept apart, as they equal 1 and 0."""


class Column:
    """The cells of one input, one for each rule from the first to the last.

    Sets of rules are numbers: the bit of a rule is ``1 << row``, with rows counted from 0.
    """

    __slots__ = ("_always", "_asked", "_listed", "_looked_up", "_truths", "cells")

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = tuple(cells)
        self._always = 0
        self._looked_up: dict[Value, int] = {}
        self._truths: dict[Value, int] = {}
        asked: dict[str, tuple[Cell, int]] = {}
        listed: dict[str, tuple[Cell, int]] = {}
        for row, cell in enumerate(self.cells):
            if cell.is_any:
                self._always |= 1 << row
                continue
            place = listed if self._file(cell, 1 << row) else asked
            known = place.get(cell.source, (cell, 0))
            place[cell.source] = (cell, known[1] | 1 << row)
        self._asked = tuple(asked.values())
        self._listed = tuple(listed.values())

    def fitting(self, value: Value, scope: Scope) -> int:
        """Return the rules whose cell the value fits.

        Raises:
            ExpressionError: A text that a cell computes is too long.
        """
        found, kind, asked = self._always, type(value), self._asked
        if kind in _PLAIN:
            found |= self._looked_up.get(value, 0)
        elif kind is bool:
            found |= self._truths.get(value, 0)
        else:
            asked = (*asked, *self._listed)
        for cell, rules in asked:
            if cell.answers(value, scope):
                found |= rules
        return found

    def _file(self, cell: Cell, rule: int) -> bool:
        """Note the values a cell lists; refuse a cell that cannot be looked up."""
        values = cell.values
        if values is None or not all(type(v) in _PLAIN or isinstance(v, bool) for v in values):
            return False
        for value in values:
            kept = self._truths if isinstance(value, bool) else self._looked_up
            kept[value] = kept.get(value, 0) | rule
        return True


def rows_of(rules: int) -> Iterator[int]:
    """Yield the rows of a set of rules, from the first to the last."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest
