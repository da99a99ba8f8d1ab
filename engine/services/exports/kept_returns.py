"""Returns that were sent, to be looked at and taken again as they were (ISO 10002:2018, 8.2)."""

import hashlib

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.regulator_return import KeptReturn
from engine.errors import FileLostError, NotFoundError
from engine.services.accounts import reach
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction


def kept_returns(platform: Platform, *, actor: Actor) -> tuple[KeptReturn, ...]:
    """Return what was sent and the actor may take again, the latest first.

    A return holds every complaint that its maker saw. So it is for whoever made it, and for those
    from whom no complaint is hidden.

    Raises:
        NotAllowedError: The actor may not take complaints out.
    """
    actor.require(Deed.EXPORT)
    with platform.database.read() as tx:
        is_all = sees_all(platform, tx, actor)
        return tuple(
            each for each in tx.kept_returns.all() if is_all or each.made_by == actor.username
        )


def take_kept_return(platform: Platform, *, actor: Actor, number: int) -> bytes:
    """Return the file of a return as it was sent, and keep that it left the house again.

    Raises:
        NotAllowedError: The actor may not take complaints out.
        NotFoundError: There is no such return, or none that the actor may take.
        FileLostError: The file is not the one that was sent.
    """
    actor.require(Deed.EXPORT)

    def work(tx: Transaction) -> bytes:
        kept = tx.kept_returns.get(number)
        if kept is None or not (kept.made_by == actor.username or sees_all(platform, tx, actor)):
            raise NotFoundError("return", str(number))
        content = tx.kept_returns.content(number)
        if content is None or hashlib.sha256(content).hexdigest() != kept.sha256:
            raise FileLostError(f"The file of return {number} is not the one that was sent.")
        told = {"number": number, "return": kept.kind.value, "sha256": kept.sha256}
        jot_organisation(platform, tx, actor=actor, kind="return.taken", **told)
        return content

    return platform.database.write(work)


def sees_all(platform: Platform, tx: Transaction, actor: Actor) -> bool:
    """Tell whether no complaint is hidden from somebody who may take them out."""
    seen = reach.sight(platform, tx, actor=actor, deed=Deed.EXPORT)
    return seen.sees_all and not seen.hidden
