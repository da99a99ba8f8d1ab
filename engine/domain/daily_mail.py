"""The mail that tells somebody each working day what waits for them; it names no complaint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.domain.complaint import plausible_address
from engine.errors import InvalidInputError

LONGEST = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants the mail.

    Attributes:
        username: Who.
        address: Where it goes.
        told_on: The local day of the last one that was due; None before the first.
    """

    username: str
    address: str
    told_on: date | None = None


def checked_address(text: str) -> str:
    """Return the address that somebody gave; empty for none.

    Raises:
        InvalidInputError: It has not the shape of one.
    """
    given = text.strip()
    if len(given) > LONGEST or not given.isprintable():
        raise InvalidInputError({"Address": f"has at most {LONGEST} characters."})
    try:
        return plausible_address(given) or ""
    except ValueError as refusal:
        raise InvalidInputError({"Address": f"cannot be used: {refusal}."}) from refusal


def body(name: str, waiting: Sequence[tuple[str, str]], ending: Sequence[str], site: str) -> str:
    """Return the text of the mail.

    Args:
        name: Whom it speaks to.
        waiting: What waits, in words, and the path of the page where it does.
        ending: What comes to its end soon, a sentence each.
        site: Address under which the pages are found; empty where nobody said.
    """
    lines = [f"Good morning, {name}.", ""]
    if waiting:
        lines.append("This waits for you:")
        lines += [f"- {words}{f': {site}/{path}' if site else ''}" for words, path in waiting]
        lines.append("")
    if ending:
        lines += ["This comes to its end soon:", *(f"- {sentence}" for sentence in ending), ""]
    lines.append("You asked for this mail on the page “Your account”, and end it there.")
    return "\n".join(lines) + "\n"
