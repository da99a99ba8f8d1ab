"""A new version of the process: one person proposes it, another one lets cases run on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.process_draft import FileKind
from engine.domain.process_version import ReleaseKind
from engine.errors import ConflictError, InvalidInputError, NotFoundError, SeparationOfDutiesError
from engine.process.bundle import ProcessBundle, build_bundle, require_publishable
from engine.process.finding import Finding
from engine.process.text_file import as_text
from engine.services import competences, playbooks
from engine.services import reason as reasons
from engine.services.jotting import jot_organisation
from engine.services.process_drafts import draft_in
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


def propose(
    platform: Platform,
    *,
    actor: Actor,
    paths: Sequence[Path],
    reason: str,
    risk: str = "",
    valid_from: datetime | None = None,
) -> Proposed:
    """Propose diagrams (.bpmn) with tables (.dmn) and forms (.json), and return the proposal.

    Args:
        platform: Where processes are kept.
        actor: Who proposes.
        paths: Files of any encoding; the first diagram holds the main process.
        reason: Why.
        risk: What could go wrong, and what then.
        valid_from: From when new complaints take it, once it is approved; None for at once.

    Raises:
        NotAllowedError: The actor may not publish.
        InvalidInputError: A file cannot be read, no reason is given, it is another process, or the
            moment lies in the past.
        DiagramRejectedError: The files break a rule; lists every finding.
        ConflictError: The same is published, or proposed, already.
    """
    actor.require(Deed.PUBLISH)
    diagrams, tables, forms = (_as_utf8(files) for files in read_files(paths))
    proposal = _proposal(platform, actor, (diagrams, tables, forms), reason, risk, valid_from)
    bundle = _checked(proposal)
    return platform.database.write(lambda tx: _propose(platform, tx, actor, proposal, bundle))


def propose_process_draft(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    rev: int,
    reason: str,
    risk: str,
    valid_from: datetime | None = None,
) -> Proposed:
    """Propose a draft as it is; it can be worked on afterwards, and the proposal stays as it was.

    Args:
        platform: Where drafts are kept.
        actor: Who proposes.
        number: Of the draft.
        rev: That of the draft which was looked at.
        reason: Why.
        risk: What could go wrong, and what then.
        valid_from: From when new complaints take it, once it is approved; None for at once.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        InvalidInputError: Reason or risk are not given, it is another process, or the moment lies
            in the past.
        DiagramRejectedError: The draft breaks a rule; lists every finding.
        ConflictError: Somebody saved the draft since, or the same is published or proposed.
    """
    actor.require(Deed.PUBLISH)
    noted = reasons.needed("Risk", risk)

    def work(tx: Transaction) -> Proposed:
        draft = draft_in(tx, number)
        if draft.rev != rev:
            raise ConflictError("The draft was saved since you looked at it; look again.")
        kinds = (FileKind.DIAGRAM, FileKind.TABLE, FileKind.FORM)
        files = tuple(draft.contents(kind) for kind in kinds)
        proposal = replace(
            _proposal(platform, actor, files, reason, noted, valid_from),
            draft=number,
            draft_rev=rev,
            editors=draft.editors,
            last_editor=draft.edited_by,
        )
        return _propose(platform, tx, actor, proposal, _checked(proposal))

    return platform.database.write(work)


def waiting(platform: Platform, *, actor: Actor) -> tuple[Proposed, ...]:
    """Return what waits for a second person, oldest first.

    Raises:
        NotAllowedError: The actor may not approve processes.
    """
    actor.require(Deed.APPROVE_PROCESS)
    with platform.database.read() as tx:
        return tuple(proposed(each) for each in tx.proposals.waiting())


def approve(platform: Platform, *, actor: Actor, number: int) -> int:
    """Publish what somebody else proposed, and return the number of the version.

    What is published is read again and is, byte by byte, what was proposed. New complaints take it
    from the moment that was proposed, or at once when that has passed.

    Raises:
        NotAllowedError: The actor may not approve processes.
        SeparationOfDutiesError: The actor proposed it, or edited it last.
        NotFoundError: There is no such proposal.
        ConflictError: It is decided already, or was altered since.
        DiagramRejectedError: This release refuses what the one before let pass.
    """
    actor.require(Deed.APPROVE_PROCESS)

    def work(tx: Transaction) -> int:
        found = _take(tx, number, actor)
        bundle = _checked(found)
        if bundle.digest != found.digest:
            raise ConflictError("The proposal is not the one that was made; verify the journal.")
        playbooks.require_green(platform, tx, bundle)
        at = platform.now()
        valid_from = max(at, found.valid_from or at)
        version = tx.processes.add(found, at=at)
        tx.releases.add(
            process_id=found.process_id,
            digest=found.digest,
            kind=ReleaseKind.PUBLISHED,
            valid_from=valid_from,
            by=actor.username,
            at=at,
            reason=found.reason,
        )
        tx.proposals.decide(number, by=actor.username, at=at, is_approved=True, comment="")
        _end_draft(tx, found, actor, at)
        told = {"proposal": number, "process": found.process_id, "version": version}
        told |= {"valid_from": valid_from.isoformat()} if valid_from > at else {}
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


def _proposal(
    platform: Platform,
    actor: Actor,
    files: tuple[tuple[bytes, ...], ...],
    reason: str,
    risk: str,
    valid_from: datetime | None,
) -> Proposal:
    """Return a proposal that nothing was looked at yet of but its words.

    Raises:
        InvalidInputError: No reason is given, or the moment lies in the past.
    """
    said, at = reasons.needed("Reason", reason), platform.now()
    if valid_from is not None and valid_from <= at:
        raise InvalidInputError({"Valid from": "lies in the past; leave it out for at once."})
    diagrams, tables, forms = files
    return Proposal(
        number=0,
        digest="",
        process_id="",
        diagrams=diagrams,
        tables=tables,
        forms=forms,
        reason=said,
        proposed_by=actor.username,
        proposed_at=at,
        risk=risk.strip(),
        valid_from=valid_from,
    )


def _checked(proposal: Proposal) -> ProcessBundle:
    """Return what a proposal would run as.

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
    return bundle


def _propose(
    platform: Platform, tx: Transaction, actor: Actor, proposal: Proposal, bundle: ProcessBundle
) -> Proposed:
    """Keep a proposal.

    Raises:
        ConflictError: The same is published, or proposed, already.
    """
    _refuse_known(tx, bundle.digest)
    playbooks.require_green(platform, tx, bundle)
    made = replace(proposal, digest=bundle.digest, process_id=bundle.process_id)
    made = replace(made, number=tx.proposals.add(made))
    told = {"proposal": made.number, "process": made.process_id, "digest": made.digest}
    told |= {} if made.draft is None else {"draft": made.draft}
    jot_organisation(platform, tx, actor=actor, kind="process.proposed", reason=made.reason, **told)
    return replace(proposed(made), advice=competences.missing_in(tx, bundle))


def _end_draft(tx: Transaction, found: Proposal, actor: Actor, at: datetime) -> None:
    """Put the draft of a published proposal away, unless somebody went on with it."""
    draft = tx.process_drafts.get(found.draft) if found.draft else None
    if draft is not None and draft.rev == found.draft_rev:
        tx.process_drafts.end(draft.number, by=actor.username, at=at)


def _as_utf8(files: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(as_text(file).encode() for file in files)


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
        SeparationOfDutiesError: The actor proposed it, edited it last, or is no person.
        ConflictError: It is decided already.
    """
    found = tx.proposals.take(number)
    if found is None:
        raise NotFoundError("proposal", str(number))
    if actor.username in {found.proposed_by, SYSTEM.username}:
        raise SeparationOfDutiesError(actor.name, "decide this", "is not a second person")
    if actor.username == found.last_editor:
        raise SeparationOfDutiesError(actor.name, "decide this", "edited it last")
    if found.decided_at is not None:
        raise ConflictError(f"Proposal {number} was decided by {found.decided_by}.")
    return found
