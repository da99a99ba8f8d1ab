"""Who has complained before: complaints of one person, as far as one is no part of another."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from engine.domain.case_fact import AGAIN_WITHIN
from engine.domain.kinship import LinkKind
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.kinship_tables import CaseLinkRow, CaseMergeRow

_CASE, _LINK, _MERGE = (table_of(row) for row in (CaseRow, CaseLinkRow, CaseMergeRow))
_OTHER = _CASE.alias("other")
_OWN = select(_CASE.c.id, _CASE.c.subject_id, _CASE.c.received_at)
_ONE_WITH = (LinkKind.DUPLICATE_OF, LinkKind.PARENT)
"""What a complaint is to another with which it is one."""


class Span(NamedTuple):
    """From when until when a complaint of somebody tells something of their others."""

    case_id: int
    since: datetime
    until: datetime


class Complainants:
    """Reads which complaints come from somebody who had complained before.

    Whose a complaint is was settled when it was recorded, by a mark of the e-mail address, and
    stays so: nothing personal is compared here.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def repeated(self, case_ids: Sequence[int]) -> Mapping[int, bool]:
        """Tell of some complaints whether their complainant had complained before.

        What is one with another complaint of the same person is left out.
        """
        wanted = self._rows(_CASE.c.id.in_(case_ids))
        if not wanted:
            return {}
        family = self._rows(
            _CASE.c.subject_id.in_({row.subject_id for row in wanted}),
            _CASE.c.received_at >= min(row.received_at for row in wanted) - AGAIN_WITHIN,
            _CASE.c.received_at <= max(row.received_at for row in wanted),
        )
        parts = self._parts([row.id for row in family])
        received: dict[str, list[datetime]] = defaultdict(list)
        for row in family:
            if row.id not in parts:
                received[row.subject_id].append(row.received_at)
        return {
            row.id: _is_again(row.received_at, received[row.subject_id])
            for row in wanted
            if row.id not in parts
        }

    def others(self, spans: Iterable[Span], *, besides: Collection[int]) -> tuple[int, ...]:
        """Return other complaints of the same people that were received in some spans.

        Args:
            spans: Each with the complaint of the person who is meant.
            besides: Complaints that are left out.
        """
        found: set[int] = set()
        for span in spans:
            of = select(_OTHER.c.subject_id).where(_OTHER.c.id == span.case_id).scalar_subquery()
            rows = self._rows(
                _CASE.c.subject_id == of,
                _CASE.c.received_at > span.since,
                _CASE.c.received_at <= span.until,
            )
            found |= {row.id for row in rows}
        return tuple(sorted(found - set(besides)))

    def _rows(self, *conditions: Any) -> list[Any]:  # noqa: ANN401 - conditions of a statement
        return list(self._session.execute(_OWN.where(*conditions)).all())

    def _parts(self, ids: Sequence[int]) -> frozenset[int]:
        """Return which of some complaints are one with another of the same person."""
        turned = (
            (_LINK.c.case_id, _LINK.c.other_id, _LINK.c.is_turned.is_(False)),
            (_LINK.c.other_id, _LINK.c.case_id, _LINK.c.is_turned.is_(True)),
        )
        found = set(self._within(_MERGE, _MERGE.c.case_id, _MERGE.c.other_id, ids))
        for part, whole, is_so in turned:
            found |= set(self._within(_LINK, part, whole, ids, is_so, _LINK.c.kind.in_(_ONE_WITH)))
        return frozenset(found)

    def _within(
        self,
        table: Any,  # noqa: ANN401 - a table
        part: Any,  # noqa: ANN401 - a column
        whole: Any,  # noqa: ANN401 - a column
        ids: Sequence[int],
        *conditions: Any,  # noqa: ANN401 - conditions of a statement
    ) -> list[int]:
        statement = (
            select(part)
            .join_from(table, _CASE, _CASE.c.id == part)
            .join(_OTHER, _OTHER.c.id == whole)
            .where(part.in_(ids), table.c.undone_at.is_(None), *conditions)
            .where(_CASE.c.subject_id == _OTHER.c.subject_id)
        )
        return list(self._session.execute(statement).scalars())


def _is_again(at: datetime, received: Iterable[datetime]) -> bool:
    return any(at - AGAIN_WITHIN <= each < at for each in received)
