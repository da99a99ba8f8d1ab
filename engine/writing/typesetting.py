"""Sets a layout of ours with data of anybody, as PDF or as pictures.

What stands in a file comes in as data, so nothing of it is read as markup. Nothing is fetched and
no file is read but a logo. The fonts come with the typesetter, so that a file looks the same on
every machine; only where they lack a sign, such as in names in Chinese, are those of the machine
asked, and what no font has is shown as a white square.

The typesetter runs in a process of its own for each file, ``typesetter.py``, and only so long.

Source: PDF/A-2b (ISO 19005-2) to keep files, PDF/UA-1 (ISO 14289-1) to have them read aloud.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal

from engine.domain.text import without_controls

FAMILIES = ("Libertinus Serif", "DejaVu Sans Mono")
"""Fonts that the typesetter brings, the first that has a sign before the others."""
Kind = Literal["pdf", "png"]
Told = dict[str, Any]

_MOST_UNKNOWN = 40
"""Different signs that no font has; with more, everything but Western letters becomes a square."""
_SQUARE = "\N{WHITE SQUARE}"
_BREAK = "\N{ZERO WIDTH SPACE}"
"""Where a line may end that has no spaces."""
_TYPESETTER = (sys.executable, "-I", str(Path(__file__).with_name("typesetter.py")))
_WITHIN = 60.0
"""Seconds that one file may take; thirty pages take less than one."""
_NOT_TAKEN = "the typesetter does not take it"
_UNKNOWN = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")
_WORD = re.compile(r"\S{60}(?=\S)")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\u2028\u2029]")
_FOREIGN = re.compile("[^\n\u0020-\u024f\u2010-\u2027\u20ac]")


@dataclass(frozen=True, slots=True)
class Layout:
    """How something is set.

    Attributes:
        source: The layout, which is ours.
        given_as: Under which name the layout finds its data.
        on: The day of the file.
        root: Folder that the layout may read from; None for nothing.
    """

    source: bytes
    given_as: str
    on: date
    root: Path | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """Data that the typesetter takes.

    Attributes:
        told: What the layout is told.
        is_local: Whether fonts of the machine are asked.
        made: What came of it.
    """

    told: Told
    is_local: bool
    made: tuple[bytes, ...]


class CannotSetError(Exception):
    """The typesetter does not take something; says why, without anything of what was to be set."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class _SignLackingError(Exception):
    """No font has some signs."""

    def __init__(self, signs: str) -> None:
        super().__init__()
        self.signs = signs


def settle(
    layout: Layout,
    told: Told,
    said: tuple[str, ...],
    *,
    given: Callable[[Told], Any] = lambda told: told,
    kind: Kind = "pdf",
    dots: float = 96,
) -> Settled:
    """Return data with the fonts that have its signs, or with squares, and what came of it.

    Args:
        layout: How it is set.
        told: Fields of the layout by name.
        said: Fields that are read; the others are for the typesetter.
        given: Returns what the layout is given, where that is not the fields themselves.
        kind: Whether a file is wanted, or a picture of each page.
        dots: Of a picture, per inch.

    Raises:
        CannotSetError: The typesetter does not take it.
    """
    told, is_local = said_as(told, said, _settable), False
    for _ in range(_MOST_UNKNOWN):
        try:
            made = compiled(layout, given(told), kind=kind, dots=dots, is_local=is_local)
            return Settled(told, is_local, made)
        except _SignLackingError as lacking:
            # First the fonts of the machine are asked, then there is a square.
            told = _squared(told, said, lacking.signs) if is_local else told
            is_local = True
    told = said_as(told, said, lambda text: _FOREIGN.sub(_SQUARE, text))
    return Settled(told, is_local=False, made=compiled(layout, given(told), kind=kind, dots=dots))


def compiled(
    layout: Layout,
    data: Any,  # noqa: ANN401 - JSON
    *,
    kind: Kind = "pdf",
    dots: float = 96,
    is_local: bool = False,
) -> tuple[bytes, ...]:
    """Return what the typesetter makes of data: one file, or a picture of each page.

    Raises:
        _SignLackingError: No font has some signs of it.
        CannotSetError: It does not take it for another reason.
    """
    at = datetime.combine(layout.on, datetime.min.time(), UTC)
    request = {
        "source": layout.source.decode(),
        "root": str(layout.root) if layout.root else None,
        "data": {layout.given_as: json.dumps(data, ensure_ascii=False)},
        "timestamp": int(at.timestamp()),
        "is_local": is_local,
        "pictures": kind == "png",
        "dots": dots,
    }
    answer, _, files = _answered(json.dumps(request).encode()).partition(b"\n")
    told = json.loads(answer)
    if (problem := told.get("problem")) is not None:
        if lacking := _UNKNOWN.search(problem):
            raise _SignLackingError(_unescaped(lacking[1]))
        raise CannotSetError(_said(problem))
    ends = (0, *accumulate(told["lengths"]))
    return tuple(files[start:end] for start, end in pairwise(ends))


def _answered(request: bytes) -> bytes:
    """Return what a typesetter of our own answers; what it says beside it may tell of a letter.

    Raises:
        CannotSetError: It died of it, or it took too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own file, without a shell
            _TYPESETTER,
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WITHIN,
            check=True,
            start_new_session=True,  # Ctrl-C in the terminal does not spoil a letter half made
        )
    except subprocess.TimeoutExpired:
        raise CannotSetError("it takes the typesetter too long") from None
    except subprocess.CalledProcessError:
        raise CannotSetError(_NOT_TAKEN) from None
    return done.stdout


def said_as(told: Told, said: tuple[str, ...], change: Callable[[str], str]) -> Told:
    """Return what the layout is told, with everything that is read changed."""
    return told | {name: _mapped(told[name], change) for name in said}


def _squared(told: Told, said: tuple[str, ...], signs: str) -> Told:
    """Return data with a square for each of some signs."""
    squares = str.maketrans(dict.fromkeys(signs, _SQUARE))
    return said_as(told, said, lambda text: text.translate(squares))


def _mapped(told: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    """Return data with each of its texts changed; names of fields stay."""
    if isinstance(told, str):
        return change(told)
    if isinstance(told, dict):
        return {name: _mapped(value, change) for name, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [_mapped(value, change) for value in told]
    return told


def _settable(text: str) -> str:
    """Return a text without signs that no archive takes, and with places to break long words."""
    return _WORD.sub(rf"\g<0>{_BREAK}", _PRIVATE.sub(_SQUARE, without_controls(text)))


def _said(problem: str) -> str:
    """Return what the typesetter said, without anything of what was to be set."""
    return problem.partition("`")[0].strip(" :.")[:100] or _NOT_TAKEN


def _unescaped(said: str) -> str:
    """Return signs as they are, which the typesetter tells in its own spelling."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said)
