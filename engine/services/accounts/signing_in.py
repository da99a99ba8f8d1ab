"""Signing in: by password, and by a code where one is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.account import LinkKind, device_of
from engine.domain.actor import Actor
from engine.errors import SecondFactorNeededError, SignInError
from engine.services.accounts import passwords, second_factor, takeover
from engine.services.accounts.tries import REFUSED, Tries
from engine.services.bulk.token import digest, new_token
from engine.services.journal.jotting import jot_organisation
from engine.store.accounts import Account
from engine.store.transaction import Transaction
from engine.store.visits import Provided, proof_purpose

_CODE_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody comes from.

    Attributes:
        address: Of the network; too many failures lock it for a while.
        user_agent: What the browser says of itself.
    """

    address: str
    user_agent: str = ""


def sign_in(
    platform: Platform, *, username: str, password: str, address: str, user_agent: str = ""
) -> str:
    """Return a new opaque session token for the right user name and password.

    Args:
        platform: Where the accounts are.
        username: As typed.
        password: As typed.
        address: Of the browser; too many failures lock it for a while, as they do the account.
        user_agent: What the browser says of itself.

    Raises:
        SignInError: Wrong, unknown, inactive or locked; the text is the same for all.
        SecondFactorNeededError: The password is right, and a code is asked for besides.
    """
    keys = (f"user:{username[:100].lower()}", f"address:{address[:100]}")
    with platform.database.read() as tx:
        account = tx.accounts.get(username)
    tries = Tries(platform, *keys)
    is_locked = tries.are_used_up
    # The hash is computed in every case, so that the time taken tells nothing.
    is_right = passwords.matches(account.password_hash if account else "", password)
    if is_locked or account is None or not account.is_active or not is_right:
        tries.note()
        raise SignInError(REFUSED)
    browser = Browser(address, user_agent)
    state = second_factor.state_of(platform, person=account.actor)
    if state.is_asked or state.is_needed:
        challenge = _challenge(platform, account, browser)
        raise SecondFactorNeededError(challenge, must_begin=not state.is_asked)

    def work(tx: Transaction) -> str:
        tx.accounts.forget_failures(keys[0])
        return open_session(platform, tx, account.actor, browser, method="password")

    return platform.database.write(work)


def answer_code(
    platform: Platform, *, challenge: str, code: str, address: str, user_agent: str = ""
) -> str:
    """Return a new session token for the right code after the right password.

    Args:
        platform: Where the accounts are.
        challenge: As ``SecondFactorNeededError`` carried it.
        code: Of the device, or a recovery code; spaces do not count.
        address: Of the browser.
        user_agent: What the browser says of itself.

    Raises:
        SignInError: The code is wrong or was used, the time is over, or too many were tried.
    """
    username = challenged(platform, challenge=challenge)
    # Whoever comes here knows the password already: only codes count against the account.
    with Tries(platform, f"code:{username.lower()}", f"address:{address[:100]}").one():
        method = second_factor.check(platform, username=username, code=code)
        if not method:
            raise SignInError("The code is wrong, was used before, or is out of date.")
    browser = Browser(address, user_agent)
    return _enter(platform, challenge=challenge, browser=browser, method=method)


def begin_factor(platform: Platform, *, challenge: str) -> second_factor.Begun:
    """Make a secret for somebody who has shown a password and must have a second factor.

    Raises:
        SignInError: Nobody has, or it is too long ago.
        ConflictError: There is a second factor already.
    """
    return second_factor.begin(platform, actor=_person(platform, challenge))


def confirm_factor(
    platform: Platform, *, challenge: str, code: str, address: str, user_agent: str = ""
) -> tuple[str, tuple[str, ...]]:
    """Let a second factor count that was begun while signing in; return token and recovery codes.

    Raises:
        SignInError: Nobody has shown a password, it is too long ago, or too many were tried.
        InvalidInputError: The code is wrong.
        NotFoundError: No second factor was begun.
    """
    codes = second_factor.confirm(platform, actor=_person(platform, challenge), code=code)
    browser = Browser(address, user_agent)
    token = _enter(platform, challenge=challenge, browser=browser, method="password and code")
    return token, codes


def challenged(platform: Platform, *, challenge: str) -> str:
    """Return who has shown a password and is asked for a code.

    Raises:
        SignInError: Nobody, or it is too long ago.
    """
    with platform.database.read() as tx:
        link = tx.links.live(digest(challenge), now=platform.now())
        account = tx.accounts.get(link.username) if link else None
    if link is None or link.kind is not LinkKind.CODE or account is None or not account.is_active:
        raise SignInError("That took too long. Please sign in again.")
    return link.username


def _person(platform: Platform, challenge: str) -> Actor:
    username = challenged(platform, challenge=challenge)
    with platform.database.read() as tx:
        return takeover.found(tx, username).actor


def _enter(platform: Platform, *, challenge: str, browser: Browser, method: str) -> str:
    """Use a challenge up that was met, and return a new session token.

    Raises:
        SignInError: It is used up, or too long ago.
    """
    username = challenged(platform, challenge=challenge)
    now = platform.now()

    def work(tx: Transaction) -> str:
        account = tx.accounts.get(username)
        if account is None or not tx.links.use(digest(challenge), now):
            raise SignInError("That took too long. Please sign in again.")
        for kind in ("user", "code"):
            tx.accounts.forget_failures(f"{kind}:{username.lower()}")
        return open_session(platform, tx, account.actor, browser, method=method)

    return platform.database.write(work)


def open_session(
    platform: Platform,
    tx: Transaction,
    person: Actor,
    browser: Browser,
    *,
    method: str,
    claims: Mapping[str, object] | None = None,
    proof: str = "",
) -> str:
    """Open a session inside a transaction and return its token.

    Args:
        platform: Where the accounts are.
        tx: The transaction.
        person: Who has come in.
        browser: Where from.
        method: By what.
        claims: What the provider says; None for whoever did not come by it.
        proof: The token in which it says so; is kept, sealed, while the session lives.
    """
    token, now = new_token(), platform.now()
    tx.visits.forget_proofs(now - timedelta(hours=platform.policy.accounts.absolute_hours))
    tx.visits.open(
        digest(token),
        username=person.username,
        at=now,
        device=device_of(browser.user_agent),
        address=browser.address[:100],
        method=method,
        provided=_provided(platform, digest(token), claims, proof) if claims else None,
    )
    jot_organisation(platform, tx, actor=person, kind="session.opened", method=method)
    return token


def _provided(
    platform: Platform, token_hash: str, claims: Mapping[str, object], proof: str
) -> Provided:
    named = claims.get("sid")
    return Provided(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        outside_id=named if isinstance(named, str) else "",
        proof=platform.keyring.seal(proof_purpose(token_hash), proof.encode()).hex(),
    )


def _challenge(platform: Platform, account: Account, browser: Browser) -> str:
    token, now = new_token(), platform.now()

    def work(tx: Transaction) -> None:
        tx.links.void(account.actor.username, LinkKind.CODE)
        tx.links.add(
            digest(token),
            kind=LinkKind.CODE,
            username=account.actor.username,
            by=account.actor.username,
            at=now,
            expires_at=now + _CODE_WITHIN,
            detail={"address": browser.address[:100]},
        )

    platform.database.write(work)
    return token
