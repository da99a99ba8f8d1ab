"""Roles of people: nobody changes their own, and two make an administrator."""

from collections.abc import Iterable

from engine.bootstrap import Platform
from engine.domain.account import RoleRequest
from engine.domain.actor import SYSTEM, Actor, Deed, Role
from engine.errors import InvalidInputError, NotFoundError, SeparationOfDutiesError
from engine.services.accounts import takeover
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

GIVEN = tuple(role for role in Role if role is not Role.SYSTEM)
"""Roles that people can have."""


def change(
    platform: Platform, *, actor: Actor, username: str, roles: Iterable[str], reason: str
) -> bool:
    """Give somebody these roles in place of those of now.

    The person's sessions end, so that no open page goes on with what is gone. The rights of an
    administrator wait until a second administrator says yes; the other roles do not.

    Returns:
        Whether all of it is done; False when a second administrator has to say yes.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name.
        InvalidInputError: There is no such role, or no reason.
        SeparationOfDutiesError: It is the actor's own account.
        ConflictError: The last administrator would be gone.
    """
    actor.require(Deed.ADMINISTER)
    wanted = known(roles)
    if not reason.strip():
        raise InvalidInputError({"Reason": "is needed."})

    def work(tx: Transaction) -> bool:
        now_has = takeover.others(tx, actor, username, "change the roles of an account").actor.roles
        if Role.ADMINISTRATOR in now_has - wanted:
            takeover.keep_one_administrator(tx, username)
        at_once, is_done = _at_once(actor, wanted, now_has)
        if at_once != now_has:
            _give(platform, tx, actor, username, at_once)
        if not is_done:
            ask(platform, tx, actor=actor, username=username, reason=reason.strip())
        return is_done

    return platform.database.write(work)


def waiting(platform: Platform, *, actor: Actor) -> tuple[RoleRequest, ...]:
    """Return who is to become an administrator, oldest first.

    Raises:
        NotAllowedError: The actor may not administer users.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        return tx.role_requests.waiting()


def decide(platform: Platform, *, actor: Actor, request_id: int, grants: bool) -> None:
    """Say yes or no to somebody becoming an administrator.

    Whoever asked can take it back by a no; the yes is a second administrator's.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: There is no such request, or it is decided.
        SeparationOfDutiesError: The actor asked for it, or it is the actor's own account.
    """
    actor.require(Deed.ADMINISTER)

    def work(tx: Transaction) -> None:
        request = tx.role_requests.get(request_id)
        if request is None:
            raise NotFoundError("request", str(request_id))
        deed = "make an administrator of this person"
        person = takeover.others(tx, actor, request.username, deed).actor
        if grants and request.asked_by == actor.username:
            raise SeparationOfDutiesError(actor.name, deed, "has asked for it")
        at, by = platform.now(), actor.username
        if not tx.role_requests.decide(request_id, by=by, at=at, is_granted=grants):
            raise NotFoundError("request", str(request_id))
        kind = "administrator.granted" if grants else "administrator.refused"
        if grants:
            _give(platform, tx, actor, request.username, person.roles | request.roles)
        told = {"username": request.username, "asked_by": request.asked_by}
        jot_organisation(platform, tx, actor=actor, kind=kind, **told)

    platform.database.write(work)


def ask(platform: Platform, tx: Transaction, *, actor: Actor, username: str, reason: str) -> None:
    """Let the rights of an administrator wait for a second yes, inside a transaction.

    Asked again by the same person while it waits, nothing changes.
    """
    asked = {(each.username, each.asked_by) for each in tx.role_requests.waiting()}
    if (username, actor.username) in asked:
        return
    wanted = (Role.ADMINISTRATOR,)
    at, by = platform.now(), actor.username
    tx.role_requests.ask(username, wanted, reason=reason[:500], by=by, at=at)
    jot_organisation(platform, tx, actor=actor, kind="administrator.asked", username=username)


def known(roles: Iterable[str]) -> frozenset[Role]:
    """Return roles by their names.

    Raises:
        InvalidInputError: There is no such role, or none is given.
    """
    wanted = set(roles)
    names = {role.value for role in GIVEN}
    if not wanted or wanted - names:
        raise InvalidInputError({"Roles": f"must be some of {', '.join(sorted(names))}."})
    return frozenset(Role(role) for role in wanted)


def at_once(actor: Actor, wanted: frozenset[Role]) -> frozenset[Role]:
    """Return what of the wanted roles needs no second yes; on the machine itself, all of it."""
    return wanted if actor == SYSTEM else wanted - {Role.ADMINISTRATOR}


def _at_once(
    actor: Actor, wanted: frozenset[Role], now_has: frozenset[Role]
) -> tuple[frozenset[Role], bool]:
    """Return which roles the person has from now on, and whether that is all that is wanted."""
    given = at_once(actor, wanted) | (wanted & now_has)
    return given, given == wanted


def _give(
    platform: Platform, tx: Transaction, actor: Actor, username: str, roles: frozenset[Role]
) -> None:
    tx.accounts.set_roles(username, roles)
    tx.visits.end_all(username, platform.now())
    told = {"username": username, "roles": sorted(roles)}
    jot_organisation(platform, tx, actor=actor, kind="roles.changed", **told)
