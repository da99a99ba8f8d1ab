"""What scenarios and closed cases have shown of a draft is kept, for whoever approves it."""

from collections.abc import Callable
from importlib.metadata import version

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.journal import content_hash
from engine.domain.process_draft import ProcessDraft
from engine.domain.trial_run import (
    ReplayPlace,
    ReplayResults,
    RunKind,
    ScenarioResults,
    TrialRun,
    content_of_run,
)
from engine.errors import ConflictError, NotFoundError
from engine.services.journal.jotting import jot_organisation
from engine.services.studio.draft_saving import draft_in
from engine.services.tryout import playbooks, replaying
from engine.services.tryout.replaying import Replayed, Shadow, Way
from engine.store.proposals import Proposal
from engine.store.transaction import Transaction

Proceed = Callable[[int, int], bool]


def replay_process_draft(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    most: int = 100,
    proceed: Proceed = lambda _done, _of: True,
) -> Replayed:
    """Lead the cases that were closed last over a draft, and keep what became of them.

    Args:
        platform: Where the cases are.
        actor: Who asks; sees the references of those that they may read.
        number: Of the draft.
        most: How many cases, from 1 to 500.
        proceed: Called after each case with how many are done and of how many; False stops.

    Raises:
        NotAllowedError: The actor may not publish a process.
        NotFoundError: There is no such draft, or it was put away.
        InvalidInputError: How many is out of range.
        DiagramRejectedError: The draft breaks a rule.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft = draft_in(tx, number)
        content = content_in(tx, draft)
    diagrams, tables, forms = draft.files_by_kind
    found = replaying.replay_closed(
        platform,
        actor=actor,
        diagrams=diagrams,
        tables=tables,
        forms=forms,
        most=most,
        proceed=proceed,
    )
    _keep_replayed(platform, actor, found, content, draft=number)
    return found


def replay_proposal(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    most: int = 100,
    proceed: Proceed = lambda _done, _of: True,
) -> Replayed:
    """Lead the cases that were closed last over a proposal, and keep what became of them.

    Args:
        platform: Where the cases are.
        actor: Who asks; sees the references of those that they may read.
        number: Of the proposal.
        most: How many cases, from 1 to 500.
        proceed: Called after each case with how many are done and of how many; False stops.

    Raises:
        NotAllowedError: The actor may not approve processes.
        NotFoundError: There is no such proposal, or it is decided.
        InvalidInputError: How many is out of range.
    """
    actor.require(Deed.APPROVE_PROCESS)
    with platform.database.read() as tx:
        of = open_proposal(tx, number)
    found = replaying.replay_closed(
        platform,
        actor=actor,
        diagrams=of.diagrams,
        tables=of.tables,
        forms=of.forms,
        most=most,
        proceed=proceed,
    )
    _keep_replayed(platform, actor, found, of.content, draft=of.draft)
    return found


def play_proposal(platform: Platform, *, actor: Actor, number: int) -> ScenarioResults:
    """Play the scenarios of a proposal once more, keep what they show, and return it.

    Raises:
        NotAllowedError: The actor may not approve processes.
        NotFoundError: There is no such proposal, or it is decided.
        DiagramRejectedError: This release refuses what the one before let pass.
    """
    actor.require(Deed.APPROVE_PROCESS)

    with platform.database.read() as tx:
        of = open_proposal(tx, number)
    bundle = playbooks.built(of.diagrams, of.tables, of.forms)
    found = playbooks.tried(platform, bundle=bundle, scenarios=of.scenarios).results
    platform.database.write(
        lambda tx: keep_played(
            platform, tx, actor=actor, of=open_proposal(tx, number), results=found
        )
    )
    return found


def keep_played(
    platform: Platform, tx: Transaction, *, actor: Actor, of: Proposal, results: ScenarioResults
) -> TrialRun:
    """Keep what the scenarios of a proposal have shown, in the transaction of the caller."""
    run = TrialRun(
        number=0,
        kind=RunKind.SCENARIOS,
        content=of.content,
        around=around(platform),
        draft=of.draft,
        by=actor.username,
        at=platform.now(),
        results=results.model_dump(mode="json"),
    )
    _keep(platform, tx, actor, run, cases=len(results.scenarios), differ=len(results.red))
    return run


def require_current(platform: Platform, tx: Transaction, of: Proposal) -> None:
    """Refuse to decide on results that need not be true any more.

    Raises:
        ConflictError: The scenarios of the proposal were not played, or not as things are now.
    """
    run = tx.trial_runs.last(of.content, RunKind.SCENARIOS)
    if run is None or run.around != around(platform):
        what = (
            "were not played yet"
            if run is None
            else ("were played before Redress, working time or the time limits changed")
        )
        raise ConflictError(
            f"The scenarios of proposal {of.number} {what}. Play them again, and look at what "
            "they show."
        )


def around(platform: Platform) -> str:
    """Return the hash of what decides besides files and scenarios: release, time, time limits."""
    decides = {"calendar", "clocks", "regimes", "categories"}
    policy = platform.policy.model_dump(mode="json", include=decides)
    profiles = platform.profiles
    editions = [edition.content for code in profiles.codes for edition in profiles.editions(code)]
    return content_hash({"release": version("redress"), "policy": policy, "editions": editions})


def content_in(tx: Transaction, draft: ProcessDraft) -> str:
    """Return the hash by which results are results of a draft as it is now."""
    texts = [each.text for each in tx.scenarios.of_draft(draft.number)]
    return content_of_run(draft.files_by_kind, texts)


def open_proposal(tx: Transaction, number: int) -> Proposal:
    """Return a proposal that waits.

    Raises:
        NotFoundError: There is none, or it is decided.
    """
    found = tx.proposals.get(number)
    if found is None or found.decided_at is not None:
        raise NotFoundError("proposal that waits", str(number))
    return found


def _keep_replayed(
    platform: Platform, actor: Actor, found: Replayed, content: str, *, draft: int | None
) -> None:
    """Keep what became of closed cases."""
    results = summed(found)
    run = TrialRun(
        number=0,
        kind=RunKind.CLOSED,
        content=content,
        around=around(platform),
        draft=draft,
        by=actor.username,
        at=platform.now(),
        results=results.model_dump(mode="json"),
    )
    platform.database.write(
        lambda tx: _keep(platform, tx, actor, run, cases=results.cases, differ=results.other)
    )


def _keep(
    platform: Platform, tx: Transaction, actor: Actor, run: TrialRun, *, cases: int, differ: int
) -> None:
    told = {"run": tx.trial_runs.add(run), "what": run.kind.value, "content": run.content}
    told |= {"played": cases, "differ": differ, "results": content_hash(dict(run.results))}
    told |= {} if run.draft is None else {"draft": run.draft}
    jot_organisation(platform, tx, actor=actor, kind="process.tried", **told)


def summed(found: Replayed) -> ReplayResults:
    """Return what became of closed cases without naming any of them."""
    places: dict[tuple[Way, str, str], list[Shadow]] = {}
    for each in found.shadows:
        if each.way is not Way.SAME:
            places.setdefault((each.way, each.element, each.place), []).append(each)
    most = sorted(places.items(), key=lambda item: -len(item[1]))
    return ReplayResults(
        **{way.value: len(found.of(way)) for way in Way},
        left=found.left,
        places=tuple(
            ReplayPlace(
                way=way.value,
                element=element,
                title=title,
                cases=len(shadows),
            )
            for (way, element, title), shadows in most
        ),
        words=found.words,
    )
