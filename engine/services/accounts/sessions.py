"""Sessions: for how long a browser is believed, and who ends it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.account import SignedIn
from engine.domain.actor import Actor, Deed
from engine.errors import NotFoundError
from engine.services.bulk.token import digest
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_TOUCH = timedelta(minutes=1)


def actor_of(platform: Platform, *, token: str, touch: bool = True) -> Actor | None:
    """Return who is signed in under a token, or None when the session is over.

    A session ends when it was not used for a while, after its longest duration, on signing out,
    and when its account is closed.

    Args:
        platform: Where the sessions are.
        token: As ``signing_in.sign_in`` returned it.
        touch: Whether the person did something; a page that refreshes itself does not count.
    """
    now = platform.now()
    with platform.database.read() as tx:
        visit = tx.visits.get(digest(token))
    if visit is None or visit.ended_at is not None or not visit.account.is_active:
        return None
    seen_since, begun_since = _limits(platform, now)
    if visit.last_seen_at < seen_since or visit.created_at < begun_since:
        return None
    if touch and now - visit.last_seen_at > _TOUCH:
        platform.database.write(lambda tx: tx.visits.touch(digest(token), now))
    return visit.account.actor


def over(platform: Platform, *, tokens: Collection[str]) -> frozenset[str]:
    """Return which of these sessions are over; one question for all of them."""
    seen_since, begun_since = _limits(platform, platform.now())
    hashes = {digest(token): token for token in tokens}
    with platform.database.read() as tx:
        live = tx.visits.live(hashes, seen_since=seen_since, begun_since=begun_since)
    return frozenset(token for hashed, token in hashes.items() if hashed not in live)


def sign_out(platform: Platform, *, token: str) -> None:
    """End a session; ending it again changes nothing."""
    platform.database.write(lambda tx: tx.visits.end(digest(token), platform.now()))


def of_person(
    platform: Platform, *, actor: Actor, username: str = "", token: str = ""
) -> tuple[SignedIn, ...]:
    """Return the live sessions of a person, the one used last first.

    Args:
        platform: Where the sessions are.
        actor: Who asks.
        username: Whose; empty for the actor's own, anybody's for an administrator.
        token: Of the session that asks, so that it can be told from the others.

    Raises:
        NotAllowedError: The sessions are somebody else's.
    """
    whose = _whose(actor, username)
    seen_since, begun_since = _limits(platform, platform.now())
    with platform.database.read() as tx:
        return tx.visits.of(
            whose, seen_since=seen_since, begun_since=begun_since, this=digest(token)
        )


def end(platform: Platform, *, actor: Actor, session_id: str, username: str = "") -> None:
    """End one session: one's own, or anybody's by an administrator.

    Raises:
        NotAllowedError: It is somebody else's.
        NotFoundError: There is no such session, or it is over.
    """
    whose, now = _whose(actor, username), platform.now()

    def work(tx: Transaction) -> None:
        if not tx.visits.end_one(whose, session_id, now):
            raise NotFoundError("session", session_id)
        jot_organisation(platform, tx, actor=actor, kind="session.ended", username=whose)

    platform.database.write(work)


def end_all(platform: Platform, *, actor: Actor, username: str = "", token: str = "") -> int:
    """End every session of a person, and return how many.

    Args:
        platform: Where the sessions are.
        actor: Who asks.
        username: Whose; empty for the actor's own, anybody's for an administrator.
        token: Of the one session that stays; empty for none.

    Raises:
        NotAllowedError: The sessions are somebody else's.
    """
    whose, now = _whose(actor, username), platform.now()

    def work(tx: Transaction) -> int:
        ended = tx.visits.end_all(whose, now, but=digest(token))
        if ended:
            told = {"username": whose, "number": ended}
            jot_organisation(platform, tx, actor=actor, kind="sessions.ended", **told)
        return ended

    return platform.database.write(work)


def _whose(actor: Actor, username: str) -> str:
    """Return whose sessions are meant, if the actor may ask for them."""
    if username in {"", actor.username}:
        actor.require(Deed.KEEP_ACCOUNT)
    else:
        actor.require(Deed.ADMINISTER)
    return username or actor.username


def _limits(platform: Platform, now: datetime) -> tuple[datetime, datetime]:
    """Return since when a session must have been used, and since when begun."""
    rules = platform.policy.accounts
    return (
        now - timedelta(minutes=rules.idle_minutes),
        now - timedelta(hours=rules.absolute_hours),
    )
