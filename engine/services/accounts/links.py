"""One-time links: invitations, forgotten passwords, and the first administrator."""

from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.account import Link, LinkKind, is_username
from engine.domain.actor import SYSTEM, Actor, Deed, Role
from engine.errors import ConflictError, InvalidInputError, SignInError
from engine.services.accounts import passwords, takeover
from engine.services.bulk.token import digest, new_token
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

PATH = "/login/link/"
"""Where a link leads, below the address of the site; its token follows."""

LIVES = {
    LinkKind.FIRST: timedelta(hours=24),
    LinkKind.INVITATION: timedelta(days=7),
    LinkKind.RESET: timedelta(hours=24),
}
"""How long a link opens something."""

_OVER = "This link has been used, is too old, or was never made. Ask for another one."


def make(platform: Platform, *, actor: Actor, username: str) -> str:
    """Return the token of a link by which somebody sets a password of their own, once.

    A link that was made for the person before opens nothing any more. The password of now goes
    on until the link is used.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name.
        ConflictError: The account is closed.
        SeparationOfDutiesError: The person is an administrator as well.
    """
    actor.require(Deed.ADMINISTER)
    token = new_token()

    def work(tx: Transaction) -> str:
        account = takeover.opened(tx, actor, username)
        if not account.is_active:
            raise ConflictError(f"The account {username} is closed; reopen it first.")
        kind = LinkKind.RESET if account.password_hash else LinkKind.INVITATION
        add(platform, tx, token=token, kind=kind, username=username, by=actor)
        told = {"username": username, "link": kind.value}
        jot_organisation(platform, tx, actor=actor, kind="link.made", **told)
        return token

    return platform.database.write(work)


def make_first(platform: Platform) -> str | None:
    """Return the token of a link for the first administrator; None when there is one already."""
    token = new_token()

    def work(tx: Transaction) -> str | None:
        if tx.accounts.administrators():
            return None
        add(platform, tx, token=token, kind=LinkKind.FIRST, username="", by=SYSTEM)
        return token

    return platform.database.write(work)


def look(platform: Platform, *, token: str) -> Link:
    """Return what a link is for, without using it up.

    Raises:
        SignInError: It is used up, too old, or was never made.
    """
    with platform.database.read() as tx:
        link = tx.links.live(digest(token), now=platform.now())
    if link is None or link.kind not in LIVES:
        raise SignInError(_OVER)
    return link


def use(
    platform: Platform, *, token: str, password: str, username: str = "", name: str = ""
) -> str:
    """Set a password by a link, use the link up, and return the user name.

    Every session of the person ends. The link of the first administrator makes the account.

    Args:
        platform: Where the links are.
        token: Of the link.
        password: The new one, as typed.
        username: For the first administrator only.
        name: For the first administrator only.

    Raises:
        SignInError: The link is used up, too old, or was never made.
        InvalidInputError: The password is not good enough, or user name or name cannot be used.
        ConflictError: Somebody became administrator meanwhile, or the user name is taken.
    """
    link = look(platform, token=token)
    if link.kind is LinkKind.FIRST:
        person = _first(username.strip(), name.strip())
    else:
        with platform.database.read() as tx:
            person = takeover.found(tx, link.username).actor
    problem = passwords.problem_of(
        platform, password=password, about=(person.username, person.name)
    )
    if problem:
        raise InvalidInputError({"Password": problem})
    hashed = passwords.hash_of(password)
    platform.database.write(lambda tx: _open(platform, tx, link, person, hashed, token))
    return person.username


def add(
    platform: Platform, tx: Transaction, *, token: str, kind: LinkKind, username: str, by: Actor
) -> None:
    """Keep a link inside a transaction, in place of those made before for the same person."""
    now = platform.now()
    tx.links.void(username, *LIVES)
    tx.links.add(
        digest(token),
        kind=kind,
        username=username,
        by=by.username,
        at=now,
        expires_at=now + LIVES[kind],
        detail={},
    )


def _open(
    platform: Platform, tx: Transaction, link: Link, person: Actor, hashed: str, token: str
) -> None:
    """Use a link up and do what it is for.

    Raises:
        SignInError: Somebody else was faster, or the account was closed.
        ConflictError: There is an administrator by now.
    """
    now = platform.now()
    if not tx.links.use(digest(token), now):
        raise SignInError(_OVER)
    if link.kind is LinkKind.FIRST:
        if tx.accounts.administrators():
            raise ConflictError("There is an administrator by now; ask for an invitation.")
        tx.accounts.add(person, password_hash=hashed, at=now)
    elif not takeover.found(tx, person.username).is_active:
        raise SignInError(_OVER)
    else:
        tx.accounts.set_password(person.username, hashed)
        tx.visits.end_all(person.username, now)
    tx.accounts.forget_failures(f"user:{person.username.lower()}")
    jot_organisation(platform, tx, actor=person, kind="link.used", link=link.kind.value)


def _first(username: str, name: str) -> Actor:
    """Return who the first administrator will be.

    Raises:
        InvalidInputError: User name or name cannot be used.
    """
    problems = {}
    if not is_username(username) or username.lower() == SYSTEM.username:
        problems["User name"] = "may have letters, digits, dots and hyphens only."
    if not name or not name.isprintable():
        problems["Name"] = "is needed."
    if problems:
        raise InvalidInputError(problems)
    return Actor(username=username, name=name, roles=frozenset({Role.ADMINISTRATOR}))
