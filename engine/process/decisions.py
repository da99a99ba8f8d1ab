"""Decisions (DMN 1.1 to 1.5): tables and expressions, evaluated without any code of theirs.

Results in a process are scalars: dates become texts, and where a hit policy gives several values
for one output (RULE ORDER, OUTPUT ORDER, COLLECT without an aggregation) these are joined with a
comma and a space. A decision that needs the result of another gets it whole, as a list or a
structure.

Source: DMN 1.5, 8.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from engine.errors import ProcessFailedError
from engine.process.column import Column, rows_of
from engine.process.feel.arithmetic import calculate
from engine.process.feel.function import FUNCTIONS
from engine.process.feel.part import Part, Scope
from engine.process.feel.value import Kind, Value, equal, kind_of, scalar
from engine.process.operators import ExpressionError, placed
from engine.process.progress import Scalar, TakenDecision, Variables
from engine.process.unary import Cell


class HitPolicy(StrEnum):
    """How many rules may match, and whose outputs count."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


SEVERAL = frozenset({HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT})
"""Policies that give a list, unless an aggregation makes one value of it."""
RANKED = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})
"""Policies that put results into the order of the output values."""
AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})

_Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is looked at."""

    label: str
    source: str
    part: Part
    kind: str
    """The declared type, such as ``number``; empty when none is declared."""
    allowed: Cell | None
    column: Column


@dataclass(frozen=True, slots=True)
class Output:
    """A column that is answered."""

    name: str
    """The variable of the process."""
    title: str
    """The name in the file, which may have several words."""
    ranking: tuple[Value, ...]
    """Allowed values, highest priority first; empty when none are listed."""
    default: Part | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row; its cells stand in the columns."""

    id: str
    number: int
    """Counted from 1."""
    results: tuple[Part | None, ...]
    words: str = ""
    """What it says, as its author put it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A decision, checked and ready for any number of threads.

    An expression without a table is a table of one rule that always matches, whose inputs are
    the variables it reads.
    """

    id: str
    name: str
    title: str
    """The variable under which other decisions of the file know the result."""
    policy: HitPolicy
    aggregation: str
    """``SUM``, ``MIN``, ``MAX`` or ``COUNT`` with COLLECT; empty otherwise."""
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    needs: tuple["Table", ...] = ()
    """All decisions whose results it uses, each before those that use it."""

    @property
    def label(self) -> str:
        """Return what a reader calls the table."""
        return self.name or self.id

    @property
    def gives_lists(self) -> bool:
        """Tell whether an output can have several values."""
        return self.policy in SEVERAL and not self.aggregation

    def decide(self, variables: Variables, element: str) -> TakenDecision:
        """Evaluate the decision for a process.

        Args:
            variables: What the inputs are computed from; what is missing counts as null.
            element: Id of the element that asks; kept in the result.

        Returns:
            Inputs, matched rules and outputs. When no rule matches, ``rules`` is empty and each
            output is its default value or None.

        Raises:
            ProcessFailedError: Several rules match where the policy allows one, or a result is
                nothing that a process can hold.
        """
        scope = self._informed(variables)
        try:
            values, matched, rows = self._look(scope)
            inputs = {
                column.label: _shown(value)
                for column, value in zip(self.inputs, values, strict=True)
            }
            outputs = self._outputs(rows)
        except ExpressionError as error:
            raise ProcessFailedError(self.label, f"{error}.") from error
        return TakenDecision(self.id, element, inputs, tuple(rule.id for rule in matched), outputs)

    def value(self, given: Scope) -> Value:
        """Return the result as FEEL has it: a value, a structure, or a list of them.

        Args:
            given: What the decision and those it needs read; what is missing counts as null.

        Raises:
            ProcessFailedError: Several rules match where the policy allows one, or a text
                becomes too long.
        """
        return self._own_value(self._informed(given))

    def _informed(self, given: Scope) -> Scope:
        """Add the results of the decisions it needs."""
        if not self.needs:
            return given
        scope = dict(given)
        for table in self.needs:
            scope[table.title] = table._own_value(scope)  # noqa: SLF001 - of the same class
        return scope

    def _own_value(self, scope: Scope) -> Value:
        try:
            _, matched, rows = self._look(scope)
            if self.aggregation:
                return self._aggregated(rows)
        except ExpressionError as error:
            raise ProcessFailedError(self.label, f"{error}.") from error
        if self.gives_lists and matched:
            return tuple(self._bare(row) for row in rows)
        return self._bare(rows[0])

    def _bare(self, row: _Row) -> Value:
        if len(self.outputs) == 1:
            return row[self.outputs[0].title]
        return None if all(value is None for value in row.values()) else dict(row)

    def _outputs(self, rows: Sequence[_Row]) -> dict[str, Scalar]:
        if self.aggregation:
            return {self.outputs[0].name: scalar(self._aggregated(rows))}
        if len(rows) == 1:
            return {output.name: scalar(rows[0][output.title]) for output in self.outputs}
        return {
            output.name: scalar(tuple(row[output.title] for row in rows)) for output in self.outputs
        }

    def _look(self, scope: Scope) -> tuple[list[Value], list[Rule], list[_Row]]:
        """Return the values of the inputs, the rules that count, and the rows they give.

        There is one row of defaults when no rule matches; of several rows all are meant.
        """
        values: list[Value] = []
        rules = (1 << len(self.rules)) - 1
        for column in self.inputs:
            value = column.part.run(scope)
            values.append(value)
            rules &= column.column.fitting(value, scope)
        if self.policy is HitPolicy.FIRST:
            rules &= -rules
        matched = [self.rules[row] for row in rows_of(rules)]
        rows = [self._row(rule, scope) for rule in matched] or self._defaults(scope)
        if len(rows) > 1:
            rows = self._counted(matched, rows)
        return values, matched, rows

    def _row(self, rule: Rule, scope: Scope) -> _Row:
        row: dict[str, Value] = {}
        for output, result in zip(self.outputs, rule.results, strict=True):
            try:
                row[output.title] = None if result is None else result.run(scope)
            except ExpressionError as error:
                where = f"in rule {rule.number}, column “{output.title}”"
                raise placed(error, where) from error
        return row

    def _defaults(self, scope: Scope) -> list[_Row]:
        if self.aggregation == "COUNT":
            return []
        return [
            {
                output.title: None if output.default is None else output.default.run(scope)
                for output in self.outputs
            }
        ]

    def _counted(self, matched: Sequence[Rule], rows: list[_Row]) -> list[_Row]:
        """Return those of several rows that count, in the order the policy wants."""
        self._refuse_ambiguity(matched, rows)
        if self.policy in RANKED:
            rows = sorted(rows, key=self._rank)
        return rows if self.policy in SEVERAL else rows[:1]

    def _refuse_ambiguity(self, matched: Sequence[Rule], rows: Sequence[_Row]) -> None:
        unique = self.policy is HitPolicy.UNIQUE
        differ = self.policy is HitPolicy.ANY and not all(_same(rows[0], row) for row in rows)
        if unique or differ:
            numbers = ", ".join(str(rule.number) for rule in matched)
            what = "only one may" if unique else "they give different results"
            raise ProcessFailedError(self.label, f"The rules {numbers} match together; {what}.")

    def _rank(self, row: _Row) -> tuple[int, ...]:
        return tuple(_place(output.ranking, row[output.title]) for output in self.outputs)

    def _aggregated(self, rows: Sequence[_Row]) -> Value:
        title = self.outputs[0].title
        values = tuple(row[title] for row in rows if row[title] is not None)
        if self.aggregation == "COUNT":
            return len(rows)
        if self.aggregation == "SUM":
            if any(kind_of(value) is not Kind.NUMBER for value in values):
                raise ExpressionError(f"SUM needs numbers in “{title}”")
            return reduce(_plus, values) if values else None
        found = FUNCTIONS[self.aggregation.lower()].call(values)
        if found is None and values:
            raise ExpressionError(f"{self.aggregation} needs values of one kind in “{title}”")
        return found


def _plus(left: Value, right: Value) -> Value:
    return calculate("+", left, right)


def _same(left: _Row, right: _Row) -> bool:
    return all(equal(left[title], right[title]) is True for title in left)


def _place(ranking: Sequence[Value], value: Value) -> int:
    places = (place for place, ranked in enumerate(ranking) if equal(ranked, value) is True)
    return next(places, len(ranking))


def _shown(value: Value) -> Scalar:
    """Return what the journal keeps of an input; of what is no text only the kind."""
    try:
        return scalar(value)
    except ExpressionError:
        return f"({kind_of(value)})"
