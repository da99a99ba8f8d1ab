"""The second factor: one-time codes of a device, and recovery codes for whoever lost it."""

import hmac
import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

import pyotp

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.accounts import passwords, takeover
from engine.services.accounts.tries import Tries
from engine.services.journal.jotting import jot_organisation
from engine.store.second_factors import SecondFactor
from engine.store.transaction import Transaction

CODES = 10
"""Recovery codes that are given out at a time."""

_SECONDS = 30
_CODE = re.compile(r"[0-9]{6}")
_RECOVERY_BYTES = 7
_WRONG = {"Code": "is not right; look whether the clock of the device is."}


@dataclass(frozen=True, slots=True)
class State:
    """How it stands with somebody's second factor.

    Attributes:
        is_asked: A code is asked for at every sign-in.
        is_needed: A role of the person asks for one.
        codes_left: Recovery codes that are unused.
    """

    is_asked: bool
    is_needed: bool
    codes_left: int


@dataclass(frozen=True, slots=True)
class Begun:
    """What a device is told, once.

    Attributes:
        secret: In groups of four, to be typed where no camera is.
        uri: What the QR code says.
    """

    secret: str
    uri: str


def state_of(platform: Platform, *, person: Actor) -> State:
    """Return how it stands with the second factor of somebody who is here or comes in now."""
    with platform.database.read() as tx:
        factor = tx.second_factors.of(person.username)
        left = tx.second_factors.codes_left(person.username) if factor else 0
    return State(
        is_asked=factor is not None and factor.is_confirmed,
        is_needed=person.holds_any(platform.policy.accounts.second_factor_for),
        codes_left=left,
    )


def begin(platform: Platform, *, actor: Actor) -> Begun:
    """Make a secret for the actor's device; it counts once ``confirm`` was given a code of it.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: The actor's account is gone.
        ConflictError: There is a second factor already.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    secret = pyotp.random_base32()
    sealed = platform.keyring.seal(_purpose(actor.username), secret.encode()).hex()

    def work(tx: Transaction) -> None:
        known = tx.second_factors.of(actor.username)
        if tx.accounts.get(actor.username) is None:
            raise NotFoundError("account", actor.username)
        if known is not None and known.is_confirmed:
            raise ConflictError("There is a second factor already; remove it first.")
        tx.second_factors.begin(actor.username, sealed=sealed, at=platform.now())

    platform.database.write(work)
    issuer = platform.policy.organisation.name
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.username, issuer_name=issuer)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return Begun(groups, uri)


def confirm(platform: Platform, *, actor: Actor, code: str) -> tuple[str, ...]:
    """Let the second factor count from now on, and return the recovery codes, once.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: None was begun, or it counts already.
        InvalidInputError: The code is wrong.
        SignInError: Too many wrong codes were tried.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    with platform.database.read() as tx:
        factor = tx.second_factors.of(actor.username)
    if factor is None or factor.is_confirmed:
        raise NotFoundError("second factor to confirm of", actor.username)
    with Tries(platform, f"code:{actor.username.lower()}").one():
        step = _step_of(platform, actor.username, factor, code)
        if not step:
            raise InvalidInputError(_WRONG)
    codes = _new_codes()

    def work(tx: Transaction) -> None:
        if not tx.second_factors.take(actor.username, step):
            raise InvalidInputError(_WRONG)
        tx.second_factors.confirm(actor.username, platform.now())
        tx.second_factors.keep_codes(actor.username, _hashes(platform, actor.username, codes))
        jot_organisation(platform, tx, actor=actor, kind="second_factor.begun")

    platform.database.write(work)
    return codes


def renew_codes(platform: Platform, *, actor: Actor, password: str) -> tuple[str, ...]:
    """Give the actor new recovery codes in place of the old ones, and return them, once.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: The actor has no second factor.
        InvalidInputError: The password is wrong.
        SignInError: Too many wrong passwords were tried.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    passwords.OwnPassword(platform, actor).check(password)
    codes = _new_codes()

    def work(tx: Transaction) -> None:
        _confirmed(tx, actor.username)
        tx.second_factors.keep_codes(actor.username, _hashes(platform, actor.username, codes))
        jot_organisation(platform, tx, actor=actor, kind="recovery_codes.renewed")

    platform.database.write(work)
    return codes


def remove(platform: Platform, *, actor: Actor, password: str) -> None:
    """Ask the actor for no code any more.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: The actor has no second factor.
        ConflictError: A role of the actor asks for one.
        InvalidInputError: The password is wrong.
        SignInError: Too many wrong passwords were tried.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    if actor.holds_any(platform.policy.accounts.second_factor_for):
        raise ConflictError("Your role asks for a second factor; it cannot be removed.")
    passwords.OwnPassword(platform, actor).check(password)
    _remove(platform, actor, actor.username)


def reset(platform: Platform, *, actor: Actor, username: str) -> None:
    """Remove the second factor of somebody who lost the device and the recovery codes.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: The person has no second factor.
        SeparationOfDutiesError: The person is an administrator as well.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        takeover.opened(tx, actor, username)
    _remove(platform, actor, username)


def check(platform: Platform, *, username: str, code: str) -> str:
    """Take a code, and return by what the person came in; empty where it is wrong.

    A code is taken once: the same one, or one before it, is wrong from then on.

    Args:
        platform: Where second factors are.
        username: Whose code it is said to be.
        code: Of the device, or a recovery code; spaces, hyphens and capitals do not count.
    """
    plain = re.sub(r"[\s-]", "", code)
    if _CODE.fullmatch(plain):
        return "password and code" if _take(platform, username, plain) else ""
    hashed = _hash(platform, username, plain)

    def work(tx: Transaction) -> bool:
        return tx.second_factors.use_code(username, hashed, platform.now())

    return "password and recovery code" if platform.database.write(work) else ""


def _take(platform: Platform, username: str, code: str) -> bool:
    with platform.database.read() as tx:
        factor = tx.second_factors.of(username)
    if factor is None or not factor.is_confirmed:
        return False
    step = _step_of(platform, username, factor, code)
    return bool(step) and platform.database.write(lambda tx: tx.second_factors.take(username, step))


def _step_of(platform: Platform, username: str, factor: SecondFactor, code: str) -> int:
    """Return the number of the half minute to which a code belongs, now or one beside; else 0."""
    secret = platform.keyring.unseal(_purpose(username), bytes.fromhex(factor.sealed)).decode()
    made = pyotp.TOTP(secret)
    plain, now = re.sub(r"\s", "", code), _step(platform.now())
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(made.generate_otp(step).encode(), plain.encode()):
            return step
    return 0


def _step(at: datetime) -> int:
    return int(at.timestamp()) // _SECONDS


def _remove(platform: Platform, actor: Actor, username: str) -> None:
    def work(tx: Transaction) -> None:
        _confirmed(tx, username)
        tx.second_factors.remove(username)
        jot_organisation(platform, tx, actor=actor, kind="second_factor.removed", username=username)

    platform.database.write(work)


def _confirmed(tx: Transaction, username: str) -> None:
    """Refuse whoever has no second factor.

    Raises:
        NotFoundError: There is none that counts.
    """
    factor = tx.second_factors.of(username)
    if factor is None or not factor.is_confirmed:
        raise NotFoundError("second factor of", username)


def _new_codes() -> tuple[str, ...]:
    """Return fresh recovery codes such as ``mfz3k-7qw2a``: 50 random bits each."""
    made = (b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(CODES))
    return tuple(f"{code[:5]}-{code[5:10]}" for code in made)


def _hashes(platform: Platform, username: str, codes: tuple[str, ...]) -> list[str]:
    return [_hash(platform, username, code.replace("-", "")) for code in codes]


def _hash(platform: Platform, username: str, code: str) -> str:
    # Fifty bits could be found by trying, if there were no key outside the database in it.
    return platform.keyring.blind(f"recovery_code:{username}", code.lower()).hex()


def _purpose(username: str) -> str:
    return f"second_factor:{username}"
