"""Rules about decision tables: cases that no rule answers, and cases that several do."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise, product
from math import prod
from operator import and_

from engine.process.decisions import HitPolicy, Input, Table
from engine.process.diagram import Diagram
from engine.process.finding import Finding, advice
from engine.process.material import Material
from engine.process.progress import Scalar

MOST_CASES = 20_000
"""Combinations of inputs that are tried; a table with more is not analysed."""
_EXAMPLES = 3
_OTHER = "something else"


def tables_answer_every_case(material: Material) -> Iterable[Finding]:
    """Advise where no rule of a table matches, or several do where only one may.

    Every value that a cell mentions is tried, and one between, below and above them; text
    inputs are tried with a word that no cell mentions, unless the column lists what is allowed.
    """
    for table in material.tables.values():
        columns = [_samples(table, column) for column in range(len(table.inputs))]
        if prod(len(column) for column in columns) > MOST_CASES:
            yield advice(table, "It is too large to be searched for gaps and overlaps.")
            continue
        yield from _search(table, columns)


def tables_are_asked(material: Material) -> Iterable[Finding]:
    """Advise about tables that no element of the diagram names."""
    if material.has_diagrams:
        named = set(_named(material.diagram))
        for table in material.tables.values():
            if table.id not in named:
                yield advice(table, "No element of the diagram asks this table.")


def _named(diagram: Diagram) -> Iterable[str]:
    for node in diagram.nodes:
        yield node.step.get("decision", "")
        yield (node.gate or {}).get("limitDecision", "")


def _search(table: Table, columns: Sequence[Sequence[Scalar]]) -> Iterable[Finding]:
    gaps: list[str] = []
    overlaps: list[str] = []
    fitting = [_fitting(table, number, column) for number, column in enumerate(columns)]
    for places in product(*(range(len(column)) for column in columns)):
        masks = (fits[place] for fits, place in zip(fitting, places, strict=True))
        matched = reduce(and_, masks, (1 << len(table.rules)) - 1)
        if matched and (table.policy is not HitPolicy.UNIQUE or matched.bit_count() == 1):
            continue
        said = _said(table, [column[place] for column, place in zip(columns, places, strict=True)])
        if matched:
            overlaps.append(f"{said} ({_listed(table, matched)})")
        else:
            gaps.append(said)
    if gaps and not all(output.default for output in table.outputs):
        why = "The outputs would be empty."
        yield advice(table, f"No rule matches {_some(gaps)}.", why, "Add a rule for the rest.")
    if overlaps:
        why = "A case with these inputs would stop as an incident."
        yield advice(table, f"Several rules match {_some(overlaps)}.", why)


def _fitting(table: Table, column: int, samples: Sequence[Scalar]) -> list[int]:
    """Return for each sample which rules it fits in this column, one bit for each rule."""
    return [
        sum(1 << row for row, rule in enumerate(table.rules) if rule.cells[column].fits(sample))
        for sample in samples
    ]


def _samples(table: Table, column: int) -> list[Scalar]:
    """Return values of one input such that every other value behaves like one of them."""
    asked: Input = table.inputs[column]
    ends = {end for rule in table.rules for end in rule.cells[column].ends}
    if asked.kind == "boolean" or any(isinstance(end, bool) for end in ends):
        return [True, False]
    numbers = {end for end in ends if isinstance(end, int | float)}
    texts = sorted(end for end in ends if isinstance(end, str))
    allowed = asked.allowed if asked.allowed is not None and asked.allowed.choices else None
    if numbers:
        numbers |= {end for end in _allowed_ends(asked) if isinstance(end, int | float)}
        tried = _between(sorted(numbers))
        return [value for value in tried if allowed is None or allowed.fits(value)]
    if allowed is not None:
        return [*dict.fromkeys([*allowed.ends, *texts])]
    return [*texts, _OTHER]


def _allowed_ends(asked: Input) -> Iterable[Scalar]:
    return () if asked.allowed is None else asked.allowed.ends


def _between(numbers: Sequence[float]) -> Iterable[float]:
    yield numbers[0] - 1
    for lower, higher in pairwise(numbers):
        yield lower
        yield (lower + higher) / 2
    yield numbers[-1]
    yield numbers[-1] + 1


def _said(table: Table, values: Sequence[Scalar]) -> str:
    pairs = zip(table.inputs, values, strict=True)
    return ", ".join(f"{column.label} = {value}" for column, value in pairs)


def _listed(table: Table, matched: int) -> str:
    return ", ".join(rule.id for row, rule in enumerate(table.rules) if matched >> row & 1)


def _some(cases: Sequence[str]) -> str:
    shown = "; ".join(cases[:_EXAMPLES])
    return shown if len(cases) <= _EXAMPLES else f"{shown}; and {len(cases) - _EXAMPLES} more"
