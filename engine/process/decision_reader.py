"""Read one decision: a decision table, or an expression that stands alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from engine.errors import ProcessFailedError
from engine.process import xml
from engine.process.column import Column
from engine.process.decisions import (
    AGGREGATIONS,
    HitPolicy,
    Input,
    Output,
    Rule,
    Table,
)
from engine.process.expressions import is_name
from engine.process.feel.grammar import Words, read_expression
from engine.process.feel.part import ASKED, Part, Scope, named, variable_of
from engine.process.feel.value import Kind, Value, scalar
from engine.process.operators import ExpressionError, NotOfferedError, placed
from engine.process.unary import Cell, read_cell

MOST_RULES = 1_000
"""Rules a table may have."""
HEAVIEST = 100_000
"""Parts that a decision may evaluate, together with those it needs."""


@dataclass(frozen=True, slots=True)
class Type:
    """What a type of the file comes down to.

    Attributes:
        base: The built-in type, in lower case and without prefix; empty when not known.
        allowed: The values it is restricted to.
    """

    base: str = ""
    allowed: Cell | None = None

    @property
    def kind(self) -> Kind | None:
        """Return the kind of moment that its texts are read as; None for other types."""
        return _MOMENTS.get(self.base)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the file says around a decision."""

    words: Words
    types: Mapping[str, Type]
    """By their names, without prefix."""
    variables: Mapping[str, Type]
    """The declared types of input data, by name."""
    needs: tuple[Table, ...]

    def type_of(self, reference: str) -> Type:
        """Return the type that a ``typeRef`` names."""
        name = reference.rpartition(":")[2]
        return self.types.get(name, Type(name.lower()))


def read_decision(decision: etree._Element, setting: Setting) -> Table:
    """Read one ``decision`` element.

    Raises:
        ExpressionError: Something in it cannot be read; the message names the rule and the column.
        NotOfferedError: It uses something that Redress does not offer; likewise.
    """
    bodies = {xml.tag(child)[1]: child for child in decision}
    for name, feature in _UNOFFERED.items():
        if name in bodies:
            raise NotOfferedError(feature)
    if "decisionTable" in bodies:
        table = _table(decision, bodies["decisionTable"], setting)
    elif "literalExpression" in bodies:
        table = _expression(decision, bodies["literalExpression"], setting)
    else:
        raise ExpressionError("it holds neither a table nor an expression")
    if sum(part.weight for each in (*table.needs, table) for part in _parts(each)) > HEAVIEST:
        raise ExpressionError("it is too large, together with the decisions it needs")
    return table


def read_logic(element: etree._Element, logic: etree._Element, setting: Setting) -> Part:
    """Read the body of a function of the file: an expression or a decision table.

    Raises:
        ExpressionError: Something in it cannot be read.
        NotOfferedError: It is neither, or is written in another language.
    """
    if logic.get("kind", "FEEL") != "FEEL":
        raise NotOfferedError("a function in another language")
    for body in children(logic, "literalExpression"):
        return read_expression(source_of(body), setting.words)
    for body in children(logic, "decisionTable"):
        return _asked(_table(element, body, setting))
    raise NotOfferedError("a function that is neither an expression nor a table")


def title_of(element: etree._Element) -> str:
    """Return the name by which expressions speak of a decision, input data or function."""
    variable = next(iter(children(element, "variable")), element)
    return " ".join((variable.get("name") or element.get("name") or "").split())


def source_of(element: etree._Element | None) -> str:
    """Return the text of an expression or a cell.

    Raises:
        NotOfferedError: It is written in another language than FEEL.
    """
    if element is None:
        return ""
    language = element.get("expressionLanguage", "")
    if language and "feel" not in language.lower():
        raise NotOfferedError(f"the language “{language}”")
    return xml.text(next(iter(children(element, "text")), None))


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Return the elements of this name that stand directly in another."""
    return [child for child in element if xml.tag(child)[1] == name]


def _expression(decision: etree._Element, body: etree._Element, setting: Setting) -> Table:
    result = read_expression(source_of(body), setting.words)
    inputs = tuple(
        Input(name, name, named(name), setting.variables.get(name, Type()).base, None, _ANY)
        for name in sorted(result.names)
    )
    output = _named_output(title_of(decision))
    rule = Rule(body.get("id") or decision.get("id") or "", 1, (result,))
    return _assembled(decision, setting, HitPolicy.UNIQUE, "", (inputs, (output,), (rule,)))


def _table(decision: etree._Element, body: etree._Element, setting: Setting) -> Table:
    rules = children(body, "rule")
    if len(rules) > MOST_RULES:
        raise ExpressionError(f"it has more than {MOST_RULES:,} rules")
    policy, aggregation = _policy(body)
    inputs = [_input(element, setting) for element in children(body, "input")]
    outputs = tuple(_output(element, decision, setting) for element in children(body, "output"))
    _check_outputs(outputs, aggregation)
    read = _Rows(inputs, outputs, setting.words)
    rows = tuple(read.rule(element, number) for number, element in enumerate(rules, start=1))
    columns = tuple(
        replace(column, column=Column(cells))
        for column, cells in zip(inputs, read.cells, strict=True)
    )
    return _assembled(decision, setting, policy, aggregation, (columns, outputs, rows))


def _assembled(
    decision: etree._Element,
    setting: Setting,
    policy: HitPolicy,
    aggregation: str,
    parts: tuple[tuple[Input, ...], tuple[Output, ...], tuple[Rule, ...]],
) -> Table:
    return Table(
        id=decision.get("id", ""),
        name=decision.get("name", ""),
        title=title_of(decision),
        policy=policy,
        aggregation=aggregation,
        inputs=parts[0],
        outputs=parts[1],
        rules=parts[2],
        needs=setting.needs,
    )


def _policy(body: etree._Element) -> tuple[HitPolicy, str]:
    written = body.get("hitPolicy", "UNIQUE").upper()
    if written not in set(HitPolicy):
        raise ExpressionError(f"the hit policy “{written}” is not known")
    aggregation = body.get("aggregation", "").upper() if written == "COLLECT" else ""
    if aggregation and aggregation not in AGGREGATIONS:
        raise ExpressionError(f"the aggregation “{aggregation}” is not known")
    return HitPolicy(written), aggregation


def _input(element: etree._Element, setting: Setting) -> Input:
    asked = next(iter(children(element, "inputExpression")), None)
    label = element.get("label") or ("" if asked is None else xml.text(asked))
    allowed = next(iter(children(element, "inputValues")), None)
    try:
        source = source_of(asked)
        type_ = _type_of_input(asked, source, setting)
        kinds = {**setting.words.kinds, **({source: type_.kind} if type_.kind else {})}
        part = _useful(source, replace(setting.words, kinds=kinds))
        listed = type_.allowed if allowed is None else read_cell(source_of(allowed))
    except ExpressionError as error:
        raise placed(error, f"in the column “{label}”") from error
    return Input(label, source, part, type_.base, listed, _ANY)


def _type_of_input(asked: etree._Element | None, source: str, setting: Setting) -> Type:
    declared = setting.type_of("" if asked is None else asked.get("typeRef", ""))
    known = setting.variables.get(source, Type())
    return Type(declared.base or known.base, declared.allowed or known.allowed)


def _output(element: etree._Element, decision: etree._Element, setting: Setting) -> Output:
    output = _named_output(element.get("name") or title_of(decision))
    values = next(iter(children(element, "outputValues")), None)
    default = next(iter(children(element, "defaultOutputEntry")), None)
    try:
        listed = setting.type_of(element.get("typeRef", "")).allowed
        listed = listed if values is None else read_cell(source_of(values))
        standard = None if default is None else read_expression(source_of(default), setting.words)
    except ExpressionError as error:
        raise placed(error, f"in the column “{output.title}”") from error
    ranking = () if listed is None else listed.values or ()
    return replace(output, ranking=ranking, default=standard)


def _named_output(title: str) -> Output:
    name = variable_of(title)
    if not is_name(name):
        raise ExpressionError(f"the output “{title}” cannot name a variable")
    return Output(name, title, (), None)


def _check_outputs(outputs: Sequence[Output], aggregation: str) -> None:
    if not outputs:
        raise ExpressionError("it has no output")
    if aggregation and len(outputs) > 1:
        raise ExpressionError("an aggregation needs exactly one output")
    names = [output.name for output in outputs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ExpressionError(f"two outputs would be the variable “{twice}”")


class _Rows:
    """Reads the rules one by one and keeps their cells by column."""

    def __init__(self, inputs: Sequence[Input], outputs: Sequence[Output], words: Words) -> None:
        self.cells: list[list[Cell]] = [[] for _ in inputs]
        self._inputs = inputs
        self._outputs = outputs
        self._words = words
        known = words.names.union(*(column.part.names for column in inputs))
        self._strict = replace(words, names=known, is_strict=True)

    def rule(self, element: etree._Element, number: int) -> Rule:
        asked, answered = children(element, "inputEntry"), children(element, "outputEntry")
        if (len(asked), len(answered)) != (len(self._inputs), len(self._outputs)):
            raise ExpressionError(f"rule {number} has not one cell for each column")
        for column, entry, cells in zip(self._inputs, asked, self.cells, strict=True):
            try:
                cells.append(read_cell(source_of(entry), self._strict))
            except ExpressionError as error:
                raise placed(error, f"in rule {number}, column “{column.label}”") from error
        results = tuple(
            self._result(entry, f"in rule {number}, column “{output.title}”")
            for entry, output in zip(answered, self._outputs, strict=True)
        )
        said = children(element, "description")
        words = " ".join(xml.text(said[0]).split()) if said else ""
        return Rule(element.get("id") or f"rule {number}", number, results, words)

    def _result(self, entry: etree._Element, where: str) -> Part | None:
        try:
            source = source_of(entry)
            return None if source in {"", "-"} else _useful(source, self._words)
        except ExpressionError as error:
            raise placed(error, where) from error


def _useful(source: str, words: Words) -> Part:
    """Read an expression of a table that some case can have a use for.

    Raises:
        ExpressionError: It cannot be read, is always null, or gives nothing a process can hold.
    """
    part = read_expression(source, words)
    if part.is_fixed and scalar(part.run({})) is None and source.strip() != "null":
        raise ExpressionError(f"“{source}” never has a value")
    return part


def _asked(table: Table) -> Part:
    """Return a piece that evaluates a table."""

    def run(scope: Scope) -> Value:
        try:
            return table.value(scope)
        except ProcessFailedError as error:
            raise ExpressionError(f"in “{table.label}”, {error.reason.rstrip('.')}") from error

    parts = [*_parts(table), *(column.part for column in table.inputs)]
    names = frozenset[str]().union(*(part.names for part in parts)) - {ASKED}
    depth = 1 + max((part.depth for part in parts), default=0)
    return Part(run, names, 1 + sum(part.weight for part in parts), depth)


def _parts(table: Table) -> Iterable[Part]:
    """Yield everything that a table evaluates besides its inputs."""
    for column in table.inputs:
        for cell in column.column.cells:
            yield from (question.end for question in cell.questions)
    for rule in table.rules:
        yield from (part for part in rule.results if part is not None)


_ANY = Column([Cell("", ())])
_MOMENTS: Mapping[str, Kind] = {
    "date": Kind.DATE,
    "time": Kind.TIME,
    "datetime": Kind.DATETIME,
    "date and time": Kind.DATETIME,
    "daytimeduration": Kind.DAYS,
    "days and time duration": Kind.DAYS,
    "yearmonthduration": Kind.MONTHS,
    "years and months duration": Kind.MONTHS,
}
_UNOFFERED: Mapping[str, str] = {
    "context": "a boxed context",
    "invocation": "a boxed invocation",
    "functionDefinition": "a boxed function",
    "relation": "a boxed relation",
    "list": "a boxed list",
    "conditional": "a boxed conditional",
    "filter": "a boxed filter",
    "for": "a boxed loop",
    "some": "a boxed loop",
    "every": "a boxed loop",
}
