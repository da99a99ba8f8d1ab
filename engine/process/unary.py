"""Cells of a decision table: what an input must be for a rule to match, open to analysis.

``-`` or nothing fits everything; ``"a", "b"`` is a list; ``< 5``, ``>= 10``, ``!= 3`` compare;
``[1..5]``, ``(1..5]``, ``]1..5[`` are ranges; ``not(...)`` turns the rest round. Ends may be
computed, from other inputs too; ``?`` is the value itself, as in ``contains(?, "fire")``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.process.feel.grammar import Words, read_questions
from engine.process.feel.part import Scope
from engine.process.feel.question import Question
from engine.process.feel.value import Value, of, scalar
from engine.process.operators import ExpressionError

STRICT: Final = Words(is_strict=True)
"""For cells that can speak of nothing but themselves."""
_NOTHING: Final[Mapping[str, Value]] = {}


@dataclass(frozen=True, slots=True)
class Cell:
    """What an input must be for a rule to match."""

    source: str
    questions: tuple[Question, ...]
    """One of them must be answered; none for a cell that fits everything."""
    is_turned: bool = False
    """The cell reads ``not(...)``."""

    @property
    def is_any(self) -> bool:
        """Tell whether the cell fits everything."""
        return not self.questions

    def fits(self, value: object, scope: Scope = _NOTHING) -> bool:
        """Tell whether a value satisfies the cell; null lies in no range and equals only null.

        Args:
            value: A value of the process or of FEEL.
            scope: What the names in the cell mean.

        Raises:
            ExpressionError: A text that the cell computes is too long.
        """
        return not self.questions or self.answers(of(value), scope)

    def answers(self, value: Value, scope: Scope) -> bool:
        """Tell the same of a value of FEEL, for a cell that does not fit everything.

        Raises:
            ExpressionError: A text that the cell computes is too long.
        """
        for question in self.questions:
            if question.holds(value, scope):
                return not self.is_turned
        return self.is_turned

    @property
    def ends(self) -> tuple[Value, ...] | None:
        """Return every value the cell mentions; None when it computes what it compares with."""
        known = [question.ends for question in self.questions]
        if any(ends is None for ends in known):
            return None
        return tuple(end for ends in known for end in ends or ())

    @property
    def values(self) -> tuple[Value, ...] | None:
        """Return the single values the cell lists, in order; None when it is no such list."""
        if self.is_turned or not all(question.is_single for question in self.questions):
            return None
        return self.ends


def read_cell(source: str, words: Words = STRICT) -> Cell:
    """Read one input cell.

    Args:
        source: The text of the cell.
        words: What the cell may speak of besides the value of its column.

    Raises:
        ExpressionError: The text is too long, cannot be read, or can never be satisfied.
    """
    plain = source.strip()
    if plain in {"", "-"}:
        return Cell(plain, ())
    questions, is_turned = read_questions(plain, words)
    for question in questions:
        if question.is_single and question.ends == (None,) and "null" not in plain:
            raise ExpressionError(f"“{plain}” names a value that does not exist")
        for end in question.ends or ():
            scalar(end)  # what no process can hold can never be asked for
    return Cell(plain, questions, is_turned)
