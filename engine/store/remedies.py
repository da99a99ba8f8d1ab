"""The remedies of cases, and what was paid so far."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select

from engine.domain.inbox import COUNTED_TO
from engine.domain.remedy import OpenRemedy, Remedy, RemedyKind, RemedyState
from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields, Seals
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.platform_tables import AccountRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.tables.remedy_tables import RemedyRow

_REMEDY, _CASE, _SUBJECT, _ACCOUNT = (
    table_of(row) for row in (RemedyRow, CaseRow, SubjectRow, AccountRow)
)
_SEALED = SealedFields("remedy", "text", "proof")
_NAMES = tuple(field.name for field in fields(Remedy) if field.name != "amount")
_SHOWN = select(*(_REMEDY.c[name] for name in (*_NAMES, "amount_minor", "case_id")))
_OF_CASE = _SHOWN.where(_REMEDY.c.case_id == bindparam("of")).order_by(_REMEDY.c.number)
_ADD = _REMEDY.insert()
_OWN = _REMEDY.c.case_id == bindparam("of")
_CHANGE = _REMEDY.update().where(_OWN, _REMEDY.c.number == bindparam("of_number"))
_PASS_ON = _REMEDY.update().where(_OWN, _REMEDY.c.state == bindparam("from_state"))
_TO_DO = _REMEDY.c.state.in_([RemedyState.OFFERED, RemedyState.ACCEPTED])
_TO_VERIFY = (_REMEDY.c.state == RemedyState.CARRIED_OUT) & _REMEDY.c.needs_check
_LISTED = (
    _SHOWN.add_columns(
        _CASE.c.id,
        _CASE.c.reference,
        _CASE.c.subject_id,
        _SUBJECT.c.sealed_key,
        _ACCOUNT.c.name.label("owner_name"),
    )
    .join(_CASE, _CASE.c.id == _REMEDY.c.case_id)
    .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
    .outerjoin(_ACCOUNT, _ACCOUNT.c.username == _REMEDY.c.owner)
    .order_by(_REMEDY.c.due_on, _REMEDY.c.id)
)
_IS_OVERDUE = (_TO_DO, _REMEDY.c.due_on < bindparam("today"), _REMEDY.c.overdue_at.is_(None))
_OVERDUE = (
    select(_REMEDY.c.case_id)
    .where(*_IS_OVERDUE)
    .group_by(_REMEDY.c.case_id)
    .order_by(func.min(_REMEDY.c.due_on), _REMEDY.c.case_id)
    .limit(bindparam("most"))
)
_OVERDUE_OF = select(_REMEDY.c.number).where(_OWN, *_IS_OVERDUE).order_by(_REMEDY.c.number)
_LOOKED_BACK = 2_000
"""Payments of one category, the latest, from which ranges are made."""
_PAID = (
    select(_REMEDY.c.kind, _REMEDY.c.amount_minor)
    .where(
        _REMEDY.c.category == bindparam("category"),
        _REMEDY.c.offered_at >= bindparam("since"),
        _REMEDY.c.amount_minor > 0,
        _REMEDY.c.case_id != bindparam("of"),
        _REMEDY.c.state != RemedyState.DROPPED,
    )
    .order_by(_REMEDY.c.offered_at.desc())
    .limit(_LOOKED_BACK)
)


class Remedies:
    """Adds, reads and changes remedies."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, remedy: Remedy, *, category: str) -> None:
        """Keep a new remedy; the database refuses a second one of the same number.

        Args:
            case_id: Of the case.
            remedy: What is proposed or was done.
            category: Of the issue that it answers.
        """
        values = {name: getattr(remedy, name) for name in _NAMES}
        values |= {"case_id": case_id, "category": category, "amount": remedy.amount}
        self._session.post(_ADD, self._kept(case_id, remedy.number, values))

    def of(self, case_id: int) -> tuple[Remedy, ...]:
        """Return the remedies of a case, by their numbers."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).all()
        return tuple(_to_remedy(row, self._session.seals) for row in rows)

    def change(self, case_id: int, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change facts of a remedy."""
        values = self._kept(case_id, number, facts)
        self._session.post(_CHANGE, values | {"of": case_id, "of_number": number})

    def pass_on(self, case_id: int, *, of: RemedyState, to: RemedyState, **facts: datetime) -> None:
        """Let all remedies of a case that are in one state be in another."""
        self._session.post(_PASS_ON, {"of": case_id, "from_state": of, "state": to} | facts)

    def paid(
        self, *, category: str, since: datetime, besides: int
    ) -> dict[RemedyKind, list[Decimal]]:
        """Return what was offered for issues of one category, kind by kind, the latest first.

        Args:
            category: Of the issues.
            since: Older offers are left out.
            besides: Number of a case whose own remedies are left out.
        """
        found: dict[RemedyKind, list[Decimal]] = {}
        given = {"category": category, "since": since, "of": besides}
        for row in self._session.execute(_PAID, given):
            found.setdefault(row.kind, []).append(Decimal(row.amount_minor) / 100)
        return found

    def page(
        self, sight: Sight, *, to_verify: bool, limit: int, offset: int
    ) -> tuple[OpenRemedy, ...]:
        """Return one page of remedies of all cases that wait, soonest due first.

        Args:
            sight: Of whoever looks.
            to_verify: Those that are to be verified, instead of those that are to be done.
            limit: Most rows to return.
            offset: Rows to leave out at the beginning.
        """
        chosen = _LISTED.where(*_conditions(sight, to_verify)).limit(limit).offset(offset)
        rows, seals = self._session.execute(chosen, values_of(sight)).all(), self._session.seals
        for row in rows:
            seals.noted(row)
        return tuple(
            OpenRemedy(row.reference, _to_remedy(row, seals), row.owner_name or row.owner)
            for row in rows
        )

    def count(self, sight: Sight, *, to_verify: bool) -> int:
        """Return how many wait, counted to ``COUNTED_TO`` at most."""
        some = (
            select(_REMEDY.c.id)
            .join(_CASE, _CASE.c.id == _REMEDY.c.case_id)
            .where(*_conditions(sight, to_verify))
            .limit(COUNTED_TO)
        )
        counted = select(func.count()).select_from(some.subquery())
        n: int = self._session.execute(counted, values_of(sight)).scalar_one()
        return n

    def overdue(self, today: date, *, most: int) -> tuple[int, ...]:
        """Return cases with a remedy whose date is over and of which that was not told."""
        found = self._session.execute(_OVERDUE, {"today": today, "most": most})
        return tuple(found.scalars())

    def overdue_of(self, case_id: int, today: date) -> tuple[int, ...]:
        """Return the numbers of such remedies of a case."""
        found = self._session.execute(_OVERDUE_OF, {"of": case_id, "today": today})
        return tuple(found.scalars())

    def _kept(self, case_id: int, number: int, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return facts as they are stored: texts sealed, an empty one empty, money in cents."""
        values = _SEALED.close(self._session.seals, case_id, facts, number=number)
        if "amount" in values:
            values["amount_minor"] = int(values.pop("amount") * 100)
        return values


def _conditions(sight: Sight, to_verify: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: FBT001 - one of two lists
    return (_TO_VERIFY if to_verify else _TO_DO, *of_cases(Frame.of(sight)))


def _to_remedy(row: Row[Any], seals: Seals) -> Remedy:
    stored = {name: getattr(row, name) for name in _NAMES}
    values = _SEALED.open(seals, row.case_id, stored, number=row.number)
    return Remedy(amount=Decimal(row.amount_minor) / 100, **values)
