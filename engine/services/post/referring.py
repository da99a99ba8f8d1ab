"""A complaint at a body outside: recorded, its file sent, its decision kept and complied with.

Source: ISO 10002:2018, 7.9; ISO 10003.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.domain.deadline import Clock, is_overdue
from engine.domain.filling import filled
from engine.domain.issue import FIRST
from engine.domain.referral import (
    COMPLY_CLOCK,
    FILE_CLOCK,
    MOST,
    BodyDecisionForm,
    Referral,
    ReferralForm,
)
from engine.domain.regime import Occasion
from engine.domain.remedy import Remedy, RemedyState, needs_check
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.clocks import regimes
from engine.services.journal.jotting import jot
from engine.services.privacy import subject_access
from engine.services.privacy.subject_files import Enclosures
from engine.services.running import ledger
from engine.services.running.command import Command, carry_out
from engine.services.running.counting import CountingChange
from engine.store.transaction import Transaction


class ReferredChange(CountingChange):
    """A case that is at a body outside; thrown away when anything goes wrong."""

    def referral(self, number: int) -> Referral:
        """Return a referral of the case that is not over.

        Raises:
            InvalidInputError: It has none of this number.
            CourseError: It is over.
        """
        for each in self.tx.referrals.of(self.case.id):
            if each.number == number:
                if not each.is_open:
                    raise CourseError(f"Referral {number} is over.")
                return each
        raise InvalidInputError({"Referral": f"this complaint has no referral {number}."})

    def keep(self, number: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change facts of a referral."""
        self.tx.referrals.change(self.case.id, number, **facts)


def refer(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record that a complaint went to a body outside; the time for its file begins.

    A closed complaint can be referred too: people have months for it.

    Args:
        platform: Where the case is.
        actor: Who records it.
        reference: Of the case.
        answers: As ``ReferralForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not refer this complaint.
        InvalidInputError: The form is not complete, or its day cannot be.
        CourseError: Nothing is decided and no time limit has passed, or it is at a body already.

    Source: ISO 10002:2018, 7.9.
    """
    actor.require(Deed.REFER)
    form = filled(ReferralForm, answers)

    def work(change: ReferredChange) -> None:
        _check_day(platform, change.case, "Referred on", form.referred_on)
        require_referable(change.case, change.tx.clocks.of(change.case.id), change.now)
        known = change.tx.referrals.of(change.case.id)
        if any(each.is_open for each in known) or len(known) >= MOST:
            raise CourseError(f"{reference} is at a body outside already; end that first.")
        number = len(known) + 1
        made = Referral(
            number=number,
            recorded_by=actor.username,
            recorded_at=change.now,
            **form.model_dump(),
        )
        change.tx.referrals.add(change.case.id, made)
        change.record("referral.recorded", referral=number, body=form.body)
        change.happened(Occasion.EXTERNAL_REFERRED)
        begin = _moment(platform, form.referred_on, change.now)
        change.count(regimes.outside(platform, change.tx), FILE_CLOCK, begin)

    content = form.model_dump(mode="json")
    command = Command("refer", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work, ReferredChange)


def send_file(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record that the file of a complaint was sent to the body.

    Raises:
        NotAllowedError: The actor may not refer this complaint.
        InvalidInputError: There is no such referral.
        CourseError: It is over, or the file was sent already.
    """
    actor.require(Deed.REFER)

    def work(change: ReferredChange) -> None:
        if change.referral(number).file_sent_at is not None:
            raise CourseError("The file was sent already.")
        change.keep(number, file_sent_by=actor.username, file_sent_at=change.now)
        change.record("referral.file_sent", referral=number)
        change.happened(Occasion.FILE_SENT)

    content = {"number": number}
    command = Command("send_file", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work, ReferredChange)


def keep_decision(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record what the body has decided; what it awards is a remedy that is owed.

    Without an award the referral is over. With one it is over once that is carried out, and until
    then the case is not closed.

    Raises:
        NotAllowedError: The actor may not refer this complaint.
        InvalidInputError: The form is not complete, its days cannot be, or nobody has this name.
        CourseError: The referral is over or decided.
    """
    actor.require(Deed.REFER)
    form = filled(BodyDecisionForm, answers)

    def work(change: ReferredChange) -> None:
        found = change.referral(number)
        if found.decision is not None:
            raise CourseError(f"Of referral {number} the decision is kept already.")
        _check_day(platform, change.case, "Decided on", form.decided_on)
        told = {"referral": number, "decision": form.decision.outcome}
        change.record("referral.decided", **told, award=f"{form.award_amount:.2f}")
        change.happened(Occasion.EXTERNAL_DECIDED)
        facts = form.model_dump(include={"decision", "decided_on", "summary"})
        if not form.has_award:
            over = {"ended_by": actor.username, "ended_at": change.now}
            change.keep(number, **facts, **over)
            return
        remedy = _owed(change, form)
        change.keep(number, **facts, comply_by=form.comply_by, remedy=remedy)
        begin = _moment(platform, form.decided_on, change.now)
        edition = regimes.outside(platform, change.tx)
        change.count(edition, COMPLY_CLOCK, begin, until=form.comply_by)

    content = form.model_dump(mode="json") | {"number": number}
    command = Command("keep_decision", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work, ReferredChange)


def comply(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record that an award is complied with: its remedy is carried out, and verified if need be.

    Raises:
        NotAllowedError: The actor may not refer this complaint.
        InvalidInputError: There is no such referral.
        CourseError: The body has not decided, or the remedy is not carried out.
    """
    actor.require(Deed.REFER)

    def work(change: ReferredChange) -> None:
        found = change.referral(number)
        if found.decision is None:
            raise CourseError("The body has not decided yet.")
        remedies = {each.number: each for each in change.tx.remedies.of(change.case.id)}
        if found.remedy is not None and remedies[found.remedy].is_open:
            raise CourseError(
                f"Remedy {found.remedy}, which the body awarded, is not carried out and verified "
                "yet; see the tab “Remedies”."
            )
        change.keep(number, ended_by=actor.username, ended_at=change.now)
        change.record("referral.complied", referral=number)
        change.happened(Occasion.COMPLIED)

    content = {"number": number}
    command = Command("comply", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work, ReferredChange)


def of_case(platform: Platform, *, actor: Actor, reference: str) -> tuple[Referral, ...]:
    """Return the referrals of a complaint, oldest first.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return tx.referrals.of(case.id)


def usual_body(platform: Platform, *, actor: Actor, reference: str) -> str:
    """Return the body to which the letters of a complaint point; empty where they name none.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        named = (profile.external_body for _, profile in regimes.under(platform, tx, case))
        return next(filter(None, named), platform.policy.organisation.external_body)


def case_file(platform: Platform, *, actor: Actor, reference: str) -> bytes:
    """Return the file of a complaint for a body outside, as a zip; that it left is an event.

    It holds this complaint alone, with letters, documents, forms and what happened when; names of
    staff and addresses of others are taken out.

    Raises:
        NotAllowedError: The actor may not refer this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        CourseError: It is at no body outside.
        CaseErasedError: It was erased.
    """
    actor.require(Deed.REFER)

    def work(tx: Transaction) -> tuple[Mapping[str, Any], Enclosures]:
        case = tx.cases.take(reference)
        reach.require(platform, tx, actor=actor, deed=Deed.REFER, case=case)
        if not any(each.is_open for each in tx.referrals.of(case.id)):
            raise CourseError(f"{reference} is at no body outside.")
        jot(platform, tx, case=case, actor=actor, kind="file.exported")
        return subject_access.gathered(platform, tx, case)

    bundle, enclosed = platform.database.write(work)
    return subject_access.zipped(platform, bundle=bundle, enclosed=enclosed)


def why_not_referred(case: Case, clocks: tuple[Clock, ...], now: datetime) -> str:
    """Return why a complaint cannot be taken to a body yet; empty where it can."""
    is_late = any(each.breached_at is not None or is_overdue(each, now) for each in clocks)
    if case.decided_at is not None or not case.is_open or is_late:
        return ""
    return f"{case.reference} is not decided, and no time limit of it has passed."


def require_referable(case: Case, clocks: tuple[Clock, ...], now: datetime) -> None:
    """Refuse what no body would take.

    Raises:
        CourseError: Nothing is decided, and no time limit has passed.
    """
    if why_not := why_not_referred(case, clocks, now):
        raise CourseError(why_not)


def _owed(change: ReferredChange, form: BodyDecisionForm) -> int:
    """Keep an award as a remedy that is owed, and return its number.

    Raises:
        InvalidInputError: Nobody who works here has the name, or the day is over.
    """
    account = change.tx.accounts.get(form.owner or "")
    if account is None or not account.is_active or form.comply_by is None:
        raise InvalidInputError({"Who sees to it": f"{form.owner!r} is nobody who works here."})
    if form.comply_by < form.decided_on:
        raise InvalidInputError({"Comply by": "lies before the decision."})
    number = ledger.next_number(change.tx.remedies.of(change.case.id))
    owed = Remedy(
        number=number,
        issue=FIRST,
        kind=form.award_kind,
        text=form.award,
        amount=form.award_amount,
        owner=account.actor.username,
        due_on=form.comply_by,
        proposed_by=change.actor.username,
        proposed_at=change.now,
        state=RemedyState.ACCEPTED,
        offered_at=change.now,
        answered_at=change.now,
        needs_check=needs_check(form.award_amount, change.case.severity),
    )
    change.tx.remedies.add(change.case.id, owed, category=change.case.complaint.category)
    told = {"kind": owed.kind.value, "amount": f"{owed.amount:.2f}"}
    told["due_on"] = owed.due_on.isoformat()
    change.record("remedy.awarded", remedy=number, **told)
    return number


def _check_day(platform: Platform, case: Case, field: str, day: date) -> None:
    """Refuse a day that lies ahead, or before the complaint.

    Raises:
        InvalidInputError: It does.
    """
    calendar = platform.calendar
    if day > calendar.day_of(platform.now()):
        raise InvalidInputError({field: "must not lie ahead."})
    if day < calendar.day_of(case.complaint.received_at):
        raise InvalidInputError({field: "must not lie before the complaint was received."})


def _moment(platform: Platform, day: date, now: datetime) -> datetime:
    """Return from when a limit that begins on a day is counted."""
    noon = datetime.combine(day, time(12), ZoneInfo(platform.policy.calendar.zone))
    return min(noon, now)
