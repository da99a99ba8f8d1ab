"""Cut a FEEL text into tokens; names of several words are told apart by knowing them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from engine.process.feel.function import FUNCTIONS
from engine.process.operators import ExpressionError

LONGEST: Final = 1_000
"""Characters an expression or a cell may have."""
WORDS: Final = frozenset({
    "true", "false", "null", "if", "then", "else", "and", "or", "between", "in", "for", "return",
    "some", "every", "satisfies", "function", "instance", "of",
})  # fmt: skip
"""Names that can name no variable."""

_SIGNS: Final = r"\*\*|<=|>=|!=|\.\.|[-+*/<>=(),.\[\]{}:?]"
_PLAIN: Final = (
    r"(?P<space>\s+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r'|(?P<text>"(?:[^"\\]|\\.)*")'
    r'|(?P<moment>@"[^"\\]*")'
)
_LAST: Final = rf"|(?P<name>[^\W\d]\w*)|(?P<sign>{_SIGNS})"
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text.

    Attributes:
        kind: ``number``, ``text``, ``moment``, ``name``, ``word``, ``sign`` or ``end``.
        text: As written; for a text or a moment what stands between the quotes.
    """

    kind: str
    text: str

    def is_one(self, *texts: str) -> bool:
        """Tell whether it is one of these signs or words."""
        return self.kind in {"sign", "word"} and self.text in texts


END: Final = Token("end", "")


def read_tokens(source: str, names: frozenset[str]) -> list[Token]:
    """Return the tokens of a text, with one that says the end.

    Args:
        source: The text.
        names: Names to be known although they are not one word, such as ``Full Name``.

    Raises:
        ExpressionError: The text is too long, or holds what no token begins with.
    """
    if len(source) > LONGEST:
        raise ExpressionError(f"an expression has more than {LONGEST:,} characters")
    pattern, tokens, position = _pattern(names), [], 0
    while position < len(source):
        found = pattern.match(source, position)
        if found is None:
            raise ExpressionError(_unreadable(source, position))
        position = found.end()
        if found.lastgroup != "space":
            tokens.append(_token(found))
    return [*tokens, END]


@lru_cache(maxsize=64)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    calls = _either(name for name in FUNCTIONS if " " in name)
    # A blank name would be found everywhere, and reading would never get beyond it.
    known = _either(name for name in names if name.split() and not name.isidentifier())
    return re.compile(
        _PLAIN
        + rf"|(?P<function>(?:{calls})(?=\s*\())"
        + (rf"|(?P<known>(?:{known})(?!\w))" if known else "")
        + _LAST,
        re.DOTALL,
    )


def _either(names: Iterable[str]) -> str:
    """Return a pattern of the names, longest first, with any space between their words."""
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(r"\s+".join(re.escape(word) for word in name.split()) for name in ordered)


def _token(found: re.Match[str]) -> Token:
    kind, text = found.lastgroup or "", found.group()
    if kind in {"text", "moment"}:
        return Token(kind, _ESCAPE.sub(_plain, text.removeprefix("@")[1:-1]))
    if kind in {"function", "known"}:
        return Token("name", " ".join(text.split()))
    return Token("word" if text in WORDS else kind, text)


def _plain(found: re.Match[str]) -> str:
    sign = found[1]
    if len(sign) == 5:
        return chr(int(sign[1:], 16))
    if sign not in _ESCAPED:
        raise ExpressionError(f"a text holds “\\{sign}”, which means nothing")
    return _ESCAPED[sign]


def _unreadable(source: str, position: int) -> str:
    if source[position] == "'":
        return f"“{source.strip()}” has single quotes; a text needs double quotes"
    return f"“{source.strip()}” cannot be read from “{source[position : position + 20]}” on"
