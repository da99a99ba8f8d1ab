"""What forms of an organisation and their fields are called."""

import keyword
import re
import unicodedata
from collections.abc import Container

from engine.domain.form import Form
from engine.domain.stated import STATED

LONGEST = 60
"""Characters of an id or a name."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_CORE = frozenset(name.casefold() for name in STATED)


def problem_of_id(id_: str) -> str:
    """Return why an id cannot be that of a form of one's own; empty for a good one."""
    if not id_:
        return "is needed."
    if len(id_) > LONGEST:
        return f"may have at most {LONGEST} characters."
    if not _ID.fullmatch(id_):
        return "begins with a letter and goes on with letters, digits, “_”, “.” and “-”."
    if id_.casefold() in _CORE:
        return f"“{id_}” is a form of Redress; give yours another id."
    return ""


def problem_of_name(name: str) -> str:
    """Return why a name cannot be that of a field; empty for a good one."""
    if not name:
        return "is needed."
    if len(name) > LONGEST:
        return f"may have at most {LONGEST} characters."
    if not _NAME.fullmatch(name):
        return "begins with a letter and goes on with letters, digits and “_”."
    if keyword.iskeyword(name) or hasattr(Form, name):
        return f"“{name}” means something else to Redress; take another name."
    return ""


def name_from(title: str, *, taken: Container[str] = ()) -> str:
    """Return a name for a field with this title that no other one has.

    Args:
        title: In any language.
        taken: Names that are not free.
    """
    return _free(_slug(title) or "field", taken)


def id_from(title: str, *, taken: Container[str] = ()) -> str:
    """Return an id for a form with this title that no other one has, of Redress neither.

    Args:
        title: In any language.
        taken: Ids that are not free.
    """
    slug = _slug(title) or "form"
    return _free(f"own_{slug}" if slug.casefold() in _CORE else slug, taken)


def _free(slug: str, taken: Container[str]) -> str:
    base = f"{slug}_" if problem_of_name(slug) else slug
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[: LONGEST - 8].strip("_")
