"""Persons complained about: naming them, hearing them, and keeping them away from the complaint.

Whoever works here and is complained about sees nothing of the complaint from the moment they are
named: not in lists, searches, figures or exports, and not by its reference. Their steps go back.

Source: ISO 10002:2018, 4.7 and 4.12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed, Role
from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.case import Statement
from engine.domain.filling import filled
from engine.domain.form import Form
from engine.domain.journal import content_hash
from engine.domain.respondent import MOST, Conflict, KeptOut, Respondent
from engine.domain.respondent_form import (
    ReplyForm,
    RespondentForm,
    RespondentReply,
    RespondentTold,
    ToldForm,
)
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.running import findings
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.services.staffing import kept_out
from engine.store.accounts import Account


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a complaint is about, and who keeps away from it.

    Attributes:
        respondents: Persons complained about, by their numbers, with those who were removed.
        conflicts: Conflicts of interest that were declared.
        leaders: By user name of a person complained about, the names of those who lead one of
            their teams; these can decide, and it is better that somebody else does.
        statements: What the persons were told, and what they said to it, oldest first.
    """

    respondents: tuple[Respondent, ...]
    conflicts: tuple[Conflict, ...]
    leaders: Mapping[str, tuple[str, ...]]
    statements: tuple[Statement, ...]


def of_case(platform: Platform, *, actor: Actor, reference: str) -> Concerned:
    """Return whom a complaint is about, and who keeps away from it.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        found = tx.respondents.of(case.id)
        accounts = tx.accounts.all() if found else ()
        said = tx.records.of(Statement, case.id) if found else ()
        return Concerned(
            respondents=found,
            conflicts=tx.kept_out.conflicts(case.id),
            leaders={
                each.username: _leaders(accounts, each.username)
                for each in found
                if each.username and each.is_meant
            },
            statements=tuple(each for each in said if each.form in _KINDS),
        )


def name(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Name a person of whom somebody complains; whoever works here sees nothing of it any more.

    Args:
        platform: Where the case is.
        actor: Who names them.
        reference: Of the case.
        answers: As ``RespondentForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not say what this complaint is about.
        InvalidInputError: The form is not complete, names no issue or nobody of ours, or somebody
            who is named already.
        CourseError: There are too many.

    Source: ISO 10002:2018, 4.7.
    """
    actor.require(Deed.STATE_ISSUES)
    form = filled(RespondentForm, answers)

    def work(change: CaseChange) -> None:
        known = change.tx.respondents.of(change.case.id)
        if len(known) >= MOST:
            raise CourseError(f"A complaint is about at most {MOST} persons; this one is.")
        _check(change, form, known)
        new = Respondent(
            number=known[-1].number + 1 if known else 1,
            named_by=actor.username,
            named_at=change.now,
            **form.model_dump() | {"username": form.username or ""},
        )
        change.tx.respondents.add(change.case.id, new)
        change.record("respondent.named", respondent=new.number, detail=new.username)
        if form.username:
            kept_out.put_out(change, form.username, KeptOut.NAMED)

    content = form.model_dump(mode="json")
    asked = Command("name_respondent", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def remove(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Keep that a complaint is not about a person after all; they see it again as others do.

    Raises:
        NotAllowedError: The actor may not close this complaint to people, or open it to them.
        InvalidInputError: No reason is given, or there is no such person.
    """
    actor.require(Deed.RESTRICT)
    said = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        person = _one(change, number)
        gone = {"removed_by": actor.username, "removed_at": change.now}
        change.tx.respondents.change(change.case.id, number, **gone)
        change.record("respondent.removed", respondent=number, reason=said)
        if person.username:
            kept_out.let_in(change, person.username, KeptOut.NAMED)

    content = {"number": number, "reason": said}
    asked = Command("remove_respondent", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def inform(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Keep what a person complained about was told, and until when they can reply.

    Where no day is named, it is as many working days ahead as the organisation gives.

    Raises:
        NotAllowedError: The actor may not record findings on this complaint.
        InvalidInputError: The form is not complete, the day is over, or there is no such person.

    Source: ISO 10002:2018, 4.7.
    """
    actor.require(Deed.FIND)
    form = filled(ToldForm, answers)

    def work(change: CaseChange) -> None:
        person, calendar = _one(change, number), change.platform.calendar
        days = change.platform.policy.hearing.reply_days
        usual = calendar.due(change.now, Allowance(amount=days, unit=AllowanceUnit.WORKING_DAYS))
        by = form.reply_by or calendar.day_of(usual)
        if by < calendar.day_of(change.now):
            raise InvalidInputError({"They can reply until": "is over already."})
        told = {"told_by": actor.username, "told_at": change.now, "reply_by": by}
        change.tx.respondents.change(change.case.id, person.number, silent_at=None, **told)
        said = form.model_dump() | {"reply_by": by, "respondent": person.number}
        _state(change, "respondent_told", RespondentTold(**said))
        change.record("respondent.told", respondent=person.number, reply_by=by.isoformat())

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("tell_respondent", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def take_reply(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Keep what a person complained about says to it; also when it comes late.

    Raises:
        NotAllowedError: The actor may not record findings on this complaint.
        InvalidInputError: The form is not complete, or there is no such person or document.

    Source: ISO 10002:2018, 4.7.
    """
    actor.require(Deed.FIND)
    form = filled(ReplyForm, answers)

    def work(change: CaseChange) -> None:
        person = _one(change, number)
        known = {each.number for each in change.tx.documents.of(change.case.id)}
        if missing := sorted(set(form.documents) - known):
            raise InvalidInputError({"Documents": f"this complaint has no document {missing[0]}."})
        change.tx.respondents.change(change.case.id, person.number, replied_at=change.now)
        said = form.model_dump() | {"respondent": person.number}
        _state(change, "respondent_reply", RespondentReply(**said))
        change.record("respondent.replied", respondent=person.number)

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("reply_respondent", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def note_silence(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Keep that a person did not reply in the time they were given.

    Raises:
        NotAllowedError: The actor may not record findings on this complaint.
        InvalidInputError: There is no such person.
        CourseError: They were not told, can still reply, or have replied.
    """
    actor.require(Deed.FIND)

    def work(change: CaseChange) -> None:
        person, today = _one(change, number), change.platform.calendar.day_of(change.now)
        if person.silent_at is not None or not person.is_late(today):
            raise CourseError(
                "That somebody did not reply is kept once, when their time for it is over."
            )
        change.tx.respondents.change(change.case.id, person.number, silent_at=change.now)
        change.record("respondent.silent", respondent=person.number)

    content = {"number": number}
    asked = Command("silent_respondent", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


_KINDS = frozenset({"respondent_told", "respondent_reply"})


def _check(change: CaseChange, form: RespondentForm, known: tuple[Respondent, ...]) -> None:
    """Refuse a person who cannot be named.

    Raises:
        InvalidInputError: Nobody has the user name, they are named already, or there is no such
            issue.
    """
    if form.issue is not None:
        findings.one(change.tx, change.case, form.issue)
    if not form.username:
        return
    title = "Somebody who works here"
    if change.tx.accounts.get(form.username) is None:
        raise InvalidInputError({title: f"nobody has the user name {form.username}."})
    if any(each.is_meant and each.username == form.username for each in known):
        raise InvalidInputError({title: "is named already."})


def _one(change: CaseChange, number: int) -> Respondent:
    """Return a person of whom the case still is.

    Raises:
        InvalidInputError: It has none of this number, or none any more.
    """
    for each in change.tx.respondents.of(change.case.id):
        if each.number == number and each.is_meant:
            return each
    raise InvalidInputError({"Person": f"this complaint is about no person {number}."})


def _state(change: CaseChange, kind: str, form: Form) -> None:
    """Keep what a person was told or said, in words that nobody changes later."""
    content = form.model_dump(mode="json")
    statement = Statement(
        id=0,
        element="",
        form=kind,
        by=change.actor.username,
        at=change.now,
        content=content,
        content_hash=content_hash(content),
    )
    change.tx.records.add(change.case.id, statement)
    change.record("respondent.stated", form=kind, content=statement.content_hash)


def _leaders(accounts: tuple[Account, ...], username: str) -> tuple[str, ...]:
    """Return the names of those who lead a team of somebody."""
    teams = {team for a in accounts if a.actor.username == username for team in a.actor.teams}
    return tuple(
        sorted(
            account.actor.name
            for account in accounts
            if account.is_active
            and account.actor.username != username
            and account.actor.holds_any([Role.TEAM_LEADER])
            and account.actor.teams & teams
        )
    )
