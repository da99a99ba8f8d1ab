"""The frame every command on a case runs in: one case, one transaction, carried out once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case, Step
from engine.domain.command_deed import COMMANDS
from engine.domain.incident import IncidentKind, cause_of, element_of
from engine.domain.journal import content_hash
from engine.errors import (
    CaseChangedError,
    CaseErasedError,
    CaseSuspendedError,
    CourseError,
    ProcessFailedError,
)
from engine.services.accounts import reach
from engine.services.running import messages
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction

Change = TypeVar("Change", bound=CaseChange)


@dataclass(frozen=True, slots=True)
class Command:
    """Who wants what done to which case.

    Attributes:
        name: Of the service.
        actor: Who asks; authorised by the service.
        content: What distinguishes this command from another one with the same id.
        command_id: The same id is carried out once, however often it arrives.
        resumes: Whether a suspended case, which refuses all other work, takes this command.
        seen_rev: Revision of the case that the actor looked at; None for any.
    """

    name: str
    actor: Actor
    reference: str
    content: Mapping[str, Any] = field(default_factory=dict)
    command_id: UUID | None = None
    resumes: bool = False
    seen_rev: int | None = None

    @property
    def deed(self) -> Deed:
        """Return what the actor must be permitted on this case."""
        return COMMANDS[self.name]

    @property
    def key(self) -> str | None:
        """Return the id under which the receipt is kept."""
        return str(self.command_id) if self.command_id else None

    @property
    def fingerprint(self) -> str:
        """Return a hash of what is asked for."""
        return content_hash(
            {
                "command": self.name,
                "reference": self.reference,
                "by": self.actor.username,
                "content": dict(self.content),
            }
        )


def carry_out(
    platform: Platform,
    command: Command,
    work: Callable[[Change], None],
    kind: type[Change] = CaseChange,  # type: ignore[assignment] # the default of a type variable
) -> tuple[Step, ...]:
    """Load a case, fire what is due, do ``work``, and store everything that follows.

    Args:
        platform: Where the case is.
        command: What is asked for.
        work: Acts on the case; run again on fresh data after a lost race, and not at all when
            the command was carried out before.
        kind: What the case is loaded as.

    Returns:
        The steps that wait after the command.

    Raises:
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        NotAllowedError: What the actor may do does not reach this complaint.
        ConflictError: The command id was used for something else.
        CaseErasedError: Its personal data are gone; nothing is added to it.
        CaseSuspendedError: The case rests.
        CaseChangedError: The case is not the one that was looked at any more.
        ProcessFailedError: The diagram cannot go on; where a step failed, there is an incident.
    """
    key, fingerprint = command.key, command.fingerprint if command.command_id else ""
    mail_for: list[int] = []

    def run(tx: Transaction) -> tuple[Step, ...]:
        taken = tx.take(command.reference, command_id=key)
        case = taken.case
        reach.require(
            platform, tx, actor=command.actor, deed=command.deed, case=case, steps=taken.steps
        )
        if taken.was_changed_by(fingerprint):
            return taken.steps
        _require_open(tx, command, case)
        change = kind.load(platform, tx, taken=taken, actor=command.actor)
        work(change)
        change.finish()
        if key:
            tx.cases.keep_receipt(key, fingerprint=fingerprint, case_id=case.id, at=change.now)
        mail_for[:] = [case.id] if change.has_mail else []
        return change.steps

    try:
        steps = platform.database.write(run)
    except ProcessFailedError as failure:
        if command.name == "complete_step":
            _note_failed_step(platform, command, failure)
        raise
    return _hand_over_mail(platform, mail_for[0]) if mail_for else steps


def _require_open(tx: Transaction, command: Command, case: Case) -> None:
    """Refuse a command that this case does not take as it stands.

    Raises:
        CaseErasedError: Its personal data are gone; nothing is added to it.
        CaseSuspendedError: The case rests.
        CourseError: It is merged into another one.
        CaseChangedError: The case is not the one that was looked at any more.
    """
    if case.erased_at is not None:
        raise CaseErasedError(case.reference)
    if case.is_suspended and not command.resumes:
        if tx.kinship.merge_of(case.id) is not None:
            raise CourseError(f"{case.reference} is merged into another one; work goes on there.")
        raise CaseSuspendedError(case.reference)
    if command.seen_rev not in {None, case.rev}:
        raise CaseChangedError(case.reference)


def _hand_over_mail(platform: Platform, case_id: int) -> tuple[Step, ...]:
    """Give a case the messages that were kept for it, and return what waits then."""
    messages.hand_over_kept(platform, case_id=case_id)
    with platform.database.read() as tx:
        return tx.steps.of(case_id)


def _note_failed_step(platform: Platform, command: Command, failure: ProcessFailedError) -> None:
    """Let somebody look at a step after which the diagram cannot go on."""

    def work(tx: Transaction) -> None:
        case = tx.cases.get(command.reference)
        tx.incidents.note(
            IncidentKind.STEP,
            f"{case.id}/{command.content['token']}",
            case_id=case.id,
            element=element_of(failure),
            cause=cause_of(failure),
            at=platform.now(),
        )

    platform.database.write(work)
