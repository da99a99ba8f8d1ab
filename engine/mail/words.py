"""From bytes that say they are text to text: unknown, wrong and dangerous character sets."""

import codecs
import re
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime

from engine.domain.complaint import plausible_address
from engine.domain.text import without_controls

_KNOWN = re.compile(
    r"(us-?ascii|ascii|utf|iso|latin|windows|cp-?\d|koi8|gb|big5|euc|s(hift)?-?_?jis|ks_?c|"
    r"mac|tis|hz$|johab|cs)",
    re.IGNORECASE,
)
"""Character sets of mails. Python knows codecs of other sorts, some of them in square time."""

_ALIASES = {"ks_c_5601-1987": "cp949", "iso-8859-8-i": "iso-8859-8", "x-sjis": "cp932"}
_LONGEST_WORDS = 2_000
"""Characters of a header that people read."""

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
"""Characters that show as nothing, or turn the others around."""

_ID = re.compile(r"<[^<>\s]{1,250}>")
_MOST_IDS = 50
_MOST_ADDRESSES = 100


def decoded(data: bytes, charset: str | None) -> str:
    """Return text from bytes, whatever they are; what fits no character set is replaced.

    Args:
        data: Anything.
        charset: What the mail says of it; often wrong, sometimes no character set.
    """
    for name in (_codec(charset), "utf-8"):
        if name:
            try:
                return data.decode(name)
            except (UnicodeError, LookupError):
                continue
    text = data.decode("utf-8", errors="replace")
    foreign = sum(not c.isascii() for c in text)
    # A few broken characters in much that is good are a slip; else it was never UTF-8.
    is_slip = foreign > 4 * text.count("\ufffd")
    return text if is_slip else data.decode("cp1252", errors="replace")


def readable(text: str) -> str:
    """Return text without control characters, half characters and other line ends than ours."""
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    lines = whole.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    plain: str = without_controls(lines)
    return plain


def header_text(raw: str) -> str:
    """Return what a header says in one line, with its encoded words read.

    Args:
        raw: As the standard library keeps it: bytes that are no ASCII are half characters.
    """
    cut = raw[:_LONGEST_WORDS].replace("\r", "").replace("\n", "")
    try:
        parts = decode_header(cut)
    except (HeaderParseError, ValueError):
        parts = [(cut, None)]
    text = "".join(_word(part, charset) for part, charset in parts)
    return " ".join(_UNSEEN.sub("", readable(text)).split())


def addresses(raw: str) -> tuple[tuple[str, str], ...]:
    """Return names and addresses of a header, at most a hundred; those that are none are left out.

    Args:
        raw: As the standard library keeps it.
    """
    cut = raw[:_LONGEST_WORDS].replace("\r", "").replace("\n", " ")
    try:
        pairs = getaddresses([cut])
    except (ValueError, IndexError, RecursionError):
        pairs = [("", found) for found in re.findall(r"[\w.+-]{1,64}@[\w.-]{1,190}", cut)]
    known = ((header_text(name)[:200], _address(found)) for name, found in pairs[:_MOST_ADDRESSES])
    return tuple((name, address) for name, address in known if address)


def ids(raw: str) -> tuple[str, ...]:
    """Return the Message-IDs in a header, in order, each once."""
    found = _ID.findall(raw[: 16 * 2**10])
    return tuple(dict.fromkeys(found[-_MOST_IDS:]))


def moment(raw: str) -> datetime | None:
    """Return the time that a header tells; None where it tells none."""
    try:
        found = parsedate_to_datetime(raw[:200])
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        return aware.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _codec(charset: str | None) -> str:
    """Return the name of a codec that is one of a character set; empty for any other."""
    name = (charset or "").strip().strip("'\"").lower()[:40]
    name = _ALIASES.get(name, name)
    if not _KNOWN.match(name):
        return ""
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _word(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        part = part.encode("utf-8", errors="surrogateescape")
    return decoded(part, charset)


def _address(found: str) -> str:
    text = _UNSEEN.sub("", found.strip())
    try:
        good = plausible_address(text.encode(errors="replace").decode())
    except ValueError:
        return ""
    return good if good and len(good) <= 254 else ""
