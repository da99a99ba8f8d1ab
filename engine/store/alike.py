"""Finding complaints that may be the same as one that is just being written down.

Every question costs what it finds, and no more than a fixed number of rows: of the words of a
summary only those count that few open cases have.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow, CaseWordRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.words import mark_of, phone_word, words_in

MOST = 5
"""Cases of each kind that are found."""
_COMMON = 200
"""A word that more open cases have tells nothing."""
_SHORTEST = 4
"""Letters of a word that counts."""
_SHARED = 2
"""Words that two complaints share that may be the same."""

_CASE, _SUBJECT, _WORD = (table_of(row) for row in (CaseRow, SubjectRow, CaseWordRow))
_HAVE = select(func.count()).select_from(
    select(_WORD.c.case_id).where(_WORD.c.word == bindparam("of")).limit(_COMMON + 1).subquery()
)


@dataclass(frozen=True, slots=True)
class Alike:
    """A complaint that may be the same.

    Attributes:
        by: What is the same: ``email``, ``phone`` or ``words``; the strongest first.
    """

    reference: str
    summary: str
    complainant: str
    received_at: datetime
    is_open: bool
    by: tuple[str, ...]


class Alikes:
    """Finds them, as far as somebody sees them."""

    def __init__(self, session: Session, sight: Sight) -> None:
        self._session = session
        self._seen = of_cases(Frame.of(sight))
        self._given = values_of(sight)

    def find(self, *, email: str, phone: str, summary: str, since: datetime) -> tuple[Alike, ...]:
        """Return complaints received since then, those with most in common first.

        Args:
            email: Whole address; empty for none.
            phone: As typed; empty for none.
            summary: Of the new complaint.
            since: Earlier ones are not looked for.
        """
        by: dict[int, list[str]] = {}
        for kind, found in (
            ("email", self._of_address(email, since)),
            ("phone", self._with_phone(phone)),
            ("words", self._with_words(summary)),
        ):
            for number in found:
                by.setdefault(number, []).append(kind)
        rows = self._session.execute(
            self._shown().where(_CASE.c.id.in_(list(by) or [0]), _CASE.c.received_at >= since),
            self._given,
        ).all()
        found_cases = [self._to_alike(row, tuple(by[row.id])) for row in rows]
        return tuple(sorted(found_cases, key=lambda each: (-len(each.by), each.by))[:MOST])

    def _of_address(self, email: str, since: datetime) -> Iterable[int]:
        if not email:
            return ()
        query = (
            select(_CASE.c.id)
            .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
            .where(_SUBJECT.c.email_mark == self._session.seals.vault.email_mark(email))
            .where(_CASE.c.received_at >= since, _CASE.c.erased_at.is_(None), *self._seen)
            .order_by(_CASE.c.id.desc())
            .limit(MOST)
        )
        return self._session.execute(query, self._given).scalars().all()  # type: ignore[no-any-return]

    def _with_phone(self, phone: str) -> Iterable[int]:
        word = phone_word(phone)
        if not word:
            return ()
        mark = mark_of(self._session.seals.vault, "name", word)
        query = select(_WORD.c.case_id).where(_WORD.c.word == mark)
        latest = query.order_by(_WORD.c.case_id.desc()).limit(MOST * 4)
        return self._session.execute(latest).scalars().all()  # type: ignore[no-any-return]

    def _with_words(self, summary: str) -> Iterable[int]:
        """Return the open cases that share most words with a summary, two at least."""
        vault = self._session.seals.vault
        words = sorted(word for word in words_in(summary) if len(word) >= _SHORTEST)[:20]
        marks = [
            mark for mark in (mark_of(vault, "text", word) for word in words) if self._tells(mark)
        ]
        if len(marks) < _SHARED:
            return ()
        shared = func.count()
        query = (
            select(_WORD.c.case_id)
            .where(_WORD.c.word.in_(marks))
            .group_by(_WORD.c.case_id)
            .having(shared >= max(_SHARED, (len(marks) + 1) // 2))
            .order_by(shared.desc(), _WORD.c.case_id.desc())
            .limit(MOST * 4)
        )
        return self._session.execute(query).scalars().all()  # type: ignore[no-any-return]

    def _tells(self, mark: str) -> bool:
        have: int = self._session.execute(_HAVE, {"of": mark}).scalar_one()
        return 0 < have <= _COMMON

    def _shown(self) -> Any:  # noqa: ANN401 - a statement
        return (
            select(
                _CASE.c.id,
                _CASE.c.reference,
                _CASE.c.summary,
                _CASE.c.complainant_name,
                _CASE.c.received_at,
                _CASE.c.closed_at,
                _CASE.c.subject_id,
                _SUBJECT.c.sealed_key,
            )
            .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
            .where(_CASE.c.erased_at.is_(None), *self._seen)
        )

    def _to_alike(self, row: Any, by: tuple[str, ...]) -> Alike:  # noqa: ANN401 - a row
        opened = self._session.seals.vault.reads(row)
        return Alike(
            row.reference,
            opened("summary"),
            opened("complainant_name"),
            row.received_at,
            row.closed_at is None,
            by,
        )
