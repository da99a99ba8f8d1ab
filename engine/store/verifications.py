"""What verifications of the journal found, and how far one that runs has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.kpi import Period
from engine.domain.verification import VerificationRun
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.chain_tables import VerificationRow

_RUN = table_of(VerificationRow)
_BEGIN = _RUN.insert().returning(_RUN.c.id)
_CHANGE = _RUN.update().where(_RUN.c.id == bindparam("of"))
_LATEST = select(_RUN).order_by(_RUN.c.id.desc()).limit(bindparam("most"))
_LAST_WHOLE = (
    select(_RUN)
    .where(_RUN.c.scope == "", _RUN.c.finished_at.is_not(None))
    .order_by(_RUN.c.id.desc())
    .limit(1)
)


class Verifications:
    """Keeps runs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, *, scope: str, by: str, at: datetime) -> int:
        """Note that a run begins and return its number."""
        values = {"scope": scope, "by": by, "started_at": at, "seen_at": at}
        nothing = {"finished_at": None, "cases": 0, "events": 0, "expected": 0}
        number: int = self._session.execute(
            _BEGIN, values | nothing | {"findings": [], "notes": []}
        ).scalar_one()
        return number

    def go_on(self, run: int, *, events: int, expected: int, at: datetime) -> None:
        """Note how far a run is."""
        values = {"events": events, "expected": expected, "seen_at": at}
        self._session.post(_CHANGE, {"of": run} | values)

    def finish(
        self,
        run: int,
        *,
        counts: Mapping[str, int],
        findings: Sequence[tuple[str, str]],
        notes: Sequence[str],
        at: datetime,
    ) -> None:
        """Note what a run has found."""
        found = [{"where": where, "what": what} for where, what in findings]
        told = {"findings": found, "notes": list(notes), "seen_at": at, "finished_at": at}
        self._session.post(_CHANGE, {"of": run} | dict(counts) | told)

    def latest(self, limit: int) -> tuple[VerificationRun, ...]:
        """Return the last runs, latest first."""
        return tuple(_to_run(row) for row in self._session.execute(_LATEST, {"most": limit}))

    def whole_in(self, period: Period) -> tuple[VerificationRun, ...]:
        """Return the finished runs over everything that began in a period, oldest first."""
        query = select(_RUN).where(
            _RUN.c.scope == "",
            _RUN.c.finished_at.is_not(None),
            _RUN.c.started_at >= period.begin,
            _RUN.c.started_at < period.end,
        )
        return tuple(_to_run(row) for row in self._session.execute(query.order_by(_RUN.c.id)))

    def last_before(self, at: datetime) -> VerificationRun | None:
        """Return the last finished run over everything that began before a moment."""
        begun = _LAST_WHOLE.where(_RUN.c.started_at < at)
        row = self._session.execute(begun).first()
        return _to_run(row) if row else None

    def last_whole(self) -> VerificationRun | None:
        """Return the last finished run over everything."""
        row = self._session.execute(_LAST_WHOLE).first()
        return _to_run(row) if row else None


def _to_run(row: Row[Any]) -> VerificationRun:
    return VerificationRun(
        id=row.id,
        scope=row.scope,
        by=row.by,
        started_at=row.started_at,
        seen_at=row.seen_at,
        finished_at=row.finished_at,
        cases=row.cases,
        events=row.events,
        expected=row.expected,
        findings=tuple((found["where"], found["what"]) for found in row.findings),
        notes=tuple(row.notes),
    )
