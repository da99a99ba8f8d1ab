"""Who somebody is at the organisation's own sign-in: tied by an administrator, or by themselves."""

from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.account import LinkKind, Tie
from engine.domain.actor import Actor, Deed
from engine.errors import ConflictError, InvalidInputError, NotFoundError, SignInError
from engine.services.accounts import passwords, takeover
from engine.services.bulk.token import digest, new_token
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_WITHIN = timedelta(minutes=10)
_LONGEST = 255
"""Characters of a subject (OpenID Connect Core 1.0, 2)."""


def of_person(platform: Platform, *, actor: Actor, username: str = "") -> tuple[Tie, ...]:
    """Return who somebody is at each provider, the oldest tie first.

    Args:
        platform: Where accounts are.
        actor: Who asks.
        username: Whose; empty for the actor's own, anybody's for an administrator.

    Raises:
        NotAllowedError: They are somebody else's.
    """
    if username in {"", actor.username}:
        actor.require(Deed.KEEP_ACCOUNT)
    else:
        actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        return tx.outside.of(username or actor.username)


def tie(platform: Platform, *, actor: Actor, username: str, subject: str) -> None:
    """Let somebody with an account come in by the provider, as this subject of it.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name.
        SeparationOfDutiesError: The person is an administrator as well.
        InvalidInputError: The subject is empty, or is somebody's already, or there is no provider.
    """
    actor.require(Deed.ADMINISTER)
    issuer, named = platform.policy.accounts.provider.issuer, subject.strip()
    if not issuer or not named or len(named) > _LONGEST or not named.isprintable():
        raise InvalidInputError({"Subject": "is needed, and a provider in the policy."})

    def work(tx: Transaction) -> None:
        takeover.opened(tx, actor, username)
        add(platform, tx, actor=actor, username=username, outside=(issuer, named))

    platform.database.write(work)


def untie(platform: Platform, *, actor: Actor, username: str, issuer: str, subject: str) -> None:
    """Let somebody come in by the provider no more; the sessions that began so end.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name, or the account is not tied so.
        SeparationOfDutiesError: The person is an administrator as well.
        ConflictError: It is the last way in.
    """
    actor.require(Deed.ADMINISTER)

    def work(tx: Transaction) -> None:
        account = takeover.opened(tx, actor, username)
        ways = {each.issuer for each in tx.outside.of(username) if each.subject != subject}
        if not account.password_hash and platform.policy.accounts.provider.issuer not in ways:
            raise ConflictError(
                f"{account.actor.name} has no password, and no other way in. Make a link to set "
                "one first, or close the account."
            )
        _remove(platform, tx, actor, username, outside=(issuer, subject))

    platform.database.write(work)


def begin_own(platform: Platform, *, actor: Actor, password: str) -> str:
    """Return the token with which the actor goes to the provider to be tied, once.

    Args:
        platform: Where accounts are.
        actor: Whose account is to be tied.
        password: Of the actor: an open page of somebody else is no proof of who sits there.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: The account has no password.
        SignInError: Too many wrong passwords were tried.
        InvalidInputError: The password is wrong, or the policy names no provider.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    if not platform.policy.accounts.provider.issuer:
        raise InvalidInputError({"Provider": "is none in the policy."})
    passwords.OwnPassword(platform, actor).check(password)
    token, now = new_token(), platform.now()

    def work(tx: Transaction) -> None:
        tx.links.void(actor.username, LinkKind.TIE)
        tx.links.add(
            digest(token),
            kind=LinkKind.TIE,
            username=actor.username,
            by=actor.username,
            at=now,
            expires_at=now + _WITHIN,
            detail={},
        )

    platform.database.write(work)
    return token


def begun(platform: Platform, *, actor: Actor, token: str) -> str:
    """Use up the token of ``begin_own`` and return whose account is to be tied.

    Raises:
        NotAllowedError: The actor has no account of its own.
        SignInError: It is somebody else's, is used up, too old, or was never made.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    now = platform.now()

    def work(tx: Transaction) -> str:
        link = tx.links.live(digest(token), now=now)
        is_own = link is not None and (link.kind, link.username) == (LinkKind.TIE, actor.username)
        if not is_own or not tx.links.use(digest(token), now):
            raise SignInError("That took too long, or was done before. Please begin again.")
        return actor.username

    return platform.database.write(work)


def untie_own(
    platform: Platform, *, actor: Actor, issuer: str, subject: str, password: str, token: str
) -> None:
    """Let the actor come in by the provider no more.

    Whoever has no password cannot ask for it: it would be the last way in.

    Args:
        platform: Where accounts are.
        actor: Whose account it is.
        issuer: Of the tie.
        subject: Of the tie.
        password: Of the actor.
        token: Of the session that stays; others that began at the provider end.

    Raises:
        NotAllowedError: The actor has no account of its own.
        NotFoundError: The account has no password, or is not tied so.
        SignInError: Too many wrong passwords were tried.
        InvalidInputError: The password is wrong.
    """
    actor.require(Deed.KEEP_ACCOUNT)
    passwords.OwnPassword(platform, actor).check(password)
    platform.database.write(
        lambda tx: _remove(
            platform, tx, actor, actor.username, outside=(issuer, subject), but=digest(token)
        )
    )


def add(
    platform: Platform, tx: Transaction, *, actor: Actor, username: str, outside: tuple[str, str]
) -> None:
    """Tie an account inside a transaction.

    Raises:
        InvalidInputError: The subject is somebody's already.
    """
    if tx.outside.account(*outside) is not None:
        raise InvalidInputError({"Identity": "is somebody's already."})
    tx.outside.link(*outside, username=username, at=platform.now())
    jot_organisation(platform, tx, actor=actor, kind="account.tied", username=username)


def _remove(
    platform: Platform,
    tx: Transaction,
    actor: Actor,
    username: str,
    *,
    outside: tuple[str, str],
    but: str = "",
) -> None:
    issuer, subject = outside
    if not tx.outside.unlink(issuer, subject, username=username):
        raise NotFoundError("tie of", username)
    ended = tx.visits.end_provided(
        issuer, subject=subject, outside_id="", at=platform.now(), but=but
    )
    told = {"username": username, "sessions_ended": sum(ended.values())}
    jot_organisation(platform, tx, actor=actor, kind="account.untied", **told)
