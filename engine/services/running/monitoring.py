"""The sweep: clocks that warn or are broken, and moments the diagrams wait for (8.2, 4.15)."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.incident import Incident, IncidentKind, cause_of, element_of
from engine.errors import UnavailableError
from engine.services.accounts import reach
from engine.services.running.change import CaseChange
from engine.store.incidents import TRIES
from engine.store.taken import Taken
from engine.store.transaction import Transaction

_BATCH = 200
_TOGETHER = 10
"""Cases in one transaction; more would keep people waiting on SQLite, which has one writer."""
_MOVED = "The case goes on by itself again."
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep did."""

    cases: int
    sent: int
    failed: int


def sweep(platform: Platform, *, actor: Actor = SYSTEM, limit: int = 100_000) -> Sweep:
    """Move every case whose clock or timer is due, a few in one transaction.

    Many sweeps at once share the work: each claims cases that no other holds. Where one of a few
    fails, each of them is moved in a transaction of its own. A sweep that runs twice, late, or
    beside another one sends nothing twice: what was sent is stored in the same transaction,
    guarded by the revision of the case.

    Args:
        platform: Where the cases are.
        actor: A job.
        limit: Most cases to move.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 4.15 and 8.2.
    """
    actor.require(Deed.RUN_JOBS)
    began = platform.now()
    if not _due(platform, began):
        return Sweep(0, 0, 0)
    seen, sent = _move_by_claims(platform, began, actor, limit)
    moved, failed = len(seen), 0
    while len(seen) < limit:
        due = [case_id for case_id in _due(platform, began) if case_id not in seen]
        if not due:
            break
        for case_id in due[: limit - len(seen)]:
            seen.add(case_id)
            count = _move(platform, case_id, actor)
            if count is None:
                failed += 1
            else:
                moved += 1
                sent += count
    return Sweep(moved, sent, failed)


def incidents(platform: Platform, *, actor: Actor) -> tuple[Incident, ...]:
    """Return the cases that jobs could not move, oldest first, a hundred at most.

    Raises:
        NotAllowedError: The actor may not see the performance of the system.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        return tx.incidents.page(
            kinds=(IncidentKind.CASE,), is_open=True, limit=100, offset=0, sight=seen
        )


def retry(platform: Platform, *, actor: Actor, reference: str) -> bool:
    """Try a case again that jobs had given up; tell whether it could be moved.

    Raises:
        NotAllowedError: The actor may not run jobs.
        NotFoundError: No complaint has this reference.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.RUN_JOBS, reference=reference)
    return _move(platform, case.id, actor) is not None


def _due(platform: Platform, now: datetime) -> list[int]:
    """Return some cases to move; one that failed since ``now`` waits for the next sweep."""
    with platform.database.read() as tx:
        found = tx.clocks.due(now, _BATCH, tries=TRIES)
        found += tx.cases.due_timers(now, _BATCH, tries=TRIES)
    return list(dict.fromkeys(found))


def _move_by_claims(
    platform: Platform, now: datetime, actor: Actor, limit: int
) -> tuple[set[int], int]:
    """Move cases a few at a time while all goes well; return them, and how much was sent.

    Raises:
        UnavailableError: The database does not answer.
    """
    seen, sent = set[int](), 0

    def work(tx: Transaction) -> tuple[list[int], int]:
        few = min(_TOGETHER, limit - len(seen))
        claimed = tx.clocks.claim_due(now, few, tries=TRIES)
        taken = tx.take_all(claimed)
        return claimed, sum(_act(platform, tx, each, actor) for each in taken)

    while len(seen) < limit:
        try:
            claimed, count = platform.database.write(work, gives_way=True)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 - who failed is found, and told, case by case
            break
        is_new = not seen.issuperset(claimed)
        seen.update(claimed)
        sent += count
        if not is_new:
            break
    return seen, sent


def _act(platform: Platform, tx: Transaction, taken: Taken, actor: Actor) -> int:
    """Move one case inside a transaction; return how much was sent."""
    change = CaseChange.load(platform, tx, taken=taken, actor=actor)
    sent = change.act_on_clocks()
    if not change.is_untouched:  # else another sweep was faster, and there is nothing to store
        change.finish()
    tx.incidents.settle(
        IncidentKind.CASE, str(taken.case.id), by=actor.username, at=change.now, how=_MOVED
    )
    return sent


def _move(platform: Platform, case_id: int, actor: Actor) -> int | None:
    """Move one case; None when it failed, which must not stop the others.

    Raises:
        UnavailableError: The database does not answer.
    """
    try:
        return platform.database.write(
            lambda tx: sum(_act(platform, tx, each, actor) for each in tx.take_all([case_id])),
            gives_way=True,
        )
    except UnavailableError:
        raise  # no fault of the case: it must not become its incident
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with one case, the others go on
        note_failure(platform, case_id=case_id, failure=failure)
        return None


def note_failure(platform: Platform, *, case_id: int, failure: Exception) -> None:
    """Count a failed try to move a case; after some of them somebody has to look at it."""
    platform.database.write(
        lambda tx: count_failure(platform, tx, case_id=case_id, failure=failure)
    )


def count_failure(platform: Platform, tx: Transaction, *, case_id: int, failure: Exception) -> None:
    """Count a failed try inside a transaction of the caller."""
    tries = tx.incidents.note(
        IncidentKind.CASE,
        str(case_id),
        case_id=case_id,
        element=element_of(failure),
        cause=cause_of(failure),
        at=platform.now(),
    )
    _log.error("sweep.case-failed", case=case_id, tries=tries, kind=type(failure).__name__)
