"""Passwords: which are good enough, how they are kept, and how one changes one's own."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.errors import InvalidInputError, NotFoundError
from engine.services.accounts.tries import Tries
from engine.services.bulk.token import digest
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

SHORTEST, LONGEST = 10, 128

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second choice
_ENOUGH = 3
"""Of zxcvbn's score, from 0 to 4: more than a hundred million guesses."""
_JUDGED = 72
"""Characters that are judged; more would take long and can only make it better."""
_WORD = re.compile(r"\w{4,}")


class OwnPassword:
    """The password of whoever acts: an open page is no proof of who sits there.

    Args:
        platform: Where the accounts are.
        person: Whose it is.
        field: What a refusal calls it.
    """

    def __init__(self, platform: Platform, person: Actor, *, field: str = "Password") -> None:
        self._platform = platform
        self._person = person
        self._field = field

    @property
    def is_set(self) -> bool:
        """Tell whether the person has one; whoever signs in elsewhere need not."""
        return bool(self._hash())

    def check(self, password: str) -> None:
        """Refuse whoever does not know it.

        Raises:
            NotFoundError: The account has none.
            SignInError: Too many wrong ones were tried.
            InvalidInputError: It is wrong.
        """
        if not (kept := self._hash()):
            raise NotFoundError("password of", self._person.username)
        with Tries(self._platform, f"user:{self._person.username.lower()}").one():
            if not matches(kept, password):
                raise InvalidInputError({self._field: "is not right."})

    def _hash(self) -> str:
        with self._platform.database.read() as tx:
            account = tx.accounts.get(self._person.username)
        return account.password_hash if account else ""


def change(platform: Platform, *, actor: Actor, old: str, new: str, token: str) -> None:
    """Replace the actor's own password, and end every other session of the actor.

    Args:
        platform: Where the accounts are.
        actor: Whose password it is.
        old: The password of now, as typed.
        new: The new one, as typed.
        token: Of the session that stays.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: The account has no password: the person signs in elsewhere.
        SignInError: Too many wrong passwords were tried.
        InvalidInputError: The old one is wrong, or the new one is not good enough.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    OwnPassword(platform, actor, field="Password of now").check(old)
    if problem := problem_of(platform, password=new, about=(actor.username, actor.name)):
        raise InvalidInputError({"New password": problem})
    hashed = hash_of(new)

    def work(tx: Transaction) -> None:
        tx.accounts.set_password(actor.username, hashed)
        ended = tx.visits.end_all(actor.username, platform.now(), but=digest(token))
        jot_organisation(platform, tx, actor=actor, kind="password.changed", sessions_ended=ended)

    platform.database.write(work)


def problem_of(platform: Platform, *, password: str, about: Iterable[str]) -> str:
    """Return why a password cannot be taken; empty when it can.

    There are no rules about capitals, digits or signs: long and unusual is what counts.

    Args:
        platform: Whose organisation's name must not be all there is to it.
        password: As typed.
        about: Name and user name; what is made of them is guessed first.

    Source: NIST SP 800-63B-4, 3.1.1.2.
    """
    spelled = _spelled(password)
    if len(spelled) < SHORTEST:
        return f"needs at least {SHORTEST} characters."
    if len(spelled) > LONGEST:
        return f"may have at most {LONGEST} characters."
    username, *names = about
    if username and username.lower() in spelled.lower():
        return "must not hold the user name."
    words = [username, *names, platform.policy.organisation.name, "redress", "complaints"]
    known = {part.lower() for word in words for part in (word, *_WORD.findall(word))}
    return _weakness(spelled, known)


def hash_of(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(_spelled(password))


def matches(password_hash: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed; an empty hash matches none.

    It takes the same time whether there is a hash or not.
    """
    try:
        return _HASHER.verify(password_hash or _nobodys(), _spelled(password))
    except (Argon2Error, InvalidHashError):
        return False


def _spelled(password: str) -> str:
    """Return one spelling for what looks the same, however a keyboard composes it."""
    return unicodedata.normalize("NFKC", password)


def _weakness(password: str, known: Iterable[str]) -> str:
    """Return why a password is among the first that are guessed; empty when it is not."""
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # noqa: PLC0415 - it reads long lists

    judged = zxcvbn(password[:_JUDGED], user_inputs=sorted(known))
    if judged["score"] >= _ENOUGH:
        return ""
    why = judged["feedback"]["warning"].rstrip(".")
    reason = f" ({why[0].lower()}{why[1:]})" if why else ""
    return f"is too easy to guess{reason}; several uncommon words are better."


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Return a hash that no password matches, for accounts that have none."""
    return _HASHER.hash(secrets.token_urlsafe(32))
