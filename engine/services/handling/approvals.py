"""Approving or returning what somebody else drafted (ISO 10002:2018, 5.4 and 7.8)."""

from dataclasses import dataclass
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Communication, Statement, Step
from engine.domain.inbox import InboxRow
from engine.domain.letter import DRAFTED
from engine.services.accounts import reach
from engine.services.handling.inbox import complete_step, page
from engine.services.letters import letter


@dataclass(frozen=True, slots=True)
class WaitingApproval:
    """A draft that waits for a second person.

    Attributes:
        draft: What was drafted; None when the record has none.
        is_own: The actor drafted it, and somebody else has to decide it.
    """

    row: InboxRow
    draft: Statement | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody drafted, and the letter it becomes, word for word."""

    statement: Statement
    letter: Communication


def drafted(platform: Platform, *, actor: Actor, reference: str) -> Draft | None:
    """Return what was drafted last on a case, and the letter as it would be sent.

    Returns:
        None when nothing was drafted yet.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        statements = tx.records.of(Statement, case.id)
        seen = letter.preview(platform, tx, case=case, statements=statements, now=platform.now())
    return Draft(seen.statement, seen.letter) if seen else None


def waiting(
    platform: Platform, *, actor: Actor, limit: int = 25, offset: int = 0
) -> tuple[tuple[WaitingApproval, ...], int]:
    """Return what waits for the actor's approval, soonest due first, and how many there are.

    Args:
        platform: Where to look.
        actor: Who approves.
        limit: Most rows to return.
        offset: Rows to leave out at the beginning.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    rows, total = page(
        platform, actor=actor, view="all", gates_only=True, limit=limit, offset=offset
    )
    with platform.database.read() as tx:
        drafts = [tx.records.last_statement(row.step.case_id, *DRAFTED) for row in rows]
    found = tuple(
        WaitingApproval(row, draft, is_own=draft is not None and draft.by == actor.username)
        for row, draft in zip(rows, drafts, strict=True)
    )
    return found, total


def approve(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    comment: str = "",
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> tuple[Step, ...]:
    """Approve what was drafted; exactly that is sent. Return the steps that wait now.

    Raises:
        NotAllowedError: The actor is no approver.
        SeparationOfDutiesError: The actor drafted it.
        StepNotOpenError: The step does not wait.
        CaseChangedError: The case is not the one that was looked at any more.
    """
    actor.require(Deed.WORK)
    return complete_step(
        platform,
        actor=actor,
        reference=reference,
        token=token,
        answers={"approval": "approved", "comment": comment},
        command_id=command_id,
        seen_rev=seen_rev,
    )


def return_draft(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    reasons: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> tuple[Step, ...]:
    """Return what was drafted, with reasons. Return the steps that wait now.

    Raises:
        NotAllowedError: The actor is no approver.
        SeparationOfDutiesError: The actor drafted it.
        InvalidInputError: The reasons are too short.
        StepNotOpenError: The step does not wait.
        CaseChangedError: The case is not the one that was looked at any more.
    """
    actor.require(Deed.WORK)
    return complete_step(
        platform,
        actor=actor,
        reference=reference,
        token=token,
        answers={"approval": "returned", "comment": reasons},
        command_id=command_id,
        seen_rev=seen_rev,
    )
