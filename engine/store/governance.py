"""The register of governance."""

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.governance import GovernanceRecord, RecordState
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.governance_tables import GovernanceRow

_RECORD = table_of(GovernanceRow)
_ALL = select(_RECORD).order_by(_RECORD.c.id.desc())
_ONE = select(_RECORD).where(_RECORD.c.id == bindparam("of"))
_NAMES = tuple(field.name for field in fields(GovernanceRecord) if field.name != "number")


class Governance:
    """Keeps records of governance; none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[GovernanceRecord, ...]:
        """Return every record, the latest first."""
        return tuple(_to_record(row) for row in self._session.execute(_ALL))

    def get(self, number: int) -> GovernanceRecord | None:
        """Return one record."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return _to_record(row) if row else None

    def take(self, number: int) -> GovernanceRecord | None:
        """Return one record, and keep others from changing it meanwhile."""
        row = self._session.execute(_ONE.with_for_update(), {"of": number}).first()
        return _to_record(row) if row else None

    def is_known(self, record: GovernanceRecord) -> bool:
        """Tell whether a record with the same words waits to be approved, or is in force."""
        same = select(_RECORD.c.id).where(
            _RECORD.c.kind == record.kind,
            _RECORD.c.title == record.title,
            _RECORD.c.owner == record.owner,
            _RECORD.c.due_on == record.due_on,
            _RECORD.c.state.in_([RecordState.PROPOSED, RecordState.APPROVED]),
        )
        return self._session.execute(same).first() is not None

    def add(self, record: GovernanceRecord) -> int:
        """Keep a new record and return its number."""
        new = _RECORD.insert().values(**_values(record)).returning(_RECORD.c.id)
        number: int = self._session.execute(new).scalar_one()
        return number

    def replace(self, record: GovernanceRecord) -> None:
        """Keep a record that moved on; the database refuses who had another part in it."""
        change = _RECORD.update().where(_RECORD.c.id == record.number)
        self._session.execute(change.values(**_values(record)))


def _values(record: GovernanceRecord) -> dict[str, Any]:
    told = asdict(record)
    del told["number"]
    return told


def _to_record(row: Row[Any]) -> GovernanceRecord:
    return GovernanceRecord(number=row.id, **{name: getattr(row, name) for name in _NAMES})
