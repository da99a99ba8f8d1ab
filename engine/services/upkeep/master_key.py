"""Changing the key that all other keys are sealed with, so that old copies of it open nothing."""

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_BATCH = 500
"""Keys in one transaction: few enough that people who work meanwhile do not wait."""


def renew(platform: Platform, *, actor: Actor) -> int:
    """Make a new master key and seal everything with it; return how much was sealed anew.

    The keys before it stay in the file until ``forget``: another program may still be about to
    store what it has just sealed with one of them. Broken off, it goes on when it is run again.

    Raises:
        NotAllowedError: The actor may not administer.
    """
    actor.require(Deed.ADMINISTER)
    platform.keyring.renew()
    done = _reseal(platform)
    platform.database.write(
        lambda tx: jot_organisation(
            platform, tx, actor=actor, kind="master_key.renewed", sealed=done
        )
    )
    return done


def forget(platform: Platform, *, actor: Actor) -> int:
    """Destroy the master keys before the newest; return how many.

    From then on nothing in an old copy of the database can be read with the key file.

    Raises:
        NotAllowedError: The actor may not administer.
    """
    actor.require(Deed.ADMINISTER)
    _reseal(platform)
    gone = platform.keyring.forget_old()
    platform.database.write(
        lambda tx: jot_organisation(
            platform, tx, actor=actor, kind="master_key.forgotten", keys=gone
        )
    )
    return gone


def _reseal(platform: Platform) -> int:
    total = 0
    while done := platform.database.write(_some, gives_way=True):
        total += done
    return total


def _some(tx: Transaction) -> int:
    return tx.resealing.some(_BATCH)
