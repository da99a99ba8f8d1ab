"""Suspended cases: nobody works on them, and somebody has to know of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select

from engine.domain.commitment import Personal
from engine.domain.deadline import ClockState
from engine.domain.inbox import COUNTED_TO, RestingCase, RestQuery
from engine.store.journal import Journal
from engine.store.prepared import table_of
from engine.store.sealing import Vault
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow, JournalRow
from engine.store.tables.clock_tables import ClockRow
from engine.store.tables.kinship_tables import CaseMergeRow
from engine.store.tables.privacy_tables import SubjectRow
from engine.store.words import bounds, has_words, pieces_of

_CASE, _CLOCK, _JOURNAL, _SUBJECT, _MERGE = (
    table_of(row) for row in (CaseRow, ClockRow, JournalRow, SubjectRow, CaseMergeRow)
)
_IS_MERGED = (
    select(_MERGE.c.id).where(_MERGE.c.case_id == _CASE.c.id, _MERGE.c.undone_at.is_(None)).exists()
)
"""A case that is merged rests too, and nobody has to resume it."""
_SHOWN = select(
    _CASE.c.id,
    _CASE.c.reference,
    _CASE.c.summary,
    _CASE.c.complainant_name,
    _CASE.c.severity,
    _CASE.c.suspended_at,
    _CASE.c.subject_id,
    _SUBJECT.c.sealed_key,
).join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
_LIMITS = (
    select(_CLOCK.c.case_id, func.min(_CLOCK.c.due_at))
    .where(
        _CLOCK.c.case_id.in_(bindparam("cases", expanding=True)),
        _CLOCK.c.kind == "statutory",
        _CLOCK.c.state.in_([ClockState.RUNNING, ClockState.BREACHED]),
    )
    .group_by(_CLOCK.c.case_id)
)
_TOLD = (
    select(_JOURNAL.c.case_id, _JOURNAL.c.seq, _JOURNAL.c.actor, _JOURNAL.c.detail)
    .where(
        _JOURNAL.c.case_id.in_(bindparam("cases", expanding=True)),
        _JOURNAL.c.type == "case.suspended",
    )
    .order_by(_JOURNAL.c.seq)
)


class Resting:
    """Finds suspended cases; their steps are in no inbox."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, query: RestQuery, *, limit: int, offset: int) -> tuple[RestingCase, ...]:
        """Return one page of suspended cases, the longest suspended first."""
        wanted = pieces_of(query.search)
        chosen = (
            _SHOWN.where(*_conditions(query, len(wanted)))
            .order_by(_CASE.c.suspended_at, _CASE.c.id)
            .limit(limit)
            .offset(offset)
        )
        vault = self._session.seals.vault
        given = bounds(wanted, vault) | values_of(query.sight)
        rows = self._session.execute(chosen, given).all()
        numbers = [row.id for row in rows]
        limits, told = self._limits(numbers), self._told(numbers)
        return tuple(_to_resting_case(row, vault, told[row.id], limits.get(row.id)) for row in rows)

    def count(self, query: RestQuery) -> int:
        """Return how many suspended cases a query finds, counted to ``COUNTED_TO`` at most."""
        wanted = pieces_of(query.search)
        some = select(_CASE.c.id).where(*_conditions(query, len(wanted))).limit(COUNTED_TO)
        counted = select(func.count()).select_from(some.subquery())
        known = bounds(wanted, self._session.seals.vault) | values_of(query.sight)
        n: int = self._session.execute(counted, known).scalar_one()
        return n

    def _limits(self, numbers: Sequence[int]) -> dict[int, datetime]:
        """Return the first statutory time limit that runs on, by case."""
        rows = self._session.execute(_LIMITS, {"cases": numbers})
        return {number: due_at for number, due_at in rows}  # noqa: C416 - a result is no mapping

    def _told(self, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Return who suspended each case last, and why."""
        rows = self._session.execute(_TOLD, {"cases": numbers})
        latest = {row.case_id: row for row in rows}
        journal = Journal(self._session)
        return {
            number: (row.actor, _reason(row, journal.values_of(number, [row.seq])))
            for number, row in latest.items()
        }


def _reason(row: Row[Any], values: Mapping[int, Personal]) -> str:
    """Return why a case was suspended; older releases told it in the event itself."""
    told = values[row.seq].facts() if row.seq in values else json.loads(row.detail)
    return str(told.get("reason", ""))


def _conditions(query: RestQuery, words: int) -> list[ColumnElement[bool]]:
    # In the words of the index, which holds suspended cases alone.
    found = [_CASE.c.suspended_at.is_not(None), ~_IS_MERGED, *has_words(_CASE.c.id, words)]
    found += of_cases(Frame.of(query.sight))
    if query.severities:
        found.append(_CASE.c.severity.in_(query.severities))
    if query.categories:
        found.append(_CASE.c.category.in_(query.categories))
    return found


def _to_resting_case(
    row: Row[Any], vault: Vault, told: tuple[str, str], limit_at: datetime | None
) -> RestingCase:
    by, reason = told
    read = vault.reads(row)
    return RestingCase(
        reference=row.reference,
        summary=read("summary"),
        complainant=read("complainant_name"),
        severity=row.severity,
        since=row.suspended_at,
        by=by,
        reason=reason,
        limit_at=limit_at,
    )
