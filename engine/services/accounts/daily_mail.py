"""Whether somebody wants a mail each working day that tells what waits for them (4.5)."""

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.daily_mail import checked_address
from engine.errors import NotFoundError
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction


def daily_mail_of(platform: Platform, *, actor: Actor) -> str:
    """Return the address to which the actor's daily mail goes; empty where there is none.

    Raises:
        NotAllowedError: The actor has no account of their own.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    with platform.database.read() as tx:
        wish = tx.daily_mails.of(actor.username)
    return wish.address if wish else ""


def choose_daily_mail(platform: Platform, *, actor: Actor, address: str) -> None:
    """Let the actor's daily mail go to an address from now on, or to none.

    Args:
        platform: Where accounts are.
        actor: Whose mail it is.
        address: Of the actor; empty to get it no more.

    Raises:
        NotAllowedError: The actor has no account of their own.
        NotFoundError: The account is closed.
        InvalidInputError: The address has not the shape of one.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    wanted = checked_address(address)

    def work(tx: Transaction) -> None:
        account = tx.accounts.take(actor.username)
        if account is None or not account.is_active:
            raise NotFoundError("open account", actor.username)
        before = tx.daily_mails.of(actor.username)
        if wanted == (before.address if before else ""):
            return
        if wanted:
            tx.daily_mails.keep(actor.username, wanted)
        else:
            tx.daily_mails.forget(actor.username)
        jot_organisation(
            platform, tx, actor=actor, kind="account.daily_mail", is_wanted=bool(wanted)
        )

    platform.database.write(work)
