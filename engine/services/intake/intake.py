"""Receiving complaints (ISO 10002:2018, 7.2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.complaint import Complaint, Outcome
from engine.domain.form import Form
from engine.domain.issue import concluded_as
from engine.domain.journal import content_hash
from engine.errors import InvalidInputError
from engine.process.core import LiveCase
from engine.services.clocks import regimes, waiting
from engine.services.process.processes import COMPLAINT, bundle_of, latest
from engine.services.running import findings
from engine.services.running.change import CaseChange
from engine.services.staffing import teams
from engine.store.taken import Taken
from engine.store.transaction import Transaction

_CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead the clock of a sending machine may be."""


def lodge(
    platform: Platform,
    *,
    actor: Actor,
    complaint: Complaint,
    command_id: UUID | None = None,
    is_received_now: bool = False,
    wanted: Sequence[str] | None = None,
) -> str:
    """Record a complaint, start its process and its clocks, and return its reference.

    Args:
        platform: The platform to record it on.
        actor: Who records it.
        complaint: What was received.
        command_id: The same id gives the same case, however often it arrives.
        is_received_now: Nobody named a time of receipt, so that the same complaint which is sent
            again a little later is the same.
        wanted: Regimes whose time limits hold, such as ``fca_disp/payment_services``; None for
            what the policy says of such a complaint.

    Raises:
        NotAllowedError: The actor may not lodge complaints.
        InvalidInputError: The time of receipt lies in the future, or a regime is not in force.
        ConflictError: The record was imported before, or the command id was used otherwise.

    Source: ISO 10002:2018, 7.2.
    """
    actor.require(Deed.LODGE)
    refuse_future(platform, complaint=complaint)
    untold = {"received_at"} if is_received_now else None
    told = complaint.model_dump(mode="json", exclude=untold)
    fingerprint = content_hash(told if wanted is None else told | {"regimes": list(wanted)})

    def work(tx: Transaction) -> str:
        key = str(command_id) if command_id else None
        if key and (known := tx.cases.receipt(key, fingerprint=fingerprint)) is not None:
            return tx.cases.get_by_id(known).reference
        change = begin(platform, tx, actor=actor, complaint=complaint, wanted=wanted)
        change.finish()
        if key:
            tx.cases.keep_receipt(
                key, fingerprint=fingerprint, case_id=change.case.id, at=change.now
            )
        return change.case.reference

    return platform.database.write(work)


def begin(
    platform: Platform,
    tx: Transaction,
    *,
    actor: Actor,
    complaint: Complaint,
    wanted: Sequence[str] | None = None,
    process: str = COMPLAINT,
    kin: Case | None = None,
) -> CaseChange:
    """Start a case inside a transaction; the caller goes on with it and finishes it.

    Args:
        platform: Where it is recorded.
        tx: The transaction.
        actor: Who records it.
        complaint: What was received.
        wanted: As in ``lodge``.
        process: Id of the process that it runs on.
        kin: Another complaint of the same person, of which this one is a part; None for none.

    Raises:
        InvalidInputError: A regime that is wanted is unknown, or is not in force.
    """
    now = platform.now()
    chosen = regimes.for_complaint(platform, complaint=complaint, wanted=wanted)
    under, calendar = regimes.keep(platform, tx, chosen, complaint)
    digest, _version = latest(tx, process, at=platform.now())
    bundle = bundle_of(platform, tx, digest)
    prefix, year = platform.policy.organisation.reference_prefix, now.year
    number = tx.cases.next_number(f"{prefix}-{year}")
    case = Case(
        reference=f"{prefix}-{year}-{number:06d}",
        complaint=complaint,
        recorded_at=now,
        process=bundle.digest,
        state=b"",
        team=teams.team_for(tx, category=complaint.category, lodged_by=actor),
        regimes=under,
        calendar=calendar,
    )
    kept = tx.cases.add(case, currency=platform.policy.organisation.currency, kin=kin)
    change = CaseChange(
        platform,
        tx,
        taken=Taken(kept),
        bundle=bundle,
        live=LiveCase.start(
            bundle, {"category": complaint.category}, now=now, timetable=waiting.timetable(platform)
        ),
        actor=actor,
    )
    known = [f"{each.name} {each.profile.version}" for each in chosen]
    facts: dict[str, Any] = {"channel": complaint.channel, "source": complaint.source}
    if complaint.received_at != now:
        facts["received_at"] = complaint.received_at.isoformat()
    facts |= {"regimes": known, "category": complaint.category, "complainant": kept.subject}
    if process == COMPLAINT:
        facts["promised"] = change.start_clocks()
    change.record("complaint.received", calendar=calendar[:12], **facts)
    findings.begin(tx, change.case, by=actor, at=now)
    return change


def conclude(change: CaseChange, outcome: Outcome, *, closed_at: datetime | None) -> None:
    """Close a case that was just begun and was handled before Redress.

    Args:
        change: A case on the process of such complaints.
        outcome: What became of it, in our words.
        closed_at: When; None where nobody knows, so that it counts as closed now.
    """
    at = closed_at or change.now
    facts = {"outcome": outcome, "decided_at": at, "closed_at": at}
    change.case = change.case.model_copy(update=facts).decided(at)
    result = concluded_as(outcome)
    change.tx.issues.settle(change.case.id, result, by=change.actor.username, at=at)
    change.record("case.concluded_elsewhere", outcome=outcome, at=at.isoformat(timespec="seconds"))


def answer_all(change: CaseChange, forms: dict[str, Form]) -> None:
    """Complete every waiting step for which the record already holds the answer.

    Args:
        change: A case that was just begun.
        forms: Answers by the name of the form.
    """
    open_forms = dict(forms)
    while ready := [step for step in change.steps if step.form in open_forms]:
        change.complete(ready[0].token, open_forms.pop(ready[0].form))


def refuse_future(platform: Platform, *, complaint: Complaint) -> None:
    """Refuse a complaint that is said to have come later than now.

    Raises:
        InvalidInputError: It is.
    """
    if complaint.received_at > platform.now() + _CLOCK_SKEW:
        raise InvalidInputError({"Received": "must not lie in the future."})
