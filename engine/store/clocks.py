"""Promises on time, found by the moment at which somebody must look at them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from engine.domain.deadline import Clock, ClockState, Move, next_instant
from engine.domain.sight import Sight
from engine.store.incidents import is_left_alone
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.clock_tables import ClockRow

_CLOCK, _CASE = table_of(ClockRow), table_of(CaseRow)
CLOCKS = (
    select(_CLOCK).where(_CLOCK.c.case_id == bindparam("of")).order_by(_CLOCK.c.due_at, _CLOCK.c.id)
)
_REPLACE = _CLOCK.update().where(
    _CLOCK.c.case_id == bindparam("of"), _CLOCK.c.code == bindparam("of_code")
)
_IS_DUE = and_(
    _CLOCK.c.next_at.is_not(None),
    _CLOCK.c.next_at <= bindparam("now"),
    ~is_left_alone(_CLOCK.c.case_id),
)
_DUE = select(_CLOCK.c.case_id).where(_IS_DUE).order_by(_CLOCK.c.next_at).limit(bindparam("most"))
# Both rows are held: PostgreSQL looks again at what it holds, and a clock that another sweep moved
# meanwhile is due no more. Others may still add rows that refer to the case, such as a draft.
_CLAIM = (
    select(_CASE.c.id)
    .join_from(_CLOCK, _CASE, _CASE.c.id == _CLOCK.c.case_id)
    .where(_IS_DUE)
    .order_by(_CLOCK.c.next_at)
    .limit(bindparam("few"))
    .with_for_update(key_share=True, skip_locked=True)
)


class Clocks:
    """Keeps the clocks of all cases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, case_id: int) -> tuple[Clock, ...]:
        """Return the clocks of one case, soonest due first."""
        return tuple(to_clock(row) for row in self._session.execute(CLOCKS, {"of": case_id}))

    def running(self, sight: Sight) -> Iterator[tuple[str, Clock]]:
        """Yield every clock that runs in a case that somebody sees, with the case's reference."""
        # What runs has a next moment, which an index holds.
        chosen = (
            select(_CLOCK, _CASE.c.reference)
            .join_from(_CLOCK, _CASE, _CASE.c.id == _CLOCK.c.case_id)
            .where(_CLOCK.c.next_at.is_not(None), *of_cases(Frame.of(sight)))
            .order_by(_CLOCK.c.next_at)
        )
        for row in self._session.execute(chosen, values_of(sight)):
            yield row.reference, to_clock(row)

    def add(self, case_id: int, clocks: Iterable[Clock]) -> None:
        """Start clocks for a new case."""
        if rows := [_values(clock) | {"case_id": case_id, "code": clock.code} for clock in clocks]:
            self._session.execute(_CLOCK.insert(), rows)

    def replace(self, case_id: int, clock: Clock) -> None:
        """Store a clock that moved on."""
        of = {"of": case_id, "of_code": clock.code}
        self._session.post(_REPLACE, _values(clock) | of)

    def due(self, now: datetime, limit: int, *, tries: int) -> list[int]:
        """Return ids of cases with a clock that must be looked at; most urgent first.

        Args:
            now: The present.
            limit: Most clocks to look at.
            tries: Cases that failed so often, or failed at this very moment, are left out.
        """
        given = {"now": now, "most": limit, "tries": tries}
        rows = self._session.execute(_DUE, given).scalars()
        return list(dict.fromkeys(rows))

    def claim_due(self, now: datetime, limit: int, *, tries: int) -> list[int]:
        """Take some cases with a due clock, and keep everybody away until the transaction ends.

        Cases that others hold at the moment are passed over, so that many can claim at once.

        Args:
            now: The present.
            limit: Most clocks to take.
            tries: As in ``due``.
        """
        given = {"now": now, "few": limit, "tries": tries}
        return list(dict.fromkeys(self._session.execute(_CLAIM, given).scalars()))


def _values(clock: Clock) -> dict[str, Any]:
    return {
        "title": clock.title,
        "kind": clock.kind,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "stops_on": clock.stops_on,
        "state": clock.state.value,
        "met_at": clock.met_at,
        "warned_at": clock.warned_at,
        "breached_at": clock.breached_at,
        "next_at": next_instant(clock),
        "paused_at": clock.paused_at,
        "later_warns": [moment.isoformat() for moment in clock.later_warns],
        "lapses": clock.lapses,
        "profile": clock.profile,
        "variant": clock.variant,
        "rule": clock.rule,
        "calendar": clock.calendar,
        "moves": [move.model_dump(mode="json") for move in clock.moves],
    }


def to_clock(row: Row[Any]) -> Clock:
    """Build a clock from its row."""
    return Clock.model_construct(
        code=row.code,
        title=row.title,
        kind=row.kind,
        started_at=row.started_at,
        due_at=row.due_at,
        warn_at=row.warn_at,
        stops_on=row.stops_on,
        state=ClockState(row.state),
        met_at=row.met_at,
        warned_at=row.warned_at,
        breached_at=row.breached_at,
        paused_at=row.paused_at,
        later_warns=tuple(map(datetime.fromisoformat, row.later_warns)),
        lapses=row.lapses,
        profile=row.profile,
        variant=row.variant,
        rule=row.rule,
        calendar=row.calendar,
        moves=tuple(Move.model_validate(move) for move in row.moves),
    )
