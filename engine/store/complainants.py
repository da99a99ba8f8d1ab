"""Who has complained before: complaints of one person, as far as one is no part of another."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, or_, select

from engine.domain.case_fact import AGAIN_WITHIN
from engine.domain.kinship import LinkKind
from engine.store.column import UtcDateTime
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.kinship_tables import CaseLinkRow, CaseMergeRow

_CASE, _LINK, _MERGE = (table_of(row) for row in (CaseRow, CaseLinkRow, CaseMergeRow))
_ONE_WITH = (LinkKind.DUPLICATE_OF, LinkKind.PARENT)
"""What a complaint is to another with which it is one."""


def _is_part(case: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table, or another name of it
    """Return the condition that a complaint is one with another of the same person."""
    joined = (
        (_MERGE, _MERGE.c.case_id, _MERGE.c.other_id, ()),
        (_LINK, _LINK.c.case_id, _LINK.c.other_id, (_LINK.c.is_turned.is_(False),)),
        (_LINK, _LINK.c.other_id, _LINK.c.case_id, (_LINK.c.is_turned.is_(True),)),
    )
    ways = []
    for table, part, whole, conditions in joined:
        other = _CASE.alias()
        kinds = (_LINK.c.kind.in_(_ONE_WITH),) if table is _LINK else ()
        way = select(table.c.id).join(other, other.c.id == whole)
        ways.append(
            way.where(part == case.c.id, table.c.undone_at.is_(None), *kinds, *conditions)
            .where(other.c.subject_id == case.c.subject_id)
            .correlate(case)
            .exists()
        )
    return or_(*ways)


_BEFORE, _NEXT, _SAME = (_CASE.alias(name) for name in ("earlier", "next", "same"))
_LATEST = (
    select(_BEFORE.c.received_at)
    .where(_BEFORE.c.subject_id == _CASE.c.subject_id, ~_is_part(_BEFORE))
    .where(_BEFORE.c.received_at < _CASE.c.received_at)
    .order_by(_BEFORE.c.received_at.desc())
    .limit(1)
    .correlate(_CASE)
    .scalar_subquery()
)
_REPEATED = select(_CASE.c.id, _CASE.c.received_at, _LATEST.label("before")).where(
    _CASE.c.id.in_(bindparam("some", expanding=True)), ~_is_part(_CASE)
)
_AT = bindparam("at", type_=UtcDateTime())
_FOLLOWING = (
    select(_NEXT.c.received_at, _NEXT.c.subject_id)
    .join(_SAME, _SAME.c.subject_id == _NEXT.c.subject_id)
    .where(_SAME.c.id == bindparam("of"), _NEXT.c.received_at > _AT, ~_is_part(_NEXT))
    .order_by(_NEXT.c.received_at)
    .limit(1)
)
_RECEIVED = select(_CASE.c.id).where(
    _CASE.c.subject_id == bindparam("of_subject"), _CASE.c.received_at == _AT
)


class Moment(NamedTuple):
    """When a complaint of somebody tells something of the one that follows."""

    case_id: int
    at: datetime


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
        rows = self._session.execute(_REPEATED, {"some": list(case_ids)})
        return {
            row.id: row.before is not None and row.received_at - row.before <= AGAIN_WITHIN
            for row in rows
        }

    def followed_by(
        self, moments: Iterable[Moment], *, besides: Collection[int]
    ) -> tuple[int, ...]:
        """Return the complaints that follow on some moments, each the next one of that person.

        Of those behind it the moment tells nothing: the next one lies in between.

        Args:
            moments: When somebody complained, or did so as was thought before.
            besides: Complaints that are left out.
        """
        found: set[int] = set()
        for moment in moments:
            given = {"of": moment.case_id, "at": moment.at}
            row = self._session.execute(_FOLLOWING, given).first()
            if row is not None and row.received_at - moment.at <= AGAIN_WITHIN:
                same = {"of_subject": row.subject_id, "at": row.received_at}
                found |= set(self._session.execute(_RECEIVED, same).scalars())
        return tuple(sorted(found - set(besides)))
