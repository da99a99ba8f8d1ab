"""Carrying a plan out: case by case, broken off and gone on with, and moved back again.

Some cases share a transaction while all goes well; one that fails is moved alone, so that it takes
no other with it. What became of each is kept in the very transaction that moves it: a plan that was
broken off goes on with the cases that have no such record, and no case is moved twice.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.migration_plan import MigrationPlan, Outcome, PlanState
from engine.errors import ConflictError, NotFoundError, RedressError, UnavailableError
from engine.services import messages
from engine.services.jotting import jot_organisation
from engine.services.migrating import GONE_ON, Mover
from engine.services.migration_plans import seen_by, taken
from engine.services.reason import needed
from engine.store.migration_plans import Kept
from engine.store.taken import Taken
from engine.store.transaction import Transaction

_TOGETHER = 20
"""Cases in one transaction: few enough that people who work beside it do not wait."""
_STALLED = timedelta(minutes=2)
"""After so long without getting on, a job goes on with a plan."""
_MOST = 5_000
"""Cases that are moved in one run of the job."""
_log = structlog.get_logger()
Told = Callable[[int], object]


def carry_out_migration(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    reason: str,
    progress: Told = lambda _done: None,
) -> MigrationPlan:
    """Move every case that can be moved, and return the plan as it is then.

    Args:
        platform: Where the cases are.
        actor: Who carries it out.
        number: Of the plan; it was tried out as it is.
        reason: Why running cases are moved; is kept. One that was broken off keeps its own.
        progress: Called with how many cases it has come to, after each stored batch.

    Raises:
        NotAllowedError: The actor may not move running cases.
        NotFoundError: There is no such plan.
        InvalidInputError: No reason is given.
        ConflictError: It was not tried out since it was changed, or is done.
    """
    actor.require(Deed.MIGRATE)
    said = needed("Reason", reason)

    def begin(tx: Transaction) -> None:
        plan = taken(tx, number)
        if plan.state is PlanState.RUNNING:
            return
        if plan.state is not PlanState.DRAFT:
            raise ConflictError(f"Plan {number} was carried out already; make another one.")
        if not plan.is_tried:
            raise ConflictError("Try the plan out first, as it is now.")
        at, total = platform.now(), tx.migration_plans.candidates(plan.sources)
        tx.migration_plans.change(
            number,
            state=PlanState.RUNNING,
            reason=said,
            begun_by=actor.username,
            begun_at=at,
            advanced_at=at,
            total=total,
        )
        told = {"plan": number, "from": list(plan.sources), "to": plan.target, "cases": total}
        jot_organisation(platform, tx, actor=actor, kind="migration.begun", reason=said, **told)

    platform.database.write(begin)
    _run(platform, number, actor, progress=progress)
    return _plan(platform, number)


def go_on_migrating(platform: Platform, *, actor: Actor = SYSTEM) -> int:
    """Go on with plans that were broken off, and return how many cases were moved.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    stalled = platform.now() - _STALLED
    with platform.database.read() as tx:
        plans = [each for each in tx.migration_plans.all() if each.state is PlanState.RUNNING]
    return sum(
        _run(platform, plan.number, actor, limit=_MOST)
        for plan in plans
        if plan.advanced_at is None or plan.advanced_at <= stalled
    )


def undo_migration(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    reason: str,
    progress: Told = lambda _done: None,
) -> MigrationPlan:
    """Move every case back that has not gone on since, and return the plan as it is then.

    Args:
        platform: Where the cases are.
        actor: Who undoes it.
        number: Of the plan; one that is under way is stopped by it.
        reason: Why; is kept.
        progress: Called with how many cases it has come to, after each stored batch.

    Raises:
        NotAllowedError: The actor may not move running cases.
        NotFoundError: There is no such plan.
        InvalidInputError: No reason is given.
        ConflictError: It was never carried out, or is undone as far as it can be.
    """
    actor.require(Deed.MIGRATE)
    said = needed("Reason", reason)

    def begin(tx: Transaction) -> None:
        plan = taken(tx, number)
        if plan.state is PlanState.DRAFT:
            raise ConflictError(f"Plan {number} was never carried out.")
        if plan.state is PlanState.UNDONE:
            if not tx.migration_plans.moved(number, after=0, few=1):
                raise ConflictError(f"Plan {number} is undone as far as it can be.")
            return  # it was broken off
        at = platform.now()
        tx.migration_plans.change(
            number,
            state=PlanState.UNDONE,
            undone_by=actor.username,
            undone_at=at,
            undone_reason=said,
            advanced_at=at,
        )
        jot_organisation(
            platform, tx, actor=actor, kind="migration.undone", reason=said, plan=number
        )

    platform.database.write(begin)
    back, done, after = _Back(platform, _mover(platform, number, actor)), 0, 0
    while found := back.some(after):
        done, after = done + len(found), found[-1].case_id
        progress(done)
    return _plan(platform, number)


def undo_migrated_case(
    platform: Platform, *, actor: Actor, number: int, reference: str, reason: str
) -> None:
    """Move one case back as it stood.

    Raises:
        NotAllowedError: The actor may not move running cases.
        NotFoundError: There is no such plan, no such complaint, or it was not moved by the plan.
        InvalidInputError: No reason is given.
        ConflictError: It has gone on since.
    """
    actor.require(Deed.MIGRATE)
    said = needed("Reason", reason)
    mover = _mover(platform, number, actor)

    def work(tx: Transaction) -> str:
        case = tx.take(reference)
        seen = seen_by(platform, tx, actor)
        if not tx.migration_plans.references([case.case.id], sight=seen):
            raise NotFoundError("complaint", reference)
        kept = tx.migration_plans.moved_case(number, case.case.id)
        if kept is None:
            raise NotFoundError("complaint that was moved by this plan:", reference)
        refusal = mover.move_back(tx, case, kept)
        if not refusal:
            told = {"plan": number, "case": case.case.id}
            kind = "migration.case_undone"
            jot_organisation(platform, tx, actor=actor, kind=kind, reason=said, **told)
        return refusal

    if refusal := platform.database.write(work):
        raise ConflictError(f"{reference} cannot be moved back. {refusal}")


def _run(
    platform: Platform,
    number: int,
    actor: Actor,
    *,
    limit: int = 0,
    progress: Told = lambda _done: None,
) -> int:
    """Move what is left, and return how many cases were moved; without a limit all are."""
    forth = _Forth(platform, _mover(platform, number, actor))
    done, after, moved = forth.mover.plan.done, 0, 0
    while found := forth.some(after):
        done, after = done + len(found), found[-1].case_id
        moved += sum(each.is_moved for each in found)
        progress(done)
        if limit and moved >= limit:
            return moved

    def end(tx: Transaction) -> None:
        plan = taken(tx, number)
        if plan.state is not PlanState.RUNNING:
            return
        tx.migration_plans.change(number, state=PlanState.DONE, finished_at=platform.now())
        counts = {str(outcome): count for outcome, count in sorted(plan.counts.items())}
        jot_organisation(
            platform, tx, actor=actor, kind="migration.done", plan=number, cases=counts
        )

    platform.database.write(end)
    return moved


@dataclass(frozen=True, slots=True)
class _Done:
    """One case that a plan has come to."""

    case_id: int
    is_moved: bool
    has_mail: bool = False


class _Work(ABC):
    """Acts on some cases at a time, and one by one where that fails."""

    while_: ClassVar[PlanState]
    """How the plan has to stand for it."""

    def __init__(self, platform: Platform, mover: Mover) -> None:
        self.platform, self.mover = platform, mover

    @abstractmethod
    def chosen(self, tx: Transaction, after: int, few: int) -> Sequence[int]:
        """Return the numbers of some cases that are left, behind a number."""

    @abstractmethod
    def act(self, tx: Transaction, taken_: Taken) -> _Done:
        """Act on one case that was taken."""

    @abstractmethod
    def give_up(self, tx: Transaction, case_id: int, failure: Exception) -> None:
        """Note that it did not work on a case."""

    def some(self, after: int) -> Sequence[_Done]:
        """Act on some cases behind a number; return them, none at the end.

        Raises:
            UnavailableError: The database does not answer.
        """
        tried: list[int] = []

        def work(tx: Transaction) -> list[_Done]:
            tried[:] = self._left(tx, after, _TOGETHER)
            return [self.act(tx, each) for each in tx.take_all(tried)]

        try:
            done = self.platform.database.write(work, gives_way=True)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 - who failed is found, and told, case by case
            done = [self._alone(case_id) for case_id in tried]
        for each in done:
            if each.has_mail:
                messages.hand_over_kept(self.platform, case_id=each.case_id)
        return done

    def _left(self, tx: Transaction, after: int, few: int) -> Sequence[int]:
        """Return cases that are left, unless the plan was stopped; only one works on a plan."""
        plan = self.mover.plan
        if tx.migration_plans.hold(plan.number) is not self.while_:
            return ()
        tx.migration_plans.change(plan.number, advanced_at=self.platform.now())
        return self.chosen(tx, after, few)

    def _alone(self, case_id: int) -> _Done:
        """Act on one case; one that fails must not stop the others.

        Raises:
            UnavailableError: The database does not answer.
        """

        def work(tx: Transaction) -> _Done:
            found = tx.take_all(
                [each for each in self._left(tx, case_id - 1, 1) if each == case_id]
            )
            return self.act(tx, found[0]) if found else _Done(case_id, is_moved=False)

        try:
            return self.platform.database.write(work, gives_way=True)
        except UnavailableError:
            raise
        except Exception as failure:  # noqa: BLE001 - as above; it is kept as failed
            _log.warning("migration.case_failed", case=case_id, kind=type(failure).__name__)
            told = failure
        self.platform.database.write(lambda tx: self.give_up(tx, case_id, told))
        return _Done(case_id, is_moved=False)


class _Forth(_Work):
    """Moves cases to the other version."""

    while_ = PlanState.RUNNING

    def chosen(self, tx: Transaction, after: int, few: int) -> Sequence[int]:
        """Return cases of which nothing is kept yet."""
        return tx.migration_plans.left(self.mover.plan, after=after, few=few)

    def act(self, tx: Transaction, taken_: Taken) -> _Done:
        """Move one case."""
        outcome, has_mail = self.mover.move(tx, taken_)
        return _Done(taken_.case.id, outcome is Outcome.MOVED, has_mail)

    def give_up(self, tx: Transaction, case_id: int, failure: Exception) -> None:
        """Keep that a case could not be moved."""
        tx.migration_plans.note(
            self.mover.plan.number,
            case_id,
            outcome=Outcome.FAILED,
            texts=[_sentence(failure)],
            kept=Kept(case_id, "", b"", ""),
            at=self.platform.now(),
        )


class _Back(_Work):
    """Moves cases back."""

    while_ = PlanState.UNDONE

    def chosen(self, tx: Transaction, after: int, few: int) -> Sequence[int]:
        """Return cases that were moved and not moved back."""
        return tx.migration_plans.moved(self.mover.plan.number, after=after, few=few)

    def act(self, tx: Transaction, taken_: Taken) -> _Done:
        """Move one case back, if it has not gone on since."""
        kept = tx.migration_plans.moved_case(self.mover.plan.number, taken_.case.id)
        refusal = self.mover.move_back(tx, taken_, kept) if kept else GONE_ON
        return _Done(taken_.case.id, is_moved=not refusal)

    def give_up(self, tx: Transaction, case_id: int, failure: Exception) -> None:
        """Keep why a case could not be moved back."""
        tx.migration_plans.turn_back(
            self.mover.plan.number, case_id, kept_because=_sentence(failure)
        )


def _sentence(failure: Exception) -> str:
    """Return what is told of a failure; of a defect no more than its kind."""
    return str(failure) if isinstance(failure, RedressError) else f"{type(failure).__name__}."


def _mover(platform: Platform, number: int, actor: Actor) -> Mover:
    """Return what moves cases by a plan.

    Raises:
        NotFoundError: There is no such plan.
    """
    with platform.database.read() as tx:
        plan = tx.migration_plans.get(number)
        if plan is None:
            raise NotFoundError("migration plan", str(number))
        versions = {each.digest: each.version for each in tx.migration_plans.versions()}
        mover = Mover(platform, plan, versions, actor)
        mover.read(tx)
    return mover


def _plan(platform: Platform, number: int) -> MigrationPlan:
    with platform.database.read() as tx:
        return taken(tx, number)
