"""Accounts and sessions: who somebody is, and for how long the browser is believed."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed, Role
from engine.errors import InvalidInputError, NotFoundError, SignInError
from engine.store.accounts import Account
from engine.store.transaction import Transaction

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second choice
_TOUCH = timedelta(minutes=1)
_SHORTEST_PASSWORD = 10
_REFUSED = "User name or password is wrong, or too many tries were made. Try again later."


def sign_in(platform: Platform, *, username: str, password: str, address: str) -> str:
    """Return a new opaque session token for the right user name and password.

    Args:
        platform: Where the accounts are.
        username: As typed.
        password: As typed.
        address: Of the browser; too many failures lock it for a while, as they do the account.

    Raises:
        SignInError: Wrong, unknown, inactive or locked; the text is the same for all.
    """
    now = platform.now()
    keys = (f"user:{username[:100].lower()}", f"address:{address[:100]}")
    since = now - timedelta(minutes=platform.policy.accounts.lock_minutes)
    with platform.database.read() as tx:
        account = tx.accounts.get(username)
        failures = {key: tx.accounts.failures(key, since) for key in keys}
    tries = platform.policy.accounts.tries
    is_locked = failures[keys[0]] >= tries or failures[keys[1]] >= tries * 4
    # The hash is computed in every case, so that the time taken tells nothing.
    is_right = _matches(account.password_hash if account else _nobody(), password)
    if is_locked or account is None or not account.is_active or not is_right:
        platform.database.write(lambda tx: _count_failures(tx, keys, since, now))
        raise SignInError(_REFUSED)
    token = secrets.token_urlsafe(32)

    def work(tx: Transaction) -> None:
        tx.accounts.forget_failures(keys[0])
        tx.accounts.open_session(_hash(token), username=username, at=now)

    platform.database.write(work)
    return token


def actor_of(platform: Platform, *, token: str, touch: bool = True) -> Actor | None:
    """Return who is signed in under a token, or None when the session is over.

    A session ends when it was not used for a while, after its longest duration, on signing out,
    and when its account is closed.

    Args:
        platform: Where the sessions are.
        token: As ``sign_in`` returned it.
        touch: Whether the person did something; a page that refreshes itself does not count.
    """
    now, rules = platform.now(), platform.policy.accounts
    with platform.database.read() as tx:
        visit = tx.accounts.session(_hash(token))
    if visit is None or visit.ended_at is not None or not visit.account.is_active:
        return None
    if now - visit.last_seen_at > timedelta(minutes=rules.idle_minutes):
        return None
    if now - visit.created_at > timedelta(hours=rules.absolute_hours):
        return None
    if touch and now - visit.last_seen_at > _TOUCH:
        platform.database.write(lambda tx: tx.accounts.touch_session(_hash(token), now))
    return visit.account.actor


def sign_out(platform: Platform, *, token: str) -> None:
    """End a session; ending it again changes nothing."""
    platform.database.write(lambda tx: tx.accounts.end_session(_hash(token), platform.now()))


def add(
    platform: Platform,
    *,
    actor: Actor,
    username: str,
    name: str,
    roles: Iterable[str],
    password: str,
) -> None:
    """Add an account.

    Raises:
        NotAllowedError: The actor may not administer users.
        InvalidInputError: User name, role or password cannot be used.
        ConflictError: The user name is taken.
    """
    actor.require(Deed.ADMINISTER)
    problems: dict[str, str] = {}
    if username.lower() == SYSTEM.username:
        problems["User name"] = "is the one under which Redress itself acts."
    if not username.isascii() or not username.replace(".", "").replace("-", "").isalnum():
        problems["User name"] = "may have letters, digits, dots and hyphens only."
    if not name.strip():
        problems["Name"] = "is needed."
    known = {role.value for role in Role if role is not Role.SYSTEM}
    wanted = set(roles)
    if not wanted or wanted - known:
        problems["Roles"] = f"must be some of {', '.join(sorted(known))}."
    holds_name = bool(username) and username.lower() in password.lower()
    if len(password) < _SHORTEST_PASSWORD or holds_name:
        problems["Password"] = (
            f"needs at least {_SHORTEST_PASSWORD} characters and must not hold the user name."
        )
    if problems:
        raise InvalidInputError(problems)
    person = Actor(
        username=username, name=name.strip(), roles=frozenset(Role(role) for role in wanted)
    )
    hashed = _HASHER.hash(password)
    platform.database.write(
        lambda tx: tx.accounts.add(person, password_hash=hashed, at=platform.now())
    )


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


def colleagues(platform: Platform, *, actor: Actor, roles: Iterable[str] = ()) -> dict[str, str]:
    """Return the names of people who work on complaints, by user name.

    Args:
        platform: Where the accounts are.
        actor: Who asks.
        roles: Only people who hold one of these; none for all who work on complaints.

    Raises:
        NotAllowedError: The actor may not read complaints.
    """
    actor.require(Deed.READ)
    wanted = tuple(roles)
    with platform.database.read() as tx:
        accounts = tx.accounts.all()
    return {
        account.actor.username: account.actor.name
        for account in accounts
        if account.is_active
        and account.actor.may(Deed.WORK)
        and (not wanted or account.actor.holds_any(wanted))
    }


def _count_failures(tx: Transaction, keys: Iterable[str], since: datetime, now: datetime) -> None:
    for key in keys:
        tx.accounts.note_failure(key, since=since, at=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Return a hash that no password matches, for user names that do not exist."""
    return _HASHER.hash(secrets.token_urlsafe(32))
