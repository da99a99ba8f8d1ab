"""What was found about conformity, run by run."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from engine.domain.conformity import ClauseResult, EvidenceRun, Verdict
from engine.domain.kpi import Period
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.governance_tables import (
    EvidenceCountRow,
    EvidenceRunRow,
    EvidenceVerdictRow,
)

_RUN, _VERDICT = table_of(EvidenceRunRow), table_of(EvidenceVerdictRow)
_COUNT = table_of(EvidenceCountRow)
_LAST = (
    select(_RUN.c.id, _RUN.c.at, _RUN.c.digest)
    .where(_RUN.c.at >= bindparam("begin"), _RUN.c.at < bindparam("end"))
    .order_by(_RUN.c.id.desc())
    .limit(1)
)
_LATEST = select(_RUN).order_by(_RUN.c.id.desc()).limit(bindparam("most"))


class EvidenceRuns:
    """Keeps runs; none is ever changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, results: Sequence[ClauseResult], *, digest: str, at: datetime) -> int:
        """Freeze results and return the number of the run."""
        new = _RUN.insert().values(at=at, digest=digest).returning(_RUN.c.id)
        number: int = self._session.execute(new).scalar_one()
        for each in results:
            self._session.execute(
                _VERDICT.insert().values(
                    run_id=number,
                    clause=each.duty.clause,
                    verdict=each.verdict,
                    looked_at=each.looked_at,
                    in_order=each.in_order,
                )
            )
            for told in each.measures:
                self._session.execute(
                    _COUNT.insert().values(
                        run_id=number,
                        measure=f"{each.duty.clause}.{told.measure.code}",
                        looked_at=told.count.looked_at,
                        in_order=told.count.in_order,
                    )
                )
        return number

    def last_in(self, period: Period) -> EvidenceRun | None:
        """Return the last run of a period with all that it counted; None where there was none."""
        run = self._session.execute(_LAST, {"begin": period.begin, "end": period.end}).first()
        if run is None:
            return None
        verdicts = self._session.execute(select(_VERDICT).where(_VERDICT.c.run_id == run.id))
        counts = self._session.execute(select(_COUNT).where(_COUNT.c.run_id == run.id))
        return EvidenceRun(
            run.id,
            run.at,
            run.digest,
            {row.clause: (row.verdict, row.looked_at, row.in_order) for row in verdicts},
            {row.measure: (row.looked_at, row.in_order) for row in counts},
        )

    def latest(self, most: int) -> tuple[EvidenceRun, ...]:
        """Return the last runs, latest first."""
        runs = self._session.execute(_LATEST, {"most": most}).all()
        if not runs:
            return ()
        first = min(run.id for run in runs)
        verdicts: dict[int, dict[str, tuple[Verdict, int, int]]] = {run.id: {} for run in runs}
        for row in self._session.execute(select(_VERDICT).where(_VERDICT.c.run_id >= first)):
            known = (row.verdict, row.looked_at, row.in_order)
            verdicts.setdefault(row.run_id, {})[row.clause] = known
        return tuple(EvidenceRun(run.id, run.at, run.digest, verdicts[run.id]) for run in runs)
