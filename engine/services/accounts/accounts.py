"""Accounts: who there is, and who may sign in."""

from collections.abc import Iterable

from engine.bootstrap import Platform
from engine.domain.account import LinkKind, Member, is_username
from engine.domain.actor import SYSTEM, Actor, Deed, Role
from engine.domain.competence import once, problem_of
from engine.errors import InvalidInputError, NotFoundError
from engine.services.accounts import passwords, takeover
from engine.services.accounts import roles as granting
from engine.services.journal.jotting import jot_organisation
from engine.store.accounts import Account
from engine.store.transaction import Transaction

_LONGEST_NAME = 100


def add(
    platform: Platform,
    *,
    actor: Actor,
    username: str,
    name: str,
    roles: Iterable[str],
    password: str | None = None,
) -> None:
    """Add an account; an administrator's rights wait for a second administrator's yes.

    Args:
        platform: Where the accounts are.
        actor: Who adds it.
        username: By which the person signs in.
        name: As colleagues read it.
        roles: Some of ``engine.services.accounts.roles.GIVEN``.
        password: None for somebody who sets it by a link, or signs in elsewhere.

    Raises:
        NotAllowedError: The actor may not administer users.
        InvalidInputError: User name, role or password cannot be used.
        ConflictError: The user name is taken.
    """
    actor.require(Deed.ADMINISTER)
    problems = _problems(username, name, roles := tuple(roles))
    if password is not None:
        weak = passwords.problem_of(platform, password=password, about=(username, name))
        problems |= {"Password": weak} if weak else {}
    if problems:
        raise InvalidInputError(problems)
    person = checked(username=username, name=name, wanted=roles)
    hashed = "" if password is None else passwords.hash_of(password)
    platform.database.write(
        lambda tx: enter(platform, tx, actor=actor, person=person, hashed=hashed)
    )


def checked(
    *, username: str, name: str, wanted: Iterable[str], competences: Iterable[str] = ()
) -> Actor:
    """Return the person that an account would be for.

    Raises:
        InvalidInputError: Lists everything that cannot be used.
    """
    wanted, able = tuple(wanted), once(competences)
    problems = _problems(username, name, wanted)
    problems |= {"Competences": problem} if (problem := problem_of(able)) else {}
    if problems:
        raise InvalidInputError(problems)
    roles = granting.known(wanted)
    return Actor(username=username, name=name.strip(), roles=roles, competences=frozenset(able))


def enter(
    platform: Platform, tx: Transaction, *, actor: Actor, person: Actor, hashed: str = ""
) -> None:
    """Add an account inside a transaction.

    Raises:
        ConflictError: The user name is taken.
    """
    given = granting.at_once(actor, person.roles)
    starts = person.model_copy(update={"roles": given})
    tx.accounts.add(starts, password_hash=hashed, at=platform.now())
    told = {"username": person.username, "roles": sorted(given)}
    told |= {"competences": sorted(person.competences)} if person.competences else {}
    jot_organisation(platform, tx, actor=actor, kind="account.added", **told)
    if given != person.roles:
        reason = "New account"
        granting.ask(platform, tx, actor=actor, username=person.username, reason=reason)


def _problems(username: str, name: str, wanted: tuple[str, ...]) -> dict[str, str]:
    """Return what cannot be used, by field."""
    problems: dict[str, str] = {}
    if username.lower() == SYSTEM.username:
        problems["User name"] = "is the one under which Redress itself acts."
    elif not is_username(username):
        problems["User name"] = "may have letters, digits, dots and hyphens only, at most 64."
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        problems["Name"] = f"is needed, with at most {_LONGEST_NAME} characters."
    try:
        granting.known(wanted)
    except InvalidInputError as refusal:
        problems |= refusal.problems
    return problems


def close(platform: Platform, *, actor: Actor, username: str, reason: str) -> None:
    """Let somebody sign in no more: sessions, keys and links end at once.

    The name stays where it stands in complaints. An administrator who comes back needs the yes
    of two again.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name, or the account is closed.
        InvalidInputError: No reason is given.
        SeparationOfDutiesError: It is the actor's own account.
        ConflictError: It is the last administrator's.
    """
    actor.require(Deed.ADMINISTER)
    if not reason.strip():
        raise InvalidInputError({"Reason": "is needed."})

    def work(tx: Transaction) -> None:
        account = takeover.others(tx, actor, username, "close an account")
        if not account.is_active:
            raise NotFoundError("open account", username)
        takeover.keep_one_administrator(tx, username)
        now = platform.now()
        tx.accounts.set_active(username, is_active=False)
        tx.accounts.set_roles(username, account.actor.roles - {Role.ADMINISTRATOR})
        tx.role_requests.settle(username, by=actor.username, at=now)
        ended = tx.visits.end_all(username, now)
        tx.api_keys.revoke_all(username, by=actor.username, at=now)
        tx.links.void(username, *LinkKind)
        tx.daily_mails.forget(username)
        told = {"username": username, "sessions_ended": ended, "reason": reason.strip()[:500]}
        jot_organisation(platform, tx, actor=actor, kind="account.closed", **told)

    platform.database.write(work)


def reopen(platform: Platform, *, actor: Actor, username: str) -> None:
    """Let somebody sign in again, with the password of before.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name, or the account is open.
    """
    actor.require(Deed.ADMINISTER)

    def work(tx: Transaction) -> None:
        if takeover.found(tx, username).is_active:
            raise NotFoundError("closed account", username)
        tx.accounts.set_active(username, is_active=True)
        jot_organisation(platform, tx, actor=actor, kind="account.reopened", username=username)

    platform.database.write(work)


def page(
    platform: Platform, *, actor: Actor, search: str = "", limit: int = 25, offset: int = 0
) -> tuple[tuple[Member, ...], int]:
    """Return accounts as an administrator sees them, open ones first by name, and their number.

    Args:
        platform: Where the accounts are.
        actor: Who asks.
        search: A part of the name or user name; empty for all.
        limit: At most so many.
        offset: After so many.

    Raises:
        NotAllowedError: The actor may not administer users.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        found = tx.accounts.members(search=search, limit=limit, offset=offset)
        return found, tx.accounts.count(search=search)


def member(platform: Platform, *, actor: Actor, username: str) -> Member:
    """Return one account as an administrator sees it.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        found = tx.accounts.member(username)
    if found is None:
        raise NotFoundError("account", username)
    return found


def all_accounts(platform: Platform, *, actor: Actor) -> tuple[Account, ...]:
    """Return every account, by name.

    Raises:
        NotAllowedError: The actor may not administer users.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        return tx.accounts.all()


def person(platform: Platform, *, actor: Actor, username: str) -> Actor:
    """Return who a user name stands for, so that a program can act in that name.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name, or the account is closed.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        account = tx.accounts.get(username)
    if account is None or not account.is_active:
        raise NotFoundError("active account", username)
    return account.actor


def colleagues(
    platform: Platform,
    *,
    actor: Actor,
    roles: Iterable[str] = (),
    competences: Iterable[str] = (),
) -> dict[str, str]:
    """Return the names of people who work on complaints, by user name.

    Args:
        platform: Where the accounts are.
        actor: Who asks.
        roles: Only people who hold one of these; none for all who work on complaints.
        competences: Only people who have all of these.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    wanted, asked = tuple(roles), tuple(competences)
    with platform.database.read() as tx:
        accounts = tx.accounts.all()
    return {
        account.actor.username: account.actor.name
        for account in accounts
        if account.is_active
        and account.actor.may(Deed.WORK)
        and (not wanted or account.actor.holds_any(wanted))
        and not account.actor.lacks(asked)
    }
