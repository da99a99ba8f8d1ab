"""What people can do besides their roles, and what nobody can (ISO 10002:2018, 4.14)."""

from collections.abc import Iterable

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.competence import key_of, listed, once, problem_of
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.process.bundle import Element, ProcessBundle
from engine.process.finding import Finding, Severity
from engine.services.accounts import takeover
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.services.process.processes import bundle_of, latest
from engine.store.transaction import Transaction


def of_everybody(platform: Platform, *, actor: Actor) -> tuple[Actor, ...]:
    """Return everybody who works on complaints, by name; what they can do stands with each.

    Raises:
        NotAllowedError: The actor may neither read complaints nor say what somebody can do.
    """
    _require_look(actor)
    with platform.database.read() as tx:
        return _workers(tx)


def in_use(platform: Platform, *, actor: Actor) -> tuple[str, ...]:
    """Return every competence that somebody has or the process asks for, as it is spelled.

    Raises:
        NotAllowedError: The actor may neither read complaints nor say what somebody can do.
    """
    _require_look(actor)
    with platform.database.read() as tx:
        found = named_in_use(platform, tx)
    return tuple(sorted(found, key=key_of))


def without_anybody(platform: Platform, *, actor: Actor) -> tuple[Finding, ...]:
    """Return the steps of the process in force that nobody can take for want of a competence.

    Raises:
        NotAllowedError: The actor may neither read complaints nor say what somebody can do.
    """
    _require_look(actor)
    with platform.database.read() as tx:
        bundle = _in_force(platform, tx)
        return missing_in(tx, bundle) if bundle else ()


def change(
    platform: Platform, *, actor: Actor, username: str, competences: Iterable[str], reason: str
) -> tuple[str, ...]:
    """Say what somebody can do, in place of what was said before, and return it.

    Args:
        platform: Where the accounts are.
        actor: Who says it; about anybody but themselves.
        username: Of whom.
        competences: Everything that the person can do; a spelling that is in use is kept.
        reason: Why; is kept.

    Raises:
        NotAllowedError: The actor may not say what somebody can do.
        SeparationOfDutiesError: It is about the actor.
        NotFoundError: Nobody has this user name.
        InvalidInputError: No reason is given, or something cannot be a competence.
        ConflictError: The person has exactly these already.
    """
    actor.require(Deed.SAY_COMPETENCES)
    said, wanted = needed("Reason", reason), once(competences)
    if problem := problem_of(wanted):
        raise InvalidInputError({"Competences": problem})

    def work(tx: Transaction) -> tuple[str, ...]:
        takeover.others(tx, actor, username, "say what they themselves can do")
        account = tx.accounts.take(username)
        if account is None:
            raise NotFoundError("account", username)
        has, now = account.actor.competences, as_spelled(platform, tx, wanted)
        if has == set(now):
            raise ConflictError(f"{account.actor.name} has exactly these competences already.")
        tx.accounts.set_competences(username, now)
        told = {"username": username, "was": sorted(has), "now": sorted(now), "reason": said}
        jot_organisation(platform, tx, actor=actor, kind="competences.changed", **told)
        return now

    return platform.database.write(work)


def as_spelled(platform: Platform, tx: Transaction, names: Iterable[str]) -> tuple[str, ...]:
    """Return competences as the organisation spells them already, each once."""
    return once(names, known=named_in_use(platform, tx))


def missing_in(tx: Transaction, bundle: ProcessBundle) -> tuple[Finding, ...]:
    """Return advice on each step whose competences nobody has who holds a role of it."""
    workers = _workers(tx)
    found = (_finding(element, workers) for element in bundle.elements.values())
    return tuple(finding for finding in found if finding is not None)


def _finding(element: Element, workers: Iterable[Actor]) -> Finding | None:
    if not element.roles or not element.competences:
        return None
    holders = [person for person in workers if person.holds_any(element.roles)]
    if any(not person.lacks(element.competences) for person in holders):
        return None
    return Finding(
        Severity.ADVICE,
        element.id,
        element.title,
        f"Nobody who holds its role has {listed(element.competences)}.",
        "Nobody could take the step.",
        "Say on the page Organisation who can do it.",
        rule="competences-are-held",
    )


def _require_look(actor: Actor) -> None:
    if not actor.may(Deed.SAY_COMPETENCES):
        actor.require(Deed.READ)


def _workers(tx: Transaction) -> tuple[Actor, ...]:
    every = tx.accounts.all()
    return tuple(each.actor for each in every if each.is_active and each.actor.may(Deed.WORK))


def named_in_use(platform: Platform, tx: Transaction) -> tuple[str, ...]:
    """Return every competence in use; as somebody has it, else as the process spells it."""
    held = (name for each in tx.accounts.all() for name in sorted(each.actor.competences))
    bundle = _in_force(platform, tx)
    elements = bundle.elements.values() if bundle else ()
    return once([*held, *(name for element in elements for name in element.competences)])


def _in_force(platform: Platform, tx: Transaction) -> ProcessBundle | None:
    """Return the version on which new complaints start; None before one is published."""
    try:
        digest, _version = latest(tx, at=platform.now())
    except NotFoundError:
        return None
    return bundle_of(platform, tx, digest)
