"""Runs of jobs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.platform_tables import JobRunRow, JobTurnRow

_RUN, _TURN = table_of(JobRunRow), table_of(JobTurnRow)
_OF = _RUN.c.name == bindparam("of_name")
_THIS = (_OF, _RUN.c.scheduled_for == bindparam("of_instant"))
_TAKE_TURN = _TURN.update().where(_TURN.c.name == bindparam("of_name")).values(name=_TURN.c.name)
_ALIVE = select(_RUN.c.scheduled_for).where(
    _OF, _RUN.c.state == "running", _RUN.c.seen_at > bindparam("since")
)
LEASE = timedelta(minutes=2)
"""Whose run has not been seen for so long has died."""
TRIES = 3
"""So often a run that fails or dies is begun."""
ENDED = "The program that ran it was ended."
"""The problem of a run that somebody else took over."""
_MOST_PROBLEMS = 1000


class Begin(StrEnum):
    """What became of the wish to begin a run."""

    NOW = "running"
    KNOWN = "known"
    """The same instant was run, or is being run."""
    BUSY = "busy"
    """Another run of the job is under way."""


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job.

    Attributes:
        tries: How often it was begun.
        seen_at: When it was last known to be alive.
        done: How far it is, where it says so.
        of: Of how many; None where it does not say.
        problem: What went wrong in its last try that failed; empty for nothing.
        asked_by: User name of whoever asked for it; empty for a run of the schedule.
    """

    name: str
    scheduled_for: datetime
    started_at: datetime
    finished_at: datetime | None
    state: str
    summary: Mapping[str, Any]
    tries: int
    seen_at: datetime | None
    done: int
    of: int | None
    problem: str
    asked_by: str

    def is_dead(self, now: datetime) -> bool:
        """Tell whether whoever ran it is gone."""
        return self.state == "running" and (self.seen_at or self.started_at) <= now - LEASE

    def has_failed_before(self, at: datetime) -> bool:
        """Tell whether it ended with a failure, at some instant or before."""
        return self.state == "failed" and self.finished_at is not None and self.finished_at <= at


_TOLD = select(*(_RUN.c[name] for name in JobRun.__slots__)).where(_OF).limit(1)
_NEWEST = _TOLD.order_by(_RUN.c.started_at.desc(), _RUN.c.id.desc())
_RECENT = _NEWEST.limit(bindparam("most"))
_ASKED = (
    select(_RUN.c.name, _RUN.c.scheduled_for)
    .where(_RUN.c.state == "asked")
    .order_by(_RUN.c.scheduled_for)
)
_TROUBLED = (
    select(*(_RUN.c[name] for name in JobRun.__slots__))
    .where(_RUN.c.problem != "", _RUN.c.started_at >= bindparam("since"))
    .order_by(_RUN.c.started_at.desc(), _RUN.c.id.desc())
    .limit(_MOST_PROBLEMS)
)
_LAST = _TOLD.where(_RUN.c.finished_at.is_not(None)).order_by(_RUN.c.finished_at.desc())


class Jobs:
    """Keeps what jobs did."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(
        self, name: str, *, scheduled_for: datetime, at: datetime, asked_by: str = ""
    ) -> Begin:
        """Start a run, unless it was run before or another run of the job is under way.

        One that failed, or whose process died, is begun again, a few times at most.
        """
        self._take_turn(name)
        given = {"of_name": name, "of_instant": scheduled_for, "since": at - LEASE}
        alive = self._session.execute(_ALIVE, given).scalars().all()
        if alive:
            return Begin.KNOWN if scheduled_for in alive else Begin.BUSY
        known = self._session.execute(select(_RUN).where(*_THIS), given).first()
        if known is None:
            self._session.execute(
                insert(_RUN).values(
                    name=name,
                    scheduled_for=scheduled_for,
                    started_at=at,
                    seen_at=at,
                    state="running",
                    summary={},
                    asked_by=asked_by,
                )
            )
            return Begin.NOW
        if known.state == "done" or known.tries >= TRIES:
            return Begin.KNOWN
        again = {"started_at": at, "seen_at": at, "finished_at": None, "state": "running"}
        if known.state != "asked":
            again["tries"] = known.tries + 1
        if known.state == "running":
            again["problem"] = ENDED
        self._session.execute(update(_RUN).where(_RUN.c.id == known.id).values(**again))
        return Begin.NOW

    def ask(self, name: str, *, at: datetime, by: str) -> Begin:
        """Keep the wish for a run; whoever looks next for wishes begins it.

        Returns:
            Whether it was kept; ``KNOWN`` where there is such a wish already.
        """
        self._take_turn(name)
        given = {"of_name": name, "of_instant": at, "since": at - LEASE}
        if self._session.execute(_ALIVE, given).first():
            return Begin.BUSY
        if name in {each for each, _ in self.asked()}:
            return Begin.KNOWN
        wish = {"scheduled_for": at, "started_at": at, "state": "asked", "summary": {}}
        self._session.execute(insert(_RUN).values(name=name, asked_by=by, **wish))
        return Begin.NOW

    def asked(self) -> tuple[tuple[str, datetime], ...]:
        """Return what was asked for and not begun: job and instant, oldest first."""
        return tuple((row.name, row.scheduled_for) for row in self._session.execute(_ASKED))

    def _take_turn(self, name: str) -> None:
        """Let nobody else begin the job until this transaction ends."""
        if not self._session.execute(_TAKE_TURN, {"of_name": name}).rowcount:
            # Who begins it for the first time at the same moment collides, and is run again.
            self._session.execute(insert(_TURN).values(name=name))

    def see(
        self, name: str, *, scheduled_for: datetime, at: datetime, done: int, of: int | None
    ) -> None:
        """Note that a run is alive, and how far it is."""
        self._session.execute(
            update(_RUN).where(*_THIS).values(seen_at=at, done=done, of=of),
            {"of_name": name, "of_instant": scheduled_for},
        )

    def finish(
        self,
        name: str,
        *,
        scheduled_for: datetime,
        at: datetime,
        state: str,
        summary: Mapping[str, Any],
        problem: str = "",
    ) -> None:
        """Note how a run ended; a problem of an earlier try stays where there is no new one."""
        ended = {"finished_at": at, "state": state, "summary": dict(summary)}
        if problem:
            ended["problem"] = problem
        self._session.execute(
            update(_RUN).where(*_THIS).values(**ended),
            {"of_name": name, "of_instant": scheduled_for},
        )

    def last(self, name: str) -> JobRun | None:
        """Return the latest finished run of a job."""
        return _to_run(self._session.execute(_LAST, {"of_name": name}).first())

    def newest(self, name: str) -> JobRun | None:
        """Return the run of a job that was begun last."""
        return _to_run(self._session.execute(_NEWEST, {"of_name": name}).first())

    def recent(self, name: str, *, most: int) -> tuple[JobRun, ...]:
        """Return the runs of a job that were begun last, the latest first."""
        found = self._session.execute(_RECENT, {"of_name": name, "most": most})
        return tuple(JobRun(*row) for row in found)

    def troubled(self, since: datetime) -> tuple[JobRun, ...]:
        """Return runs of all jobs in which something went wrong, the latest first."""
        return tuple(JobRun(*row) for row in self._session.execute(_TROUBLED, {"since": since}))

    def forget(self, names: Iterable[str], *, before: datetime) -> int:
        """Forget finished runs of some jobs; return how many."""
        gone = self._session.execute(
            delete(_RUN).where(_RUN.c.name.in_(tuple(names)), _RUN.c.finished_at < before)
        )
        return int(gone.rowcount)


def _to_run(row: Row[Any] | None) -> JobRun | None:
    return JobRun(*row) if row else None
