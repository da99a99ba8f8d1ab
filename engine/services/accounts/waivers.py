"""Waivers of rules that keep people apart: proposed by one person, confirmed by another (5.4)."""

from datetime import datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.separation import Rule, Waiver
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

LONGEST = timedelta(days=366)
"""A waiver that is needed longer is considered anew."""


def all_waivers(platform: Platform, *, actor: Actor) -> tuple[Waiver, ...]:
    """Return every waiver that was ever proposed, the latest first.

    Raises:
        NotAllowedError: The actor may not see limits and waivers.
    """
    actor.require(Deed.SEE_LIMITS)
    with platform.database.read() as tx:
        return tx.waivers.all()


def propose(
    platform: Platform, *, actor: Actor, rule: Rule, reason: str, control: str, until_at: datetime
) -> None:
    """Propose that a rule does not hold for a while; it counts once somebody confirms it.

    Args:
        platform: Where the waivers are.
        actor: Who proposes it.
        rule: Which.
        reason: Why it cannot be kept.
        control: What is done instead.
        until_at: From then on the rule holds again; within a year.

    Raises:
        NotAllowedError: The actor may not propose waivers.
        InvalidInputError: Reason or control are missing, or the time is over or too far away.
        ConflictError: One is proposed or in force for this rule already.
    """
    actor.require(Deed.PROPOSE_LIMIT)
    said, instead = needed("Reason", reason), needed("What is done instead", control)
    now = platform.now()
    if not now < until_at <= now + LONGEST:
        raise InvalidInputError({"Until": "must be within a year from now."})

    def work(tx: Transaction) -> None:
        if any(w.rule is rule and (not w.decided_by or w.is_live(now)) for w in tx.waivers.all()):
            raise ConflictError("A waiver of this rule is proposed or in force already.")
        tx.waivers.propose(Waiver(0, rule, said, instead, until_at, actor.username, now))
        told = {"rule": rule.value, "until": until_at.isoformat(), "reason": said}
        jot_organisation(platform, tx, actor=actor, kind="waiver.proposed", **told)

    platform.database.write(work)


def decide(platform: Platform, *, actor: Actor, waiver_id: int, confirm: bool) -> None:
    """Confirm a waiver that somebody else has proposed, or turn it down.

    Raises:
        NotAllowedError: The actor may not confirm waivers.
        SeparationOfDutiesError: The actor proposed it.
        NotFoundError: There is no such waiver.
        ConflictError: Somebody has decided it already.
    """
    actor.require(Deed.CONFIRM_LIMIT)

    def work(tx: Transaction) -> None:
        waiver = _one(tx, waiver_id)
        if waiver.decided_by:
            raise ConflictError("Somebody has decided this waiver already.")
        if waiver.proposed_by == actor.username:
            raise SeparationOfDutiesError(actor.name, "confirm this waiver", "proposed it")
        by, at = actor.username, platform.now()
        tx.waivers.decide(waiver_id, by=by, at=at, is_confirmed=confirm)
        kind = "waiver.confirmed" if confirm else "waiver.refused"
        jot_organisation(platform, tx, actor=actor, kind=kind, rule=waiver.rule.value)

    platform.database.write(work)


def end(platform: Platform, *, actor: Actor, waiver_id: int) -> None:
    """Let a rule hold again before its waiver runs out.

    Raises:
        NotAllowedError: The actor may not propose waivers.
        NotFoundError: There is no such waiver.
        ConflictError: It is not in force.
    """
    actor.require(Deed.PROPOSE_LIMIT)

    def work(tx: Transaction) -> None:
        waiver, now = _one(tx, waiver_id), platform.now()
        if not waiver.is_live(now):
            raise ConflictError("This waiver is not in force.")
        tx.waivers.end(waiver_id, by=actor.username, at=now)
        jot_organisation(platform, tx, actor=actor, kind="waiver.ended", rule=waiver.rule.value)

    platform.database.write(work)


def _one(tx: Transaction, waiver_id: int) -> Waiver:
    """Return a waiver, and keep others from deciding it meanwhile.

    Raises:
        NotFoundError: There is none of this number.
    """
    waiver = tx.waivers.get(waiver_id)
    if waiver is None:
        raise NotFoundError("waiver", str(waiver_id))
    return waiver
