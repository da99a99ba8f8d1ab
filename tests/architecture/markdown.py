"""Which text of a page is our own, so that it may be read as Markdown.

Streamlit fetches a picture that Markdown names, so a complainant's words must never get there as
they are. Text is our own when it stands in the source, went through an escape, or is put together
from such text: through variables of the same function and through functions of the pages. Names in
capitals are constants and count as our own.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from tests.architecture.rules import Definition, calls, definitions, dotted

SINKS = frozenset(
    {
        *("markdown", "caption", "write", "title", "header", "subheader", "badge"),
        *("info", "success", "warning", "error", "toast", "status", "spinner"),
        *("expander", "popover", "dialog"),
    }
)
"""Calls of Streamlit that read Markdown."""

ESCAPES = frozenset({"plain", "escape", "len", "round", "int"})
"""Functions whose result can carry no Markdown, wherever they live."""

_NO_TEXT = re.compile(r"%|.*[,dfn%]$")
"""Formats of numbers and times; Python refuses to apply one to text."""

NUMBERS = frozenset({"int", "float", "bool", "Decimal", "date", "datetime", "timedelta"})
"""Types of arguments that can carry no Markdown."""

_ARGUMENTS = "own arguments"
_KEEPS = frozenset({"join", "strip", "rstrip", "capitalize", "lower", "upper"})
"""Methods of text whose result is our own when all they were given is."""

Scope = ast.Module | Definition


class Texts:
    """What a set of modules says about the origin of its texts."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """Read the functions of the modules, given by path; methods of one name count together."""
        self._functions: dict[str, list[Definition]] = {}
        self._trees = {path: ast.parse(source) for path, source in sources.items()}
        self._module_of: dict[Scope, str] = {}
        for path, tree in self._trees.items():
            self._module_of[tree] = module = PurePath(path).stem
            for function in definitions(tree):
                name = f"{module if function in tree.body else '*'}.{function.name}"
                self._functions.setdefault(name, []).append(function)
                self._module_of[function] = module

    def strangers(self, path: str) -> Iterator[str]:
        """Yield a sentence for each sink of a module that is given text of somebody else."""
        tree = self._trees[path]
        scopes: list[Scope] = [tree, *definitions(tree)]
        for name, call in calls(tree):
            owner, _, method = name.rpartition(".")
            if owner not in {"st", "streamlit"} or method not in SINKS:
                continue
            scope = min((each for each in scopes if call in ast.walk(each)), key=_size)
            if not all(self._is_own(given, scope, ()) for given in call.args):
                yield f"line {call.lineno}: {name} of text that nobody escaped"

    def _is_own(self, node: ast.AST, scope: Scope, trail: tuple[str, ...]) -> bool:
        match node:
            case ast.Name(id=name):
                return name.isupper() or self._is_name_own(name, scope, trail)
            case ast.arg(annotation=kind):
                return _ARGUMENTS in trail or dotted(kind) in NUMBERS
            case ast.Call():
                return self._is_call_own(node, scope, trail)
        if _is_plain(node):
            return True
        parts = list(_parts(node))
        return bool(parts) and all(self._is_own(part, scope, trail) for part in parts)

    def _is_name_own(self, name: str, scope: Scope, trail: tuple[str, ...]) -> bool:
        if name in trail:
            return True
        values = list(_bindings(name, scope))
        return bool(values) and all(self._is_own(value, scope, (*trail, name)) for value in values)

    def _is_call_own(self, call: ast.Call, scope: Scope, trail: tuple[str, ...]) -> bool:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func)
        if name in ESCAPES:
            return True
        if name == "get" and dotted(call.func).rpartition(".")[0].isupper():
            return all(self._is_own(part, scope, trail) for part in call.args[1:])
        if name in _KEEPS and isinstance(call.func, ast.Attribute):
            given = [call.func.value, *call.args]
            return all(self._is_own(part, scope, trail) for part in given)
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        are_own = all(self._is_own(part, scope, trail) for part in given)
        path = dotted(call.func)
        path = path if "." in path else self._where(scope, path)
        return self._is_function_own(path, name, trail, are_own=are_own)

    def _where(self, scope: Scope, name: str) -> str:
        """Return a function by its module: the one that calls, or the only one that has it."""
        own = f"{self._module_of[scope]}.{name}"
        known = [path for path in self._functions if path.endswith(f".{name}")]
        return own if own in self._functions else (known[0] if len(known) == 1 else own)

    def _is_function_own(
        self, path: str, name: str, trail: tuple[str, ...], *, are_own: bool
    ) -> bool:
        """Tell whether everything is our own that the functions return which a call may mean.

        ``are_own`` says so of the arguments of the call.
        """
        if f"{path}()" in trail:
            return True
        functions = self._functions.get(path) or self._functions.get(f"*.{name}", ())
        results = [
            self._is_own(value, function, (f"{path}()", *([_ARGUMENTS] if are_own else [])))
            for function in functions
            for value in _returned(function)
        ]
        return bool(results) and all(results)


def _is_plain(node: ast.AST) -> bool:
    """Tell whether an expression shows a constant, or a value in a format that text refuses."""
    match node:
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str(form))])):
            return bool(_NO_TEXT.match(form))
        case ast.Subscript(value=ast.Name(id=name)):
            return name.isupper()
    return isinstance(node, ast.Constant)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what an expression may be put together from; nothing where we cannot see."""
    match node:
        case ast.JoinedStr(values=parts) | ast.BoolOp(op=ast.Or(), values=parts):
            yield from parts
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            yield from parts or [ast.Constant("")]
        case ast.BoolOp(op=ast.And(), values=[*_, last]):
            # Whatever stands before is shown only when it is empty.
            yield last
        case ast.FormattedValue(value=inner) | ast.GeneratorExp(elt=inner):
            yield inner
        case ast.ListComp(elt=inner) | ast.Starred(value=inner):
            yield inner
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            yield from (left, right)


def _bindings(name: str, scope: Scope) -> Iterator[ast.AST]:
    """Yield everything that a function gives to one of its variables, or adds to it."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[target], value=value):
                yield from _given(name, target, value)
            case ast.AugAssign(target=ast.Name(id=bound), value=value):
                yield from [value] if bound == name else []
            case ast.AnnAssign(target=ast.Name(id=bound), value=ast.AST() as value):
                yield from [value] if bound == name else []
            case ast.NamedExpr(target=ast.Name(id=bound), value=value):
                yield from [value] if bound == name else []
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield from [value] if name in _names(target) else []
            case ast.Call(func=ast.Attribute(value=ast.Name(id=bound), attr="append" | "extend")):
                yield from node.args if bound == name else []
            case ast.arg(arg=bound) if bound == name:
                yield node


def _given(name: str, target: ast.AST, value: ast.AST) -> Iterator[ast.AST]:
    """Yield what an assignment gives to a name; the whole where it is unpacked out of sight."""
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for inner, part in zip(targets, values, strict=True):
                yield from _given(name, inner, part)
        case ((ast.Name() | ast.Tuple()), _):
            yield from [value] if name in _names(target) else []


def _names(target: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _returned(function: Definition) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value


def _size(scope: Scope) -> int:
    return sum(1 for _ in ast.walk(scope))
