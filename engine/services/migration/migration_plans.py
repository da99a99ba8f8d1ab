"""Plans that move running cases to another version of their process: made, changed, looked at.

New complaints begin on the latest version and running ones stay on theirs. Whoever owns the process
makes a plan for those, says what takes the place of what, and tries it out on every case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.migration_plan import (
    Ending,
    MigratedCase,
    MigrationPlan,
    Outcome,
    Pairing,
    PlanState,
    RunningVersion,
)
from engine.domain.sight import Sight
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.process.bundle import ProcessBundle
from engine.process.counterpart import Counterparts
from engine.services.accounts import reach
from engine.services.journal.jotting import jot_organisation
from engine.services.process.processes import bundle_of
from engine.services.studio.draft_files import names_in
from engine.store.transaction import Transaction

_EXAMPLES = 100
"""Groups of which examples are looked up."""
_ENDINGS = 50
"""Groups of cases that ended alike, at most."""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with what is needed to look at it.

    Attributes:
        sources: The versions from which cases are moved, the latest first.
        pairings: Every element at which a case can wait, and what takes its place.
        source_xml: The diagram of the latest of the sources.
        references: Of the examples of its dry run, by number, as far as whoever looks knows them.
        titles: Label by id of every element of either version.
        fresh: Elements of the target that take the place of nothing.
        names: Of people, by user name.
        endings: How many cases ended alike, the most frequent first.
    """

    plan: MigrationPlan
    sources: tuple[RunningVersion, ...]
    target: RunningVersion
    pairings: tuple[Pairing, ...]
    source_xml: str
    target_xml: str
    references: Mapping[int, str]
    titles: Mapping[str, str]
    fresh: tuple[str, ...]
    names: Mapping[str, str]
    endings: Mapping[Ending, int]

    @property
    def unmapped(self) -> tuple[Pairing, ...]:
        """Return the elements of which nothing takes the place."""
        return tuple(each for each in self.pairings if not each.counterpart)

    @property
    def running(self) -> int:
        """Return how many open cases run on the sources now."""
        return sum(each.cases for each in self.sources)


def running_versions(platform: Platform, *, actor: Actor) -> tuple[RunningVersion, ...]:
    """Return every published version and how many open cases run on it, the latest first.

    Raises:
        NotAllowedError: The actor may not move running cases.
    """
    actor.require(Deed.MIGRATE)
    with platform.database.read() as tx:
        return tx.migration_plans.versions()


def draft_migration(
    platform: Platform, *, actor: Actor, sources: Sequence[str], target: str
) -> int:
    """Make a plan to move the open cases of some versions to another one; return its number.

    Where an id is not the same, what has the same label is suggested by the plan.

    Args:
        platform: Where the cases are.
        actor: Who makes it.
        sources: Digests of the versions.
        target: Digest of the other one.

    Raises:
        NotAllowedError: The actor may not move running cases.
        NotFoundError: There is no such version.
        InvalidInputError: None is named, the target among them, or they are of two processes.
        ConflictError: A plan for the same waits or is under way, or the target is retired or not
            valid yet.
    """
    actor.require(Deed.MIGRATE)

    def work(tx: Transaction) -> int:
        known = {each.digest: each for each in tx.migration_plans.versions()}
        wanted = sorted(set(sources))
        _require_versions(known, wanted, target)
        tx.releases.take(known[target].process_id)
        require_valid(platform, tx, target)
        _refuse_known(tx, wanted, target)
        bundles = [bundle_of(platform, tx, digest) for digest in wanted]
        plan = MigrationPlan(
            number=0,
            process_id=known[target].process_id,
            sources=tuple(wanted),
            target=target,
            mapping=_suggested(bundles, bundle_of(platform, tx, target)),
            rev=1,
            state=PlanState.DRAFT,
            made_by=actor.username,
            made_at=platform.now(),
        )
        number = tx.migration_plans.add(plan)
        told = {"plan": number, "from": wanted, "to": target, "mapping": dict(plan.mapping)}
        jot_organisation(platform, tx, actor=actor, kind="migration.drafted", **told)
        return number

    return platform.database.write(work)


def map_migration(
    platform: Platform, *, actor: Actor, number: int, rev: int, mapping: Mapping[str, str]
) -> int:
    """Say what takes the place of what in a plan that was not carried out; return its revision.

    A dry run of before does not count any more.

    Args:
        platform: Where the plan is.
        actor: Who says it.
        number: Of the plan.
        rev: Of the plan that the actor looked at.
        mapping: Id of an element of the target by id of one of the sources.

    Raises:
        NotAllowedError: The actor may not move running cases.
        NotFoundError: There is no such plan.
        ConflictError: It is carried out already, or somebody changed it meanwhile.
        InvalidInputError: An element is not there, or cannot take the place of the other.
    """
    actor.require(Deed.MIGRATE)
    wanted = {name: other for name, other in mapping.items() if other and other != name}

    def work(tx: Transaction) -> int:
        plan = taken(tx, number)
        if plan.state is not PlanState.DRAFT:
            raise ConflictError(f"Plan {number} is carried out already; make another one.")
        if plan.rev != rev:
            raise ConflictError("Somebody changed the plan meanwhile; look at it again.")
        _require_mappable(platform, tx, plan, wanted)
        tx.migration_plans.change(number, mapping=wanted, rev=rev + 1)
        told = {"plan": number, "mapping": wanted}
        jot_organisation(platform, tx, actor=actor, kind="migration.mapped", **told)
        return rev + 1

    return platform.database.write(work)


def all_migrations(platform: Platform, *, actor: Actor) -> tuple[MigrationPlan, ...]:
    """Return every plan, the latest first.

    Raises:
        NotAllowedError: The actor may not move running cases.
    """
    actor.require(Deed.MIGRATE)
    with platform.database.read() as tx:
        return tx.migration_plans.all()


def migration(platform: Platform, *, actor: Actor, number: int) -> PlanView:
    """Return a plan with both diagrams and what takes the place of what.

    Raises:
        NotAllowedError: The actor may not move running cases.
        NotFoundError: There is no such plan.
    """
    actor.require(Deed.MIGRATE)
    with platform.database.read() as tx:
        plan = tx.migration_plans.get(number)
        if plan is None:
            raise NotFoundError("migration plan", str(number))
        known = {each.digest: each for each in tx.migration_plans.versions()}
        sources = sorted((known[d] for d in plan.sources), key=lambda each: -each.version)
        bundles = [bundle_of(platform, tx, each.digest) for each in sources]
        target = bundle_of(platform, tx, plan.target)
        seen = seen_by(platform, tx, actor)
        told = (*plan.dry_run.obstacles, *plan.dry_run.remarks) if plan.dry_run else ()
        ids = {case_id for group in told[:_EXAMPLES] for case_id in group.examples}
        references = tx.migration_plans.references(ids, sight=seen)
        names = {**NAMES, **names_in(tx)}
        endings = tx.migration_plans.endings(number, few=_ENDINGS)
    return PlanView(
        plan=plan,
        sources=tuple(sources),
        target=known[plan.target],
        pairings=_pairings(bundles, target, plan.mapping),
        source_xml=bundles[0].xml.decode(),
        target_xml=target.xml.decode(),
        references=references,
        titles={
            name: element.title
            for bundle in (target, *reversed(bundles))
            for name, element in bundle.elements.items()
        },
        fresh=_fresh(bundles, target, plan.mapping),
        names=names,
        endings=endings,
    )


def migrated_cases(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    outcomes: Sequence[Outcome] = tuple(Outcome),
    limit: int = 50,
    offset: int = 0,
    ending: Ending | None = None,
) -> tuple[MigratedCase, ...]:
    """Return what became of some cases; one that the actor does not know of has no reference.

    Args:
        platform: Where the plan is.
        actor: Who asks.
        number: Of the plan.
        outcomes: Any of these.
        limit: How many at most.
        offset: How many to leave out first; they are ordered by their numbers.
        ending: Those only that ended like this.

    Raises:
        NotAllowedError: The actor may not move running cases.
        NotFoundError: There is no such plan.
    """
    actor.require(Deed.MIGRATE)
    with platform.database.read() as tx:
        if tx.migration_plans.get(number) is None:
            raise NotFoundError("migration plan", str(number))
        seen = seen_by(platform, tx, actor)
        return tx.migration_plans.results(
            number, outcomes=outcomes, sight=seen, limit=limit, offset=offset, ending=ending
        )


def seen_by(platform: Platform, tx: Transaction, actor: Actor) -> Sight:
    """Return of which cases somebody is told by their references; all are moved alike."""
    deed = Deed.SEE_PROCESS if actor.may(Deed.SEE_PROCESS) else Deed.READ
    return reach.sight(platform, tx, actor=actor, deed=deed)


def taken(tx: Transaction, number: int) -> MigrationPlan:
    """Return a plan that others cannot change meanwhile.

    Raises:
        NotFoundError: There is no such plan.
    """
    plan = tx.migration_plans.take(number)
    if plan is None:
        raise NotFoundError("migration plan", str(number))
    return plan


def require_valid(platform: Platform, tx: Transaction, target: str) -> None:
    """Refuse a version on which no case may run that did not begin there.

    Raises:
        ConflictError: It is retired, or does not hold yet.
    """
    (version,) = (each for each in tx.migration_plans.versions() if each.digest == target)
    if refusal := version.why_none_moves_to_it(platform.now()):
        raise ConflictError(refusal)


def _require_versions(
    known: Mapping[str, RunningVersion], sources: Sequence[str], target: str
) -> None:
    """Refuse versions between which no case can be moved.

    Raises:
        NotFoundError: There is no such version.
        InvalidInputError: See ``draft_migration``.
    """
    for digest in (*sources, target):
        if digest not in known:
            raise NotFoundError("process version", digest[:12])
    if not sources or target in sources:
        raise InvalidInputError({"From": "must be other versions than the one to which they move."})
    if {known[digest].process_id for digest in sources} != {known[target].process_id}:
        raise InvalidInputError({"To": "must be a version of the same process."})


def _refuse_known(tx: Transaction, sources: Sequence[str], target: str) -> None:
    """Refuse a second plan for the same while the first is not carried out.

    Raises:
        ConflictError: There is one.
    """
    for plan in tx.migration_plans.all():
        is_open = plan.state in {PlanState.DRAFT, PlanState.RUNNING}
        if is_open and (plan.sources, plan.target) == (tuple(sources), target):
            raise ConflictError(f"Plan {plan.number} moves these cases there already.")


def _require_mappable(
    platform: Platform, tx: Transaction, plan: MigrationPlan, mapping: Mapping[str, str]
) -> None:
    """Refuse what no case could follow.

    Raises:
        InvalidInputError: Names each element that is not there or cannot be mapped so.
    """
    bundles = [bundle_of(platform, tx, digest) for digest in plan.sources]
    target = bundle_of(platform, tx, plan.target)
    known = {each.element: each for each in _pairings(bundles, target, mapping)}
    problems = {}
    for name, other in mapping.items():
        if name not in known:
            problems[name[:60]] = "is nothing at which a case of these versions can wait."
        elif other not in known[name].candidates:
            title = known[name].title
            problems[title] = f"cannot go on at “{other[:60]}”, which is not {known[name].nature}."
    if problems:
        raise InvalidInputError(problems)


def _pairings(
    sources: Sequence[ProcessBundle], target: ProcessBundle, mapping: Mapping[str, str]
) -> tuple[Pairing, ...]:
    """Return the pairings of several versions; of an element that several have, one that lacks."""
    found: dict[str, Pairing] = {}
    for source in sources:
        for each in Counterparts(source, target, mapping).pairings():
            if each.element not in found or not each.counterpart:
                found[each.element] = each
    return tuple(found.values())


def _fresh(
    sources: Sequence[ProcessBundle], target: ProcessBundle, mapping: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the elements of a version that take the place of nothing."""
    before = {mapping.get(name, name) for source in sources for name in source.elements}
    return tuple(name for name in target.elements if name not in before)


def _suggested(sources: Sequence[ProcessBundle], target: ProcessBundle) -> dict[str, str]:
    """Return a mapping to what has the same label, where nothing has the same id.

    Inner elements have a place only once that of what is around them is known.
    """
    mapping: dict[str, str] = {}
    while True:
        found = {
            each.element: each.suggestion
            for each in _pairings(sources, target, mapping)
            if not each.counterpart and each.suggestion
        }
        if found.items() <= mapping.items():
            return mapping
        mapping |= found
