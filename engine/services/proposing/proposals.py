"""What an approver looks at before a process is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.kept_scenario import KeptScenario, ScenarioChange, changed_scenarios
from engine.domain.process_version import overtaken_by
from engine.domain.trial_run import ReplayResults, RunKind, ScenarioResults, TrialRun
from engine.process.bundle import inspect
from engine.process.finding import Finding
from engine.services.process.processes import COMPLAINT
from engine.services.proposing.proposal_making import Proposed, proposed
from engine.services.studio.draft_files import files_of, names_in, version_in
from engine.services.studio.draft_saving import draft_in
from engine.services.studio.process_comparison import Compared, compared, of_version
from engine.services.tryout import playbooks
from engine.services.tryout.playbooks import Tried
from engine.services.tryout.trial_running import around, content_in, open_proposal
from engine.store.proposals import Proposal
from engine.store.transaction import Transaction

__all__ = ["ReplayResults", "ScenarioResults"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a run has shown, with when and by whom.

    Attributes:
        by: Name of whoever ran it.
        stale: Why it need not be true any more, as a sentence; empty where it is true.
    """

    run: TrialRun
    by: str
    at: datetime
    stale: str = ""


@dataclass(frozen=True, slots=True)
class ProposalLook:
    """A proposal with everything that speaks for and against it.

    Attributes:
        compared: What it would change of the live version.
        live: Number of that version.
        scenario_changes: What it would change of the scenarios of the live version.
        findings: What the rules say of it.
        obstacle: Why whoever looks cannot decide it; empty where they can.
        overtakes: Numbers of the versions, approved for a later day, that would never come to hold.
        names: People by user name.
        played: What its scenarios have shown; None where they were not played.
        replayed: What closed cases have shown; None where none were led over it.
    """

    proposed: Proposed
    compared: Compared
    live: int
    scenario_changes: tuple[ScenarioChange, ...]
    findings: tuple[Finding, ...]
    obstacle: str
    overtakes: tuple[int, ...]
    names: Mapping[str, str]
    played: Shown | None
    replayed: Shown | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """What trying a draft out shows before it is proposed.

    Attributes:
        tried: What became of its scenarios just now.
        scenario_changes: What it would change of the scenarios of the live version.
        replayed: What closed cases have shown; None where none were led over it.
        content: Hash of the files and scenarios that this is about.
    """

    tried: Tried
    scenario_changes: tuple[ScenarioChange, ...]
    replayed: Shown | None
    content: str


def look_at_proposal(platform: Platform, *, actor: Actor, number: int) -> ProposalLook:
    """Return a proposal that waits, with what it would change and what trying it has shown.

    Raises:
        NotAllowedError: The actor may not approve processes.
        NotFoundError: There is no such proposal, or it is decided.
    """
    actor.require(Deed.APPROVE_PROCESS)
    with platform.database.read() as tx:
        found = open_proposal(tx, number)
        number_live = version_in(tx, 0, at=platform.now()).version
        live = of_version(tx, number_live, at=platform.now())
        before = _live_scenarios(platform, tx)
        names = {**NAMES, **names_in(tx)}
        played, replayed = _shown(platform, tx, found, names)
        overtakes = _overtakes(tx, found, platform.now())
    return ProposalLook(
        proposed=proposed(found),
        compared=compared(live, (f"Proposal {number}", files_of(found))),
        live=number_live,
        scenario_changes=changed_scenarios(before, found.scenarios),
        findings=inspect(found.diagrams, found.tables, found.forms),
        obstacle=_obstacle(found, actor),
        overtakes=overtakes,
        names=names,
        played=played,
        replayed=replayed,
    )


def readiness(platform: Platform, *, actor: Actor, number: int) -> Readiness:
    """Return what trying a draft out shows before it is proposed.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        DiagramRejectedError: The draft breaks a rule.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft = draft_in(tx, number)
        own = tx.scenarios.of_draft(number)
        content = content_in(tx, draft)
        before = _live_scenarios(platform, tx)
        run = tx.trial_runs.last(content, RunKind.CLOSED)
        run = run or tx.trial_runs.last_of_draft(number, RunKind.CLOSED)
        names = {**NAMES, **names_in(tx)}
    bundle = playbooks.built(*draft.files_by_kind)
    return Readiness(
        tried=playbooks.tried(platform, bundle=bundle, scenarios=own),
        scenario_changes=changed_scenarios(before, own),
        replayed=_with_name(run, content, around(platform), names),
        content=content,
    )


def undecided_proposals(platform: Platform, *, actor: Actor) -> int:
    """Return how many proposals wait that the actor could decide.

    Raises:
        NotAllowedError: The actor may not approve processes.
    """
    actor.require(Deed.APPROVE_PROCESS)
    with platform.database.read() as tx:
        return tx.proposals.undecided(by_others_than=actor.username)


def overtaken(look: ProposalLook) -> tuple[str, ...]:
    """Return in words which versions never come to hold once a proposal is approved."""
    return tuple(
        f"Version {number} is approved for a later day. Once this change is approved, it never "
        "comes to hold: it has to be proposed again."
        for number in look.overtakes
    )


def _overtakes(tx: Transaction, found: Proposal, now: datetime) -> tuple[int, ...]:
    numbers = {each.digest: each.version for each in tx.processes.versions(COMPLAINT)}
    if found.digest in numbers:
        return ()
    gone = overtaken_by(
        max(now, found.valid_from or now),
        releases=tx.releases.all(COMPLAINT),
        retired=frozenset(each.digest for each in tx.releases.retired(COMPLAINT)),
        now=now,
    )
    return tuple(numbers[each.digest] for each in gone)


def _shown(
    platform: Platform, tx: Transaction, found: Proposal, names: Mapping[str, str]
) -> tuple[Shown | None, Shown | None]:
    """Return what scenarios and closed cases have shown last."""
    runs = tx.trial_runs
    played = runs.last(found.content, RunKind.SCENARIOS)
    replayed = runs.last(found.content, RunKind.CLOSED)
    if replayed is None and found.draft is not None:
        replayed = runs.last_of_draft(found.draft, RunKind.CLOSED)
    now = around(platform)
    first, second = (_with_name(run, found.content, now, names) for run in (played, replayed))
    return first, second


def _with_name(
    run: TrialRun | None, content: str, now: str, names: Mapping[str, str]
) -> Shown | None:
    if run is None:
        return None
    return Shown(run, names.get(run.by, run.by), run.at, _stale(run, content, now))


def _live_scenarios(platform: Platform, tx: Transaction) -> tuple[KeptScenario, ...]:
    valid = tx.releases.valid(COMPLAINT, platform.now())
    return playbooks.scenarios_of(tx, valid[0] if valid else "")


def _stale(run: TrialRun, content: str, now: str) -> str:
    if run.content != content:
        return "The draft was changed after this run. Run it again."
    if run.around != now:
        return "Redress, working time or the time limits changed after this run. Run it again."
    return ""


def _obstacle(found: Proposal, actor: Actor) -> str:
    if actor.username == found.proposed_by:
        return "You proposed it, so somebody else decides."
    if actor.username in {found.last_editor, *found.editors}:
        return "You worked on it, so somebody else decides."
    return ""
