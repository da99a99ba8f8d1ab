"""Figures of days, weeks and months as they were told."""

from datetime import date
from typing import Any

from sqlalchemy import Row, func, select

from engine.domain.kpi import Period
from engine.domain.snapshot import Snapshot, SnapshotKey, SnapshotKind
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.platform_tables import SnapshotRow

_SNAPSHOT = table_of(SnapshotRow)
_ALL = select(
    _SNAPSHOT.c.kind,
    _SNAPSHOT.c.day,
    _SNAPSHOT.c.begin_at,
    _SNAPSHOT.c.end_at,
    _SNAPSHOT.c.figures,
    _SNAPSHOT.c.taken_at,
)


class Snapshots:
    """Keeps figures; none is ever changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self, kind: SnapshotKind) -> date | None:
        """Return the last day whose figures were kept."""
        query = select(func.max(_SNAPSHOT.c.day)).where(_SNAPSHOT.c.kind == kind.value)
        found: date | None = self._session.execute(query).scalar_one()
        return found

    def get(self, key: SnapshotKey) -> Snapshot | None:
        """Return the figures that were kept under a name."""
        query = _ALL.where(_SNAPSHOT.c.kind == key.kind.value, _SNAPSHOT.c.day == key.day)
        row = self._session.execute(query).first()
        return _to_snapshot(row) if row else None

    def since(self, kind: SnapshotKind, first: date) -> tuple[Snapshot, ...]:
        """Return the figures of a kind from a day on, in order."""
        query = _ALL.where(_SNAPSHOT.c.kind == kind.value, _SNAPSHOT.c.day >= first)
        rows = self._session.execute(query.order_by(_SNAPSHOT.c.day))
        return tuple(map(_to_snapshot, rows))

    def add(self, kept: Snapshot) -> None:
        """Keep figures under a name that is not taken."""
        self._session.execute(
            _SNAPSHOT.insert().values(
                kind=kept.key.kind.value,
                day=kept.key.day,
                begin_at=kept.period and kept.period.begin,
                end_at=kept.period and kept.period.end,
                figures=dict(kept.figures),
                taken_at=kept.taken_at,
            )
        )


def _to_snapshot(row: Row[Any]) -> Snapshot:
    key = SnapshotKey(SnapshotKind(row.kind), row.day)
    period = Period(row.begin_at, row.end_at) if row.begin_at and row.end_at else None
    return Snapshot(key, period, row.figures, row.taken_at)
