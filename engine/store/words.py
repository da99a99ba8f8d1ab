"""Finding cases that wait by the words in them, quickly, the same on every database.

What a complainant is called and wrote is sealed, and a sealed text cannot be searched. So each word
of an open case has a mark: the first three letters give one part of it, each letter after them a
further part, and every part comes from a secret of the installation and all letters up to there.
A mark therefore begins with the mark of every beginning of its word from three letters on, and
the database finds a word by its beginning without knowing a letter of it. What it can tell is which
words of open cases begin alike; so names have marks of their own, apart from those of texts, in
which frequent words would give letters away. An e-mail address is found as a whole only.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)

from engine.domain.case import Case
from engine.store.prepared import table_of
from engine.store.sealing import Vault
from engine.store.session import Session
from engine.store.tables.case_tables import CaseWordRow, StepRow

MOST_FOUND = 2_000
"""So many cases are named one by one; more are met soon enough in the order of their due times."""

_LONGEST = 60
_PARTS = re.compile(r"\w+")
_LAST = "\U0010ffff"
"""Sorts after every character that a mark can have."""
_KINDS = ("text", "name")
_LEAST = 3
"""Letters of the shortest beginning that is found."""
_FIRST_PART, _PART = 10, 3
"""Characters of a mark, of six bits each: for the first letters, and for each letter after them."""
_AT = "@"
_PHONE, _SHORTEST_PHONE = 9, 6
"""Digits at the end by which a telephone number is found, and of the shortest one."""

_WORD, _STEP = table_of(CaseWordRow), table_of(StepRow)
_KEEP = _WORD.insert()
_FORGET = _WORD.delete().where(_WORD.c.case_id == bindparam("of"))


class Words:
    """Keeps the words of open cases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, case: Case) -> None:
        """Keep the words of a case that was added, or changed, in place of those before."""
        self.forget(case.id)
        for mark in sorted(marks_of(case, self._session.seals.vault)):
            self._session.post(_KEEP, {"case_id": case.id, "word": mark})

    def forget(self, case_id: int) -> None:
        """Forget the words of a case."""
        self._session.post(_FORGET, {"of": case_id})

    def look_up(self, search: str) -> "Looked":
        """Return how to find the waiting steps that a search means.

        A rare word is looked up first. So a search costs what it finds, and not what waits.
        """
        wanted = pieces_of(search)
        if not wanted:
            return Looked(None, {})
        counted = sorted((self._spread(word), -len(word), word) for word in wanted)
        is_common = len(wanted) == 1 and counted[0][0] > MOST_FOUND
        cases = [] if is_common else self._cases([word for *_order, word in counted])
        if is_common or len(cases) > MOST_FOUND:
            return Looked(len(wanted), self.bounds(wanted))
        steps = self._session.execute(_STEPS_OF, {"numbers": _listed(cases)})
        return Looked(0, {"numbers": _listed(steps.scalars())})

    def bounds(self, wanted: Iterable[str]) -> dict[str, Any]:
        """Return the parameters for the words of a statement."""
        return bounds(wanted, self._session.seals.vault)

    def _spread(self, word: str) -> int:
        """Return how often a word occurs, as far as that matters."""
        return int(self._session.execute(_SPREAD, self.bounds([word]) | _most()).scalar_one())

    def _cases(self, wanted: Sequence[str]) -> list[int]:
        """Return the cases that have all words, rarest first; ``MOST_FOUND`` and one at most."""
        cases = self._session.execute(_cases(len(wanted)), self.bounds(wanted) | _most())
        return list(cases.scalars())


@dataclass(frozen=True, slots=True)
class Looked:
    """How the steps are found that a search means.

    Attributes:
        words: None when nothing is searched; 0 when the steps are known by their numbers; else
            how many words each step is asked for.
        values: For the parameters of ``conditions``.
    """

    words: int | None
    values: dict[str, Any]


def conditions(words: int | None) -> tuple[ColumnElement[bool], ...]:
    """Return what a waiting step must meet, see ``Looked.words``."""
    if words == 0:
        return (_STEP.c.id.in_(_NUMBERS),)
    return has_words(_STEP.c.case_id, words or 0)


def has_words(case_id: ColumnElement[int], words: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a case has so many words; ``bounds`` says which."""
    return tuple(_has(case_id, n) for n in range(words))


def marks_of(case: Case, vault: Vault) -> frozenset[str]:
    """Return the marks of the words by which a case is found."""
    complaint = case.complaint
    return marks_in(
        vault,
        texts=(case.reference, complaint.summary),
        name=complaint.complainant_name,
        email=complaint.email,
        phone=complaint.phone,
    )


def marks_in(
    vault: Vault, *, texts: Iterable[str], name: str, email: str | None, phone: str = ""
) -> frozenset[str]:
    """Return the marks of all words of texts, name, address and telephone."""
    marks = {mark_of(vault, "text", word) for word in words_in(*texts)}
    marks |= {mark_of(vault, "name", word) for word in words_in(name)}
    if email:
        marks.add(mark_of(vault, "name", email.strip().casefold()))
    if number := phone_word(phone):
        marks.add(mark_of(vault, "name", number))
    return frozenset(marks)


def phone_word(phone: str) -> str:
    """Return what stands for a telephone number, however it is written; empty for none.

    >>> phone_word("+44 20 7946 0000") == phone_word("(020) 7946-0000"), phone_word("ext. 12")
    (True, '')
    """
    digits = "".join(sign for sign in phone if sign.isdecimal() and sign.isascii())
    return f"{digits[-_PHONE:]}{_AT}phone" if len(digits) >= _SHORTEST_PHONE else ""


def mark_of(vault: Vault, kind: str, word: str) -> str:
    """Return the mark of a word, which begins with the mark of each of its beginnings.

    A word with less than three letters is found as a whole only, and so is an e-mail address.

    Args:
        vault: Knows the secret.
        kind: ``text`` or ``name``; equal words of different kinds have nothing in common.
        word: In lower case.
    """
    if len(word) < _LEAST or _AT in word:
        return vault.mark_of(f"whole {kind}", word)[:_FIRST_PART]
    first = vault.mark_of(kind, word[:_LEAST])[:_FIRST_PART]
    ends = range(_LEAST + 1, len(word) + 1)
    return first + "".join(vault.mark_of(kind, word[:end])[:_PART] for end in ends)


def words_in(*texts: str) -> frozenset[str]:
    """Return the words of texts in lower case, whole and in parts: c-2026-000001, and 000001."""
    return frozenset(word for text in texts for word in _split(text))


def pieces_of(search: str) -> tuple[str, ...]:
    """Return the beginnings of words that a search asks for, each once."""
    stripped = (piece.strip("\"'.,;:!?()") for piece in search.lower().split())
    return tuple(dict.fromkeys(piece[:_LONGEST] for piece in stripped if piece))


def _split(text: str) -> Iterable[str]:
    for piece in pieces_of(text):
        yield piece
        yield from (part[:_LONGEST] for part in _PARTS.findall(piece))


def _begins(words: FromClause, n: int, kind: str) -> ColumnElement[bool]:
    least: BindParameter[str] = bindparam(f"{kind}_{n}")
    end: BindParameter[str] = bindparam(f"{kind}_{n}_end")
    return and_(words.c.word >= least, words.c.word < end)


def bounds(wanted: Iterable[str], vault: Vault) -> dict[str, Any]:
    """Return the parameters for the words of a statement: where marks of each kind begin."""
    found: dict[str, Any] = {}
    for n, word in enumerate(wanted):
        for kind in _KINDS:
            mark = mark_of(vault, kind, word)
            found |= {f"{kind}_{n}": mark, f"{kind}_{n}_end": mark + _LAST}
    return found


def _has(case_id: ColumnElement[int], n: int) -> ColumnElement[bool]:
    other = _WORD.alias()
    either = or_(*(_begins(other, n, kind) for kind in _KINDS))
    return exists().where(other.c.case_id == case_id, either)


def _with_first() -> Subquery:
    """Return the cases that have the first word, as a text or as a name; a case may come twice."""
    # Not with OR: each half is one walk through the index, which ends as soon as it may.
    halves = (select(_WORD.c.case_id).where(_begins(_WORD, 0, kind)) for kind in _KINDS)
    return union_all(*halves).subquery()


@cache
def _cases(words: int) -> Select[tuple[int]]:
    first = _with_first()
    cases = select(first.c.case_id).where(*(_has(first.c.case_id, n) for n in range(1, words)))
    return cases.distinct().limit(bindparam("most"))


def _most() -> dict[str, Any]:
    """Return where looking up ends: one beyond shows that there are more."""
    return {"most": MOST_FOUND + 1}


def _listed(numbers: Iterable[int]) -> list[int]:
    # No row has the number 0; an empty list would be asked of every row.
    return list(numbers) or [0]


_SPREAD = select(func.count()).select_from(
    select(_with_first().c.case_id).limit(bindparam("most")).subquery()
)
# Written into the statement: thousands of numbers are slow to bind.
_NUMBERS: BindParameter[list[int]] = bindparam("numbers", expanding=True, literal_execute=True)
_STEPS_OF = select(_STEP.c.id).where(_STEP.c.case_id.in_(_NUMBERS))
