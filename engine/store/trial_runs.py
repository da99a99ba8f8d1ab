"""What became of scenarios and of closed cases on a draft or proposal: added, and never changed."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.trial_run import RunKind, TrialRun
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.scenario_tables import TrialRunRow

_RUN = table_of(TrialRunRow)
_LAST = select(_RUN).where(_RUN.c.kind == bindparam("of_kind")).order_by(_RUN.c.id.desc()).limit(1)
_OF_CONTENT = _LAST.where(_RUN.c.content == bindparam("of"))
_OF_DRAFT = _LAST.where(_RUN.c.draft == bindparam("of"))


class TrialRuns:
    """Adds and finds runs; none is ever changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, run: TrialRun) -> int:
        """Keep a run, whatever number it carries, and return the number it gets."""
        values: dict[str, Any] = {"kind": run.kind.value, "content": run.content}
        values |= {"around": run.around}
        values |= {"draft": run.draft, "run_by": run.by, "run_at": run.at}
        adding = _RUN.insert().values(results=dict(run.results), **values).returning(_RUN.c.id)
        number: int = self._session.execute(adding).scalar_one()
        return number

    def last(self, content: str, kind: RunKind) -> TrialRun | None:
        """Return the last run of exactly this content."""
        row = self._session.execute(_OF_CONTENT, {"of": content, "of_kind": kind.value}).first()
        return _to_run(row) if row else None

    def last_of_draft(self, draft: int, kind: RunKind) -> TrialRun | None:
        """Return the last run of a draft, whatever it held then."""
        row = self._session.execute(_OF_DRAFT, {"of": draft, "of_kind": kind.value}).first()
        return _to_run(row) if row else None


def _to_run(row: Row[Any]) -> TrialRun:
    return TrialRun(
        number=row.id,
        kind=RunKind(row.kind),
        content=row.content,
        around=row.around,
        draft=row.draft,
        by=row.run_by,
        at=row.run_at,
        results=row.results,
    )
