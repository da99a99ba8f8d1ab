"""Rules for what the usual linters pass over: each turns the text of one file into sentences."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.rules import calls, imported

_CODE_AS_DATA = frozenset({"pickle", "cPickle", "cloudpickle", "dill", "jsonpickle", "marshal"})
_CODE_IN_FILES = frozenset({"shelve", "joblib", "pandas.read_pickle", "numpy.load"})
_UNSAFE_YAML = frozenset({"load", "load_all", "unsafe_load", "unsafe_load_all", "full_load"})
_SHELLS = frozenset(
    {
        "os.system",
        "os.popen",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
        "asyncio.create_subprocess_shell",
    }
)
_MARKUP = frozenset({"Markup", "Template"})
_TABLES = frozenset({"dataframe", "data_editor"})
_FILES = frozenset({"to_csv", "to_excel", "to_html"})

_JAVASCRIPT = re.compile(
    r"\.(innerHTML|outerHTML|srcdoc)\s*\+?=(?!=)|insertAdjacentHTML|document\.write|\beval\s*\("
    r"|new\s+Function\b|set(?:Timeout|Interval)\s*\(\s*['\"`]|createContextualFragment|javascript:"
)
_TEMPLATE = re.compile(
    r"\|\s*safe\b|autoescape\s+false|<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=|javascript:"
    r"|(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//",
    re.IGNORECASE,
)


def stored_data_is_no_code(source: str) -> Iterator[str]:
    """What is read from a file, a database or the network is only ever data."""
    tree = ast.parse(source)
    for name in imported(tree):
        if {name, name.partition(".")[0]} & (_CODE_AS_DATA | _CODE_IN_FILES):
            yield f"it imports {name}"
    for name, call in calls(tree):
        owner, _, method = name.rpartition(".")
        if owner == "yaml" and method in _UNSAFE_YAML:
            yield f"line {call.lineno} reads by {name}"
        if method in {"read_pickle", "__import__"} or name == "__import__":
            yield f"line {call.lineno} calls {name}"


def no_shell_is_asked(source: str) -> Iterator[str]:
    """A program is started by its name and arguments; no shell reads a line first."""
    for name, call in calls(ast.parse(source)):
        has_shell = any(
            keyword.arg == "shell" and not _is_constant(keyword.value, value=False)
            for keyword in call.keywords
        )
        if name in _SHELLS or has_shell:
            yield f"line {call.lineno} asks a shell by {name}"


def templates_escape(source: str) -> Iterator[str]:
    """Pages are made by templates that escape everything; no text becomes a template."""
    for name, call in calls(ast.parse(source)):
        method = name.rpartition(".")[2]
        if method.endswith("Environment") and not _escapes(call):
            yield f"line {call.lineno} makes templates that do not escape"
        if method == "from_string" or (method in _MARKUP and not _is_for_plain_text(name, source)):
            yield f"line {call.lineno} calls {name}"


def _escapes(call: ast.Call) -> bool:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "autoescape"]
    return bool(given) and not _is_constant(given[0], value=False)


def _is_for_plain_text(name: str, source: str) -> bool:
    """Tell whether a template is one of ``string``, which only puts texts into a text."""
    return name == "Template" and "from string import Template" in source


def the_other_end_is_checked(source: str) -> Iterator[str]:
    """A connection is encrypted to whom it is meant for, or not made."""
    tree = ast.parse(source)
    for name, call in calls(tree):
        is_blind = any(
            keyword.arg in {"verify", "check_hostname"} and _is_constant(keyword.value, value=False)
            for keyword in call.keywords
        )
        if is_blind or name.endswith("_create_unverified_context"):
            yield f"line {call.lineno} does not check who answers"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "CERT_NONE":
            yield f"line {node.lineno} does not check who answers"


def tables_leave_by_one_door(source: str) -> Iterator[str]:
    """Only ``engine.domain.sheet`` writes tables; a grid of Streamlit would write its own."""
    for name, call in calls(ast.parse(source)):
        owner, _, method = name.rpartition(".")
        is_grid = owner in {"st", "streamlit"} and method in _TABLES
        is_writer = name in {"csv.writer", "csv.DictWriter"}
        if is_grid or is_writer or (owner and method in _FILES):
            yield f"line {call.lineno} writes a table by {name}"


def scripts_write_text(source: str) -> Iterator[str]:
    """A script of ours makes elements and gives them text; it never writes markup."""
    yield from _found(_JAVASCRIPT, source)


def pages_hold_no_script(source: str) -> Iterator[str]:
    """A template escapes, holds no script of its own, and fetches nothing from elsewhere."""
    yield from _found(_TEMPLATE, source)


def _found(pattern: re.Pattern[str], source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if match := pattern.search(line):
            yield f"line {number} holds {match[0].strip()}"


def _is_constant(node: ast.AST, *, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
