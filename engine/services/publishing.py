"""A new version of the process: one person proposes it, another one lets cases run on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.errors import ConflictError, InvalidInputError, NotFoundError, SeparationOfDutiesError
from engine.process.bundle import build_bundle, require_publishable
from engine.process.finding import Finding
from engine.services import competences
from engine.services import reason as reasons
from engine.services.jotting import jot_organisation
from engine.services.processes import COMPLAINT, read_files
from engine.store.proposals import Proposal
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Proposed:
    """A process that waits for a second person.

    Attributes:
        digest: SHA-256 of what would be published, hex.
        by: User name of whoever proposed it.
        advice: Steps that nobody can take for want of a competence; told to who proposes it.
    """

    number: int
    digest: str
    reason: str
    by: str
    at: datetime
    advice: tuple[Finding, ...] = ()


def propose(platform: Platform, *, actor: Actor, paths: Sequence[Path], reason: str) -> Proposed:
    """Propose diagrams (.bpmn) with tables (.dmn) and forms (.json), and return the proposal.

    Raises:
        NotAllowedError: The actor may not publish.
        InvalidInputError: A file cannot be read, no reason is given, or it is another process.
        DiagramRejectedError: The files break a rule; lists every finding.
        ConflictError: The same is published, or proposed, already.
    """
    actor.require(Deed.PUBLISH)
    said = reasons.needed("Reason", reason)
    diagrams, tables, forms = read_files(paths)
    require_publishable(diagrams, tables, forms)
    bundle = build_bundle(diagrams, tables, forms)
    if bundle.process_id != COMPLAINT:
        raise InvalidInputError(
            {"": f"The process is “{bundle.process_id}”; complaints run on “{COMPLAINT}”."}
        )

    def work(tx: Transaction) -> Proposed:
        _refuse_known(tx, bundle.digest)
        at = platform.now()
        number = tx.proposals.add(
            digest=bundle.digest,
            process_id=bundle.process_id,
            diagrams=diagrams,
            tables=tables,
            forms=forms,
            reason=said,
            by=actor.username,
            at=at,
        )
        told = {"proposal": number, "process": bundle.process_id, "digest": bundle.digest}
        jot_organisation(platform, tx, actor=actor, kind="process.proposed", reason=said, **told)
        gaps = competences.missing_in(tx, bundle)
        return Proposed(number, bundle.digest, said, actor.username, at, gaps)

    return platform.database.write(work)


def waiting(platform: Platform, *, actor: Actor) -> tuple[Proposed, ...]:
    """Return what waits for a second person, oldest first.

    Raises:
        NotAllowedError: The actor may not approve processes.
    """
    actor.require(Deed.APPROVE_PROCESS)
    with platform.database.read() as tx:
        return tuple(
            Proposed(each.number, each.digest, each.reason, each.proposed_by, each.proposed_at)
            for each in tx.proposals.waiting()
        )


def approve(platform: Platform, *, actor: Actor, number: int) -> int:
    """Publish what somebody else proposed, and return the number of the version.

    What is published is read again and is, byte by byte, what was proposed.

    Raises:
        NotAllowedError: The actor may not approve processes.
        SeparationOfDutiesError: The actor proposed it.
        NotFoundError: There is no such proposal.
        ConflictError: It is decided already, or was altered since.
        DiagramRejectedError: This release refuses what the one before let pass.
    """
    actor.require(Deed.APPROVE_PROCESS)

    def work(tx: Transaction) -> int:
        found = _take(tx, number, actor)
        require_publishable(found.diagrams, found.tables, found.forms)
        bundle = build_bundle(found.diagrams, found.tables, found.forms)
        if bundle.digest != found.digest:
            raise ConflictError("The proposal is not the one that was made; verify the journal.")
        at = platform.now()
        version = tx.processes.publish(
            digest=found.digest,
            process_id=found.process_id,
            diagrams=found.diagrams,
            tables=found.tables,
            forms=found.forms,
            by=found.proposed_by,
            at=at,
            reason=found.reason,
        )
        tx.proposals.decide(number, by=actor.username, at=at, is_approved=True, comment="")
        told = {"proposal": number, "process": found.process_id, "version": version}
        jot_organisation(
            platform,
            tx,
            actor=actor,
            kind="process.published",
            digest=found.digest,
            proposed_by=found.proposed_by,
            **told,
        )
        return version

    return platform.database.write(work)


def reject(platform: Platform, *, actor: Actor, number: int, reason: str) -> None:
    """Refuse what somebody else proposed, with a reason.

    Raises:
        NotAllowedError: The actor may not approve processes.
        SeparationOfDutiesError: The actor proposed it.
        NotFoundError: There is no such proposal.
        ConflictError: It is decided already.
        InvalidInputError: No reason is given.
    """
    actor.require(Deed.APPROVE_PROCESS)
    said = reasons.needed("Reason", reason)

    def work(tx: Transaction) -> None:
        found = _take(tx, number, actor)
        at = platform.now()
        tx.proposals.decide(number, by=actor.username, at=at, is_approved=False, comment=said)
        told = {"proposal": number, "digest": found.digest}
        jot_organisation(platform, tx, actor=actor, kind="process.rejected", reason=said, **told)

    platform.database.write(work)


def _refuse_known(tx: Transaction, digest: str) -> None:
    """Refuse what is there already.

    Raises:
        ConflictError: It is published, or waits for a second person.
    """
    if digest in tx.processes.digests():
        raise ConflictError("Exactly this is published already.")
    if waits := [each.number for each in tx.proposals.waiting() if each.digest == digest]:
        raise ConflictError(f"Exactly this waits for a second person, as proposal {waits[0]}.")


def _take(tx: Transaction, number: int, actor: Actor) -> Proposal:
    """Return a proposal that the actor may decide, kept from others meanwhile.

    Raises:
        NotFoundError: There is none.
        SeparationOfDutiesError: The actor proposed it, or is no person.
        ConflictError: It is decided already.
    """
    found = tx.proposals.take(number)
    if found is None:
        raise NotFoundError("proposal", str(number))
    if actor.username in {found.proposed_by, SYSTEM.username}:
        raise SeparationOfDutiesError(actor.name, "decide this", "is not a second person")
    if found.decided_at is not None:
        raise ConflictError(f"Proposal {number} was decided by {found.decided_by}.")
    return found
