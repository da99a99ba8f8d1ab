"""Scenarios: of a draft one by one, of a version all together and for good."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from engine.domain.kept_scenario import KeptScenario, Origin
from engine.domain.playbook import Playbook
from engine.domain.playbook_writer import write_playbook
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.scenario_tables import DraftScenarioRow, VersionScenariosRow

_DRAFT, _VERSION = table_of(DraftScenarioRow), table_of(VersionScenariosRow)
_IS_KEPT = _DRAFT.c.dropped_at.is_(None)
_OF_DRAFT = (
    select(_DRAFT).where(_DRAFT.c.draft_id == bindparam("of"), _IS_KEPT).order_by(_DRAFT.c.id)
)
_ONE = select(_DRAFT).where(_DRAFT.c.id == bindparam("of"), _IS_KEPT)
_LAST = select(func.max(_DRAFT.c.id))
_OF_VERSION = (
    select(_VERSION.c.scenarios)
    .where(_VERSION.c.digest == bindparam("of"))
    .order_by(_VERSION.c.id.desc())
    .limit(1)
)


class Scenarios:
    """Adds, finds, changes and drops scenarios of drafts; keeps those of versions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_draft(self, draft: int) -> tuple[KeptScenario, ...]:
        """Return the scenarios of a draft, oldest first."""
        return tuple(map(_to_scenario, self._session.execute(_OF_DRAFT, {"of": draft})))

    def get(self, number: int) -> KeptScenario | None:
        """Return one scenario of a draft."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return _to_scenario(row) if row else None

    def add_all(self, scenarios: Iterable[KeptScenario], *, draft: int) -> int:
        """Add scenarios to a draft, and return the number of the last one; 0 for none."""
        rows = [_flat(each) | {"edited_at": each.edited_at} for each in scenarios]
        if not rows:
            return 0
        own = {"draft_id": draft, "rev": 1}
        self._session.execute(_DRAFT.insert().values([row | own for row in rows]))
        number: int = self._session.execute(_LAST).scalar_one()
        return number

    def replace(self, known: KeptScenario, playbook: Playbook, *, by: str, at: datetime) -> bool:
        """Change a scenario of a draft; tell whether it still was as it was read."""
        values = {"title": playbook.title, "text": write_playbook(playbook)}
        return self._change(known, values | {"edited_by": by, "edited_at": at})

    def drop(self, known: KeptScenario, *, by: str, at: datetime) -> bool:
        """Drop a scenario of a draft; tell whether it still was as it was read."""
        return self._change(known, {"edited_by": by, "edited_at": at, "dropped_at": at})

    def of_version(self, digest: str) -> tuple[KeptScenario, ...] | None:
        """Return the scenarios of a version; None when none were ever kept with it."""
        row = self._session.execute(_OF_VERSION, {"of": digest}).first()
        return None if row is None else to_scenarios(row.scenarios)

    def keep(
        self, digest: str, scenarios: Sequence[KeptScenario], *, by: str, at: datetime
    ) -> None:
        """Keep the scenarios of a version from now on; those of before stay beside them."""
        values = {"digest": digest, "scenarios": to_rows(scenarios), "kept_by": by, "kept_at": at}
        self._session.execute(_VERSION.insert().values(**values))

    def _change(self, known: KeptScenario, values: dict[str, Any]) -> bool:
        one = (_DRAFT.c.id == known.number, _DRAFT.c.rev == known.rev, _IS_KEPT)
        changing = _DRAFT.update().where(*one).values(rev=known.rev + 1, **values)
        return bool(self._session.execute(changing).rowcount)


def to_rows(scenarios: Iterable[KeptScenario]) -> list[dict[str, str]]:
    """Return scenarios as one column keeps them."""
    return [_flat(each) | {"edited_at": each.edited_at.isoformat()} for each in scenarios]


def to_scenarios(rows: Iterable[dict[str, str]]) -> tuple[KeptScenario, ...]:
    """Return the scenarios of one column."""
    return tuple(
        KeptScenario(
            title=row["title"],
            text=row["text"],
            origin=Origin(row["origin"]),
            edited_by=row["edited_by"],
            edited_at=datetime.fromisoformat(row["edited_at"]),
        )
        for row in rows
    )


def _flat(each: KeptScenario) -> dict[str, Any]:
    plain = {"title": each.title, "text": each.text, "origin": each.origin.value}
    return plain | {"edited_by": each.edited_by}


def _to_scenario(row: Row[Any]) -> KeptScenario:
    return KeptScenario(
        title=row.title,
        text=row.text,
        origin=Origin(row.origin),
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        number=row.id,
        draft=row.draft_id,
        rev=row.rev,
    )
