"""Interviews: keeping whom somebody spoke with, and what was said (ISO 10002:2018, 7.6)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.filling import filled
from engine.domain.interview import MOST, Interview, InterviewForm
from engine.domain.journal import content_hash
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.investigation import inquiry_book
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out


def keep(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Keep an interview.

    Args:
        platform: Where the case is.
        actor: Who writes it down.
        reference: Of the case.
        answers: As ``InterviewForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not ask for information on this complaint.
        InvalidInputError: The form is not complete, lies ahead, or names nobody of ours.
        CourseError: There are too many.

    Source: ISO 10002:2018, 7.6.
    """
    actor.require(Deed.ASK)
    form = filled(InterviewForm, answers)

    def work(change: CaseChange) -> None:
        known = change.tx.interviews.of(change.case.id)
        if len(known) >= MOST:
            raise CourseError(f"A complaint has at most {MOST} interviews; this one has them.")
        number = max((each.number for each in known), default=0) + 1
        change.tx.interviews.add(change.case.id, _as_kept(change, form, number))
        _tell(change, "interview.kept", form, number)

    content = form.model_dump(mode="json")
    asked = Command("keep_interview", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def restate(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Write an interview down anew, as when whoever was spoken with has read it.

    The journal keeps a commitment to each wording.

    Raises:
        NotAllowedError: The actor may not ask for information on this complaint.
        InvalidInputError: The form is not complete, or there is no such interview.
    """
    actor.require(Deed.ASK)
    form = filled(InterviewForm, answers)

    def work(change: CaseChange) -> None:
        if number not in {each.number for each in change.tx.interviews.of(change.case.id)}:
            why = f"this complaint has no interview {number}."
            raise InvalidInputError({"Interview": why})
        change.tx.interviews.change(change.case.id, _as_kept(change, form, number))
        _tell(change, "interview.restated", form, number)

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("restate_interview", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def of_case(platform: Platform, *, actor: Actor, reference: str) -> tuple[Interview, ...]:
    """Return the interviews of a case, by their numbers.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return tx.interviews.of(case.id)


def _as_kept(change: CaseChange, form: InterviewForm, number: int) -> Interview:
    """Return an interview as it is kept.

    Raises:
        InvalidInputError: It lies ahead, nobody led it, or it names documents that are not there.
    """
    if form.held_at.tzinfo is None or form.held_at > change.now:
        raise InvalidInputError({"When": "must not lie ahead, and needs a zone."})
    if change.tx.accounts.get(form.led_by) is None:
        raise InvalidInputError({"Who led it": f"{form.led_by!r} is nobody who works here."})
    inquiry_book.require_documents(change.tx, change.case, form.documents)
    return Interview(
        number=number,
        kept_by=change.actor.username,
        kept_at=change.now,
        **{name: getattr(form, name) for name in InterviewForm.model_fields},
    )


def _tell(change: CaseChange, kind: str, form: InterviewForm, number: int) -> None:
    content = content_hash(form.model_dump(mode="json"))
    change.record(kind, interview=number, who=form.who.value, content=content)
