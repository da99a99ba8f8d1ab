"""What an approver looks at before a process is published."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.errors import NotFoundError
from engine.process.bundle import inspect
from engine.process.finding import Finding
from engine.services.draft_files import files_of, names_in
from engine.services.process_comparison import Compared, compared, of_version
from engine.services.publishing import Proposed, proposed
from engine.store.proposals import Proposal


@dataclass(frozen=True, slots=True)
class ProposalLook:
    """A proposal with everything that speaks for and against it.

    Attributes:
        compared: What it would change of the live version.
        findings: What the rules say of it.
        obstacle: Why whoever looks cannot decide it; empty where they can.
        names: People by user name.
    """

    proposed: Proposed
    compared: Compared
    findings: tuple[Finding, ...]
    obstacle: str
    names: Mapping[str, str]


def look_at_proposal(platform: Platform, *, actor: Actor, number: int) -> ProposalLook:
    """Return a proposal that waits, with what it would change.

    Raises:
        NotAllowedError: The actor may not approve processes.
        NotFoundError: There is no such proposal, or it is decided.
    """
    actor.require(Deed.APPROVE_PROCESS)
    with platform.database.read() as tx:
        found = tx.proposals.get(number)
        if found is None or found.decided_at is not None:
            raise NotFoundError("proposal that waits", str(number))
        live = of_version(tx, 0, at=platform.now())
        names = {**NAMES, **names_in(tx)}
    return ProposalLook(
        proposed=proposed(found),
        compared=compared(live, (f"Proposal {number}", files_of(found))),
        findings=inspect(found.diagrams, found.tables, found.forms),
        obstacle=_obstacle(found, actor),
        names=names,
    )


def undecided_proposals(platform: Platform, *, actor: Actor) -> int:
    """Return how many proposals wait that the actor could decide.

    Raises:
        NotAllowedError: The actor may not approve processes.
    """
    actor.require(Deed.APPROVE_PROCESS)
    with platform.database.read() as tx:
        return tx.proposals.undecided(by_others_than=actor.username)


def _obstacle(found: Proposal, actor: Actor) -> str:
    if actor.username == found.proposed_by:
        return "You proposed it, so somebody else decides."
    if actor.username == found.last_editor:
        return "You edited it last, so somebody else decides."
    return ""
