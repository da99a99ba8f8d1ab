"""Scenarios written as text; ``playbook_text`` reads the same back."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from functools import singledispatch
from typing import Any, Final

from engine.domain.playbook import (
    BEGIN,
    Arrives,
    Does,
    Ends,
    Keeps,
    Line,
    Note,
    Passes,
    Playbook,
    Reads,
    Sends,
    Spot,
    Waits,
)

WORDS: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "nothing": None}
"""What stands for values that are neither texts nor numbers."""
BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.:/-]*")
"""Texts that need no quotes."""


def write_playbook(playbook: Playbook) -> str:
    """Return a scenario as text."""
    return "\n".join([*_head(playbook), *map(write_line, playbook.lines)]).rstrip() + "\n"


def first_line(playbook: Playbook) -> int:
    """Return on which line of its text the first thing happens, counted from 1."""
    return len(_head(playbook)) + 1


def _head(playbook: Playbook) -> list[str]:
    head = [f"Scenario: {playbook.title}"]
    if playbook.begins != BEGIN:
        head.append(f"Begins: {playbook.begins.astimezone(UTC):%Y-%m-%d %H:%M}")
    if playbook.known:
        head.append(f"Known: {_answers(playbook.known)}")
    if playbook.under is not None:
        head.append(f"Under: {', '.join(playbook.under) or 'nothing'}")
    return [*head, ""]


def write_playbooks(playbooks: Iterable[Playbook]) -> str:
    """Return scenarios as one file."""
    return "\n".join(map(write_playbook, playbooks))


@singledispatch
def write_line(line: Line) -> str:
    """Return one line of a scenario as text.

    Raises:
        TypeError: It is no such line.
    """
    raise TypeError(f"{type(line).__name__} is no line of a scenario.")


@write_line.register
def _write_note(line: Note) -> str:
    return f"# {line.text}".rstrip()


@write_line.register
def _write_does(line: Does) -> str:
    who = line.role.replace("_", " ") or "somebody"
    return f"{who} does {_spot(line.step)}{_with(line.answers)}"


@write_line.register
def _write_passes(line: Passes) -> str:
    return f"time passes: {line.time}"


@write_line.register
def _write_arrives(line: Arrives) -> str:
    return f"message arrives: {_text(line.message)}{_with(line.answers)}"


@write_line.register
def _write_waits(line: Waits) -> str:
    return f"waits for: {', '.join(map(_spot, line.steps)) or 'nobody'}"


@write_line.register
def _write_ends(line: Ends) -> str:
    return f"ends at: {_spot(line.at)}"


@write_line.register
def _write_reads(line: Reads) -> str:
    return f"public status: {line.status.replace('_', ' ')}"


@write_line.register
def _write_keeps(line: Keeps) -> str:
    return f"time limit: {line.clock} {line.state}"


@write_line.register
def _write_sends(line: Sends) -> str:
    return f"has asked for: {', '.join(line.operations) or 'nothing'}"


def _with(answers: Mapping[str, Any]) -> str:
    return f" with {_answers(answers)}" if answers else ""


def _answers(answers: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in answers.items())


def _value(value: object) -> str:
    for word, meant in WORDS.items():
        if value is meant:
            return word
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    is_bare = BARE.fullmatch(text) and text not in WORDS
    return text if is_bare else _quoted(text)


def _quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(c):04x}" if c in _BREAKS else c for c in written)


_BREAKS = frozenset("\x7f\x85\u2028\u2029\x1c\x1d\x1e")
"""What other programs take for the end of a line."""


def _spot(spot: Spot) -> str:
    return " ".join([_quoted(spot.label)] * bool(spot.label) + [f"({spot.id})"] * bool(spot.id))
