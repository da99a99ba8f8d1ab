"""The frame every command on a case runs in: one case, one transaction, carried out once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Step
from engine.domain.journal import content_hash
from engine.services.change import CaseChange
from engine.store.transaction import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Command:
    """Who wants what done to which case.

    Attributes:
        name: Of the service.
        actor: Who asks; authorised by the service.
        content: What distinguishes this command from another one with the same id.
        command_id: The same id is carried out once, however often it arrives.
    """

    name: str
    actor: Actor
    reference: str
    content: Mapping[str, Any] = field(default_factory=dict)
    command_id: UUID | None = None

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
    platform: Platform, command: Command, work: Callable[[CaseChange], None]
) -> tuple[Step, ...]:
    """Load a case, fire what is due, do ``work``, and store everything that follows.

    Args:
        platform: Where the case is.
        command: What is asked for.
        work: Acts on the case; run again on fresh data after a lost race, and not at all when
            the command was carried out before.

    Returns:
        The steps that wait after the command.

    Raises:
        NotFoundError: No complaint has this reference.
        ConflictError: The command id was used for something else.
    """
    key, fingerprint = command.key, command.fingerprint

    def run(tx: Transaction) -> tuple[Step, ...]:
        case = tx.cases.take(command.reference)
        if key and tx.cases.receipt(key, fingerprint=fingerprint) is not None:
            return tx.steps.of(case.id)
        change = CaseChange.load(platform, tx, case=case, actor=command.actor)
        work(change)
        change.finish()
        if key:
            tx.cases.keep_receipt(key, fingerprint=fingerprint, case_id=case.id, at=change.now)
        return change.steps

    return platform.database.write(run)
