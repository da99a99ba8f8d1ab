"""Decision tables (DMN 1.1 to 1.5), read once and evaluated without any code of the table.

Results are scalars. Where a hit policy gives several values for one output (RULE ORDER, OUTPUT
ORDER, COLLECT without an aggregation) they are joined with a comma and a space.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from engine.errors import ProcessFailedError
from engine.process import xml
from engine.process.expressions import Expression, compile_expression, is_name
from engine.process.operators import ExpressionError, equal
from engine.process.progress import Scalar, TakenDecision, Variables
from engine.process.unary import Cell, read_cell, read_value

MOST_RULES = 1_000
"""Rules a table may have."""


class HitPolicy(StrEnum):
    """How many rules may match, and whose outputs count."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is looked at."""

    label: str
    expression: Expression
    kind: str
    """The declared type, such as ``number``; empty when none is declared."""
    allowed: Cell | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column that is answered."""

    name: str
    ranking: tuple[Scalar, ...]
    """Allowed values, highest priority first."""
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row."""

    id: str
    cells: tuple[Cell, ...]
    results: tuple[Expression | None, ...]

    def matches(self, values: Sequence[Scalar]) -> bool:
        """Tell whether every input fits its cell."""
        return all(cell.fits(value) for cell, value in zip(self.cells, values, strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table, checked and ready for any number of threads."""

    id: str
    name: str
    policy: HitPolicy
    aggregation: str
    """``SUM``, ``MIN``, ``MAX`` or ``COUNT`` with COLLECT; empty otherwise."""
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def label(self) -> str:
        """Return what a reader calls the table."""
        return self.name or self.id

    def decide(self, variables: Variables, element: str) -> TakenDecision:
        """Evaluate the table.

        Args:
            variables: What the inputs are computed from; what is missing counts as null.
            element: Id of the element that asks; kept in the result.

        Returns:
            Inputs, matched rules and outputs. When no rule matches, ``rules`` is empty and each
            output is its default value or None.

        Raises:
            ProcessFailedError: Several rules match where the policy allows one, or the values
                do not fit an expression of the table.
        """
        try:
            values = [column.expression.evaluate(variables) for column in self.inputs]
            matched = [rule for rule in self.rules if rule.matches(values)]
            rows = [self._row(rule, variables) for rule in matched]
            outputs = self._answer(matched, rows, variables)
        except ExpressionError as error:
            raise ProcessFailedError(self.label, f"{error}.") from error
        inputs = {column.label: value for column, value in zip(self.inputs, values, strict=True)}
        counted = matched[: 1 if self.policy is HitPolicy.FIRST else None]
        return TakenDecision(self.id, element, inputs, tuple(rule.id for rule in counted), outputs)

    def _row(self, rule: Rule, variables: Variables) -> dict[str, Scalar]:
        return {
            output.name: None if result is None else result.evaluate(variables)
            for output, result in zip(self.outputs, rule.results, strict=True)
        }

    def _answer(
        self, matched: Sequence[Rule], rows: Sequence[dict[str, Scalar]], variables: Variables
    ) -> dict[str, Scalar]:
        if self.policy is HitPolicy.COLLECT and self.aggregation:
            return _aggregated(self.outputs[0].name, self.aggregation, rows)
        if not rows:
            return {
                output.name: output.default.evaluate(variables) if output.default else None
                for output in self.outputs
            }
        self._refuse_ambiguity(matched, rows)
        if self.policy in {HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER}:
            rows = sorted(rows, key=self._rank)
        if self.policy in _JOINED:
            return {name: ", ".join(str(row[name]) for row in rows) for name in rows[0]}
        return rows[0]

    def _refuse_ambiguity(self, matched: Sequence[Rule], rows: Sequence[dict[str, Scalar]]) -> None:
        unique = self.policy is HitPolicy.UNIQUE and len(rows) > 1
        differ = self.policy is HitPolicy.ANY and not all(_same(rows[0], row) for row in rows)
        if unique or differ:
            ids = ", ".join(rule.id for rule in matched)
            what = "only one may" if unique else "they give different results"
            raise ProcessFailedError(self.label, f"The rules {ids} match together; {what}.")

    def _rank(self, row: Mapping[str, Scalar]) -> tuple[int, ...]:
        return tuple(_place(output.ranking, row[output.name]) for output in self.outputs)


_JOINED = frozenset({HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT})


def read_table(decision: etree._Element) -> Table:
    """Read one ``decision`` element that holds a decision table.

    Raises:
        ExpressionError: Something in the table is not of the simple form; the message names the
            rule and the cell.
    """
    body = next((child for child in decision if xml.tag(child)[1] == "decisionTable"), None)
    if body is None:
        raise ExpressionError("it is no decision table; only tables are evaluated")
    rules = _children(body, "rule")
    if len(rules) > MOST_RULES:
        raise ExpressionError(f"it has more than {MOST_RULES:,} rules")
    inputs = tuple(_input(element) for element in _children(body, "input"))
    outputs = tuple(_output(element, decision) for element in _children(body, "output"))
    if not outputs:
        raise ExpressionError("it has no output")
    policy, aggregation = _policy(body)
    if aggregation and len(outputs) > 1:
        raise ExpressionError("an aggregation needs exactly one output")
    return Table(
        id=decision.get("id", ""),
        name=decision.get("name", ""),
        policy=policy,
        aggregation=aggregation,
        inputs=inputs,
        outputs=outputs,
        rules=tuple(
            _rule(element, row, inputs, outputs) for row, element in enumerate(rules, start=1)
        ),
    )


def _policy(body: etree._Element) -> tuple[HitPolicy, str]:
    written = body.get("hitPolicy", "UNIQUE").upper()
    if written not in set(HitPolicy):
        raise ExpressionError(f"the hit policy “{written}” is not known")
    aggregation = body.get("aggregation", "").upper() if written == "COLLECT" else ""
    if aggregation and aggregation not in _AGGREGATIONS:
        raise ExpressionError(f"the aggregation “{aggregation}” is not known")
    return HitPolicy(written), aggregation


def _input(element: etree._Element) -> Input:
    asked = next(iter(_children(element, "inputExpression")), None)
    source = xml.text(asked)
    allowed = next(iter(_children(element, "inputValues")), None)
    return Input(
        label=element.get("label") or source,
        expression=compile_expression(source),
        kind="" if asked is None else asked.get("typeRef", "").lower(),
        allowed=None if allowed is None else read_cell(xml.text(allowed)),
    )


def _output(element: etree._Element, decision: etree._Element) -> Output:
    variable = next(iter(_children(decision, "variable")), decision)
    name = element.get("name") or variable.get("name") or ""
    if not is_name(name):
        raise ExpressionError(f"the output “{name}” cannot name a variable")
    values = next(iter(_children(element, "outputValues")), None)
    cell = read_cell("" if values is None else xml.text(values))
    default = next(iter(_children(element, "defaultOutputEntry")), None)
    ranking = tuple(choice.low for choice in cell.choices)
    return Output(name, ranking, None if default is None else compile_expression(xml.text(default)))


def _rule(
    element: etree._Element, row: int, inputs: Sequence[Input], outputs: Sequence[Output]
) -> Rule:
    asked = [xml.text(cell) for cell in _children(element, "inputEntry")]
    answered = [xml.text(cell) for cell in _children(element, "outputEntry")]
    if (len(asked), len(answered)) != (len(inputs), len(outputs)):
        raise ExpressionError(f"rule {row} has not one cell for each column")
    try:
        cells = tuple(read_cell(cell) for cell in asked)
        results = tuple(_result(cell) for cell in answered)
    except ExpressionError as error:
        raise ExpressionError(f"in rule {row}, {error}") from error
    return Rule(element.get("id") or f"rule {row}", cells, results)


def _result(source: str) -> Expression | None:
    if source in {"", "-"}:
        return None
    try:
        value = read_value(source)
    except ExpressionError:
        return compile_expression(source)
    return Expression(source, frozenset(), lambda _: value)


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if xml.tag(child)[1] == name]


def _same(left: Mapping[str, Scalar], right: Mapping[str, Scalar]) -> bool:
    return all(equal(left[name], right[name]) for name in left)


def _place(ranking: Sequence[Scalar], value: Scalar) -> int:
    places = (place for place, ranked in enumerate(ranking) if equal(ranked, value))
    return next(places, len(ranking))


def _aggregated(
    name: str, aggregation: str, rows: Sequence[Mapping[str, Scalar]]
) -> dict[str, Scalar]:
    values = [row[name] for row in rows if row[name] is not None]
    if aggregation == "COUNT":
        return {name: len(rows)}
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != len(values):
        raise ExpressionError(f"{aggregation} needs numbers in “{name}”")
    return {name: _AGGREGATIONS[aggregation](numbers) if numbers else None}


_AGGREGATIONS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "SUM": sum,
    "MIN": min,
    "MAX": max,
    "COUNT": len,
}
