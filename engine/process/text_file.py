"""Files as text: whatever encoding they came in, what is kept says that it is UTF-8.

Source: Extensible Markup Language 1.0, 4.3.3 and appendix F.
"""

import codecs
import re

from engine.errors import DiagramRejectedError
from engine.process.finding import Finding, Severity

_BY_MARK = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BY_BEGIN = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_SAID = re.compile(
    r"""^(\s*<\?xml\b[^>]*?\bencoding\s*=\s*)(["'])([A-Za-z][A-Za-z0-9._:-]*)\2""", re.ASCII
)
_FAR_ENOUGH = 400
"""Bytes within which a file says in which encoding it is."""

_KNOWN = re.compile(
    r"utf-?(8|16|32)|us-ascii|ascii|iso[-_]?8859|latin|windows-\d+|cp\d+|koi8|mac|euc|gb|big5"
    r"|shift|sjis|iso-2022-(jp|kr)",
    re.IGNORECASE,
)


def as_text(content: bytes) -> str:
    """Return a file as text, whose declaration says UTF-8 whatever it said before.

    A file that is UTF-8 without a byte order mark stays as it is, byte by byte.

    Raises:
        DiagramRejectedError: It is not in the encoding that it says, or in one nobody knows.
    """
    mark, encoding = next(
        ((mark, name) for mark, name in _BY_MARK if content.startswith(mark)), (b"", "")
    )
    encoding = encoding or next(
        (name for begin, name in _BY_BEGIN if content.startswith(begin)), ""
    )
    encoding = encoding or _said(content)
    try:
        text = content[len(mark) :].decode(encoding)
    except (LookupError, UnicodeError) as error:
        problem = f"It is not written in the encoding {encoding.upper()}, as it says."
        raise DiagramRejectedError([Finding(Severity.BLOCKING, "", "", problem)]) from error
    return saying_utf8(text)


def saying_utf8(text: str) -> str:
    """Return a text whose declaration says UTF-8 whatever it said before."""
    return _SAID.sub(_as_utf8, text, count=1)


def _said(content: bytes) -> str:
    """Return the encoding that a file names which begins with plain letters."""
    found = _SAID.match(content[:_FAR_ENOUGH].decode("latin-1"))
    if found is None:
        return "utf-8"
    name = found[3].lower()
    # Programs write “UTF-16” into what they then store as UTF-8; its letters would else be pairs.
    if name.startswith(("utf-16", "utf-32", "utf16", "utf32", "ucs-", "iso-10646")):
        return "utf-8"
    return name if _KNOWN.match(name) else "utf-8"


def _as_utf8(found: re.Match[str]) -> str:
    if found[3].lower() == "utf-8":
        return found[0]
    return f"{found[1]}{found[2]}UTF-8{found[2]}"
