"""Who is gone, and what they hold; and complaints on which nobody has acted."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, or_, select

from engine.domain.actor import NAMES
from engine.store.delegations import IS_LIVE
from engine.store.incidents import is_left_alone
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow, JournalRow, StepRow
from engine.store.tables.platform_tables import AccountRow
from engine.store.tables.reach_tables import DelegationRow

_ACCOUNT, _DELEGATION, _CASE, _STEP, _JOURNAL = (
    table_of(row) for row in (AccountRow, DelegationRow, CaseRow, StepRow, JournalRow)
)
_AWAY = exists().where(_DELEGATION.c.absent == _ACCOUNT.c.username, IS_LIVE)
_IS_GONE = or_(_ACCOUNT.c.is_active.is_(False), _AWAY)
_HELD = (
    select(_STEP.c.case_id)
    .join_from(_STEP, _ACCOUNT, _ACCOUNT.c.username == _STEP.c.assignee)
    .where(_STEP.c.suspended_at.is_(None), _IS_GONE, ~is_left_alone(_STEP.c.case_id))
    .order_by(_STEP.c.due_at, _STEP.c.id)
    .limit(bindparam("most"))
)
_OWNED = (
    select(_CASE.c.id)
    .join_from(_CASE, _ACCOUNT, _ACCOUNT.c.username == _CASE.c.owner)
    .where(
        _CASE.c.closed_at.is_(None),
        _CASE.c.suspended_at.is_(None),
        _IS_GONE,
        ~is_left_alone(_CASE.c.id),
    )
    .order_by(_CASE.c.id)
    .limit(bindparam("most"))
)
LOOKS = ("case.read", "glass.broken", "glass.read", "personal.exported", "timer.fired")
"""Events of people that move nothing."""
_BY_STAFF = (_JOURNAL.c.actor.not_in(NAMES), _JOURNAL.c.type.not_in(LOOKS))
_LAST_ACT = select(func.max(_JOURNAL.c.at)).where(_JOURNAL.c.case_id == bindparam("of"), *_BY_STAFF)
_TOLD = select(func.max(_JOURNAL.c.at)).where(
    _JOURNAL.c.case_id == bindparam("of"), _JOURNAL.c.type == "case.inactive"
)


class Attendance:
    """Finds what waits for people who are gone, or on whom nobody waits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def left_behind(self, now: datetime, limit: int, *, tries: int) -> list[int]:
        """Return ids of running cases of which somebody who is gone has a step, or is the owner.

        Gone is whose account is closed, and for whom somebody stands in now.

        Args:
            now: The present.
            limit: Most steps, and most cases, to look at.
            tries: Cases that failed so often, or failed at this very moment, are left out.
        """
        given = {"now": now, "most": limit, "tries": tries}
        found = [*self._session.execute(_HELD, given).scalars()]
        found += self._session.execute(_OWNED, given).scalars()
        return list(dict.fromkeys(found))

    def still(self, before: datetime, limit: int, *, beside: Collection[str]) -> list[int]:
        """Return ids of running cases with work on which no member of staff acted since a moment.

        Args:
            before: The moment.
            limit: Most cases to return.
            beside: Forms of steps that are no work of the case itself.
        """
        given = {"before": before, "most": limit, "beside": tuple(beside)}
        return list(self._session.execute(_still(), given).scalars())

    def last_act(self, case_id: int) -> datetime | None:
        """Return when a member of staff last acted on a case; None when nobody ever has."""
        return self._moment(_LAST_ACT, case_id)

    def told(self, case_id: int) -> datetime | None:
        """Return when it was last told that nobody acts on a case; None for never."""
        return self._moment(_TOLD, case_id)

    def _moment(self, query: Select[Any], case_id: int) -> datetime | None:
        row = self._session.execute(query, {"of": case_id}).first()
        moment: datetime | None = row[0] if row else None
        return moment


def _still() -> Select[Any]:
    has_work = exists().where(
        _STEP.c.case_id == _CASE.c.id,
        _STEP.c.form.not_in(bindparam("beside", expanding=True)),
    )
    has_moved = exists().where(
        _JOURNAL.c.case_id == _CASE.c.id, _JOURNAL.c.at >= bindparam("before"), *_BY_STAFF
    )
    return (
        select(_CASE.c.id)
        .where(
            _CASE.c.closed_at.is_(None),
            _CASE.c.suspended_at.is_(None),
            _CASE.c.recorded_at < bindparam("before"),
            has_work,
            ~has_moved,
        )
        .order_by(_CASE.c.id)
        .limit(bindparam("most"))
    )
