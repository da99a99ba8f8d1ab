"""Finding cases that wait by the words in them, quickly, the same on every database."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    exists,
    func,
    select,
)
from sqlmodel import Session

from engine.domain.case import Case
from engine.store.prepared import table_of
from engine.store.tables import CaseWordRow, StepRow

MOST_FOUND = 2_000
"""So many cases are named one by one; more are met soon enough in the order of their due times."""

_LONGEST = 60
_PARTS = re.compile(r"\w+")
_LAST = "\U0010ffff"
"""Sorts after every character that a word can have."""

_WORD, _STEP = table_of(CaseWordRow), table_of(StepRow)
_FORGET = _WORD.delete().where(_WORD.c.case_id == bindparam("of"))


class Words:
    """Keeps the words of open cases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, case: Case) -> None:
        """Keep the words of a case that was added, or changed, in place of those before."""
        self.forget(case.id)
        rows = [{"case_id": case.id, "word": word} for word in sorted(words_of(case))]
        self._session.execute(_WORD.insert(), rows)

    def forget(self, case_id: int) -> None:
        """Forget the words of a case."""
        self._session.execute(_FORGET, {"of": case_id})

    def condition(self, search: str) -> ColumnElement[bool] | None:
        """Return what a waiting step must meet to be found; None when nothing is searched.

        A rare word is looked up first. So a search costs what it finds, and not what waits.
        """
        wanted = pieces_of(search)
        if not wanted:
            return None
        counted = sorted((self._spread(word), -len(word), word) for word in wanted)
        is_common = len(wanted) == 1 and counted[0][0] > MOST_FOUND
        cases = [] if is_common else self._cases([word for *_order, word in counted])
        if is_common or len(cases) > MOST_FOUND:
            return and_(*(_has(_STEP.c.case_id, word) for word in wanted))
        steps = self._session.execute(
            select(_STEP.c.id).where(_STEP.c.case_id.in_(_written_out(cases)))
        )
        return _STEP.c.id.in_(_written_out(steps.scalars()))

    def _spread(self, word: str) -> int:
        """Return how often a word occurs, as far as that matters."""
        some = select(_WORD.c.case_id).where(_begins(_WORD, word)).limit(MOST_FOUND + 1)
        counted = select(func.count()).select_from(some.subquery())
        return int(self._session.execute(counted).scalar_one())

    def _cases(self, wanted: Sequence[str]) -> list[int]:
        """Return the cases that have all words, rarest first; ``MOST_FOUND`` and one at most."""
        rarest, *others = wanted
        has_others = (_has(_WORD.c.case_id, word) for word in others)
        cases = select(_WORD.c.case_id).where(_begins(_WORD, rarest), *has_others)
        return list(self._session.execute(cases.distinct().limit(MOST_FOUND + 1)).scalars())


def words_of(case: Case) -> frozenset[str]:
    """Return the words by which a case is found."""
    complaint = case.complaint
    return words_in(case.reference, complaint.summary, complaint.complainant_name)


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


def _begins(words: FromClause, beginning: str) -> ColumnElement[bool]:
    return and_(words.c.word >= beginning, words.c.word < beginning + _LAST)


def _has(case_id: ColumnElement[int], beginning: str) -> ColumnElement[bool]:
    other = _WORD.alias()
    return exists().where(other.c.case_id == case_id, _begins(other, beginning))


def _written_out(numbers: Iterable[int]) -> BindParameter[list[int]]:
    """Return numbers as part of the statement: thousands of them are slow to bind."""
    # No row has the number 0; an empty list would be asked of every row.
    return bindparam("numbers", list(numbers) or [0], expanding=True, literal_execute=True)
