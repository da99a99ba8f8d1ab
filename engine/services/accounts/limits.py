"""How much money somebody may agree to: proposed by one person, confirmed by another (5.4)."""

from decimal import Decimal

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed, Role
from engine.domain.standing_in import Limit
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_MOST = Decimal(10) ** 12


def all_limits(platform: Platform, *, actor: Actor) -> tuple[Limit, ...]:
    """Return every limit that was ever proposed, the latest first.

    Raises:
        NotAllowedError: The actor may not see limits.
    """
    actor.require(Deed.SEE_LIMITS)
    with platform.database.read() as tx:
        return tx.limits.all()


def in_force(platform: Platform, *, actor: Actor) -> dict[str, Decimal | None]:
    """Return how much each holder may agree to, by ``role:…`` or ``person:…``.

    Raises:
        NotAllowedError: The actor may not see limits.
    """
    actor.require(Deed.SEE_LIMITS)
    with platform.database.read() as tx:
        return tx.limits.in_force()


def propose(
    platform: Platform, *, actor: Actor, holder: str, amount: Decimal | None, reason: str
) -> None:
    """Propose how much a person or a role may agree to; it counts once somebody confirms it.

    Args:
        platform: Where the limits are.
        actor: Who proposes it.
        holder: ``role:approver`` or ``person:ada``.
        amount: In major units of the organisation's currency; None for any amount.
        reason: Why; is kept.

    Raises:
        NotAllowedError: The actor may not propose limits.
        SeparationOfDutiesError: It is the actor's own limit.
        InvalidInputError: There is no such holder, or the amount cannot be.
        ConflictError: One is proposed for this holder already.
    """
    actor.require(Deed.PROPOSE_LIMIT)
    said = needed("Reason", reason)
    if amount is not None and not (0 <= amount < _MOST and amount == round(amount, 2)):
        raise InvalidInputError({"Amount": "must not be negative, and has two digits at most."})
    _require_not_own(actor, holder)

    def work(tx: Transaction) -> None:
        _require_holder(tx, holder)
        if any(limit.holder == holder for limit in tx.limits.waiting()):
            raise ConflictError("A limit for this holder waits to be confirmed already.")
        currency = platform.policy.organisation.currency
        by, at = actor.username, platform.now()
        tx.limits.propose(Limit(0, holder, amount, currency, said, by, at, "", False))  # noqa: FBT003 - a record
        facts = {"holder": holder, "amount": None if amount is None else str(amount)}
        jot_organisation(platform, tx, actor=actor, kind="limit.proposed", **facts)

    platform.database.write(work)


def decide(platform: Platform, *, actor: Actor, limit_id: int, confirm: bool) -> None:
    """Confirm a limit that somebody else has proposed, or turn it down.

    Raises:
        NotAllowedError: The actor may not confirm limits.
        SeparationOfDutiesError: The actor proposed it, or it is the actor's own.
        NotFoundError: There is no such limit.
        ConflictError: Somebody has decided it already.
    """
    actor.require(Deed.CONFIRM_LIMIT)

    def work(tx: Transaction) -> None:
        limit = tx.limits.get(limit_id)
        if limit is None:
            raise NotFoundError("limit", str(limit_id))
        if limit.decided_by:
            raise ConflictError("Somebody has decided this limit already.")
        _require_not_own(actor, limit.holder)
        if limit.proposed_by == actor.username:
            raise SeparationOfDutiesError(actor.name, "confirm this limit", "proposed it")
        by, at = actor.username, platform.now()
        tx.limits.decide(limit_id, by=by, at=at, is_confirmed=confirm)
        kind = "limit.confirmed" if confirm else "limit.refused"
        jot_organisation(platform, tx, actor=actor, kind=kind, limit=limit_id, holder=limit.holder)

    platform.database.write(work)


def _require_not_own(actor: Actor, holder: str) -> None:
    """Refuse somebody who would change what they may agree to themselves.

    Raises:
        SeparationOfDutiesError: It is their own limit, or that of a role of theirs.
    """
    own = {f"person:{actor.username}", *(f"role:{role}" for role in actor.roles)}
    if holder in own:
        raise SeparationOfDutiesError(actor.name, "change this limit", "is subject to it")


def _require_holder(tx: Transaction, holder: str) -> None:
    """Refuse a holder that is neither a role nor somebody's account.

    Raises:
        InvalidInputError: It is neither.
    """
    kind, _colon, name = holder.partition(":")
    is_role = kind == "role" and name in set(Role) - {Role.SYSTEM}
    if not is_role and not (kind == "person" and tx.accounts.get(name) is not None):
        raise InvalidInputError({"Holder": f"{holder!r} is neither a role nor a person."})
