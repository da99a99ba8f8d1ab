"""Calls upwards that wait to be acknowledged, found by the moment at which they climb."""

from datetime import datetime

from sqlalchemy import and_, bindparam, select

from engine.domain.inbox import written
from engine.domain.ladder import Level
from engine.store.incidents import is_left_alone
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow, StepRow
from engine.store.tables.escalation_tables import EscalationRow

_CALL, _CASE, _STEP = (table_of(row) for row in (EscalationRow, CaseRow, StepRow))
_DUE = (
    select(_CALL.c.case_id)
    .join_from(_CALL, _CASE, _CASE.c.id == _CALL.c.case_id)
    .where(
        _CALL.c.climb_at.is_not(None),
        _CALL.c.climb_at <= bindparam("now"),
        _CASE.c.suspended_at.is_(None),
        ~is_left_alone(_CALL.c.case_id),
    )
    .order_by(_CALL.c.climb_at, _CALL.c.case_id)
    .limit(bindparam("most"))
)
_OPEN = and_(
    _CALL.c.case_id == bindparam("of"),
    _CALL.c.token == bindparam("of_token"),
    _CALL.c.acknowledged_at.is_(None),
)
_MOVE = _CALL.update().where(_OPEN)
_SHOW = _STEP.update().where(
    _STEP.c.case_id == bindparam("of"), _STEP.c.token == bindparam("of_token")
)


class Calls:
    """Finds the calls that climb, and keeps on which rung each stands."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, now: datetime, limit: int, *, tries: int) -> list[int]:
        """Return ids of cases with a call that nobody acknowledged in time; earliest first.

        Calls of suspended cases are none of them.

        Args:
            now: The present.
            limit: Most calls to look at.
            tries: Cases that failed so often, or failed at this very moment, are left out.
        """
        given = {"now": now, "most": limit, "tries": tries}
        return list(dict.fromkeys(self._session.execute(_DUE, given).scalars()))

    def climb(
        self,
        case_id: int,
        token: str,
        *,
        level: Level,
        at: datetime,
        climb_at: datetime | None,
        roles: tuple[str, ...],
    ) -> None:
        """Let a call stand on another rung from now on, and its step be taken there as well.

        Args:
            case_id: Of the case.
            token: Of its step; whoever had taken it gives it back.
            level: The rung.
            at: Since when.
            climb_at: When the next one is called; None for never.
            roles: Who may take the step now.
        """
        of = {"of": case_id, "of_token": token}
        self._session.post(_MOVE, {"level": level, "level_at": at, "climb_at": climb_at} | of)
        shown = {"roles": written(roles), "assignee": None, "claimed_at": None}
        self._session.post(_SHOW, shown | of)

    def set_climb(self, case_id: int, token: str, climb_at: datetime | None) -> None:
        """Let a call climb at another moment, or not at all."""
        self._session.post(_MOVE, {"climb_at": climb_at, "of": case_id, "of_token": token})
