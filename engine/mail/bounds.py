"""How large an honest mail is; found out before anything reads it."""

import re

from engine.domain.incoming import LARGEST_MAIL

LONGEST_HEAD = 64 * 2**10
"""Bytes of all headers of a mail."""

LONGEST_HEADER = 16 * 2**10
"""Bytes of one header."""

_LONGEST_TYPE = 2 * 2**10
"""Bytes of a header that says what a part is; the standard library reads it in square time."""

_MOST_LINES = 250_000
"""Ten megabytes of base64 have 140,000."""

_MOST_NESTED = 60
"""Parts that hold others; each may lie in the one before, and reading them takes the stack."""

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r")
_FOLD = re.compile(rb"\r\n|\r|\n")
_TYPE = re.compile(rb"^content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_HOLDS_OTHERS = re.compile(rb"boundary[*0-9]*\s*=|content-type:\s*message/", re.IGNORECASE)


def head_of(raw: bytes) -> bytes:
    """Return the headers of a mail; all of it where no empty line ends them."""
    found = _END_OF_HEAD.search(raw, 0, LONGEST_HEAD + 4)
    return raw[: found.start()] if found else raw[: LONGEST_HEAD + 1]


def too_much(raw: bytes) -> str:
    """Return what is more than an honest mail has, as a sentence; empty where nothing is."""
    if not raw.strip():
        return "It is empty."
    if len(raw) > LARGEST_MAIL:
        return f"It is larger than {LARGEST_MAIL // 2**20} MB."
    head = head_of(raw)
    if len(head) > LONGEST_HEAD:
        return f"Its headers are longer than {LONGEST_HEAD // 2**10} KB."
    if _longest_header(head) > LONGEST_HEADER:
        return f"One of its headers is longer than {LONGEST_HEADER // 2**10} KB."
    return _tangled(raw)


def _longest_header(head: bytes) -> int:
    longest = length = 0
    for line in _FOLD.split(head):
        length = length + len(line) if line[:1] in {b" ", b"\t"} else len(line)
        longest = max(longest, length)
    return longest


def _tangled(raw: bytes) -> str:
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if text.count(b"\n") > _MOST_LINES:
        return f"It has more than {_MOST_LINES:,} lines."
    if sum(1 for _ in _HOLDS_OTHERS.finditer(text)) > _MOST_NESTED:
        return f"It holds more than {_MOST_NESTED} parts in parts."
    if any(len(found[0]) > _LONGEST_TYPE for found in _TYPE.finditer(text)):
        return "What it says of one of its parts is longer than 2 KB."
    return ""
