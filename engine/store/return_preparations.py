"""Returns to regulators that are to be sent, as they were prepared."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.domain.kpi import Period
from engine.domain.return_due import Look, Preparation
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.return_tables import ReturnPreparationRow

_ROW = table_of(ReturnPreparationRow)
_ALL = select(_ROW).order_by(_ROW.c.due_on, _ROW.c.id)


class ReturnPreparations:
    """Keeps what was found when a return was prepared, and what is found since."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Preparation, ...]:
        """Return every preparation, what is due first before the others."""
        return tuple(_to_preparation(row) for row in self._session.execute(_ALL))

    def add(self, new: Preparation) -> int:
        """Keep a preparation and return its number."""
        frozen = new.prepared
        values = _changing(new) | {
            "kind": new.kind,
            "begin_at": new.period.begin,
            "end_at": new.period.end,
            "due_on": new.due_on,
            "prepared_at": frozen.at,
            "cases": frozen.cases,
            "problems": frozen.problems,
            "untied": frozen.untied,
            "sha256": frozen.sha256,
        }
        added = self._session.execute(insert(_ROW).values(**values).returning(_ROW.c.id))
        number: int = added.scalar_one()
        return number

    def go_on(self, changed: Preparation) -> None:
        """Keep what was found since, and who was told; what was prepared stays as it is."""
        statement = update(_ROW).where(_ROW.c.id == changed.number)
        self._session.execute(statement.values(**_changing(changed)))


def _changing(preparation: Preparation) -> dict[str, Any]:
    latest = preparation.latest
    return {
        "looked_at": latest.at,
        "latest_cases": latest.cases,
        "latest_problems": latest.problems,
        "latest_untied": latest.untied,
        "latest_sha256": latest.sha256,
        "reminded": preparation.reminded,
        "climbed_at": preparation.climbed_at,
    }


def _to_preparation(row: Row[Any]) -> Preparation:
    return Preparation(
        number=row.id,
        kind=row.kind,
        period=Period(row.begin_at, row.end_at),
        due_on=row.due_on,
        prepared=Look(row.prepared_at, row.cases, row.problems, row.untied, row.sha256),
        latest=Look(
            row.looked_at,
            row.latest_cases,
            row.latest_problems,
            row.latest_untied,
            row.latest_sha256,
        ),
        reminded=row.reminded,
        climbed_at=row.climbed_at,
    )
