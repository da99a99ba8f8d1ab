"""Waivers of rules that keep people apart."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from engine.domain.kpi import Period
from engine.domain.separation import Rule, Waiver
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.reach_tables import WaiverRow

_WAIVER = table_of(WaiverRow)
_IN_FORCE = select(_WAIVER).where(
    _WAIVER.c.rule == bindparam("rule"),
    _WAIVER.c.is_confirmed,
    _WAIVER.c.ended_at.is_(None),
    _WAIVER.c.until_at > bindparam("now"),
)


class Waivers:
    """Keeps waivers; none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def in_force(self, rule: Rule, now: datetime) -> Waiver | None:
        """Return the waiver of a rule that holds now."""
        row = self._session.execute(_IN_FORCE, {"rule": rule, "now": now}).first()
        return _to_waiver(row) if row else None

    def all(self) -> tuple[Waiver, ...]:
        """Return every waiver that was ever proposed, the latest first."""
        rows = self._session.execute(select(_WAIVER).order_by(_WAIVER.c.id.desc()))
        return tuple(_to_waiver(row) for row in rows)

    def given_in(self, period: Period) -> int:
        """Return how many waivers a second person confirmed in a period."""
        query = select(func.count()).where(
            _WAIVER.c.is_confirmed,
            _WAIVER.c.decided_at >= period.begin,
            _WAIVER.c.decided_at < period.end,
        )
        return int(self._session.execute(query).scalar_one())

    def get(self, waiver_id: int) -> Waiver | None:
        """Return one waiver, and keep others from deciding it meanwhile."""
        query = select(_WAIVER).where(_WAIVER.c.id == waiver_id).with_for_update()
        row = self._session.execute(query).first()
        return _to_waiver(row) if row else None

    def propose(self, waiver: Waiver) -> None:
        """Keep a waiver that waits for a second person."""
        self._session.execute(
            _WAIVER.insert().values(
                rule=waiver.rule,
                reason=waiver.reason,
                control=waiver.control,
                until_at=waiver.until_at,
                proposed_by=waiver.proposed_by,
                proposed_at=waiver.proposed_at,
                decided_by="",
                is_confirmed=False,
                ended_by="",
            )
        )

    def decide(self, waiver_id: int, *, by: str, at: datetime, is_confirmed: bool) -> None:
        """Keep what the second person says."""
        said = {"decided_by": by, "decided_at": at, "is_confirmed": is_confirmed}
        self._session.execute(_WAIVER.update().where(_WAIVER.c.id == waiver_id).values(**said))

    def end(self, waiver_id: int, *, by: str, at: datetime) -> None:
        """Let a waiver hold no more."""
        said = {"ended_by": by, "ended_at": at}
        self._session.execute(_WAIVER.update().where(_WAIVER.c.id == waiver_id).values(**said))


def _to_waiver(row: Row[Any]) -> Waiver:
    return Waiver(
        id=row.id,
        rule=row.rule,
        reason=row.reason,
        control=row.control,
        until_at=row.until_at,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        is_confirmed=row.is_confirmed,
        ended_at=row.ended_at,
    )
