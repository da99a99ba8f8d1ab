"""By what authority somebody speaks for a complainant: recording it, checking it, ending it.

Whoever takes a complaint in may check too: the standard asks for no second person here, and a
representative who waits for one waits for nothing. Who recorded and who checked is kept.

Source: ISO 10002:2018, 4.5, 4.10 and 7.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.authority import MOST, Authority, AuthorityState, standing
from engine.domain.authority_form import AuthorityForm, CheckedForm, RefusedForm, TakenBackForm
from engine.domain.case import Case
from engine.domain.filling import filled
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Representation:
    """Who speaks for a complainant, and by what authority.

    Attributes:
        representative: As the complaint names them; empty for nobody.
        state: Where their authority stands today; None where the complaint names nobody.
        authorities: By their numbers, with those that ended.
    """

    representative: str
    state: AuthorityState | None
    authorities: tuple[Authority, ...]


def of_case(platform: Platform, *, actor: Actor, reference: str) -> Representation:
    """Return who speaks for the complainant, and by what authority.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return Representation(
            case.complaint.representative_name,
            state_of(platform, tx, case),
            tx.authorities.of(case.id),
        )


def state_of(platform: Platform, tx: Transaction, case: Case) -> AuthorityState | None:
    """Return where the authority of the representative stands; None where nobody is named."""
    name = case.complaint.representative_name
    found = tx.authorities.of(case.id) if name else ()
    return standing(found, name, platform.calendar.day_of(platform.now()))


def record_authority(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record by what authority somebody speaks for the complainant; it counts once checked.

    Args:
        platform: Where the case is.
        actor: Who records it.
        reference: Of the case.
        answers: As ``AuthorityForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not record who speaks for this complainant.
        InvalidInputError: The form is not complete, the day of receipt has not come, or there is
            no such document.
        CourseError: There are too many.

    Source: ISO 10002:2018, 7.2.
    """
    actor.require(Deed.REPRESENT)
    form = filled(AuthorityForm, answers)

    def work(change: CaseChange) -> None:
        known = change.tx.authorities.of(change.case.id)
        if len(known) >= MOST:
            raise CourseError(f"A complaint has at most {MOST} authorities; this one has them.")
        _check(change, form)
        new = Authority(
            number=len(known) + 1,
            recorded_by=actor.username,
            recorded_at=change.now,
            **form.model_dump(),
        )
        _keep(change, new)

    content = form.model_dump(mode="json")
    asked = Command("record_authority", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def check_authority(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Keep that an authority was looked at and holds: from then on the representative is told.

    Raises:
        NotAllowedError: The actor may not check who speaks for this complainant.
        InvalidInputError: It is not said what was seen, or there is no such authority.
        CourseError: It was checked before, has ended, or its time is over.

    Source: ISO 10002:2018, 4.10.
    """
    actor.require(Deed.CHECK_AUTHORITY)
    form = filled(CheckedForm, answers)

    def work(change: CaseChange) -> None:
        found = _one(change, number)
        state = found.state(change.platform.calendar.day_of(change.now))
        if state is not AuthorityState.UNCHECKED:
            raise CourseError(f"Authority {number} cannot be checked: it is {_said(state)}.")
        seen = {"checked_by": actor.username, "checked_at": change.now, "finding": form.finding}
        change.tx.authorities.change(change.case.id, number, **seen)
        change.record("authority.checked", authority=number)

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("check_authority", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def refuse_authority(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Refuse an authority with what is missing; also one that turns out wrong after its check.

    Raises:
        NotAllowedError: The actor may not check who speaks for this complainant.
        InvalidInputError: It is not said what is missing, or there is no such authority.
        CourseError: It has ended already.

    Source: ISO 10002:2018, 4.10.
    """
    actor.require(Deed.CHECK_AUTHORITY)
    form = filled(RefusedForm, answers)

    def work(change: CaseChange) -> None:
        _require_going(_one(change, number))
        ended = {"refused_by": actor.username, "refused_at": change.now, "reason": form.reason}
        change.tx.authorities.change(change.case.id, number, **ended)
        change.record("authority.refused", authority=number, reason=form.reason)

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("refuse_authority", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def withdraw_authority(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Record that the complainant took an authority back: nobody is told by it any more.

    Raises:
        NotAllowedError: The actor may not record who speaks for this complainant.
        InvalidInputError: It is not said how, or there is no such authority.
        CourseError: It has ended already.

    Source: ISO 10002:2018, 4.10.
    """
    actor.require(Deed.REPRESENT)
    form = filled(TakenBackForm, answers)

    def work(change: CaseChange) -> None:
        _require_going(_one(change, number))
        ended = {"withdrawn_by": actor.username, "withdrawn_at": change.now, "reason": form.reason}
        change.tx.authorities.change(change.case.id, number, **ended)
        change.record("authority.withdrawn", authority=number, reason=form.reason)

    content = form.model_dump(mode="json") | {"number": number}
    asked = Command("withdraw_authority", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def take_over(new: CaseChange, whole: Case) -> None:
    """Let authorities hold in a complaint that was split off from another, as they stand there.

    The documents that show them stay with the whole.
    """
    for each in new.tx.authorities.of(whole.id):
        _keep(new, replace(each, document=None))


def _keep(change: CaseChange, new: Authority) -> None:
    change.tx.authorities.add(change.case.id, new)
    change.record("authority.recorded", authority=new.number, kind=new.kind.value)


def _check(change: CaseChange, form: AuthorityForm) -> None:
    """Refuse what cannot be.

    Raises:
        InvalidInputError: The day of receipt has not come, or there is no such document.
    """
    if form.received_on > change.platform.calendar.day_of(change.now):
        raise InvalidInputError({"Received on": "has not come yet."})
    papers = change.tx.documents.of(change.case.id) if form.document is not None else ()
    known = {each.number for each in papers if each.withdrawn_at is None}
    if form.document is not None and form.document not in known:
        title = "Document that shows it"
        raise InvalidInputError({title: f"this complaint has no document {form.document}."})


def _one(change: CaseChange, number: int) -> Authority:
    """Return an authority of a case.

    Raises:
        InvalidInputError: It has none of this number.
    """
    for each in change.tx.authorities.of(change.case.id):
        if each.number == number:
            return each
    raise InvalidInputError({"Authority": f"this complaint has no authority {number}."})


def _require_going(authority: Authority) -> None:
    """Refuse to end an authority twice.

    Raises:
        CourseError: It was refused, or taken back by the complainant.
    """
    if authority.is_ended:
        was = "refused" if authority.withdrawn_at is None else "taken back by the complainant"
        raise CourseError(f"Authority {authority.number} was {was} already.")


def _said(state: AuthorityState) -> str:
    return "in force already" if state is AuthorityState.IN_FORCE else state.title.lower()
