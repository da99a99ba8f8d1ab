"""Carrying a plan out: begun, broken off and gone on with, and moved back again."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.migration_plan import MigrationPlan, Outcome, PlanState
from engine.errors import ConflictError, NotFoundError
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.services.migration import migrating
from engine.services.migration.migrating import Mover
from engine.services.migration.migration_plans import require_valid, seen_by, taken
from engine.services.migration.migration_work import Back, Forth, is_stopped
from engine.services.running import messages
from engine.store.transaction import Transaction

_STALLED = timedelta(minutes=2)
"""After so long without getting on, a job goes on with a plan."""
_FEW = 100
"""Cases that are looked up at a time."""
_MOST = 5_000
"""Cases that are moved in one run of the job."""
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
        ConflictError: It was not tried out since it was changed, is done, or its version is retired
            or not valid yet.
    """
    actor.require(Deed.MIGRATE)
    said = needed("Reason", reason)

    def begin(tx: Transaction) -> None:
        plan = taken(tx, number)
        require_valid(platform, tx, plan.target)
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

    One of which the version was retired meanwhile waits for its owner.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    stalled = platform.now() - _STALLED
    with platform.database.read() as tx:
        plans = [
            each
            for each in tx.migration_plans.all()
            if each.state is PlanState.RUNNING and not is_stopped(tx, each)
        ]
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
        ConflictError: It was never carried out, is undone as far as it can be, or no case that it
            moved can be moved back.
    """
    actor.require(Deed.MIGRATE)
    said = needed("Reason", reason)

    def begin(tx: Transaction) -> None:
        plan = taken(tx, number)
        if plan.state is PlanState.DRAFT:
            raise ConflictError(f"Plan {number} was never carried out.")
        if plan.state is PlanState.UNDONE:
            if not tx.migration_plans.moved(plan, after=0, few=1):
                raise ConflictError(f"Plan {number} is undone as far as it can be.")
            return  # it was broken off, or cases of it had been moved on
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

    back, done, after = Back(platform, _mover(platform, number, actor)), 0, 0
    _refuse_in_vain(platform, back.mover)
    platform.database.write(begin)
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

    def work(tx: Transaction) -> tuple[str, int]:
        case = tx.take(reference)
        seen = seen_by(platform, tx, actor)
        if not tx.migration_plans.references([case.case.id], sight=seen):
            raise NotFoundError("complaint", reference)
        kept = tx.migration_plans.moved_case(number, case.case.id)
        if kept is None:
            raise NotFoundError("complaint that was moved by this plan:", reference)
        refusal, has_mail = mover.move_back(tx, case, kept)
        if not refusal:
            told = {"plan": number, "case": case.case.id}
            kind = "migration.case_undone"
            jot_organisation(platform, tx, actor=actor, kind=kind, reason=said, **told)
        return refusal, case.case.id if has_mail else 0

    refusal, has_mail = platform.database.write(work)
    if refusal:
        raise ConflictError(f"{reference} cannot be moved back. {refusal}")
    if has_mail:
        messages.hand_over_kept(platform, case_id=has_mail)


def _run(
    platform: Platform,
    number: int,
    actor: Actor,
    *,
    limit: int = 0,
    progress: Told = lambda _done: None,
) -> int:
    """Move what is left, and return how many cases were moved; without a limit all are.

    Raises:
        NotFoundError: There is no such plan.
        ConflictError: Its version was retired meanwhile, and cases are left.
    """
    forth = Forth(platform, _mover(platform, number, actor))
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
        if tx.migration_plans.left(plan, after=0, few=1):
            require_valid(platform, tx, plan.target)
        tx.migration_plans.change(number, state=PlanState.DONE, finished_at=platform.now())
        counts = {str(outcome): count for outcome, count in sorted(plan.counts.items())}
        jot_organisation(
            platform, tx, actor=actor, kind="migration.done", plan=number, cases=counts
        )

    platform.database.write(end)
    return moved


def _refuse_in_vain(platform: Platform, mover: Mover) -> None:
    """Refuse to undo a plan that was carried out and of which nothing can be undone.

    Raises:
        ConflictError: No case that it moved can be moved back.
    """
    plan = mover.plan
    if plan.state is not PlanState.DONE or plan.counts.get(Outcome.UNDONE):
        return
    with platform.database.read() as tx:
        reasons: Counter[str] = Counter()
        for why in _whys_not_back(tx, mover):
            if not why:
                return
            reasons[why] += 1
    told = [f"Of {count:,}: {why}" for why, count in reasons.most_common()]
    refusal = f"No complaint that plan {plan.number} moved can be moved back."
    raise ConflictError(" ".join([refusal, *told]))


def _whys_not_back(tx: Transaction, mover: Mover) -> Iterator[str]:
    """Yield why each case that a plan moved is not moved back; empty for one that can be."""
    after, plan = 0, mover.plan
    while found := tx.migration_plans.moved(plan, after=after, few=_FEW):
        after = found[-1]
        for case_id in found:
            kept = tx.migration_plans.moved_case(plan.number, case_id)
            case = tx.cases.get_by_id(case_id)
            yield mover.why_not_back(case, kept) if kept else migrating.GONE_ON


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
    """Return a plan as it is.

    Raises:
        NotFoundError: There is no such plan.
    """
    with platform.database.read() as tx:
        plan = tx.migration_plans.get(number)
    if plan is None:
        raise NotFoundError("migration plan", str(number))
    return plan
