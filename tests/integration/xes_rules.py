"""The rules of XES (IEEE 1849) that a log can break, written from the standard.

Whoever writes a log may take neither the order of its parts nor the spelling of a value lightly:
programs stop reading at the first thing that they do not know, without a word.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from engine.process import xml

NS = "{http://www.xes-standard.org/}"
ORDER = ("extension", "global", "classifier", "attribute", "trace", "event")
TYPES = {
    "string": lambda _text: True,
    "id": lambda _text: True,
    "int": lambda text: -(2**63) <= int(text) < 2**63,
    "float": lambda text: float(text) is not None,
    "boolean": lambda text: {"true": True, "false": True}[text],
    "date": lambda text: datetime.fromisoformat(text).tzinfo is not None,
}
KEYS = {
    "concept": {"name", "instance"},
    "lifecycle": {"model", "transition", "state"},
    "org": {"resource", "role", "group"},
    "time": {"timestamp"},
}
TRANSITIONS = {
    *("schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort"),
    *("ate_abort", "complete", "autoskip", "manualskip", "unknown"),
}


def broken(data: bytes) -> list[str]:
    """Return what is wrong with a log."""
    root = xml.parse(data)
    if root.tag != f"{NS}log":
        return ["the root is no log"]
    found = [] if re.fullmatch(r"\d+\.\d+", root.get("xes.version", "")) else ["version"]
    kinds = [_kind(child) for child in root]
    if kinds != sorted(kinds, key=ORDER.index):
        found.append("order of the parts")
    declared = {part.get("prefix") for part in root.iter(f"{NS}extension")}
    held = {part.get("scope"): part for part in root.iter(f"{NS}global")}
    needed = {scope: {each.get("key") for each in part} for scope, part in held.items()}
    found += [
        f"classifier {part.get('name')}"
        for part in root.iter(f"{NS}classifier")
        if not set(part.get("keys").split()) <= needed.get("event", set())
    ]
    found += _attributes(root, declared)
    for part in held.values():
        found += _attributes(part, declared)
    for trace in root.iter(f"{NS}trace"):
        found += _part(trace, "trace", needed, declared)
        for event in trace.iter(f"{NS}event"):
            found += _part(event, "event", needed, declared)
    return found


def _part(part, scope, needed, declared) -> Iterator[str]:
    keys = {each.get("key") for each in part}
    yield from (f"{scope} without {key}" for key in needed.get(scope, set()) - keys)
    yield from _attributes(part, declared)


def _attributes(parent, declared) -> list[str]:
    found, seen = [], set()
    for each in parent:
        if _kind(each) != "attribute":
            continue
        key, kind, value = each.get("key"), each.tag.removeprefix(NS), each.get("value")
        if key is None or value is None or key in seen:
            found.append(f"attribute {key}")
            continue
        seen.add(key)
        prefix, colon, name = key.partition(":")
        if colon and (prefix not in declared or name not in KEYS.get(prefix, set())):
            found.append(f"key {key}")
        if key == "lifecycle:transition" and value not in TRANSITIONS:
            found.append(f"transition {value}")
        try:
            is_right = TYPES[kind](value)
        except (ValueError, KeyError):
            is_right = False
        if not is_right:
            found.append(f"{kind} {value}")
    return found


def _kind(element) -> str:
    name = element.tag.removeprefix(NS)
    return "attribute" if name in TYPES else name
