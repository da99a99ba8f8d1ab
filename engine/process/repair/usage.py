"""What the conditions of a diagram compare its variables with: it says how to ask for them."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.process.expressions import parsed

_NUMERIC = frozenset({"abs", "max", "min", "round"})


@dataclass(slots=True)
class Usage:
    """How one variable is read.

    Attributes:
        texts: The texts it is compared with, in the order of the file.
        numbers: The numbers it is compared with.
        as_truth: It stands for true or false.
        as_number: It is counted with.
        as_text: It is looked into.
        may_be_empty: It is compared with nothing.
        is_open: It is also compared otherwise than for being one of the texts.
        is_unclear: It is compared with another variable.
    """

    texts: list[str] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    as_truth: bool = False
    as_number: bool = False
    as_text: bool = False
    may_be_empty: bool = False
    is_open: bool = False
    is_unclear: bool = False

    @property
    def kind(self) -> str:
        """Return the kind of field that can answer it; empty where that is not clear."""
        is_number = self.as_number or bool(self.numbers)
        answers = [self.as_truth, is_number, bool(self.texts) or self.as_text]
        if self.is_unclear or sum(answers) > 1 or any(len(text) > 80 for text in self.texts):
            return ""
        if self.as_truth:
            return "yes_no"
        if is_number:
            return "integer" if all(float(n).is_integer() for n in self.numbers) else "decimal"
        return "choice" if self.texts and not self.as_text else "text"


def usages(conditions: Iterable[str]) -> dict[str, Usage]:
    """Return how each variable is read by conditions that are expressions of ours."""
    found: dict[str, Usage] = {}
    for condition in conditions:
        _truth(parsed(condition).body, found)
    return found


def usages_of_values(values: Iterable[str]) -> dict[str, Usage]:
    """Return how each variable is read by what scripts compute."""
    found: dict[str, Usage] = {}
    for value in values:
        body = parsed(value).body
        if isinstance(body, ast.Name):
            _of(body, found).as_text = True
        else:
            _value(body, found)
    return found


def _of(node: ast.Name, found: dict[str, Usage]) -> Usage:
    return found.setdefault(node.id, Usage())


def _truth(node: ast.expr, found: dict[str, Usage]) -> None:
    """Look at an expression that counts as true or false."""
    if isinstance(node, ast.Name):
        _of(node, found).as_truth = True
    elif isinstance(node, ast.BoolOp):
        for part in node.values:
            _truth(part, found)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        _truth(node.operand, found)
    elif isinstance(node, ast.Compare) and len(node.comparators) == 1:
        _comparison(node.left, node.ops[0], node.comparators[0], found)
    else:
        _value(node, found)


def _comparison(left: ast.expr, sign: ast.cmpop, right: ast.expr, found: dict[str, Usage]) -> None:
    if isinstance(left, ast.Constant) and isinstance(right, ast.Name):
        left, right = right, left
    if not isinstance(left, ast.Name):
        _value(left, found)
        _value(right, found)
        return
    usage = _of(left, found)
    usage.is_open |= not isinstance(sign, ast.Eq | ast.In)
    against = right.elts if isinstance(right, ast.Tuple | ast.List) else [right]
    for other in against:
        if isinstance(other, ast.Constant):
            _constant(usage, other.value)
        elif isinstance(other, ast.Name):
            usage.is_unclear = _of(other, found).is_unclear = True
        elif isinstance(other, ast.UnaryOp):
            usage.as_number = True
        else:
            usage.as_number = True
            _value(other, found)


def _constant(usage: Usage, value: object) -> None:
    if value is None or value == "":
        usage.may_be_empty = True
    elif isinstance(value, bool):
        usage.as_truth = True
    elif isinstance(value, int | float):
        usage.numbers.append(value)
    elif isinstance(value, str) and value not in usage.texts:
        usage.texts.append(value)


def _value(node: ast.expr, found: dict[str, Usage]) -> None:
    """Look at an expression that counts as a number or a text."""
    if isinstance(node, ast.Name):
        _of(node, found).as_number = True
    elif isinstance(node, ast.Call):
        is_number = isinstance(node.func, ast.Name) and node.func.id in _NUMERIC
        for part in node.args:
            if isinstance(part, ast.Name) and not is_number:
                _of(part, found).as_text = True
            else:
                _value(part, found)
    else:
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.expr):
                _value(inner, found)
