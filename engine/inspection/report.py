"""What was found in a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from engine.domain.document import Kind


class RefusedError(Exception):
    """A file is not taken; the text says why, as a sentence for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a file is, and whether anybody may read it.

    Attributes:
        kind: What it is by its content.
        finding: Why it is held back; empty for a file that may be read.
        rewritten: What is kept instead; None for the file as it came.
    """

    kind: Kind
    finding: str = ""
    rewritten: bytes | None = None


def sentence(findings: Iterable[str]) -> str:
    """Return what was found as one sentence, each once; empty where nothing was."""
    said = "; ".join(dict.fromkeys(findings))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def refuse(why: str) -> NoReturn:
    """Take a file no further.

    Raises:
        RefusedError: Always.
    """
    raise RefusedError(why)
