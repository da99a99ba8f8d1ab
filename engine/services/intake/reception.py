"""Receiving a complaint together with all that somebody says at once (ISO 10002:2018, 7.2).

The same form serves whoever complains on the public pages and whoever writes down what a caller
says. Everything is recorded in one transaction, and a form that is sent twice is one complaint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.complaint import Complaint
from engine.domain.filling import filled
from engine.domain.form import IssueForm
from engine.domain.issue import FIRST, MOST, Issue
from engine.domain.journal import content_hash
from engine.domain.tracking import mark_of, read
from engine.errors import InvalidInputError
from engine.services.handling import tracking
from engine.services.intake import intake
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody takes home who has complained.

    Attributes:
        code: By which the case is followed; empty where a newer one was given meanwhile.
    """

    reference: str
    code: str


def receive(
    platform: Platform,
    *,
    actor: Actor,
    complaint: Complaint,
    command_id: UUID,
    more: Sequence[Mapping[str, Any]] = (),
    wanted: Sequence[str] | None = None,
    is_received_now: bool = False,
    unfinished: str = "",
) -> Receipt:
    """Record a complaint with every matter it names, and return reference and tracking code.

    Args:
        platform: The platform to record it on.
        actor: Who records it.
        complaint: What was received; its summary is the first matter.
        command_id: Of the form; the same one gives the same case and the same code.
        more: Further matters, each as ``IssueForm`` takes it.
        wanted: Regimes whose time limits hold; None for what the policy says.
        is_received_now: Nobody named a time of receipt, so that the same complaint which is sent
            again a little later is the same.
        unfinished: Code of the half-filled form that has become this complaint.

    Raises:
        NotAllowedError: The actor may not lodge complaints.
        InvalidInputError: The time of receipt lies in the future, a matter is not complete, there
            are too many, or a regime is not in force.
        CommandReusedError: The form came before with something else in it.

    Source: ISO 10002:2018, 7.2.
    """
    actor.require(Deed.LODGE)
    intake.refuse_future(platform, complaint=complaint)
    forms = _matters(more)
    code = tracking.code_for(platform, purpose="received", key=command_id)
    told = complaint.model_dump(mode="json", exclude={"received_at"} if is_received_now else None)
    matters = [form.model_dump(mode="json") for form in forms]
    fingerprint = content_hash({"complaint": told, "more": matters, "wanted": wanted})

    def work(tx: Transaction) -> Receipt:
        key = str(command_id)
        if (known := tx.cases.receipt(key, fingerprint=fingerprint)) is not None:
            is_good = tx.codes.mark(known) == mark_of(code)
            return Receipt(tx.cases.get_by_id(known).reference, code if is_good else "")
        change = intake.begin(platform, tx, actor=actor, complaint=complaint, wanted=wanted)
        _state(change, forms)
        tracking.give(tx, change.case.id, code, by=actor.username, at=change.now)
        change.record("code.given")
        change.finish()
        tx.cases.keep_receipt(key, fingerprint=fingerprint, case_id=change.case.id, at=change.now)
        if unfinished:
            tx.unfinished.forget(mark_of(read(unfinished)))
        return Receipt(change.case.reference, code)

    return platform.database.write(work)


def _matters(more: Sequence[Mapping[str, Any]]) -> tuple[IssueForm, ...]:
    """Read further matters.

    Raises:
        InvalidInputError: One is not complete, or there are too many.
    """
    if len(more) >= MOST:
        raise InvalidInputError({"Matters": f"may be {MOST} at most."})
    return tuple(filled(IssueForm, each) for each in more)


def _state(change: CaseChange, forms: Sequence[IssueForm]) -> None:
    """Keep the matters that were named besides the first."""
    for number, form in enumerate(forms, FIRST + 1):
        issue = Issue(
            number=number,
            raised_by=change.actor.username,
            raised_at=change.now,
            **form.model_dump(),
        )
        change.tx.issues.add(change.case.id, issue)
        change.record("issue.added", issue=number, category=form.category)
