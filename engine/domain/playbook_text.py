"""Scenarios as text that a process owner reads and edits: one line for each thing that happens.

    Scenario: A slight matter is settled at the front line
    Known: category = Price

    intake does "Register the complaint" (register) with scope = complaint
    time passes: 2 working days
    message arrives: answer with answer = accepted
    waits for: "Check and close" (closing_check)
    ends at: "Complaint closed" (closed)

A file may hold several scenarios. What is written is read back as the same scenario.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from engine.domain.allowance import parse_allowance
from engine.domain.playbook import (
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
from engine.domain.playbook_writer import BARE, WORDS
from engine.errors import InvalidInputError

LONGEST = 200_000
"""Characters of one file of scenarios."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|“[^”]*”')
_DOES = re.compile(r"([a-z]+(?:[ _][a-z]+)*) does (?=[\"“(])")
_HEAD = re.compile(r"(Begins|Known|Under):(.*)", re.DOTALL)
_NO_BEGIN = "A file begins with “Scenario:” and a title."
_STATES = ("running", "kept", "missed", "dropped")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class _LineError(ValueError):
    """What is wrong with one line, as a sentence."""


def read_playbooks(text: str) -> tuple[Playbook, ...]:
    """Read the scenarios of a file.

    Raises:
        InvalidInputError: Names every line that cannot be read and why.
    """
    if len(text) > LONGEST:
        raise InvalidInputError({"": f"a file of scenarios has at most {LONGEST:,} characters."})
    problems: dict[str, str] = {}
    found: list[dict[str, Any]] = []
    begun: list[int] = []
    for number, raw in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        line = raw.strip()
        try:
            if line.startswith("Scenario:"):
                found.append({"title": line.removeprefix("Scenario:").strip(), "lines": []})
                begun.append(number)
            elif line:
                _read_line(line, found)
        except ValidationError as error:
            problems[f"Line {number}"] = _reason(error)
        except ValueError as error:
            problems[f"Line {number}"] = str(error)
    if not found and not problems:
        problems["Line 1"] = _NO_BEGIN
    made = [_made(told, number, problems) for told, number in zip(found, begun, strict=True)]
    if problems:
        raise InvalidInputError(problems)
    return tuple(each for each in made if each is not None)


def read_playbook(text: str) -> Playbook:
    """Read one scenario.

    Raises:
        InvalidInputError: Names every line that cannot be read; or there is not exactly one.
    """
    found = read_playbooks(text)
    if len(found) != 1:
        raise InvalidInputError({"": "This takes one scenario at a time."})
    return found[0]


def _made(told: dict[str, Any], number: int, problems: dict[str, str]) -> Playbook | None:
    try:
        return Playbook.model_validate(told)
    except ValidationError as error:
        problems.setdefault(f"Line {number}", f"The scenario {_reason(error)}")
        return None


def _reason(error: ValidationError) -> str:
    detail = error.errors()[0]
    about = ".".join(str(part) for part in detail["loc"] if part != "lines") or "this"
    return f"{about}: {detail['msg'].removeprefix('Value error, ')}."


def _read_line(line: str, found: Sequence[dict[str, Any]]) -> None:
    """Add what a line says to the scenario that is being read.

    Raises:
        _LineError: It cannot be read; the message is a sentence.
    """
    if not found:
        raise _LineError(_NO_BEGIN)
    told, head = found[-1], _HEAD.fullmatch(line)
    if head is not None:
        if told["lines"]:
            raise _LineError(f"“{head[1]}:” belongs to the top, before the first line.")
        told |= _READ_HEAD[head[1]](_Scanner(head[2]))
        return
    told["lines"].append(_read_deed(line))


def _read_deed(line: str) -> Line:
    if line.startswith("#"):
        return Note(text=line.removeprefix("#").strip())
    does = _DOES.match(line)
    if does is not None:
        scan = _Scanner(line[does.end() :])
        role = "" if does[1] == "somebody" else does[1].replace(" ", "_")
        return Does(role=role, step=scan.spot(), answers=scan.end_with_answers())
    name, colon, rest = line.partition(":")
    read = _READ.get(name.strip())
    if not colon or read is None:
        raise _LineError(
            'A line says “ROLE does "STEP" (id) with name = value”, “time passes: …”, “message '
            "arrives: …”, “waits for: …”, “ends at: …”, “public status: …”, “time limit: …”, “has "
            "asked for: …” or begins with “#”."
        )
    return read(_Scanner(rest))


def read_answers(text: str) -> dict[str, Any]:
    """Read answers as a scenario has them: ``answer = accepted, amount = 5``; none for nothing.

    Raises:
        InvalidInputError: They cannot be read.
    """
    try:
        return _Scanner(text).answers() if text.strip() else {}
    except ValueError as error:
        raise InvalidInputError({"Answers": str(error)}) from error


class _Scanner:
    """Reads one line from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text.strip(), 0

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """Return what comes next if it looks so."""
        self._skip()
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]

    def takes(self, sign: str) -> bool:
        """Take a sign or word if it comes next."""
        self._skip()
        is_next = self._text.startswith(sign, self._at)
        self._at += len(sign) * is_next
        return is_next

    @property
    def rest(self) -> str:
        """What was not read yet."""
        return self._text[self._at :].strip()

    def end(self) -> None:
        """Insist that nothing follows.

        Raises:
            _LineError: Something does.
        """
        if self.rest:
            raise _LineError(f"“{self.rest[:60]}” cannot be understood here.")

    def spot(self) -> Spot:
        """Return an element: a label in quotes, an id in brackets, or both.

        Raises:
            _LineError: There is none.
        """
        quoted = self.take(_QUOTED)
        label = _unquoted(quoted) if quoted else ""
        id_ = self.take(_ID)
        if not label and id_ is None:
            raise _LineError('A step is named by its label, its id, or both: "Assess" (assess).')
        return Spot(label=label, id=id_[1:-1].strip() if id_ else "")

    def spots(self) -> tuple[Spot, ...]:
        """Return elements with commas between, to the end of the line."""
        found = [self.spot()]
        while self.takes(","):
            found.append(self.spot())
        self.end()
        return tuple(found)

    def text(self) -> str:
        """Return a name in quotes, or a bare one.

        Raises:
            _LineError: There is none.
        """
        quoted = self.take(_QUOTED)
        found = _unquoted(quoted) if quoted else self.take(BARE)
        if found is None:
            raise _LineError("A name is missing.")
        return found

    def end_with_answers(self) -> dict[str, Any]:
        """Return the answers behind “with”; none where there is no such word."""
        if not self.takes("with "):
            self.end()
            return {}
        return self.answers()

    def answers(self) -> dict[str, Any]:
        """Return answers to the end of the line.

        Raises:
            _LineError: One cannot be read, or is given twice.
        """
        found: dict[str, Any] = {}
        while True:
            name = self.take(_NAME)
            if name is None or not self.takes("="):
                raise _LineError("Answers are written “name = value”, with commas between.")
            if name in found:
                raise _LineError(f"“{name}” is answered twice.")
            found[name] = self._value(name)
            if not self.takes(","):
                self.end()
                return found

    def _value(self, name: str) -> Any:  # noqa: ANN401 - any scalar
        quoted = self.take(_QUOTED)
        if quoted is not None:
            return _unquoted(quoted)
        number = self.take(_NUMBER)
        if number is not None:
            return json.loads(number)
        word = self.take(BARE)
        if word is None:
            raise _LineError(f"The value of “{name}” is missing; put texts into quotes.")
        return WORDS.get(word, word)

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in " \t":
            self._at += 1


_ID = re.compile(r"\([^()]*\)")


def _unquoted(quoted: str) -> str:
    """Return a quoted text as it is meant.

    Raises:
        _LineError: It holds a backslash that means nothing.
    """
    if quoted.startswith("“"):
        return quoted[1:-1]
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError as error:
        raise _LineError(f"{quoted[:60]} is no text; write a backslash twice.") from error


def _read_begin(scan: _Scanner) -> dict[str, Any]:
    try:
        at = datetime.strptime(scan.rest, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except ValueError as error:
        raise _LineError(f"“{scan.rest}” is no time such as 2026-01-05 10:00 (UTC).") from error
    return {"begins": at}


def _read_under(scan: _Scanner) -> dict[str, Any]:
    names: Sequence[str] = () if scan.rest == "nothing" else scan.rest.split(",")
    return {"under": tuple(name.strip() for name in names)}


_READ_HEAD: Mapping[str, Callable[[_Scanner], dict[str, Any]]] = {
    "Begins": _read_begin,
    "Known": lambda scan: {"known": scan.answers()},
    "Under": _read_under,
}


def _read_arrives(scan: _Scanner) -> Line:
    return Arrives(message=scan.text(), answers=scan.end_with_answers())


def _read_waits(scan: _Scanner) -> Line:
    return Waits() if scan.rest == "nobody" else Waits(steps=scan.spots())


def _read_ends(scan: _Scanner) -> Line:
    at = scan.spot()
    scan.end()
    return Ends(at=at)


def _read_keeps(scan: _Scanner) -> Line:
    clock, _space, state = scan.rest.rpartition(" ")
    if state not in _STATES:
        raise _LineError(f"A time limit is one of {', '.join(_STATES)}: “acknowledgement kept”.")
    return Keeps.model_validate({"clock": clock.strip(), "state": state})


def _read_sends(scan: _Scanner) -> Line:
    names = () if scan.rest == "nothing" else tuple(each.strip() for each in scan.rest.split(","))
    return Sends(operations=names)


_READ: Mapping[str, Callable[[_Scanner], Line]] = {
    "time passes": lambda scan: Passes(time=parse_allowance(scan.rest)),
    "message arrives": _read_arrives,
    "waits for": _read_waits,
    "ends at": _read_ends,
    "public status": lambda scan: Reads(status=scan.rest.lower().replace(" ", "_")),
    "time limit": _read_keeps,
    "has asked for": _read_sends,
}
