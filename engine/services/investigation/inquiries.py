"""Asking for information while a complaint is investigated, and keeping what was answered.

Any number of requests are open at once. Whoever is asked and works here answers by ``asked``;
somebody outside answers by mail, or whoever asked writes down what was said.

Source: ISO 10002:2018, 7.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.filling import filled
from engine.domain.inquiry import Asked, Inquiry, InquiryState, default_due, next_look
from engine.domain.inquiry_form import InquiryAnswerForm, InquiryForm
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.investigation import inquiry_book
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom somebody can ask, and until when an answer is usually wanted.

    Attributes:
        people: Names by user name, in their order.
        teams: Titles by code.
    """

    people: Mapping[str, str]
    teams: Mapping[str, str]
    due_on: date


def ask(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Ask a colleague, a team or somebody outside for information.

    Args:
        platform: Where the case is.
        actor: Who asks.
        reference: Of the case.
        answers: As ``InquiryForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not ask for information on this complaint.
        InvalidInputError: The form is not complete, nobody has this name, or a document cannot
            be shown.
        CourseError: The case is closed, or has as many requests as it may have.

    Source: ISO 10002:2018, 7.6.
    """
    actor.require(Deed.ASK)
    form = filled(InquiryForm, answers)

    def work(change: CaseChange) -> None:
        if not change.case.is_open:
            raise CourseError(f"{reference} is closed; nobody is asked about it any more.")
        inquiry = _new(change, form)
        if inquiry.asked is Asked.OUTSIDE:
            inquiry = inquiry_book.send(change, inquiry, "inquiry")
        change.tx.inquiries.add(change.case.id, inquiry)
        until = inquiry.due_on.isoformat()
        told = {"inquiry": inquiry.number, "asked": inquiry.asked.value, "until": until}
        change.record("inquiry.asked", **told, documents=list(inquiry.documents))

    content = form.model_dump(mode="json")
    asked = Command("ask_inquiry", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def answer(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Write down what somebody answered by telephone, by letter, or in passing.

    Args:
        platform: Where the case is.
        actor: Who writes it down.
        reference: Of the case.
        number: Of the request.
        answers: As ``InquiryAnswerForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not ask for information on this complaint.
        InvalidInputError: The form is not complete, or there is no such request or document.
        ConflictError: It is answered or withdrawn already.
    """
    actor.require(Deed.ASK)
    form = filled(InquiryAnswerForm, answers)

    def work(change: CaseChange) -> None:
        inquiry = inquiry_book.one(change, number)
        inquiry_book.require_open(inquiry)
        inquiry_book.require_documents(change.tx, change.case, form.documents)
        inquiry_book.answered(
            change, inquiry, answer=form.answer, source=form.source, documents=form.documents
        )

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("answer_inquiry", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def withdraw(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Take a request back that needs no answer any more; it stays, with its reason.

    Raises:
        NotAllowedError: The actor may not ask for information on this complaint.
        InvalidInputError: No reason is given, or there is no such request.
        ConflictError: It is answered or withdrawn already.
    """
    actor.require(Deed.ASK)
    text = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        inquiry = inquiry_book.one(change, number)
        inquiry_book.require_open(inquiry)
        facts = {"state": InquiryState.WITHDRAWN, "reason": text, "next_at": None}
        change.tx.inquiries.change(change.case.id, number, **facts)
        change.record("inquiry.withdrawn", inquiry=number, reason=text)

    content = {"number": number, "reason": text}
    asked = Command("withdraw_inquiry", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def of_case(platform: Platform, *, actor: Actor, reference: str) -> tuple[Inquiry, ...]:
    """Return the requests of a case, by their numbers.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return tx.inquiries.of(case.id)


def choices(platform: Platform, *, actor: Actor) -> Choices:
    """Return whom somebody can ask.

    Raises:
        NotAllowedError: The actor may not ask for information.
    """
    actor.require(Deed.ASK)
    with platform.database.read() as tx:
        people = [each.actor for each in tx.accounts.all() if each.is_active]
        teams = {team.code: team.title for team in tx.teams.all()}
    others = [each for each in people if each.username != actor.username and each.roles]
    names = {each.username: each.name for each in sorted(others, key=lambda each: each.name)}
    policy, calendar = platform.policy.inquiries, platform.calendar
    return Choices(names, teams, default_due(platform.now(), calendar=calendar, policy=policy))


def _new(change: CaseChange, form: InquiryForm) -> Inquiry:
    """Return a request as it is asked.

    Raises:
        InvalidInputError: Nobody has this name, the day is over, or a document cannot be shown.
        CourseError: There are too many.
    """
    platform, calendar, now = change.platform, change.platform.calendar, change.now
    policy = platform.policy.inquiries
    _require_known(change, form)
    due_on = form.due_on or default_due(now, calendar=calendar, policy=policy)
    if due_on < calendar.day_of(now):
        raise InvalidInputError({"Answer wanted until": "is over already."})
    _require_shown(change, form)
    return Inquiry(
        id=0,
        number=inquiry_book.next_number(change.tx.inquiries.of(change.case.id)),
        asked=form.asked,
        to=form.to,
        name=form.name,
        email=form.email or "",
        question=form.question,
        documents=tuple(dict.fromkeys(form.documents)),
        due_on=due_on,
        asked_by=change.actor.username,
        asked_at=now,
        next_at=next_look(due_on, after=now, calendar=calendar, policy=policy),
    )


def _require_shown(change: CaseChange, form: InquiryForm) -> None:
    """Refuse documents that whoever is asked may not see, or that no mail holds.

    Raises:
        InvalidInputError: Says which, or how large they are.
    """
    size = 0
    for document in inquiry_book.require_documents(change.tx, change.case, form.documents):
        seen = inquiry_book.shown(document)
        if seen is None or seen.newest is None:
            why = f"{document.number} is held back, or closed and has no redacted copy."
            raise InvalidInputError({"Documents": why})
        size += seen.newest.size
    most = change.platform.policy.inquiries.megabytes_by_mail
    if form.asked is Asked.OUTSIDE and size > most * 1_000_000:
        why = f"are {size / 1_000_000:.1f} MB together, and a mail takes {most} MB."
        raise InvalidInputError({"Documents": why})


def _require_known(change: CaseChange, form: InquiryForm) -> None:
    """Refuse a request to nobody, or to whoever asks.

    Raises:
        InvalidInputError: Says who is meant.
    """
    if form.asked is Asked.TEAM and form.to not in change.tx.teams.codes():
        raise InvalidInputError({"To": f"{form.to!r} is no team."})
    if form.asked is Asked.PERSON:
        account = change.tx.accounts.get(form.to)
        if account is None or not account.is_active:
            raise InvalidInputError({"To": f"{form.to!r} is nobody who works here."})
        if form.to == change.actor.username:
            raise InvalidInputError({"To": "is you; ask somebody else."})
