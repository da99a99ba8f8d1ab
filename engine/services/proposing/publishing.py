"""A new version of the process: one person proposes it, another one lets cases run on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.kept_scenario import KeptScenario, Origin, kept_all
from engine.domain.process_version import ReleaseKind
from engine.errors import ConflictError, NotFoundError, SeparationOfDutiesError
from engine.process.bundle import ProcessBundle
from engine.process.text_file import as_text
from engine.services.bulk import reason as reasons
from engine.services.journal.jotting import jot_organisation
from engine.services.process.processes import COMPLAINT, read_files
from engine.services.proposing.proposal_making import (
    Proposed,
    Said,
    as_it_runs,
    made_proposal,
    new_proposal,
    proposed,
)
from engine.services.studio.draft_saving import draft_in
from engine.services.tryout import playbooks, trial_running
from engine.store.proposals import Proposal
from engine.store.transaction import Transaction

__all__ = ["Proposed"]


def propose(
    platform: Platform,
    *,
    actor: Actor,
    paths: Sequence[Path],
    reason: str,
    risk: str = "",
    valid_from: datetime | None = None,
    scenarios: Path | None = None,
) -> Proposed:
    """Propose diagrams (.bpmn) with tables (.dmn) and forms (.json), and return the proposal.

    Args:
        platform: Where processes are kept.
        actor: Who proposes.
        paths: Files of any encoding; the first diagram holds the main process.
        reason: Why.
        risk: What could go wrong, and what then.
        valid_from: From when new complaints take it, once it is approved; None for at once.
        scenarios: Folder of scenarios (.txt) that go live with it; None for those that are live.

    Raises:
        NotAllowedError: The actor may not publish.
        InvalidInputError: A file cannot be read, no reason is given, it is another process, a
            scenario differs, or the moment lies in the past.
        DiagramRejectedError: The files break a rule; lists every finding.
        ConflictError: The same is published, or proposed, already.
    """
    actor.require(Deed.PUBLISH)
    files = [_as_utf8(kind) for kind in read_files(paths)]
    at, said = platform.now(), Said(reason, risk, valid_from)
    given = None
    if scenarios is not None:
        written = playbooks.read_folder(scenarios)
        given = kept_all(written, origin=Origin.WRITTEN, by=actor.username, at=at)
    proposal = new_proposal(actor, files, given or (), said, at)

    def read(tx: Transaction) -> Proposal:
        return replace(proposal, scenarios=_live_scenarios(tx, at) if given is None else given)

    return made_proposal(platform, actor=actor, work=read)


def propose_process_draft(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    rev: int,
    reason: str,
    risk: str,
    valid_from: datetime | None = None,
    content: str = "",
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
        content: Hash of the files and scenarios that were looked at; empty where none was made.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        InvalidInputError: Reason or risk are not given, it is another process, a scenario differs,
            or the moment lies in the past.
        DiagramRejectedError: The draft breaks a rule; lists every finding.
        ConflictError: Somebody saved the draft since, or the same is published or proposed.
    """
    actor.require(Deed.PUBLISH)
    said = Said(reason, reasons.needed("Risk", risk), valid_from)

    def read(tx: Transaction) -> Proposal:
        draft = draft_in(tx, number)
        if draft.rev != rev or content not in {"", trial_running.content_in(tx, draft)}:
            raise ConflictError("The draft was saved since you looked at it; look again.")
        own = tx.scenarios.of_draft(number)
        return replace(
            new_proposal(actor, draft.files_by_kind, own, said, platform.now()),
            draft=number,
            draft_rev=rev,
            editors=draft.editors,
            last_editor=draft.edited_by,
        )

    return made_proposal(platform, actor=actor, work=read)


def waiting(platform: Platform, *, actor: Actor) -> tuple[Proposed, ...]:
    """Return what waits for a second person, oldest first.

    Raises:
        NotAllowedError: The actor may not approve processes.
    """
    actor.require(Deed.APPROVE_PROCESS)
    with platform.database.read() as tx:
        return tuple(proposed(each) for each in tx.proposals.waiting())


def approve(platform: Platform, *, actor: Actor, number: int, instead_of: int | None = None) -> int:
    """Publish what somebody else proposed, and return the number of the version.

    What is published is read again and is, byte by byte, what was proposed. New complaints take it
    from the moment that was proposed, or at once when that has passed. Where only scenarios were
    proposed, the live version has them from now on.

    Args:
        platform: Where proposals are kept.
        actor: Who approves.
        number: Of the proposal.
        instead_of: Number of the live version that it was compared with; None for the one that was
            live when it was proposed.

    Raises:
        NotAllowedError: The actor may not approve processes.
        SeparationOfDutiesError: The actor proposed it, or worked on it.
        NotFoundError: There is no such proposal.
        ConflictError: It is decided already, was altered since, another version is live than it was
            compared with, or what its scenarios have shown need not be true any more.
        InvalidInputError: A scenario differs; names each and how.
        DiagramRejectedError: This release refuses what the one before let pass.
    """
    actor.require(Deed.APPROVE_PROCESS)

    def look(tx: Transaction, found: Proposal | None) -> tuple[Proposal, ProcessBundle]:
        if found is None:
            raise NotFoundError("proposal", str(number))
        _require_second_person(found, actor)
        _require_compared(tx, found, instead_of, platform.now())
        made, bundle = as_it_runs(found)
        if made != found:
            raise ConflictError("The proposal is not the one that was made; verify the journal.")
        trial_running.require_current(platform, tx, found)
        return made, bundle

    with platform.database.read() as tx:
        made, bundle = look(tx, tx.proposals.get(number))
    played = playbooks.require_green(platform, bundle=bundle, scenarios=made.scenarios)

    def work(tx: Transaction) -> int:
        found, _ = look(tx, tx.proposals.take(number))
        if found != made:
            raise ConflictError("The proposal was altered meanwhile; verify the journal.")
        trial_running.keep_played(platform, tx, actor=actor, of=found, results=played.results)
        at = platform.now()
        version = _release(platform, tx, actor, found, at)
        tx.proposals.decide(number, by=actor.username, at=at, is_approved=True, comment="")
        _end_draft(tx, found, actor, at)
        return version

    return platform.database.write(work)


def _release(
    platform: Platform, tx: Transaction, actor: Actor, found: Proposal, at: datetime
) -> int:
    """Make what was proposed a version, or give the live one other scenarios; return its number.

    Raises:
        ConflictError: Only scenarios were proposed, and another version is live now.
    """
    tx.releases.take(found.process_id)
    told: dict[str, Any] = {"proposal": found.number, "process": found.process_id}
    if found.digest in tx.processes.digests():
        live = tx.releases.valid(found.process_id, at)
        if live is None or live[0] != found.digest:
            raise ConflictError("Only scenarios were changed, and of a version that is not live.")
        kind, version = "process.scenarios_kept", live[1]
    else:
        valid_from = max(at, found.valid_from or at)
        kind, version = "process.published", tx.processes.add(found, at=at)
        tx.releases.add(
            process_id=found.process_id,
            digest=found.digest,
            kind=ReleaseKind.PUBLISHED,
            valid_from=valid_from,
            by=actor.username,
            at=at,
            reason=found.reason,
        )
        told |= {"valid_from": valid_from.isoformat()} if valid_from > at else {}
    tx.scenarios.keep(found.digest, found.scenarios, by=found.proposed_by, at=at)
    jot_organisation(
        platform,
        tx,
        actor=actor,
        kind=kind,
        version=version,
        digest=found.digest,
        content=found.content,
        proposed_by=found.proposed_by,
        **told,
    )
    return version


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
        found = tx.proposals.take(number)
        if found is None:
            raise NotFoundError("proposal", str(number))
        _require_second_person(found, actor)
        at = platform.now()
        tx.proposals.decide(number, by=actor.username, at=at, is_approved=False, comment=said)
        told = {"proposal": number, "digest": found.digest}
        jot_organisation(platform, tx, actor=actor, kind="process.rejected", reason=said, **told)

    platform.database.write(work)


def _end_draft(tx: Transaction, found: Proposal, actor: Actor, at: datetime) -> None:
    """Put the draft of a published proposal away, unless somebody went on with it."""
    draft = tx.process_drafts.get(found.draft) if found.draft else None
    if draft is not None and draft.rev == found.draft_rev:
        tx.process_drafts.end(draft.number, by=actor.username, at=at)


def _as_utf8(files: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(as_text(file).encode() for file in files)


def _live_scenarios(tx: Transaction, at: datetime) -> tuple[KeptScenario, ...]:
    live = tx.releases.valid(COMPLAINT, at)
    return playbooks.scenarios_of(tx, live[0] if live else "")


def _require_second_person(found: Proposal, actor: Actor) -> None:
    """Refuse who has a part in a proposal, and what is decided.

    Raises:
        SeparationOfDutiesError: The actor proposed it, worked on it, or is no person.
        ConflictError: It is decided already.
    """
    if actor.username in {found.proposed_by, SYSTEM.username}:
        raise SeparationOfDutiesError(actor.name, "decide this", "is not a second person")
    if actor.username in {found.last_editor, *found.editors}:
        raise SeparationOfDutiesError(actor.name, "decide this", "worked on it")
    if found.decided_at is not None:
        raise ConflictError(f"Proposal {found.number} was decided by {found.decided_by}.")


def _require_compared(
    tx: Transaction, found: Proposal, instead_of: int | None, at: datetime
) -> None:
    """Refuse to undo, unseen, what was published after a proposal was made.

    Raises:
        ConflictError: Another version is live than the proposal was compared with.
    """
    live = tx.releases.valid(found.process_id, at)
    known = tx.releases.valid(found.process_id, found.proposed_at)
    if instead_of is not None:
        is_same = live is not None and live[1] == instead_of
    else:
        is_same = live == known
    if live is not None and not is_same:
        raise ConflictError(
            f"Version {live[1]} is live by now, and approving this would take its changes back. "
            f"Compare proposal {found.number} with it first."
        )
