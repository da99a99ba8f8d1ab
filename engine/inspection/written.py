"""Plain text, and what only looks like it."""

import re

from engine.inspection.report import refuse

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_PROGRAM = re.compile(
    r"\s*(?:<\s*(?:!doctype|html|head|body|svg|script|iframe|\?xml|\?php|%|!--)"
    r"|#!|@echo|\{\\rtf|%!ps|mime-version:|content-type:\s*(?:multipart|text/html))",
    re.IGNORECASE,
)
"""Beginnings by which another program would take a text for more than text."""


def is_text(data: bytes) -> bool:
    """Tell whether a file holds nothing but characters that people write."""
    if data.startswith(_WIDE):
        return _decodes(data, "utf-16") and not _CONTROL.search(
            data.decode("utf-16").encode(errors="replace")
        )
    # A text of an older program is in an encoding of one byte each; it has no controls either.
    return not _CONTROL.search(data) and (_decodes(data, "utf-8") or _decodes(data, "cp1252"))


def refuse_programs(data: bytes) -> None:
    """Refuse a text that a browser or a system would run.

    Raises:
        RefusedError: It begins as such.
    """
    encoding = "utf-16" if data.startswith(_WIDE) else "utf-8-sig"
    if _PROGRAM.match(data[:1024].decode(encoding, errors="replace")):
        refuse("It is a page, picture or program in the form of text. Send it as a PDF.")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
