"""A proposal comes about: checked, its scenarios played, and kept with what they have shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.kept_scenario import KeptScenario
from engine.errors import ConflictError, InvalidInputError
from engine.process.bundle import ProcessBundle, build_bundle, require_publishable
from engine.process.finding import Finding
from engine.services.accounts import competences
from engine.services.bulk import reason as reasons
from engine.services.journal.jotting import jot_organisation
from engine.services.process.processes import COMPLAINT
from engine.services.tryout import playbooks, trial_running
from engine.store.proposals import Proposal
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Proposed:
    """A process that waits for a second person.

    Attributes:
        digest: SHA-256 of what would be published, hex.
        by: User name of whoever proposed it.
        advice: Steps that nobody can take for want of a competence; told to who proposes it.
        risk: What could go wrong, and what then; empty where nothing was said.
        valid_from: From when new complaints are to take it; None for at once.
        editors: User names of everybody who worked on its draft.
        last_editor: User name of whoever worked on it last; empty for files.
    """

    number: int
    digest: str
    reason: str
    by: str
    at: datetime
    advice: tuple[Finding, ...] = ()
    risk: str = ""
    valid_from: datetime | None = None
    editors: tuple[str, ...] = ()
    last_editor: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a change that they propose.

    Attributes:
        valid_from: From when new complaints are to take it; None for at once.
    """

    reason: str
    risk: str = ""
    valid_from: datetime | None = None


def proposed(found: Proposal) -> Proposed:
    """Return what is to be known of a proposal besides its files."""
    return Proposed(
        number=found.number,
        digest=found.digest,
        reason=found.reason,
        by=found.proposed_by,
        at=found.proposed_at,
        risk=found.risk,
        valid_from=found.valid_from,
        editors=found.editors,
        last_editor=found.last_editor,
    )


def new_proposal(
    actor: Actor,
    files: Sequence[Sequence[bytes]],
    scenarios: Sequence[KeptScenario],
    said: Said,
    at: datetime,
) -> Proposal:
    """Return a proposal that nothing was looked at yet of but its words.

    Args:
        actor: Who proposes.
        files: Diagrams, tables and forms.
        scenarios: Those that go live with it.
        said: Why, and from when.
        at: The present.

    Raises:
        InvalidInputError: No reason is given, what is said is too long, or the moment lies in the
            past or in no time zone.
    """
    reason = reasons.needed("Reason", said.reason)
    risk = reasons.needed("Risk", said.risk) if said.risk.strip() else ""
    if said.valid_from is not None and said.valid_from.tzinfo is None:
        raise InvalidInputError({"Valid from": "names no time zone, so nobody can tell when."})
    if said.valid_from is not None and said.valid_from <= at:
        raise InvalidInputError({"Valid from": "lies in the past; leave it out for at once."})
    diagrams, tables, forms = (tuple(kind) for kind in files)
    return Proposal(
        number=0,
        digest="",
        process_id="",
        diagrams=diagrams,
        tables=tables,
        forms=forms,
        reason=reason,
        proposed_by=actor.username,
        proposed_at=at,
        risk=risk,
        valid_from=said.valid_from,
        scenarios=tuple(scenarios),
    )


def as_it_runs(proposal: Proposal) -> tuple[Proposal, ProcessBundle]:
    """Return a proposal with what it would run as.

    Raises:
        DiagramRejectedError: It breaks a rule; lists every finding.
        InvalidInputError: It is another process.
    """
    require_publishable(proposal.diagrams, proposal.tables, proposal.forms)
    bundle = build_bundle(proposal.diagrams, proposal.tables, proposal.forms)
    if bundle.process_id != COMPLAINT:
        raise InvalidInputError(
            {"": f"The process is “{bundle.process_id}”; complaints run on “{COMPLAINT}”."}
        )
    return replace(proposal, digest=bundle.digest, process_id=bundle.process_id), bundle


def made_proposal(
    platform: Platform, *, actor: Actor, work: Callable[[Transaction], Proposal]
) -> Proposed:
    """Keep a proposal with what its scenarios have shown.

    They are played between two transactions, since that takes seconds and nobody who writes waits
    for it.

    Args:
        platform: Where proposals are kept.
        actor: Who proposes.
        work: Returns the proposal as it stands in a transaction.

    Raises:
        NotAllowedError: The actor may not publish.
        DiagramRejectedError: It breaks a rule; lists every finding.
        InvalidInputError: It is another process, a scenario differs, or scenarios alone are to
            hold later.
        ConflictError: It was changed meanwhile, or the same is published, or proposed, already.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        made, bundle = as_it_runs(work(tx))
        _refuse_known(tx, made, platform.now())
    found = playbooks.require_green(platform, bundle=bundle, scenarios=made.scenarios)

    def keep(tx: Transaction) -> Proposed:
        if work(tx).content != made.content:
            raise ConflictError("The draft was saved since you looked at it; look again.")
        _refuse_known(tx, made, platform.now())
        run = trial_running.keep_played(platform, tx, actor=actor, of=made, results=found.results)
        kept = replace(made, number=tx.proposals.add(made))
        told = {"proposal": kept.number, "process": kept.process_id, "digest": kept.digest}
        told |= {"content": run.content} | ({} if kept.draft is None else {"draft": kept.draft})
        jot_organisation(
            platform, tx, actor=actor, kind="process.proposed", reason=kept.reason, **told
        )
        return replace(proposed(kept), advice=competences.missing_in(tx, bundle))

    return platform.database.write(keep)


def _refuse_known(tx: Transaction, made: Proposal, at: datetime) -> None:
    """Refuse what is there already; the live process may get other scenarios.

    Raises:
        ConflictError: It is published, or waits for a second person.
        InvalidInputError: Scenarios alone are to hold later.
    """
    if waits := [each.number for each in tx.proposals.waiting() if each.digest == made.digest]:
        raise ConflictError(f"Exactly this waits for a second person, as proposal {waits[0]}.")
    versions = {each.digest: each.version for each in tx.processes.versions(made.process_id)}
    number = versions.get(made.digest)
    if number is None:
        return
    live = tx.releases.valid(made.process_id, at)
    if live is None or live[0] != made.digest:
        raise ConflictError(f"Exactly this is published already, as version {number}.")
    known = [each.text for each in playbooks.scenarios_of(tx, made.digest)]
    if known == [each.text for each in made.scenarios]:
        raise ConflictError("Exactly this is published already, and is live.")
    if made.valid_from is not None:
        said = "is for a change of the process; scenarios alone hold at once."
        raise InvalidInputError({"Valid from": said})
