"""Standing in for somebody who is away: their steps, with their limits, never with both keys."""

from datetime import datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.standing_in import Delegation
from engine.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_LONGEST = timedelta(days=366)


def delegate(
    platform: Platform,
    *,
    actor: Actor,
    absent: str,
    to: str,
    from_at: datetime,
    until_at: datetime,
    reason: str,
) -> int:
    """Let somebody stand in for a person who is away, and return the number of the delegation.

    Args:
        platform: Where the accounts are.
        actor: Who arranges it: the person who will be away, or somebody who leads.
        absent: User name of who is away.
        to: User name of who stands in; works on complaints as well.
        from_at: When it begins.
        until_at: When it ends, at most a year later.
        reason: Why; is kept.

    Raises:
        NotAllowedError: The actor may not arrange it.
        InvalidInputError: The people or the times cannot be.
        ConflictError: The same person stands in for the same one at that time already.
    """
    actor.require(Deed.DELEGATE if absent == actor.username else Deed.DELEGATE_OTHERS)
    if to == actor.username:
        raise InvalidInputError({"To": "you cannot take somebody's place yourself."})
    made = Delegation(0, absent, to, from_at, until_at, needed("Reason", reason), actor.username)

    def work(tx: Transaction) -> int:
        now = platform.now()
        _check(tx, made, now)
        number = tx.delegations.add(made, at=now)
        times = {"from": from_at.isoformat(), "until": until_at.isoformat()}
        people = {"absent": absent, "delegate": to, "number": number}
        jot_organisation(platform, tx, actor=actor, kind="delegation.made", **people, **times)
        return number

    return platform.database.write(work)


def end(platform: Platform, *, actor: Actor, delegation_id: int) -> None:
    """End a delegation early.

    Raises:
        NotAllowedError: It is of others, and the actor leads nobody.
        NotFoundError: There is no such delegation.
        ConflictError: It has ended already.
    """
    if not actor.may(Deed.DELEGATE_OTHERS):
        actor.require(Deed.DELEGATE)

    def work(tx: Transaction) -> None:
        found = tx.delegations.get(delegation_id)
        if found is None:
            raise NotFoundError("delegation", str(delegation_id))
        is_own = actor.username in {found.absent, found.delegate}
        if not is_own and not actor.may(Deed.DELEGATE_OTHERS):
            raise NotAllowedError(actor.name, "end it for others", ["team_leader"])
        if not tx.delegations.end(delegation_id, by=actor.username, at=platform.now()):
            raise ConflictError("This delegation has ended already.")
        facts = {"number": delegation_id, "absent": found.absent, "delegate": found.delegate}
        jot_organisation(platform, tx, actor=actor, kind="delegation.ended", **facts)

    platform.database.write(work)


def current(platform: Platform, *, actor: Actor) -> tuple[Delegation, ...]:
    """Return delegations that hold or are to come: all for who leads, else the actor's own.

    Raises:
        NotAllowedError: The actor neither works on complaints nor leads anybody.
    """
    is_leading = actor.may(Deed.DELEGATE_OTHERS)
    if not is_leading:
        actor.require(Deed.DELEGATE)
    with platform.database.read() as tx:
        found = tx.delegations.since(platform.now())
    return tuple(d for d in found if is_leading or actor.username in {d.absent, d.delegate})


def _check(tx: Transaction, made: Delegation, now: datetime) -> None:
    """Refuse people and times that cannot be.

    Raises:
        InvalidInputError: Names each problem.
        ConflictError: The same two are in it at that time already.
    """
    problems: dict[str, str] = {}
    for field, username in (("Absent", made.absent), ("To", made.delegate)):
        account = tx.accounts.get(username)
        if account is None or not account.is_active or not account.actor.may(Deed.WORK):
            problems[field] = f"{username} does not work on complaints."
    if made.absent == made.delegate:
        problems["To"] = "must be another person."
    if made.until_at <= max(made.from_at, now):
        problems["Until"] = "must lie ahead, and after the beginning."
    elif made.until_at - made.from_at > _LONGEST:
        problems["Until"] = "may be a year later at most."
    if problems:
        raise InvalidInputError(problems)
    for known in tx.delegations.since(now):
        is_same = (known.absent, known.delegate) == (made.absent, made.delegate)
        if is_same and known.from_at < made.until_at and made.from_at < known.until_at:
            raise ConflictError("This person stands in for the same one at that time already.")
