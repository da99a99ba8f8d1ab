"""Nobody raises themselves: who may open or change whose account (ISO 10002:2018, 5.4)."""

from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import ConflictError, NotFoundError, SeparationOfDutiesError
from engine.store.accounts import Account
from engine.store.transaction import Transaction


def opened(tx: Transaction, actor: Actor, username: str) -> Account:
    """Return an account that the actor may open for somebody, by a link or without a code.

    Raises:
        NotFoundError: Nobody has this user name.
        SeparationOfDutiesError: The person is an administrator as well: whoever opened that
            account would hold both keys of four eyes. On the machine itself it is possible.
    """
    account = found(tx, username)
    if Role.ADMINISTRATOR in account.actor.roles and actor != SYSTEM:
        raise SeparationOfDutiesError(
            actor.name,
            "open an administrator's account",
            "would hold both keys of four eyes. On the machine itself, “redress users” does it",
        )
    return account


def others(tx: Transaction, actor: Actor, username: str, deed: str) -> Account:
    """Return the account of somebody else.

    Args:
        tx: Where accounts are.
        actor: Who wants to change it.
        username: Whose.
        deed: What is wanted, to follow "NAME may not".

    Raises:
        NotFoundError: Nobody has this user name.
        SeparationOfDutiesError: It is the actor's own.
    """
    account = found(tx, username)
    if username == actor.username:
        raise SeparationOfDutiesError(actor.name, deed, "is the one it is about")
    return account


def keep_one_administrator(tx: Transaction, username: str) -> None:
    """Refuse to take the last administrator away.

    Raises:
        ConflictError: Nobody else could administer users any more.
    """
    if tx.accounts.administrators() == (username,):
        raise ConflictError(f"{username} is the last administrator; somebody has to be one.")


def found(tx: Transaction, username: str) -> Account:
    """Return an account.

    Raises:
        NotFoundError: Nobody has this user name.
    """
    account = tx.accounts.get(username)
    if account is None:
        raise NotFoundError("account", username)
    return account
