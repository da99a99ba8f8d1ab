"""Reads the public DMN test kit: models, and what each of their decisions must give."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from engine.process.decision_file import read_file
from engine.process.feel import moment
from engine.process.feel.value import equal
from engine.process.operators import ExpressionError, NotOfferedError
from engine.process.xml import parse, tag, text

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_DIGITS = Decimal("1e-12")
"""The kit rounds; relative to the value."""
_READERS = {
    "decimal": Decimal,
    "integer": Decimal,
    "double": Decimal,
    "boolean": lambda written: written == "true",
    "date": moment.read_date,
    "time": moment.read_time,
    "dateTime": moment.read_datetime,
    "duration": moment.read_duration,
}


@dataclass(frozen=True)
class Case:
    """One result that the kit asks for."""

    model: str
    name: str
    decision: str
    given: dict
    expected: object
    table: object
    """A table, or why there is none."""

    @property
    def holds(self):
        return not isinstance(self.table, ExpressionError) and agree(
            self.table.value(self.given), self.expected
        )

    @property
    def feature(self):
        """What the kit uses and Redress does not offer; empty where it is offered."""
        return self.table.feature if isinstance(self.table, NotOfferedError) else ""


def read_kit(folder: Path) -> list[Case]:
    return [
        case
        for model in sorted(folder.glob("*/*.dmn"))
        for cases in sorted(model.parent.glob("*-test-*.xml"))
        for case in _read_cases(model, cases)
    ]


def _read_cases(model, cases):
    tables = {decision.get("name"): table for decision, table in read_file(_root(model))}
    for case in _named(_root(cases), "testCase"):
        given = {node.get("name"): _value(node) for node in _named(case, "inputNode")}
        for result in _named(case, "resultNode"):
            decision = result.get("name")
            yield Case(
                model=model.stem,
                name=f"{model.stem} {case.get('id')} {decision}",
                decision=decision,
                given=given,
                expected=_value(_named(result, "expected")[0]),
                table=tables[decision],
            )


def _root(path):
    return parse(path.read_bytes())


def _named(element, name):
    return [child for child in element if tag(child)[1] == name]


def _value(node):
    """Read a value, a list of ``item`` elements or a structure of ``component`` elements."""
    components = _named(node, "component")
    if components:
        return {each.get("name"): _value(each) for each in components}
    for listed in _named(node, "list"):
        return tuple(_value(item) for item in _named(listed, "item"))
    for value in _named(node, "value"):
        return _scalar(value)
    return None


def _scalar(value):
    if value.get(_NIL) == "true":
        return None
    kind = value.get(_TYPE, "").rpartition(":")[2]
    written = text(value)
    return _READERS[kind](written) if kind in _READERS else written


def agree(seen, meant):
    if isinstance(meant, Decimal) and isinstance(seen, int | Decimal):
        return abs(seen - meant) <= abs(meant) * _DIGITS
    if isinstance(meant, tuple) and isinstance(seen, tuple):
        return len(seen) == len(meant) and all(map(agree, seen, meant))
    if isinstance(meant, dict) and isinstance(seen, dict):
        return seen.keys() == meant.keys() and all(agree(seen[k], meant[k]) for k in meant)
    return equal(seen, meant) is True
