"""Approving or returning what somebody else drafted (ISO 10002:2018, 5.4 and 7.8)."""

from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Step
from engine.services.inbox import complete_step


def approve(  # noqa: PLR0913 - who, where, what, and how it is told apart
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    comment: str = "",
    command_id: UUID | None = None,
) -> tuple[Step, ...]:
    """Approve what was drafted; exactly that is sent. Return the steps that wait now.

    Raises:
        NotAllowedError: The actor is no approver.
        SeparationOfDutiesError: The actor drafted it.
        StepNotOpenError: The step does not wait.
    """
    actor.require(Deed.WORK)
    return complete_step(
        platform,
        actor=actor,
        reference=reference,
        token=token,
        answers={"approval": "approved", "comment": comment},
        command_id=command_id,
    )


def return_draft(  # noqa: PLR0913 - who, where, what, and how it is told apart
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    reasons: str,
    command_id: UUID | None = None,
) -> tuple[Step, ...]:
    """Return what was drafted, with reasons. Return the steps that wait now.

    Raises:
        NotAllowedError: The actor is no approver.
        SeparationOfDutiesError: The actor drafted it.
        InvalidInputError: The reasons are too short.
        StepNotOpenError: The step does not wait.
    """
    actor.require(Deed.WORK)
    return complete_step(
        platform,
        actor=actor,
        reference=reference,
        token=token,
        answers={"approval": "returned", "comment": reasons},
        command_id=command_id,
    )
