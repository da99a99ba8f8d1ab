"""Rules that one module of source must keep: each turns its text into sentences."""

import ast
from collections.abc import Iterable, Iterator

Definition = ast.FunctionDef | ast.AsyncFunctionDef

MODULE_LINES = 400
FUNCTION_LINES = 40
NESTING = 3
CLOCKS = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.ctime"}
)
XML_READERS = frozenset({"fromstring", "parse", "iterparse", "XML", "HTML", "XMLParser"})
XML_MODULES = ("xml.etree", "xml.dom", "xml.sax")
VAGUE = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "misc"})
_NESTING_NODES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try)


def definitions(tree: ast.AST) -> Iterator[Definition]:
    """Yield every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for a chain of names; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call whose target is a chain of names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            yield name, node


def module_is_small(source: str) -> Iterator[str]:
    """A module reads in one sitting."""
    lines = len(source.splitlines())
    if lines > MODULE_LINES:
        yield f"the module has {lines} lines; {MODULE_LINES} are the limit"


def functions_are_small(source: str) -> Iterator[str]:
    """A function does one thing; its signature and docstring do not count."""
    for function in definitions(ast.parse(source)):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        if not body:
            continue
        lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
        if lines > FUNCTION_LINES:
            yield f"{function.name} has {lines} lines; {FUNCTION_LINES} are the limit"


def functions_are_flat(source: str) -> Iterator[str]:
    """No more than three levels of nesting."""
    for function in definitions(ast.parse(source)):
        depth = _depth(function)
        if depth > NESTING:
            yield f"{function.name} is nested {depth} deep; {NESTING} is the limit"


def _depth(node: ast.AST) -> int:
    """Return how deep blocks are nested; an ``elif`` stands beside its ``if``, not inside."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and [child] == node.orelse and isinstance(child, ast.If)
        step = 1 if isinstance(child, _NESTING_NODES) and not is_elif else 0
        deepest = max(deepest, step + _depth(child))
    return deepest


def nothing_is_evaluated(source: str) -> Iterator[str]:
    """Neither a diagram nor a person can have text executed."""
    for name, call in calls(ast.parse(source)):
        if name in {"eval", "exec", "builtins.eval", "builtins.exec"}:
            yield f"line {call.lineno} calls {name}"


def time_is_handed_in(source: str) -> Iterator[str]:
    """Only ``engine.clock`` asks the operating system for the time."""
    for name, call in calls(ast.parse(source)):
        if any(name == clock or name.endswith(f".{clock}") for clock in CLOCKS):
            yield f"line {call.lineno} reads the clock by {name}"


def xml_is_read_safely(source: str) -> Iterator[str]:
    """Only ``engine.process.xml`` turns bytes into elements."""
    tree = ast.parse(source)
    for name in imported(tree):
        if name.startswith(XML_MODULES):
            yield f"it imports {name}"
    for name, call in calls(tree):
        owner, _, method = name.rpartition(".")
        if owner.endswith("etree") and method in XML_READERS:
            yield f"line {call.lineno} parses by {name}"


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of everything a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def no_raw_html(source: str) -> Iterator[str]:
    """A page shows text; it never writes HTML of its own making."""
    tree = ast.parse(source)
    for name, call in calls(tree):
        if any(keyword.arg == "unsafe_allow_html" for keyword in call.keywords):
            yield f"line {call.lineno} passes unsafe_allow_html"
        is_component = "components" in name and name.endswith((".html", ".iframe"))
        if name in {"st.html", "streamlit.html"} or is_component:
            yield f"line {call.lineno} calls {name}"


def errors_are_answered(source: str) -> Iterator[str]:
    """An error is never swallowed whole."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        catches_all = node.type is None or dotted(node.type) in {"Exception", "BaseException"}
        if catches_all and all(isinstance(part, ast.Pass | ast.Continue) for part in node.body):
            yield f"line {node.lineno} swallows every error"


def nothing_is_left_for_later(source: str) -> Iterator[str]:
    """What is in the repository is finished."""
    for number, line in enumerate(source.splitlines(), 1):
        if any(word in line for word in ("TO" + "DO", "FIX" + "ME", "X" + "XX")):
            yield f"line {number} leaves work for later"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and node.exc and "NotImplemented" in ast.dump(node.exc):
            yield f"line {node.lineno} is not implemented"


def broken(source: str, rules: Iterable[object]) -> list[str]:
    """Return what a module breaks of some rules."""
    return [sentence for rule in rules if callable(rule) for sentence in rule(source)]
