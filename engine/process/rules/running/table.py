"""Rules about decisions: cases that no rule answers, that several do, and rules without a use."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import product
from math import prod
from operator import and_

from engine.process.column import rows_of
from engine.process.decisions import RANKED, HitPolicy, Input, Table
from engine.process.diagram import Diagram
from engine.process.feel.value import Value, equal, written
from engine.process.finding import Finding, Severity, advice
from engine.process.material import Material
from engine.process.samples import OTHER, samples

MOST_CASES = 20_000
"""Combinations of inputs that are tried; a table with more is not analysed."""
_EXAMPLES = 3


def tables_answer_every_case(material: Material) -> Iterable[Finding]:
    """Advise where no rule matches, where several do though only one may, and where none ever does.

    Every value that a cell mentions is tried, and one between, below and above them; text
    inputs are tried with a word that no cell mentions, unless the column lists what is allowed.
    """
    for table in material.tables.values():
        axes = [_Axis(columns) for columns in _by_source(table)]
        unknown = next((axis for axis in axes if axis.values is None), None)
        if unknown is not None:
            what = f"cells of “{unknown.label}” compare with values that they compute"
            yield advice(table, f"It is not searched for gaps and overlaps, because {what}.")
        elif prod(len(axis.values or ()) for axis in axes) > MOST_CASES:
            yield advice(table, "It is too large to be searched for gaps and overlaps.")
        else:
            yield from _Search(table, axes).findings()


def tables_are_asked(material: Material) -> Iterable[Finding]:
    """Advise about decisions that neither an element of the diagram nor another decision names."""
    if material.has_diagrams:
        named = set(_named(material.diagram))
        named |= {need.id for table in material.tables.values() for need in table.needs}
        for table in material.tables.values():
            if table.id not in named:
                yield advice(table, "No element of the diagram asks this table.")


def outputs_are_variables(material: Material) -> Iterable[Finding]:
    """Say what a process makes of an output: its variable, and a text of a list."""
    for table in material.tables.values():
        for output in table.outputs:
            if output.name != output.title:
                problem = f"The output “{output.title}” becomes the variable {output.name}."
                why = "The name of a variable is one word."
                yield Finding(Severity.REWRITTEN, table.id, table.label, problem, why)
        if table.gives_lists:
            problem = f"With {table.policy} an output can have several values."
            why = "A variable of the process has one: it gets them as one text, such as “a, b”."
            fix = "Choose another hit policy or an aggregation, unless the text is what you need."
            yield advice(table, problem, why, fix)


def outputs_are_ranked(material: Material) -> Iterable[Finding]:
    """Advise where a policy goes by the order of output values, and there is none."""
    for table in material.tables.values():
        if table.policy in RANKED and not any(output.ranking for output in table.outputs):
            problem = (
                f"With {table.policy} the output values say what comes first; none are listed."
            )
            fix = "List the values of the output, the most important first."
            yield advice(table, problem, "Without them it is the order of the rules.", fix)


def results_read_what_is_known(material: Material) -> Iterable[Finding]:
    """Advise where a rule answers with a variable that the table does not look at."""
    for table in material.tables.values():
        known = frozenset[str]().union(*(column.part.names for column in table.inputs))
        known |= {need.title for need in table.needs}
        for rule in table.rules:
            names = {n for part in rule.results if part is not None for n in part.names}
            for name in sorted(names - known):
                problem = f"Rule {rule.number} answers with the variable “{name}”."
                why = "The table does not look at it."
                yield advice(table, problem, why, "Was a text meant? It needs double quotes.")


def cells_ask_what_is_allowed(material: Material) -> Iterable[Finding]:
    """Advise where a cell asks for a value that its column does not allow."""
    for table in material.tables.values():
        for column in table.inputs:
            for row, value in _not_allowed(column):
                problem = f"Rule {row + 1} asks for {_quoted(value)}"
                yield advice(table, f"{problem}, which “{column.label}” does not allow.")


def _not_allowed(column: Input) -> Iterable[tuple[int, Value]]:
    """Yield the row and the value of everything asked for that the column does not allow."""
    if column.allowed is None:
        return
    for row, cell in enumerate(column.column.cells):
        yield from ((row, each) for each in cell.values or () if not column.allowed.fits(each))


def _named(diagram: Diagram) -> Iterable[str]:
    for node in diagram.nodes:
        yield node.step.get("decision", "")
        yield (node.gate or {}).get("limitDecision", "")


def _by_source(table: Table) -> Iterable[Sequence[Input]]:
    """Return the columns, those together that look at the same input."""
    found: dict[str, list[Input]] = {}
    for column in table.inputs:
        found.setdefault(column.source, []).append(column)
    return found.values()


class _Axis:
    """One input of a table, with the values it is tried with and the rules that each fits."""

    def __init__(self, columns: Sequence[Input]) -> None:
        self.label = columns[0].label
        self.values = samples(columns)
        self.tried = [
            (value, reduce(and_, (column.column.fitting(value, {}) for column in columns)))
            for value in self.values or ()
        ]

    def said(self, value: Value) -> str:
        """Return one example for a reader."""
        return f"{self.label} = {OTHER if value == OTHER else _quoted(value)}"


class _Search:
    """Tries every combination of sampled inputs."""

    def __init__(self, table: Table, axes: Sequence[_Axis]) -> None:
        self._table = table
        self._axes = axes
        self._gaps: list[str] = []
        self._overlaps: list[str] = []
        self._met = 0
        self._deciding = 0

    def findings(self) -> Iterable[Finding]:
        for case in product(*(axis.tried for axis in self._axes)):
            every_rule = (1 << len(self._table.rules)) - 1
            rules = reduce(and_, (fitting for _, fitting in case), every_rule)
            self._met |= rules
            self._deciding |= rules & -rules
            if not rules:
                self._gaps.append(self._said(case))
            elif self._is_ambiguous(rules):
                self._overlaps.append(f"{self._said(case)} ({_listed(rules)})")
        yield from self._of_cases()
        yield from self._of_rules()

    def _of_cases(self) -> Iterable[Finding]:
        table = self._table
        if self._gaps and not all(output.default for output in table.outputs):
            why = "The outputs would be empty."
            fix = "Add a rule for the rest."
            yield advice(table, f"No rule matches {_some(self._gaps)}.", why, fix)
        if self._overlaps:
            why = "A case with these inputs would stop as an incident."
            yield advice(table, f"Several rules match {_some(self._overlaps)}.", why)

    def _of_rules(self) -> Iterable[Finding]:
        every_rule = (1 << len(self._table.rules)) - 1
        for row in rows_of(every_rule & ~self._met):
            yield advice(self._table, f"Rule {row + 1} can never match.")
        if self._table.policy is HitPolicy.FIRST:
            for row in rows_of(self._met & ~self._deciding):
                why = "Earlier rules decide every case that it matches."
                yield advice(self._table, f"Rule {row + 1} never decides.", why)

    def _is_ambiguous(self, rules: int) -> bool:
        if self._table.policy is HitPolicy.UNIQUE:
            return rules.bit_count() > 1
        if self._table.policy is not HitPolicy.ANY:
            return False
        results = [_fixed(self._table, row) for row in rows_of(rules)]
        known = [result for result in results if result is not None]
        return any(equal(known[0], other) is not True for other in known[1:])

    def _said(self, case: Sequence[tuple[Value, int]]) -> str:
        pairs = zip(self._axes, case, strict=True)
        return ", ".join(axis.said(value) for axis, (value, _) in pairs) or "any case"


def _fixed(table: Table, row: int) -> tuple[Value, ...] | None:
    """Return what a rule answers; None where that depends on the inputs."""
    parts = table.rules[row].results
    if not all(part is None or part.is_fixed for part in parts):
        return None
    return tuple(None if part is None else part.run({}) for part in parts)


def _quoted(value: Value) -> str:
    return f"“{value}”" if isinstance(value, str) else written(value)


def _listed(rules: int) -> str:
    numbers = [str(row + 1) for row in rows_of(rules)]
    return f"rules {', '.join(numbers[:-1])} and {numbers[-1]}"


def _some(cases: Sequence[str]) -> str:
    shown = "; ".join(cases[:_EXAMPLES])
    return shown if len(cases) <= _EXAMPLES else f"{shown}; and {len(cases) - _EXAMPLES} more"
