"""Trying a plan out on every case that it would move; no case is written."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.migration_plan import (
    DryRun,
    Group,
    MigrationPlan,
    PlanState,
    Verdict,
    verdict_of,
)
from engine.errors import ConflictError, NotFoundError, RedressError
from engine.services.journal.jotting import jot_organisation
from engine.services.migration.migrating import Mover
from engine.services.migration.migration_plans import require_valid, taken
from engine.store.migration_plans import Standing
from engine.store.transaction import Transaction

_FEW = 500
"""Cases that are read at a time."""
_EXAMPLES = 5
_MOST = 100
"""Groups that are kept; what is rarer is counted, and not told in words."""


class _Tally:
    """Counts what becomes of cases, and of how many the same is said."""

    def __init__(self) -> None:
        self._verdicts: Counter[Verdict] = Counter()
        self._obstacles: dict[tuple[Verdict, str, str], list[int]] = {}
        self._remarks: dict[tuple[Verdict, str, str], list[int]] = {}
        self._counts: Counter[tuple[Verdict, str, str]] = Counter()

    @property
    def cases(self) -> int:
        """Return how many cases were counted."""
        return sum(self._verdicts.values())

    def add(self, mover: Mover, found: Standing) -> None:
        """Count one case; one that cannot be read is blocked."""
        try:
            judged = mover.judge(found.process, found.state, found.steps)
        except RedressError as refusal:
            self._verdicts[Verdict.BLOCKED] += 1
            self._note(self._obstacles, (Verdict.BLOCKED, "", str(refusal)), found.case_id)
            return
        verdict = verdict_of(judged.obstacles)
        self._verdicts[verdict] += 1
        for each in judged.obstacles:
            own = verdict_of((each,))
            self._note(self._obstacles, (own, each.element, each.reason), found.case_id)
        for element, text in judged.remarks if verdict is Verdict.FINE else ():
            self._note(self._remarks, (verdict, element, text), found.case_id)

    def told(self, *, rev: int, at: datetime) -> DryRun:
        """Return the whole."""
        return DryRun(
            rev=rev,
            at=at,
            fine=self._verdicts[Verdict.FINE],
            needs_mapping=self._verdicts[Verdict.NEEDS_MAPPING],
            blocked=self._verdicts[Verdict.BLOCKED],
            obstacles=self._groups(self._obstacles),
            remarks=self._groups(self._remarks),
        )

    def _note(
        self,
        groups: dict[tuple[Verdict, str, str], list[int]],
        key: tuple[Verdict, str, str],
        case_id: int,
    ) -> None:
        self._counts[key] += 1
        examples = groups.setdefault(key, [])
        if len(examples) < _EXAMPLES:
            examples.append(case_id)

    def _groups(self, groups: dict[tuple[Verdict, str, str], list[int]]) -> tuple[Group, ...]:
        made = (Group(*key, self._counts[key], tuple(ids)) for key, ids in groups.items())
        return tuple(sorted(made, key=lambda each: (-each.count, each.text))[:_MOST])


def try_migration(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    progress: Callable[[int], object] = lambda _done: None,
) -> DryRun:
    """Say what would become of every open case, and keep that beside the plan.

    Args:
        platform: Where the cases are.
        actor: Who tries it out.
        number: Of the plan.
        progress: Called with how many cases were looked at, now and then.

    Raises:
        NotAllowedError: The actor may not move running cases.
        NotFoundError: There is no such plan.
        ConflictError: It is carried out already, was changed meanwhile, or nothing is moved to its
            version.
    """
    actor.require(Deed.MIGRATE)
    plan, mover = _ready(platform, number, actor)
    tally, after = _Tally(), 0
    while True:
        with platform.database.read() as tx:
            found = tx.migration_plans.states(plan.sources, after=after, few=_FEW)
        if not found:
            break
        for each in found:
            tally.add(mover, each)
        after = found[-1].case_id
        progress(tally.cases)
    told = tally.told(rev=plan.rev, at=platform.now())

    def work(tx: Transaction) -> None:
        now = taken(tx, number)
        if now.rev != plan.rev or now.state is not PlanState.DRAFT:
            raise ConflictError("Somebody changed the plan meanwhile; try it out again.")
        tx.migration_plans.keep_dry_run(number, told)
        counts = {"fine": told.fine, "needs_mapping": told.needs_mapping, "blocked": told.blocked}
        jot_organisation(platform, tx, actor=actor, kind="migration.tried", plan=number, **counts)

    platform.database.write(work)
    return told


def _ready(platform: Platform, number: int, actor: Actor) -> tuple[MigrationPlan, Mover]:
    """Return a plan and what judges cases by it.

    Raises:
        NotFoundError: There is no such plan.
        ConflictError: It is carried out already, or nothing is moved to its version.
    """
    with platform.database.read() as tx:
        plan = tx.migration_plans.get(number)
        if plan is None:
            raise NotFoundError("migration plan", str(number))
        if plan.state is not PlanState.DRAFT:
            raise ConflictError(f"Plan {number} is carried out already; make another one.")
        require_valid(platform, tx, plan.target)
        versions = {each.digest: each.version for each in tx.migration_plans.versions()}
        mover = Mover(platform, plan, versions, actor)
        mover.read(tx)
    return plan, mover
