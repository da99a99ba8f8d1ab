"""Mails that are kept back after a restore, because they may have left since the backup."""

from collections.abc import Callable, Collection

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import HeldMail
from engine.errors import NotFoundError
from engine.services.bulk import reason as reasons
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction


def mails(platform: Platform, *, actor: Actor) -> tuple[HeldMail, ...]:
    """Return the mails that are kept back, oldest first.

    Raises:
        NotAllowedError: The actor may not administer.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        return tx.outbox.held()


def release(platform: Platform, *, actor: Actor, message_ids: Collection[str], reason: str) -> int:
    """Let mails leave that were kept back, and return how many.

    Args:
        platform: Where they wait.
        actor: Who says that they have not left.
        message_ids: Of the mails; empty for all of them.
        reason: How the actor knows; is kept.

    Raises:
        NotAllowedError: The actor may not administer.
        NotFoundError: One is not kept back.
        InvalidInputError: No reason is given.
    """
    actor.require(Deed.ADMINISTER)

    def change(tx: Transaction, chosen: Collection[str]) -> None:
        tx.outbox.let_go(chosen, platform.now())

    return _decide(platform, actor, message_ids, "mail.released", reason, change)


def settle(platform: Platform, *, actor: Actor, message_ids: Collection[str], reason: str) -> int:
    """Note of mails that were kept back that they have left before, and return how many.

    Args:
        platform: Where they wait.
        actor: Who says so.
        message_ids: Of the mails; empty for all of them.
        reason: How the actor knows; is kept.

    Raises:
        NotAllowedError: The actor may not administer.
        NotFoundError: One is not kept back.
        InvalidInputError: No reason is given.
    """
    actor.require(Deed.ADMINISTER)

    def change(tx: Transaction, chosen: Collection[str]) -> None:
        tx.outbox.said_to_be_sent(chosen, platform.now(), by=actor.username)

    return _decide(platform, actor, message_ids, "mail.said-to-be-sent", reason, change)


def _decide(
    platform: Platform,
    actor: Actor,
    message_ids: Collection[str],
    kind: str,
    reason: str,
    change: Callable[[Transaction, Collection[str]], None],
) -> int:
    said = reasons.needed("Reason", reason)

    def work(tx: Transaction) -> int:
        held = [mail.message_id for mail in tx.outbox.held()]
        if unknown := set(message_ids) - set(held):
            raise NotFoundError("held mail", min(unknown))
        chosen = list(message_ids) or held
        if chosen:
            change(tx, chosen)
            jot_organisation(platform, tx, actor=actor, kind=kind, reason=said, message_ids=chosen)
        return len(chosen)

    return platform.database.write(work)
