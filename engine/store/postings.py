"""Letters that need a hand, of one case and of all."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, exists, func, or_, select, text

from engine.domain.inbox import COUNTED_TO
from engine.domain.posting import OpenLetter, Posting, PostingState
from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields, Seals, case_place
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow, CommunicationRow, OutboxRow
from engine.store.tables.kinship_tables import CaseMergeRow
from engine.store.tables.posting_tables import IS_OPEN, PostingRow
from engine.store.tables.privacy_tables import SubjectRow

_POSTING, _CASE, _SUBJECT, _LETTER, _MAIL, _MERGE = (
    table_of(row)
    for row in (PostingRow, CaseRow, SubjectRow, CommunicationRow, OutboxRow, CaseMergeRow)
)
_SEALED = SealedFields("posting", "why", "tracking", "reason")
_NAMES = tuple(field.name for field in fields(Posting) if field.name != "number")
_SHOWN = select(
    _POSTING.c.communication_id.label("number"),
    _POSTING.c.case_id,
    *(_POSTING.c[name] for name in _NAMES),
)
_OF_CASE = _SHOWN.where(_POSTING.c.case_id == bindparam("of")).order_by(_POSTING.c.id)
_LAST = select(func.max(_LETTER.c.id)).where(_LETTER.c.case_id == bindparam("of"))
_ADD_LAST = _POSTING.insert().values(communication_id=_LAST.scalar_subquery())
_ADD = _POSTING.insert()
_CHANGE = _POSTING.update().where(_POSTING.c.communication_id == bindparam("of_letter"))
_STATE = select(_POSTING.c.state).where(_POSTING.c.communication_id == bindparam("of_letter"))
_OF_MAIL = select(_MAIL.c.communication_id).where(_MAIL.c.message_id == bindparam("of_mail"))
_LEFT = _POSTING.update().where(
    _POSTING.c.communication_id == _OF_MAIL.scalar_subquery(),
    _POSTING.c.state == PostingState.FAILED,
)
_IS_OPEN = text(f"posting.{IS_OPEN}")
_LISTED = (
    _SHOWN.add_columns(
        _CASE.c.id,
        _CASE.c.reference,
        _CASE.c.complainant_name,
        _CASE.c.postal_address,
        _CASE.c.email,
        _CASE.c.representative_name,
        _CASE.c.subject_id,
        _SUBJECT.c.sealed_key,
        _LETTER.c.kind,
        _LETTER.c.at.label("written_at"),
    )
    .join(_CASE, _CASE.c.id == _POSTING.c.case_id)
    .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
    .join(_LETTER, _LETTER.c.id == _POSTING.c.communication_id)
    .where(_IS_OPEN)
    .order_by(_POSTING.c.since, _POSTING.c.id)
)
_IS_MERGED = exists().where(_MERGE.c.case_id == _CASE.c.id, _MERGE.c.undone_at.is_(None))
_DUE = (
    select(_POSTING.c.case_id)
    .join(_CASE, _CASE.c.id == _POSTING.c.case_id)
    .where(_POSTING.c.next_at <= bindparam("now"), or_(_CASE.c.suspended_at.is_(None), _IS_MERGED))
    .order_by(_POSTING.c.next_at)
    .limit(bindparam("most"))
)


class Postings:
    """Adds, reads and changes letters that need a hand."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_last(
        self, case_id: int, *, at: datetime, late_at: datetime, occasions: Collection[str]
    ) -> None:
        """Let the letter that was added to a case last wait to be posted."""
        new = Posting(0, PostingState.WAITING, at, late_at, tuple(occasions), next_at=late_at)
        self._session.post(_ADD_LAST, self._values(case_id, new) | {"of": case_id})

    def fail(self, case_id: int, number: int, *, why: str, at: datetime, late_at: datetime) -> None:
        """Keep that a letter did not arrive as mail; what was noted of it before is replaced."""
        new = Posting(number, PostingState.FAILED, at, late_at, why=why, next_at=late_at)
        values = self._values(case_id, new)
        if self._session.execute(_STATE, {"of_letter": number}).first() is None:
            self._session.post(_ADD, values | {"communication_id": number})
        else:
            self._session.post(_CHANGE, values | {"of_letter": number})

    def of(self, case_id: int) -> tuple[Posting, ...]:
        """Return the letters of a case that need or needed a hand, in the order of their number."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).all()
        found = (_to_posting(row, self._session.seals) for row in rows)
        return tuple(sorted(found, key=lambda each: each.number))

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change facts of a letter."""
        self._session.post(_CHANGE, self._kept(case_id, facts) | {"of_letter": number})

    def left_by_mail(self, message_id: str, *, by: str, at: datetime) -> None:
        """Note that a mail that had failed is the mail server's again."""
        facts = {"state": PostingState.SENT_AGAIN, "since": at, "next_at": None}
        facts |= {"settled_by": by, "settled_at": at, "of_mail": message_id}
        self._session.post(_LEFT, facts)

    def awaited(self, case_id: int) -> frozenset[str]:
        """Return what happens, for time limits, when what waits to be posted is posted."""
        waiting = (each for each in self.of(case_id) if each.state is PostingState.WAITING)
        return frozenset(occasion for each in waiting for occasion in each.occasions)

    def due(self, now: datetime, most: int) -> list[int]:
        """Return ids of cases with a letter that nobody has seen to in time, longest due first.

        Suspended ones are left out, but those that rest since they were merged are not.
        """
        rows = self._session.execute(_DUE, {"now": now, "most": most}).scalars()
        return list(dict.fromkeys(rows))

    def page(
        self, sight: Sight, *, state: PostingState, limit: int, offset: int
    ) -> tuple[OpenLetter, ...]:
        """Return some letters of all cases that need a hand, those that wait longest first.

        Args:
            sight: Of whoever looks.
            state: One in which a letter is open.
            limit: Most rows to return.
            offset: Rows to leave out at the beginning.
        """
        chosen = _LISTED.where(*_conditions(sight, state)).limit(limit).offset(offset)
        rows, seals = self._session.execute(chosen, values_of(sight)).all(), self._session.seals
        return tuple(_to_open(row, seals) for row in rows)

    def count(self, sight: Sight, *, state: PostingState) -> int:
        """Return how many there are, counted to ``COUNTED_TO`` at most."""
        some = (
            select(_POSTING.c.id)
            .join(_CASE, _CASE.c.id == _POSTING.c.case_id)
            .where(_IS_OPEN, *_conditions(sight, state))
            .limit(COUNTED_TO)
        )
        counted = select(func.count()).select_from(some.subquery())
        n: int = self._session.execute(counted, values_of(sight)).scalar_one()
        return n

    def _values(self, case_id: int, posting: Posting) -> dict[str, Any]:
        values = {name: getattr(posting, name) for name in _NAMES} | {"case_id": case_id}
        return self._kept(case_id, values)

    def _kept(self, case_id: int, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return facts as they are stored: texts sealed, an empty one empty."""
        values = _SEALED.close(self._session.seals, case_id, facts)
        if "occasions" in values:
            values["occasions"] = list(values["occasions"])
        return values


def _conditions(sight: Sight, state: PostingState) -> tuple[ColumnElement[bool], ...]:
    return (_POSTING.c.state == state, *of_cases(Frame.of(sight)))


def _to_posting(row: Row[Any], seals: Seals) -> Posting:
    stored = {name: getattr(row, name) for name in _NAMES}
    values = _SEALED.open(seals, row.case_id, stored)
    return Posting(number=row.number, **values | {"occasions": tuple(values["occasions"])})


def _to_open(row: Row[Any], seals: Seals) -> OpenLetter:
    seal = seals.noted(row)

    def told(field: str) -> str:
        return seal.open(case_place(row.reference, field), getattr(row, field))

    return OpenLetter(
        reference=row.reference,
        posting=_to_posting(row, seals),
        kind=row.kind,
        written_at=row.written_at,
        name=told("complainant_name"),
        address=told("postal_address"),
        email=told("email"),
        representative=told("representative_name"),
    )
