"""Finding cases that wait by the words in them, quickly, the same on every database."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, exists, false, func, select
from sqlmodel import Session

from engine.domain.case import Case
from engine.store.prepared import table_of
from engine.store.tables import CaseWordRow, StepRow

MOST_FOUND = 5_000
"""So many steps are named one by one; more are met soon enough in the order of their due times."""

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
        found = self._steps(sorted(wanted, key=self._spread))
        if not found:
            return false()
        if len(found) <= MOST_FOUND:
            # Written out: thousands of numbers are slow to bind.
            return _STEP.c.id.in_(bindparam("found", found, expanding=True, literal_execute=True))
        return and_(*(_has(_STEP.c.case_id, word) for word in wanted))

    def _spread(self, word: str) -> tuple[int, int]:
        """Return how often a word occurs, as far as that matters; longer words go before."""
        some = select(_WORD.c.case_id).where(_begins(_WORD, word))
        counted = select(func.count()).select_from(some.limit(MOST_FOUND + 1).subquery())
        return int(self._session.execute(counted).scalar_one()), -len(word)

    def _steps(self, wanted: Sequence[str]) -> list[int]:
        """Return the steps of cases that have all words, ``MOST_FOUND`` and one at most."""
        rarest, *others = wanted
        case_id = _WORD.c.case_id
        cases = select(case_id).where(
            _begins(_WORD, rarest), *(_has(case_id, word) for word in others)
        )
        steps = select(_STEP.c.id).where(_STEP.c.case_id.in_(cases))
        return list(self._session.execute(steps.limit(MOST_FOUND + 1)).scalars())


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
