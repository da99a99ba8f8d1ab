"""Keeping what must not be erased: a court, a regulator or an inquiry may ask for it."""

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.errors import CaseErasedError, ConflictError
from engine.services.accounts.reach import require_none_about
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot
from engine.store.transaction import Transaction


def place(platform: Platform, *, actor: Actor, reference: str, reason: str) -> None:
    """Keep the personal data of a complaint until the hold is lifted, whatever else says.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
        InvalidInputError: No reason is given.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        ConflictError: It is on hold already, or erased.
    """
    actor.require(Deed.PROTECT)
    text = needed("Reason", reason)

    def work(tx: Transaction) -> None:
        case = tx.cases.take(reference)
        require_none_about(tx, actor, [case], kind="complaint", asked_for=reference)
        if case.erased_at is not None:
            raise CaseErasedError(reference)
        if tx.subjects.holds([case.id]):
            raise ConflictError(f"{reference} is on legal hold already.")
        tx.subjects.hold(case.id, reason=text, by=actor.username, at=platform.now())
        jot(platform, tx, case=case, actor=actor, kind="hold.placed", reason=text)

    platform.database.write(work)


def lift(platform: Platform, *, actor: Actor, reference: str, reason: str) -> None:
    """End a legal hold.

    Raises:
        NotAllowedError: The actor does not handle what is held on people.
        InvalidInputError: No reason is given.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        ConflictError: It is not on hold.
    """
    actor.require(Deed.PROTECT)
    text = needed("Reason", reason)

    def work(tx: Transaction) -> None:
        case = tx.cases.take(reference)
        require_none_about(tx, actor, [case], kind="complaint", asked_for=reference)
        if not tx.subjects.lift(case.id, by=actor.username, at=platform.now()):
            raise ConflictError(f"{reference} is not on legal hold.")
        jot(platform, tx, case=case, actor=actor, kind="hold.lifted", reason=text)

    platform.database.write(work)
