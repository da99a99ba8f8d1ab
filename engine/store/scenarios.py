"""Scenarios that are kept with a process."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from engine.domain.kept_scenario import KeptScenario, Origin
from engine.domain.playbook import Playbook
from engine.domain.playbook_writer import write_playbook
from engine.store.prepared import table_of
from engine.store.scenario_tables import ScenarioRow
from engine.store.session import Session

_SCENARIO = table_of(ScenarioRow)
_OF_PROCESS = (
    select(_SCENARIO)
    .where(_SCENARIO.c.process_id == bindparam("of"), _SCENARIO.c.dropped_at.is_(None))
    .order_by(_SCENARIO.c.id)
)
_ONE = select(_SCENARIO).where(_SCENARIO.c.id == bindparam("of"), _SCENARIO.c.dropped_at.is_(None))
_EVER = select(_SCENARIO.c.id).where(_SCENARIO.c.process_id == bindparam("of")).limit(1)
_LAST = select(func.max(_SCENARIO.c.id))
_THIS = (_SCENARIO.c.id == bindparam("of"), _SCENARIO.c.rev == bindparam("of_rev"))
_REPLACE = _SCENARIO.update().where(*_THIS).values(rev=_SCENARIO.c.rev + 1)


class Scenarios:
    """Adds, finds, changes and drops scenarios."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, process_id: str) -> tuple[KeptScenario, ...]:
        """Return the scenarios of a process, oldest first."""
        return tuple(map(_to_scenario, self._session.execute(_OF_PROCESS, {"of": process_id})))

    def get(self, number: int) -> KeptScenario | None:
        """Return one scenario."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return _to_scenario(row) if row else None

    def had_any(self, process_id: str) -> bool:
        """Tell whether a process has or ever had a scenario."""
        return self._session.execute(_EVER, {"of": process_id}).first() is not None

    def add_all(
        self,
        playbooks: Iterable[Playbook],
        *,
        process_id: str,
        origin: Origin,
        by: str,
        at: datetime,
    ) -> int:
        """Add scenarios, and return the number of the last one."""
        rows = [
            {"title": each.title, "text": write_playbook(each), "process_id": process_id, "rev": 1}
            | {"origin": origin.value, "edited_by": by, "edited_at": at}
            for each in playbooks
        ]
        self._session.execute(_SCENARIO.insert().values(rows))
        number: int = self._session.execute(_LAST).scalar_one()
        return number

    def replace(self, known: KeptScenario, playbook: Playbook, *, by: str, at: datetime) -> bool:
        """Change a scenario; tell whether it still was as it was read."""
        values = {"title": playbook.title, "text": write_playbook(playbook)}
        return self._change(known, values | {"edited_by": by, "edited_at": at})

    def drop(self, known: KeptScenario, *, by: str, at: datetime) -> bool:
        """Drop a scenario; tell whether it still was as it was read."""
        return self._change(known, {"edited_by": by, "edited_at": at, "dropped_at": at})

    def _change(self, known: KeptScenario, values: dict[str, Any]) -> bool:
        done = self._session.execute(
            _REPLACE.values(values), {"of": known.number, "of_rev": known.rev}
        )
        return bool(done.rowcount)


def _to_scenario(row: Row[Any]) -> KeptScenario:
    return KeptScenario(
        number=row.id,
        process_id=row.process_id,
        title=row.title,
        text=row.text,
        origin=Origin(row.origin),
        rev=row.rev,
        edited_by=row.edited_by,
        edited_at=row.edited_at,
    )
