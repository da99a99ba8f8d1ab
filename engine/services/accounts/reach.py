"""Whether somebody reaches a case, and what of all cases they see in a list.

Every service that touches a case asks here, inside its transaction, with the table of
``engine.domain.permission``. A restricted case is told of only to those who are named on it: for
everybody else the answer is the one for a reference that does not exist.
"""

from collections.abc import Collection
from dataclasses import replace

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed, Role
from engine.domain.case import Case, Step
from engine.domain.permission import PERMISSIONS, Reach, judge, reach_of
from engine.domain.relation import Relation
from engine.domain.respondent import KeptOut
from engine.domain.sight import EVERYBODY, EVERYTHING, Sight, circle_of_case, is_of_case
from engine.errors import NotFoundError, OutOfReachError
from engine.services.process.processes import role_sets
from engine.store.transaction import Transaction


def case_of(
    platform: Platform, tx: Transaction, *, actor: Actor, deed: Deed, reference: str
) -> Case:
    """Return a case on which the actor may do a deed.

    Raises:
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        NotAllowedError: The deed does not reach this complaint.
    """
    case = tx.cases.get(reference)
    require(platform, tx, actor=actor, deed=deed, case=case)
    return case


def require(
    platform: Platform,
    tx: Transaction,
    *,
    actor: Actor,
    deed: Deed,
    case: Case,
    steps: Collection[Step] | None = None,
    is_look: bool = False,
) -> bool:
    """Refuse somebody whose permission does not reach a case.

    Args:
        platform: Where the case is.
        tx: Has read the case.
        actor: Who asks.
        deed: What they ask for.
        case: On what.
        steps: Its waiting steps, where they are known.
        is_look: Whether broken glass lets the actor through; whoever asks so keeps each look.

    Returns:
        Whether the actor looks through broken glass.

    Raises:
        NotFoundError: The case is restricted, and the actor does not know of it; or it is about
            the actor.
        OutOfScopeError: The actor came with an API key that does not reach so far.
        OutOfReachError: The deed does not reach this case.
    """
    actor.require_scope(deed)
    stands = relation(platform, tx, actor=actor, case=case, steps=steps)
    if stands.is_about:
        raise NotFoundError("complaint", case.reference)
    verdict = judge(deed, actor.roles, stands)
    if verdict.allowed:
        return False
    if not stands.has_conflict and _stands_in(platform, tx, actor, deed, case, steps):
        return False
    looks = tx.walls.through_until(case.id, actor.username, platform.now()) is not None
    if looks and is_look:
        return True
    if case.is_restricted and not looks and not judge(Deed.READ, actor.roles, stands).allowed:
        raise NotFoundError("complaint", case.reference)
    raise OutOfReachError(actor.name, deed, verdict.why, PERMISSIONS[deed])


def require_none_about(
    tx: Transaction, actor: Actor, cases: Collection[Case], *, kind: str, asked_for: str
) -> None:
    """Refuse what a person asks for about cases of which one is about them.

    It is for deeds on what is held on people, which reach every case and ask for no relation.

    Args:
        tx: Has read the cases.
        actor: Who asks.
        cases: About which.
        kind: What they asked for, such as ``complaint``.
        asked_for: How they named it; for them there is no such thing.

    Raises:
        NotFoundError: One of the cases is about the actor.

    Source: ISO 10002:2018, 4.7.
    """
    for case in cases:
        if case.keeps_out and KeptOut.NAMED in tx.kept_out.kinds(case.id, actor.username):
            raise NotFoundError(kind, asked_for)


def knows_all(actor: Actor) -> bool:
    """Tell whether somebody's role knows of every complaint, restricted or not."""
    return reach_of(Deed.READ, actor.roles) is Reach.EVERY


def relation(
    platform: Platform,
    tx: Transaction,
    *,
    actor: Actor,
    case: Case,
    steps: Collection[Step] | None = None,
) -> Relation:
    """Return how somebody stands to a case; asks the database only what matters."""
    is_far = case.team is not None and case.team not in actor.teams
    waiting = (tx.steps.of(case.id) if steps is None else steps) if is_far else ()
    kept_out = tx.kept_out.kinds(case.id, actor.username) if case.keeps_out else frozenset()
    return Relation(
        is_restricted=case.is_restricted,
        is_named=case.is_restricted and tx.walls.is_named(case.id, actor.username),
        has_team=case.team is not None,
        is_of_team=not is_far,
        is_assigned=is_far and _works_on(tx, actor, case, waiting),
        waits_for=frozenset(r for s in waiting if s.assignee is None for r in s.roles),
        is_sampled=Role.QUALITY_REVIEWER in actor.roles
        and tx.samples.is_drawn(case.id, actor.username, platform.now()),
        is_about=KeptOut.NAMED in kept_out,
        has_conflict=KeptOut.CONFLICT in kept_out,
    )


def sight(platform: Platform, tx: Transaction, *, actor: Actor, deed: Deed) -> Sight:
    """Return what somebody sees of all cases in a list for which a deed is needed.

    Who stands in for absent people reads besides what these read, but for restricted cases.
    """
    hidden = tx.kept_out.hidden_from(actor.username)
    seen = replace(_own_sight(platform, tx, actor, deed), hidden=hidden)
    if deed is not Deed.READ:
        return seen
    for person in absent_people(platform, tx, actor):
        other = _own_sight(platform, tx, person, deed)
        open_to_all = tuple(c for c in other.circles if not is_of_case(c))
        seen = seen.beside(replace(other, circles=open_to_all, sampled_at=None))
    return seen


def takes(platform: Platform, tx: Transaction, *, actor: Actor) -> tuple[str, ...]:
    """Return what steps carry that somebody takes for whomever, by competences of their own."""
    people = (actor, *absent_people(platform, tx, actor))
    roles = frozenset[Role]().union(*(person.roles for person in people))
    taker = actor.model_copy(update={"roles": roles})
    return role_sets(platform, tx, actor=taker, is_able=True)


def _own_sight(platform: Platform, tx: Transaction, actor: Actor, deed: Deed) -> Sight:
    reach = reach_of(deed, actor.roles)
    if reach is Reach.EVERY:
        return replace(EVERYTHING, username=actor.username)
    if reach in {None, Reach.HOUSE}:
        return Sight(actor.username, circles=())
    if reach is Reach.COUNTED:
        return Sight(actor.username, circles=(EVERYBODY, *tx.teams.codes()))
    circles = {circle_of_case(number) for number in tx.walls.named_on(actor.username)}
    if reach is Reach.ALL:
        return Sight(actor.username, circles=(EVERYBODY, *tx.teams.codes(), *sorted(circles)))
    near = {role for role in actor.roles if PERMISSIONS[deed].get(role) is Reach.ASSIGNED}
    if near or reach is Reach.TEAM:
        circles.add(EVERYBODY)
    if reach is Reach.TEAM:
        circles |= actor.teams
    takes = role_sets(platform, tx, actor=actor.model_copy(update={"roles": frozenset(near)}))
    return Sight(
        actor.username,
        circles=tuple(sorted(circles)),
        edges=tx.teams.codes() if takes else (),
        role_sets=takes,
        sampled_at=platform.now() if Role.QUALITY_REVIEWER in actor.roles else None,
    )


def absent_people(platform: Platform, tx: Transaction, actor: Actor) -> tuple[Actor, ...]:
    """Return the people for whom somebody stands in now."""
    absent = tx.delegations.absent_for(actor.username, platform.now())
    return tuple(account.actor for account in absent)


def _stands_in(
    platform: Platform,
    tx: Transaction,
    actor: Actor,
    deed: Deed,
    case: Case,
    steps: Collection[Step] | None,
) -> bool:
    """Tell whether somebody stands in for a person whom a deed reaches on a case.

    Only work is handed on that way, and no restricted case: it names its people itself.
    """
    if deed not in {Deed.READ, Deed.WORK} or case.is_restricted:
        return False
    return any(
        judge(
            deed, person.roles, relation(platform, tx, actor=person, case=case, steps=steps)
        ).allowed
        for person in absent_people(platform, tx, actor)
    )


def _works_on(tx: Transaction, actor: Actor, case: Case, waiting: Collection[Step]) -> bool:
    """Tell whether somebody owns a case, works on a step of it, or has stated something in it."""
    return (
        case.owner == actor.username
        or any(step.assignee == actor.username for step in waiting)
        or tx.walls.has_stated(case.id, actor.username)
    )
