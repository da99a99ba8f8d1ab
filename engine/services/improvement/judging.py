"""Whether an action has helped: a person judges, beside its figure before and after (8.7)."""

from dataclasses import replace
from datetime import date, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.governance import GovernanceRecord, RecordState, kept_apart_of_work
from engine.domain.improvement import Check, Effect, climbs_after
from engine.domain.journal import content_hash
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.bulk.reason import needed
from engine.services.improvement.improving import in_working_days
from engine.services.improvement.measured_effect import effect_of
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction


def judge_effect(
    platform: Platform,
    *,
    actor: Actor,
    check: int,
    verdict: Effect,
    reason: str,
    again_within: int | None = None,
) -> None:
    """Judge at a set time whether an action has helped; the numbers are kept with the verdict.

    One without effect is either done again, or asks for another action, which is to be recorded
    about it; what else was to be judged of it is dropped.

    Args:
        platform: Where the register is.
        actor: Who judges; nobody who carried it out or answers for it.
        check: Number of the look at it.
        verdict: What they judge.
        reason: In words.
        again_within: For one without effect: it is done again within so many working days; None
            to ask for another action.

    Raises:
        NotAllowedError: The actor does not keep the register.
        SeparationOfDutiesError: The actor had a part in the action.
        NotFoundError: There is no such look.
        ConflictError: It was judged or dropped, or its day has not come.
        InvalidInputError: No reason is given, or only what has no effect is done again.

    Source: ISO 10002:2018, 8.7.
    """
    actor.require(Deed.GOVERN)
    said = needed("Reason", reason)
    if again_within is not None and verdict is not Effect.NOT_EFFECTIVE:
        raise InvalidInputError({"Again": "only what had no effect is done again."})
    again_on = None if again_within is None else in_working_days(platform, days=again_within)

    def work(tx: Transaction) -> None:
        found, record = _due(platform, tx, actor, check)
        effect = effect_of(platform, tx, record)
        judged = replace(
            found,
            verdict=verdict,
            reason=said,
            judged_by=actor.username,
            judged_at=platform.now(),
            measured=effect.compared.as_data() if effect else None,
        )
        if verdict is Effect.NOT_EFFECTIVE:
            tx.improvements.withdraw(record.number, at=platform.now())
            judged = _asked(platform, judged) if again_on is None else judged
        tx.improvements.replace(judged)
        if again_on is not None:
            tx.governance.replace(_reopened(record, said, again_on))
        content = content_hash({"reason": said, "measured": judged.measured})
        told = {"verdict": verdict.value, "is_reopened": again_on is not None}
        of = {"check": check, "record": record.number, "days": found.days, "content": content}
        jot_organisation(platform, tx, actor=actor, kind="effect.judged", **of, **told)

    platform.database.write(work)


def _due(
    platform: Platform, tx: Transaction, actor: Actor, number: int
) -> tuple[Check, GovernanceRecord]:
    """Return a look that is to be judged, with its action, and keep others from both.

    Raises:
        NotFoundError: There is none.
        ConflictError: It was judged or dropped, or its day has not come.
        SeparationOfDutiesError: The actor had a part in the action.
    """
    known = tx.improvements.get(number)
    record = tx.governance.take(known.record) if known else None
    found = tx.improvements.get(number)  # as it is once nobody else changes the action
    if record is None or found is None:
        raise NotFoundError("effectiveness check", str(number))
    if not found.is_open:
        raise ConflictError("The effect was judged already, or is not looked at any more.")
    if not found.is_due(platform.calendar.day_of(platform.now())):
        raise ConflictError(f"The effect is judged from {found.due_on.isoformat()} on.")
    if part := kept_apart_of_work(record, actor.username):
        raise SeparationOfDutiesError(actor.name, "judge the effect of this action", part)
    return found, record


def _asked(platform: Platform, judged: Check) -> Check:
    """Return a verdict that asks for another action, within a time."""
    days = platform.policy.improvement.judge_days
    today = platform.calendar.day_of(platform.now())
    climbs_at = climbs_after(platform.calendar, today + timedelta(days=1), days)
    return replace(judged, asks_another=True, climbs_at=climbs_at, climbed_at=None)


def _reopened(record: GovernanceRecord, said: str, due_on: date) -> GovernanceRecord:
    """Return an action that is to be carried out again."""
    return replace(
        record,
        state=RecordState.APPROVED,
        due_on=due_on,
        result=f"{record.result}\n\nNot effective: {said}",
        verified_by="",
        verified_at=None,
        climbed_at=None,
    )
