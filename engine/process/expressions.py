"""Expressions of diagrams and decision tables: a small language that is interpreted, never run.

The text is read with Python's own reader, each node of the syntax tree is looked up in a fixed
table, and whatever is not in the table is refused when the diagram is published. There are no
attributes, no subscripts, no loops and no calls but the functions listed here.

Written forms of other tools are understood: ``=`` for ``==``, ``<>``, ``&&``, ``||``, ``!``,
``true``, ``false``, ``null``, and a wrapper ``${…}``, ``#{…}`` or a leading ``=``.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.process import operators
from engine.process.operators import ExpressionError
from engine.process.progress import Scalar, Variables

LONGEST = 1_000
"""Characters an expression may have."""
_MOST_NODES = 200
_LARGEST = 10**15

_Program = Callable[[Variables], Scalar]

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<operator>==|!=|<>|<=|>=|&&|\|\||[-+*/()<>=!,\[\]])|(?P<space>\s+)"""
)
_OPERATORS = {"=": "==", "<>": "!=", "&&": " and ", "||": " or ", "!": "~"}  # as tight as in Java
_WORDS = {"true": "True", "false": "False", "null": "None"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression, ready to be evaluated by any number of threads."""

    source: str
    names: frozenset[str]
    """The variables it reads."""
    _program: _Program

    def evaluate(self, variables: Variables) -> Scalar:
        """Return the value; a variable that is not there counts as null.

        Raises:
            ExpressionError: The values do not fit the expression, such as a division by zero.
        """
        return self._program(variables)

    def holds(self, variables: Variables) -> bool:
        """Tell whether the value counts as true; null, zero and the empty text do not.

        Raises:
            ExpressionError: The values do not fit the expression.
        """
        return bool(self._program(variables))


def compile_expression(source: str) -> Expression:
    """Check an expression and make it ready.

    Raises:
        ExpressionError: The text is too long, cannot be read, or uses what is not offered.
    """
    tree = parsed(source)
    nodes = list(ast.walk(tree))
    if len(nodes) > _MOST_NODES:
        raise ExpressionError(f"“{source.strip()}” has more than {_MOST_NODES} parts")
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return Expression(source.strip(), frozenset(names - operators.FUNCTIONS.keys()), _program(tree))


def parsed(source: str) -> ast.Expression:
    """Return the syntax tree of an expression, in which nothing is checked yet.

    Raises:
        ExpressionError: The text is too long, or cannot be read.
    """
    if len(source) > LONGEST:
        raise ExpressionError(f"the expression has more than {LONGEST:,} characters")
    try:
        return ast.parse(_plain(source), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"“{source.strip()}” cannot be read as an expression") from error


def compile_script(source: str) -> tuple[tuple[str, Expression], ...]:
    """Check the lines ``name = expression`` of a script task; empty lines and # comments pass.

    Raises:
        ExpressionError: A line has another form, or its expression is refused.
    """
    lines = [line.strip() for line in source.splitlines()]
    return tuple(_assignment(line) for line in lines if line and not line.startswith("#"))


def is_name(text: str) -> bool:
    """Tell whether the text can name a variable."""
    reserved = text in operators.FUNCTIONS or text.lower() in {"true", "false", "null", "none"}
    return text.isidentifier() and not text.startswith("_") and not reserved


def _assignment(line: str) -> tuple[str, Expression]:
    name, sign, value = (part.strip() for part in line.partition("="))
    if not sign or not is_name(name) or value.startswith("="):
        raise ExpressionError(f"“{line}” has not the form name = expression")
    return name, compile_expression(value)


def _plain(source: str) -> str:
    inner = source.strip()
    if inner.startswith(("${", "#{")) and inner.endswith("}"):
        inner = inner[2:-1]
    inner = inner.strip().removeprefix("=") if not inner.strip().startswith("==") else inner
    parts: list[str] = []
    position = 0
    while position < len(inner):
        found = _TOKEN.match(inner, position)
        if found is None or "\\" in found.group():
            raise ExpressionError(f"“{source.strip()}” contains “{inner[position]}”")
        parts.append(_translated(found))
        position = found.end()
    return "".join(parts).strip()


def _translated(found: re.Match[str]) -> str:
    token = found.group()
    if found["name"]:
        return _WORDS.get(token, token)
    if found["operator"]:
        return _OPERATORS.get(token, token)
    return " " if found["space"] else token


def _program(node: ast.AST) -> _Program:
    build = _BUILDERS.get(type(node))
    if build is None:
        raise ExpressionError(f"{_TITLES.get(type(node), type(node).__name__)} is not offered")
    return build(node)


def _body(node: ast.Expression) -> _Program:
    return _program(node.body)


def _constant(node: ast.Constant) -> _Program:
    value = node.value
    if not isinstance(value, str | int | float | bool | None):
        raise ExpressionError(f"“{value!r}” is no text, number, true, false or null")
    if isinstance(value, int | float) and abs(value) > _LARGEST:
        raise ExpressionError(f"“{value}” is too large")
    return lambda _: value


def _name(node: ast.Name) -> _Program:
    name = node.id
    if not is_name(name):
        raise ExpressionError(f"“{name}” cannot name a variable")
    return lambda variables: variables.get(name)


def _both(node: ast.BoolOp) -> _Program:
    parts = [_program(value) for value in node.values]
    if isinstance(node.op, ast.And):
        return lambda variables: all(part(variables) for part in parts)
    return lambda variables: any(part(variables) for part in parts)


def _unary(node: ast.UnaryOp) -> _Program:
    inner = _program(node.operand)
    if isinstance(node.op, ast.Not | ast.Invert):
        return lambda variables: not inner(variables)
    if isinstance(node.op, ast.USub):
        return lambda variables: operators.subtract(0, inner(variables))
    raise ExpressionError("this sign is not offered")


def _arithmetic(node: ast.BinOp) -> _Program:
    deed = operators.ARITHMETIC.get(type(node.op))
    if deed is None:
        raise ExpressionError(f"{type(node.op).__name__} is not offered; + - * / are")
    left, right = _program(node.left), _program(node.right)
    return lambda variables: deed(left(variables), right(variables))


def _comparison(node: ast.Compare) -> _Program:
    if len(node.ops) != 1:
        raise ExpressionError("compare two values at a time, joined by “and”")
    kind, other = node.ops[0], node.comparators[0]
    if isinstance(kind, ast.In | ast.NotIn):
        return _membership(node.left, other, wanted=isinstance(kind, ast.In))
    test = operators.COMPARISONS.get(type(kind))
    if test is None:
        raise ExpressionError(f"{type(kind).__name__} is not offered")
    left, right = _program(node.left), _program(other)
    return lambda variables: test(left(variables), right(variables))


def _membership(value: ast.expr, choices: ast.expr, *, wanted: bool) -> _Program:
    if not isinstance(choices, ast.Tuple | ast.List):
        raise ExpressionError("“in” needs a written list such as (“a”, “b”)")
    left, members = _program(value), [_program(member) for member in choices.elts]

    def test(variables: Variables) -> bool:
        sought = left(variables)
        return wanted == any(operators.equal(sought, member(variables)) for member in members)

    return test


def _choice(node: ast.IfExp) -> _Program:
    test, yes, no = _program(node.test), _program(node.body), _program(node.orelse)
    return lambda variables: yes(variables) if test(variables) else no(variables)


def _call(node: ast.Call) -> _Program:
    function = operators.FUNCTIONS.get(node.func.id) if isinstance(node.func, ast.Name) else None
    if function is None or node.keywords:
        offered = ", ".join(sorted(operators.FUNCTIONS))
        raise ExpressionError(f"only these functions are offered: {offered}")
    values = [_program(value) for value in node.args]
    return lambda variables: operators.call(function, [value(variables) for value in values])


_BUILDERS: Mapping[type[ast.AST], Callable[..., _Program]] = {
    ast.Expression: _body,
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BoolOp: _both,
    ast.UnaryOp: _unary,
    ast.BinOp: _arithmetic,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.Call: _call,
}
_TITLES: Mapping[type[ast.AST], str] = {
    ast.Attribute: "a dot after a name",
    ast.Subscript: "an index in brackets",
    ast.Lambda: "a function of your own",
    ast.Tuple: "a list outside of “in”",
    ast.List: "a list outside of “in”",
    ast.ListComp: "a loop",
    ast.GeneratorExp: "a loop",
}
