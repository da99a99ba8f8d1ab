"""Figures of days, weeks and months as they were told."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from engine.domain.snapshot import Snapshot, SnapshotKey, SnapshotKind
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.platform_tables import SnapshotRow

_SNAPSHOT = table_of(SnapshotRow)
_ALL = select(
    _SNAPSHOT.c.kind,
    _SNAPSHOT.c.day,
    _SNAPSHOT.c.figures,
    _SNAPSHOT.c.taken_at,
    _SNAPSHOT.c.event,
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
        return _to_snapshot(*row) if row else None

    def since(self, kind: SnapshotKind, first: date) -> tuple[Snapshot, ...]:
        """Return the figures of a kind from a day on, in order."""
        query = _ALL.where(_SNAPSHOT.c.kind == kind.value, _SNAPSHOT.c.day >= first)
        rows = self._session.execute(query.order_by(_SNAPSHOT.c.day))
        return tuple(_to_snapshot(*row) for row in rows)

    def add(self, kept: Snapshot) -> None:
        """Keep figures under a name that is not taken."""
        self._session.execute(
            _SNAPSHOT.insert().values(
                kind=kept.key.kind.value,
                day=kept.key.day,
                figures=dict(kept.figures),
                taken_at=kept.taken_at,
                event=kept.event,
            )
        )


def _to_snapshot(
    kind: str, day: date, figures: Mapping[str, Any], taken_at: datetime, event: int | None
) -> Snapshot:
    return Snapshot(SnapshotKey(SnapshotKind(kind), day), figures, taken_at, event)
