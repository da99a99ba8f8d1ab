"""What was found of a process week by week, and who has seen it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy import case as when

from engine.domain.process_health import Finding, KeptFinding, Look
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.health_tables import ProcessFindingRow, ProcessLookRow

_LOOK, _FINDING = table_of(ProcessLookRow), table_of(ProcessFindingRow)
_IS_UNSEEN = _FINDING.c.seen_by == ""
_IS_NEWS = _FINDING.c.week == _FINDING.c.since


class ProcessHealth:
    """Keeps looks and findings; none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self, process: str) -> date | None:
        """Return the first day of the week that was looked at last."""
        query = select(func.max(_LOOK.c.week)).where(_LOOK.c.process == process)
        found: date | None = self._session.execute(query).scalar_one()
        return found

    def look(self, process: str, week: date) -> Look | None:
        """Return what was looked at of a week."""
        query = select(_LOOK).where(_LOOK.c.process == process, _LOOK.c.week == week)
        row = self._session.execute(query).first()
        if row is None:
            return None
        return Look(row.week, row.process, row.version, row.done, row.compared, row.complaints)

    def weeks(self, process: str, *, most: int) -> dict[date, int]:
        """Return the last weeks that were looked at, the latest first, with what is unseen of each.

        What goes on from an earlier week is not news, and is counted there.
        """
        news = when((and_(_IS_UNSEEN, _IS_NEWS), 1), else_=0)
        same = and_(_FINDING.c.process == _LOOK.c.process, _FINDING.c.week == _LOOK.c.week)
        query = (
            select(_LOOK.c.week, func.coalesce(func.sum(news), 0))
            .select_from(_LOOK.outerjoin(_FINDING, same))
            .where(_LOOK.c.process == process)
            .group_by(_LOOK.c.week)
            .order_by(_LOOK.c.week.desc())
            .limit(most)
        )
        return {row[0]: int(row[1]) for row in self._session.execute(query)}

    def findings(self, process: str, week: date) -> tuple[KeptFinding, ...]:
        """Return what was found of a week, in the order in which it was."""
        query = (
            select(_FINDING)
            .where(_FINDING.c.process == process, _FINDING.c.week == week)
            .order_by(_FINDING.c.id)
        )
        return tuple(_to_finding(row) for row in self._session.execute(query))

    def keep(self, look: Look, findings: Iterable[Finding], *, at: datetime) -> None:
        """Keep what was looked at and found; what was told not long ago goes on."""
        names = ("week", "process", "version", "done", "compared", "complaints")
        told = {name: getattr(look, name) for name in names}
        self._session.execute(_LOOK.insert().values(**told, looked_at=at))
        for each in findings:
            self._session.execute(_FINDING.insert().values(**self._values(look, each)))

    def unseen(self, process: str) -> int:
        """Return how many findings nobody has seen; one that goes on for weeks is one."""
        query = select(func.count()).where(_FINDING.c.process == process, _IS_UNSEEN, _IS_NEWS)
        return int(self._session.execute(query).scalar_one())

    def see(self, process: str, week: date, *, by: str, at: datetime, note: str) -> int:
        """Keep who has seen what was found of a week; return how much of it was unseen.

        What went on until this week, or goes on from it, is seen with it.
        """
        unseen = [each for each in self.findings(process, week) if not each.seen_by]
        same = [
            and_(
                _FINDING.c.kind == each.finding.change,
                _FINDING.c.element == each.finding.element,
                _FINDING.c.since == each.since,
            )
            for each in unseen
        ]
        if same:
            seen = _FINDING.update().where(_FINDING.c.process == process, _IS_UNSEEN, or_(*same))
            self._session.execute(seen.values(seen_by=by, seen_at=at, note=note))
        return len(unseen)

    def _values(self, look: Look, finding: Finding) -> dict[str, Any]:
        """Return the values of a row."""
        told = {name: getattr(finding, name) for name in ("element", "title", "before", "now", "n")}
        told |= {"process": look.process, "week": look.week, "kind": finding.change}
        told |= dict(zip(("unheld_before", "unheld_now"), finding.unheld, strict=True))
        former = self._former(look, finding)
        if former is None:
            return told | {"since": look.week, "seen_by": "", "note": ""}
        kept = ("since", "seen_by", "seen_at", "note")
        return told | {name: getattr(former, name) for name in kept}

    def _former(self, look: Look, finding: Finding) -> Row[Any] | None:
        """Return the same finding of not long ago."""
        query = (
            select(_FINDING)
            .where(
                _FINDING.c.process == look.process,
                _FINDING.c.kind == finding.change,
                _FINDING.c.element == finding.element,
                _FINDING.c.week >= look.week - finding.change.goes_on,
                _FINDING.c.week < look.week,
            )
            .order_by(_FINDING.c.week.desc())
            .limit(1)
        )
        found: Row[Any] | None = self._session.execute(query).first()
        return found


def _to_finding(row: Row[Any]) -> KeptFinding:
    told = Finding(
        change=row.kind,
        element=row.element,
        before=row.before,
        now=row.now,
        n=row.n,
        unheld=(row.unheld_before, row.unheld_now),
        title=row.title,
    )
    return KeptFinding(row.week, told, row.since, row.seen_by, row.seen_at, row.note)
