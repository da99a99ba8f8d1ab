"""The sweep: clocks that warn or are broken, and moments the diagrams wait for (8.2, 4.15)."""

from dataclasses import dataclass

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.services.change import CaseChange
from engine.store.jobs import Incident
from engine.store.transaction import Transaction

TRIES = 3
"""After so many failures a case is left alone until somebody looks at its incident."""

_BATCH = 200
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep did."""

    cases: int
    sent: int
    failed: int


def sweep(platform: Platform, *, actor: Actor = SYSTEM, limit: int = 100_000) -> Sweep:
    """Move every case whose clock or timer is due, each in a transaction of its own.

    A sweep that runs twice, late, or beside another one sends nothing twice: what was sent is
    stored in the same transaction, guarded by the revision of the case.

    Args:
        platform: Where the cases are.
        actor: A job.
        limit: Most cases to move.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 4.15 and 8.2.
    """
    actor.require(Deed.RUN_JOBS)
    moved = sent = failed = 0
    while moved + failed < limit:
        due = _due(platform, min(_BATCH, limit - moved - failed))
        if not due:
            break
        before = moved
        for case_id in due:
            count = _move(platform, case_id, actor)
            if count is None:
                failed += 1
            else:
                moved += 1
                sent += count
        if moved == before:  # nothing but failures is left; the next sweep tries them again
            break
    return Sweep(moved, sent, failed)


def incidents(platform: Platform, *, actor: Actor) -> tuple[Incident, ...]:
    """Return the cases that jobs could not move, oldest first.

    Raises:
        NotAllowedError: The actor may not see the performance of the system.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        return tx.jobs.incidents(TRIES)


def _due(platform: Platform, limit: int) -> list[int]:
    now = platform.now()
    with platform.database.read() as tx:
        blocked = tx.jobs.blocked(TRIES)
        found = tx.clocks.due(now, limit + len(blocked))
        found += tx.cases.due_timers(now, limit + len(blocked))
    return [case_id for case_id in dict.fromkeys(found) if case_id not in blocked][:limit]


def _move(platform: Platform, case_id: int, actor: Actor) -> int | None:
    """Move one case; None when it failed, which must not stop the others."""

    def work(tx: Transaction) -> int:
        case = tx.cases.take_by_id(case_id)
        change = CaseChange.load(platform, tx, case=case, actor=actor)
        sent = change.act_on_clocks()
        change.finish()
        tx.jobs.resolve_incident(case_id, change.now)
        return sent

    try:
        return platform.database.write(work)
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with one case, the others go on
        _note_failure(platform, case_id, failure)
        return None


def _note_failure(platform: Platform, case_id: int, failure: Exception) -> None:
    element = str(getattr(failure, "element", ""))
    cause = f"{type(failure).__name__}: {failure}"[:500]

    def work(tx: Transaction) -> int:
        return tx.jobs.note_failure(case_id, element=element, cause=cause, at=platform.now())

    tries = platform.database.write(work)
    _log.error("sweep.case-failed", case=case_id, tries=tries, kind=type(failure).__name__)
