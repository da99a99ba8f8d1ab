"""What people can do besides their roles, in the organisation's own words (ISO 10002:2018, 4.14).

Two competences are the same one when they differ only in capitals and spaces.
"""

import unicodedata
from collections.abc import Collection, Iterable

LONGEST = 60
"""Characters of one competence."""

MOST = 50
"""Competences of one person."""

MOST_OF_STEP = 8
"""Competences that one step can ask for; they stand in an index of the inbox."""

_APART = ",;"
"""Signs that stand between competences, in a diagram and in a table of people."""


def spelled(text: str) -> str:
    """Return a competence without needless spaces."""
    return " ".join(text.split())


def key_of(text: str) -> str:
    """Return what two spellings of one competence have in common.

    >>> key_of("  Fees and  CHARGES ") == key_of("fees and charges")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return spelled(unicodedata.normalize("NFKC", folded))


def named_in(text: str) -> tuple[str, ...]:
    """Return the competences of a list, each once, in order.

    Args:
        text: Competences with commas between them; may be empty.
    """
    return once(text.split(","))


def once(names: Iterable[str], *, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return each competence once, spelled as the organisation spells it, in order.

    Args:
        names: In any spelling; what is empty is left out.
        known: How the organisation spells those that are in use.
    """
    usual = {key_of(name): name for name in known}
    found: dict[str, str] = {}
    for name in names:
        if key := key_of(name):
            found.setdefault(key, usual.get(key, spelled(name)))
    return tuple(found.values())


def problem_of(names: Collection[str]) -> str:
    """Return why these cannot be somebody's competences; empty where they can."""
    if len(names) > MOST:
        return f"are {len(names)}; one person has at most {MOST}."
    return next((said for name in names if (said := problem_of_one(name))), "")


def problem_of_one(name: str) -> str:
    """Return why something cannot be a competence; empty where it can."""
    if len(name) > LONGEST:
        return f"“{name[:LONGEST]}…” has more than {LONGEST} characters."
    if not name.isprintable() or any(sign in name for sign in _APART):
        return f"“{name[:LONGEST]}” may have neither commas, semicolons nor control characters."
    return ""


def lacking(needed: Iterable[str], held: Collection[str]) -> tuple[str, ...]:
    """Return what of the needed competences is not among those held, in order."""
    keys = {key_of(name) for name in held}
    return tuple(name for name in needed if key_of(name) not in keys)


def listed(names: Collection[str]) -> str:
    """Return competences as a sentence names them.

    >>> listed(["fees", "tax law"])
    'the competences “fees” and “tax law”'
    """
    *others, last = [f"“{name}”" for name in names]
    if not others:
        return f"the competence {last}"
    return f"the competences {', '.join(others)} and {last}"
