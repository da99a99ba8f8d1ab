"""Codes by which complainants come back to their case, without an account."""

from datetime import datetime
from uuid import UUID, uuid4

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.tracking import code_of, mark_of, read
from engine.errors import NotFoundError
from engine.services.running import heirs
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

NOTHING = ("complaint with", "this code")
"""What is said of every wrong code, and nothing else of it."""


def code_for(platform: Platform, *, purpose: str, key: UUID) -> str:
    """Return the code that goes with a key: the same one however often it is asked.

    So a form that is sent twice has one code, and none is stored. Nobody without the secret of
    this installation can work it out.
    """
    return code_of(platform.keyring.blind(f"tracking code, {purpose}", str(key)))


def give(tx: Transaction, case_id: int, code: str, *, by: str, at: datetime) -> None:
    """Let a code lead to a case inside a transaction, in place of the one before."""
    tx.codes.give(case_id, mark_of(code), by=by, at=at)


def renew(
    platform: Platform, *, actor: Actor, reference: str, command_id: UUID | None = None
) -> str:
    """Return a new tracking code for a case; the one before leads nowhere from now on.

    Raises:
        NotAllowedError: The actor may not give out codes for this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        CaseErasedError: Its personal data are gone.
    """
    actor.require(Deed.GIVE_CODE)
    code = code_for(platform, purpose="given again", key=command_id or uuid4())

    def work(change: CaseChange) -> None:
        give(change.tx, change.case.id, code, by=actor.username, at=change.now)
        change.record("code.given")

    carry_out(
        platform,
        Command("renew_code", actor, reference, command_id=command_id, resumes=True),
        work,
    )
    return code


def reference_of(platform: Platform, *, actor: Actor, code: str) -> str:
    """Return the case to which a code leads; of one that was merged, where work on it goes on.

    Every wrong code takes the same way, whether it is no code at all, was never given, was
    replaced, or belongs to a case that was erased.

    Raises:
        NotAllowedError: The actor may not follow complaints by codes.
        NotFoundError: It leads nowhere.
    """
    actor.require(Deed.FOLLOW)
    with platform.database.read() as tx:
        found = tx.codes.reference(mark_of(read(code)))
        if found is None:
            raise NotFoundError(*NOTHING)
        return heirs.destination(tx, tx.cases.get(found)).reference
