"""Conditions of other engines in our own language: JUEL, FEEL, Groovy, JavaScript and Python."""

import re
from collections.abc import Callable
from typing import Final

from engine.process.expressions import LONGEST, Expression, compile_expression
from engine.process.operators import ExpressionError

_WRAPPED: Final = re.compile(r"^\s*[$#]\{(.*)\}\s*;?\s*$", re.DOTALL)
_TEXTS: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_PATH: Final = re.compile(r"(?<![\w.])([A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)+)(?!\w)(?!\s*\()")
_READ: Final = re.compile(
    r"(?:execution|task|processInstance|kcontext|delegateExecution|workflow)\s*\.\s*"
    r"get(?:Process)?Variable(?:Local)?\(\s*¤(\d+)¤\s*\)"
)
_GET: Final = re.compile(r"\b([A-Za-z_][\w.]*?)(?:\.get\(\s*¤(\d+)¤\s*\)|\[\s*¤(\d+)¤\s*\])")
_GETTER: Final = re.compile(r"\.(get|is)([A-Z]\w*)\(\s*\)")
_SAME: Final = re.compile(
    r"(?<![\w.¤])([A-Za-z_][\w.]*|¤\d+¤)\.equals(IgnoreCase)?\(\s*([\w.]+|¤\d+¤)\s*\)"
)
_VALUE: Final = re.compile(
    r"\.(?:value|stringValue|numberValue|boolValue|booleanValue|intValue|toString|trim)\(\s*\)"
)
_PROP: Final = re.compile(r"\.prop\(\s*¤(\d+)¤\s*\)")
_EMPTY: Final = re.compile(r"(?<![\w.])(not\s+|!\s*)?empty\s+([A-Za-z_][\w.]*)")
_RETURN: Final = re.compile(r"^\s*return\s+(.*?);?\s*$", re.DOTALL)
_PLAIN_EQUAL: Final = re.compile(r"(?<![=!<>])=(?![=>])")
_WORDS: Final = {
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "lt": "<",
    "ge": ">=",
    "le": "<=",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "undefined": "None",
    "Boolean.TRUE": "True",
    "Boolean.FALSE": "False",
    "TRUE": "True",
    "FALSE": "False",
}
_WORD: Final = re.compile(r"(?<![\w.])(" + "|".join(map(re.escape, _WORDS)) + r")(?![\w.])")


def translated(source: str) -> Expression | None:
    """Return a condition of another engine as one of ours; None where that cannot be done.

    A path such as ``claim.amount`` becomes the variable ``claim_amount``.
    """
    text = source.strip()
    if len(text) > LONGEST:
        return None
    plain = _ours(text)
    for attempt in dict.fromkeys((text, plain)):
        try:
            found = compile_expression(attempt)
        except ExpressionError:
            continue
        if _can_be_written(found.source):
            return found
    return None


def _can_be_written(source: str) -> bool:
    """Tell whether an expression reads as one of ours, and is no text in quotes alone."""
    return bool(source) and not (source[:1] in "\"'" and source[:1] == source[-1:])


def _ours(source: str) -> str:
    inner = source
    if found := _RETURN.match(inner):
        inner = found[1]
    if found := _WRAPPED.match(inner):
        inner = found[1]
    is_feel = inner.lstrip().startswith("=") and not inner.lstrip().startswith("==")
    inner = inner.lstrip().removeprefix("=") if is_feel else inner
    texts: list[str] = []

    def keep(found: re.Match[str]) -> str:
        texts.append(found.group()[1:-1])
        return f"¤{len(texts) - 1}¤"

    inner = " ".join(_TEXTS.sub(keep, inner).split())
    for change in _CHANGES:
        inner = change(inner, texts)
    return re.sub(r"¤(\d+)¤", lambda m: _quoted(texts[int(m[1])]), inner).strip()


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def _read_variables(text: str, texts: list[str]) -> str:
    text = _READ.sub(lambda m: texts[int(m[1])], text)
    text = _PROP.sub(lambda m: f".{texts[int(m[1])]}", text)
    return _GET.sub(lambda m: f"{m[1]}.{texts[int(m[2] or m[3])]}", text)


def _plain_calls(text: str, _: list[str]) -> str:
    text = _VALUE.sub("", text)
    text = _GETTER.sub(lambda m: f".{m[2][:1].lower()}{m[2][1:]}", text)
    text = _SAME.sub(lambda m: f"{m[1]} == {m[3]}", text)
    return _EMPTY.sub(_emptiness, text)


def _emptiness(found: re.Match[str]) -> str:
    name = found[2]
    if found[1]:
        return f"({name} != None and {name} != ¤¤)".replace("¤¤", '""')
    return f'({name} == None or {name} == "")'


def _plain_words(text: str, _: list[str]) -> str:
    text = _WORD.sub(lambda m: f" {_WORDS[m[1]]} ", text)
    text = text.replace("===", "==").replace("!==", "!=")
    return _PLAIN_EQUAL.sub("==", text).rstrip("; ")


def _flat_paths(text: str, _: list[str]) -> str:
    return _PATH.sub(lambda m: re.sub(r"\s*\.\s*", "_", m[1]), text)


_CHANGES: Final[tuple[Callable[[str, list[str]], str], ...]] = (
    _read_variables,
    _plain_calls,
    _plain_words,
    _flat_paths,
)
