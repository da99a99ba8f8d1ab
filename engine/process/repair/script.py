"""Scripts of other engines as lines ``name = expression``, where they say no more than that."""

import re
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.drawing.element import bpmn
from engine.process.expressions import compile_script, is_name
from engine.process.operators import ExpressionError
from engine.process.repair.translation import translated

_LINE: Final = re.compile(
    r"""(?:execution|kcontext|task)\.setVariable(?:Local)?\(\s*["'](?P<set>\w+)["']\s*,\s*(?P<to>.*)\)"""
    r"""|(?:var\s+|let\s+|const\s+|def\s+|String\s+|int\s+|boolean\s+)?(?P<name>[A-Za-z_]\w*)\s*=(?!=)\s*(?P<value>.*)""",
    re.DOTALL,
)
_REMARK: Final = re.compile(r"^\s*(//|#|/\*).*")


def script_of(node: etree._Element) -> str:
    """Return the script of a task in our language; empty where it says more than we can."""
    holder = node.find(bpmn("script"))
    source = xml.text(holder)
    lines = [_line(line) for line in re.split(r"[;\n]", source) if not _is_idle(line)]
    for part in node.iterfind(f"{bpmn('extensionElements')}/*"):
        if xml.tag(part)[1] == "script" and part.get("expression") and part.get("resultVariable"):
            lines = [_line(f"{part.get('resultVariable')} = {part.get('expression')}")]
    whole = "\n".join(line for line in lines if line)
    if not lines or not all(lines):
        return ""
    try:
        compile_script(whole)
    except ExpressionError:
        return ""
    return whole


def _is_idle(line: str) -> bool:
    return not line.strip() or bool(_REMARK.match(line))


def _line(line: str) -> str:
    """Return one assignment in our language; empty where it is none."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return ""
    name, value = found["set"] or found["name"], found["to"] or found["value"] or ""
    plain = value.strip()
    if plain.startswith(('"', "'")) and plain.endswith(plain[:1]) and plain[1:-1].isprintable():
        return f"{name} = {plain}" if is_name(name) and plain[:1] not in plain[1:-1] else ""
    expression = translated(plain)
    return f"{name} = {expression.source}" if expression is not None and is_name(name) else ""
