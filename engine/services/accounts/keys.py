"""API keys: a program acts for a person, as far as the key and the person's roles reach."""

import hashlib
import re
import secrets
from base64 import b32encode
from collections.abc import Iterable
from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.api_key import ApiKey, KeyHolder, Scope, within
from engine.errors import InvalidInputError, NotFoundError
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

PREFIX = "rk_"
"""By which a program that looks for leaked secrets knows a key of Redress."""

_BITS = 160
_HINT = len(PREFIX) + 4
_SHAPE = re.compile(rf"{PREFIX}[a-z2-7]{{{_BITS // 5}}}")
_TOUCH = timedelta(minutes=1)
_LONGEST_NAME = 60


def create(platform: Platform, *, actor: Actor, name: str, scopes: Iterable[str], days: int) -> str:
    """Make a key for the actor and return it; nobody can read it a second time.

    Args:
        platform: Where the keys are.
        actor: Whose key it is.
        name: What it is for; one live key of each name.
        scopes: What it is good for, some of ``Scope``.
        days: After which it ends by itself, from 1 to what the policy permits.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: The actor's account is gone.
        InvalidInputError: Name, scopes or days cannot be used.
        ConflictError: There is a live key of this name.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    name, wanted = name.strip(), set(scopes)
    _check(platform, actor, name, wanted, days)
    granted = tuple(scope for scope in Scope if scope in wanted)
    key = PREFIX + b32encode(secrets.token_bytes(_BITS // 8)).decode().lower()
    now = platform.now()

    def work(tx: Transaction) -> None:
        if tx.accounts.get(actor.username) is None:
            raise NotFoundError("account", actor.username)
        tx.api_keys.add(
            _hash(key),
            owner=actor.username,
            name=name,
            hint=key[:_HINT],
            scopes=granted,
            at=now,
            expires_at=now + timedelta(days=days),
        )
        told = {"key": key[:_HINT], "scopes": sorted(granted), "days": days}
        jot_organisation(platform, tx, actor=actor, kind="key.created", **told)

    platform.database.write(work)
    return key


def mine(platform: Platform, *, actor: Actor) -> tuple[ApiKey, ...]:
    """Return the actor's keys, oldest first, with those that are over.

    Raises:
        NotAllowedError: The actor has no account of its own.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    with platform.database.read() as tx:
        return tx.api_keys.of(actor.username)


def all_keys(platform: Platform, *, actor: Actor) -> tuple[ApiKey, ...]:
    """Return everybody's keys, by owner.

    Raises:
        NotAllowedError: The actor may not administer users.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        return tx.api_keys.all()


def revoke(platform: Platform, *, actor: Actor, key_id: int) -> None:
    """End a key at once: one's own, or anybody's by an administrator.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: There is no such key, it is over, or it is somebody else's.
    """
    is_administrator = actor.may(Deed.ADMINISTER)
    if not is_administrator:
        actor.require(Deed.KEEP_ACCOUNT)
    now = platform.now()

    def work(tx: Transaction) -> None:
        key = tx.api_keys.get(key_id)
        is_theirs = key is not None and (is_administrator or key.owner == actor.username)
        if key is None or not is_theirs or key.revoked_at is not None:
            raise NotFoundError("live key", str(key_id))
        tx.api_keys.revoke(key_id, by=actor.username, at=now)
        told = {"key": key.hint, "owner": key.owner}
        jot_organisation(platform, tx, actor=actor, kind="key.revoked", **told)

    platform.database.write(work)


def actor_of_key(platform: Platform, *, key: str) -> KeyHolder | None:
    """Return who comes with a key; None for one that is unknown, over, or of a closed account.

    Args:
        platform: Where the keys are.
        key: As ``create`` returned it.
    """
    if not _SHAPE.fullmatch(key):
        return None
    now = platform.now()
    with platform.database.read() as tx:
        found = tx.api_keys.by_hash(_hash(key))
    if found is None or not found.owner.is_active or not found.key.is_live(now):
        return None
    used = found.key.last_used_at
    if used is None or now - used > _TOUCH:
        platform.database.write(lambda tx: tx.api_keys.touch(found.key.id, now))
    bounded = found.owner.actor.model_copy(update={"within": within(found.key.scopes)})
    return KeyHolder(bounded, found.key.id, found.key.scopes)


def _check(platform: Platform, actor: Actor, name: str, wanted: set[str], days: int) -> None:
    """Refuse what no key can be made of.

    Raises:
        InvalidInputError: Lists every problem.
    """
    problems: dict[str, str] = {}
    longest = platform.policy.accounts.key_days
    known = {scope.value for scope in Scope}
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        problems["Name"] = f"is needed, with at most {_LONGEST_NAME} characters."
    if not wanted or wanted - known:
        problems["Scopes"] = f"must be some of {', '.join(sorted(known))}."
    elif vain := sorted(s for s in wanted if not any(map(actor.may, within([Scope(s)])))):
        problems["Scopes"] = f"would permit nothing that you may do: {', '.join(vain)}."
    if not 1 <= days <= longest:
        problems["Days"] = f"must be from 1 to {longest}."
    if problems:
        raise InvalidInputError(problems)


def _hash(key: str) -> str:
    # A key is 160 random bits: nobody finds it by trying, so a fast hash is enough.
    return hashlib.sha256(key.encode()).hexdigest()
