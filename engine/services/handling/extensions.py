"""More time for a time limit: asked for by one person, granted or declined by another.

Whoever owns a complaint, or stands in for its owner, does not make its limits longer, and nobody
grants what they have asked for. The complainant is told when it is granted.

Source: ISO 10002:2018, 4.15 and 5.4.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain import deadline
from engine.domain.actor import Actor, Deed
from engine.domain.case import GrantedExtension
from engine.domain.deadline import Clock
from engine.domain.extension import (
    MOST,
    ExtensionForm,
    ExtensionRequest,
    RequestState,
    WaitingExtension,
)
from engine.domain.filling import filled
from engine.domain.regime import ClockRule
from engine.errors import (
    CaseClosedError,
    ConflictError,
    CourseError,
    InvalidInputError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.clocks import regimes
from engine.services.handling import letter_gate
from engine.services.letters import letter
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out


class ExtendedChange(CaseChange):
    """A case whose time limits somebody makes longer; thrown away when anything goes wrong."""

    def ask(self, code: str, form: ExtensionForm) -> ExtensionRequest:
        """Return a request that its rule allows at present.

        Raises:
            CaseClosedError: The case is over.
            NotFoundError: The case has no such time limit.
            CourseError: The rule does not allow it, it is asked for already, or too often.
        """
        if not self.case.is_open:
            raise CaseClosedError(self.case.reference)
        known = self.tx.extensions.of(self.case.id)
        if len(known) >= MOST:
            raise CourseError(f"More time is asked for {MOST} times at most; it was.")
        clock, rule = self._extendable(code)
        self._longer(clock, rule, form.until)
        for each in known:
            if each.code == code and each.state is RequestState.OPEN:
                if each.waits(self.now):
                    raise CourseError(f"More time for “{clock.title}” is asked for already.")
                self.end(each, RequestState.WITHDRAWN, "It had lapsed.")
        return ExtensionRequest(
            number=len(known) + 1,
            code=code,
            due_at=clock.due_at,
            asked_by=self.actor.username,
            asked_at=self.now,
            owner=self.case.owner or "",
            **form.model_dump(),
        )

    def request(self, number: int) -> ExtensionRequest:
        """Return a request that still waits.

        Raises:
            InvalidInputError: There is none of this number.
            ConflictError: It was decided or taken back.
        """
        found = {each.number: each for each in self.tx.extensions.of(self.case.id)}
        if number not in found:
            raise InvalidInputError({"Request": f"this complaint has no request {number}."})
        if found[number].state is not RequestState.OPEN:
            raise ConflictError(f"Request {number} is {found[number].state.title.lower()} already.")
        return found[number]

    def require_other(self, request: ExtensionRequest) -> str:
        """Return who owns the case; refuse whoever owns it or has asked.

        Raises:
            CaseClosedError: The case is over.
            CourseError: Nobody owns it.
            SeparationOfDutiesError: It is the actor, or whom the actor stands in for.
        """
        if not self.case.is_open:
            raise CaseClosedError(self.case.reference)
        if self.case.owner is None:
            raise CourseError("Nobody owns the case yet; more time is granted once somebody does.")
        absent = {each.username for each in reach.absent_people(self.platform, self.tx, self.actor)}
        us = {self.actor.username} | absent
        for person, part in (
            (self.case.owner, "owns the case"),
            (request.asked_by, "asked for it"),
            (request.owner, "owned the case"),
        ):
            if person in us:
                raise SeparationOfDutiesError(self.actor.name, "extend its time limit", part)
        return self.case.owner

    def grant(self, request: ExtensionRequest, owner: str) -> None:
        """Make a time limit longer, and tell the complainant in time.

        Raises:
            NotFoundError: The case has no such time limit any more.
            CourseError: The rule does not allow it, or it is too late.
            InvalidInputError: It is told to a representative whose authority is not in force.
        """
        clock, rule = self._extendable(request.code)
        longer = self._longer(clock, rule, request.until)
        granted = GrantedExtension(
            code=request.code,
            ground=request.ground.value,
            reason=request.reason,
            owner=owner,
            approver=self.actor.username,
            before=clock.due_at,
            due_at=longer.due_at,
            at=self.now,
        )
        self._promises.replace(longer)
        self.tx.records.add(self.case.id, granted)
        told = {"before": clock.due_at.isoformat(), "due_at": longer.due_at.isoformat()}
        told |= {"ground": request.ground.value, "reason": request.reason}
        self.record("clock.extended", clock=request.code, **told, asked_by=request.asked_by)
        self.end(request, RequestState.GRANTED)
        if rule.extension is not None and rule.extension.notice:
            self._tell_complainant(clock, granted)

    def end(self, request: ExtensionRequest, state: RequestState, answer: str = "") -> None:
        """Keep what became of a request."""
        decided = {"decided_by": self.actor.username, "decided_at": self.now, "answer": answer}
        self.tx.extensions.change(self.case.id, request.number, state=state, **decided)

    def _extendable(self, code: str) -> tuple[Clock, ClockRule]:
        clock = next((each for each in self._promises.all() if each.code == code), None)
        if clock is None:
            raise NotFoundError("time limit", code)
        rule = self._promises.rule_of(clock)
        if rule is None:
            raise CourseError(f"By which rule “{clock.title}” is counted was not kept.")
        return clock, rule

    def _longer(self, clock: Clock, rule: ClockRule, until: date | None) -> Clock:
        calendar = regimes.calendar_of(self.platform, self.tx, clock.calendar)
        end = None
        if until is not None:
            is_early = rule.time.unit.is_working_time and rule.counting.ends != "end_of_day"
            end = (calendar.close_of(until) if is_early else None) or calendar.end_of(until)
        return deadline.extended(clock, rule, calendar, self.now, until=end)

    def _tell_complainant(self, clock: Clock, granted: GrantedExtension) -> None:
        letter_gate.require_authority(self.platform, self.tx, self.case)
        profile = regimes.profile_of(self.platform, self.tx, clock.profile)
        self.post(
            letter.extension_notice(
                self.platform, self.tx, case=self.case, granted=granted, profile=profile
            )
        )


def ask_extension(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    code: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Ask for more time; nothing is longer until somebody else grants it.

    Args:
        platform: Where the case is.
        actor: Who asks.
        reference: Of the case.
        code: Of the clock.
        answers: As ``ExtensionForm`` takes them.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not ask for more time on this complaint.
        NotFoundError: No complaint has this reference, or it has no such time limit.
        InvalidInputError: The form is not complete.
        ConflictError: The case is closed or suspended, or has changed.
        CourseError: The rule does not allow it, or it is asked for already.

    Source: ISO 10002:2018, 4.15.
    """
    actor.require(Deed.ASK_EXTENSION)
    form = filled(ExtensionForm, answers)

    def work(change: ExtendedChange) -> None:
        change.tx.extensions.add(change.case.id, change.ask(code, form))
        change.record("extension.asked", clock=code, ground=form.ground.value)

    content = form.model_dump(mode="json") | {"code": code}
    asked = Command("ask_extension", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work, ExtendedChange)


def grant_extension(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Make a time limit longer as it was asked for; the complainant is told at once.

    Args:
        platform: Where the case is.
        actor: Who allows it; neither owns the case nor has asked.
        reference: Of the case.
        number: Of the request.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not extend time limits.
        SeparationOfDutiesError: The actor owns the case, owned it then or has asked, or stands in
            for who did.
        InvalidInputError: There is no such request, or who is told of it is a representative whose
            authority is not in force.
        ConflictError: It is decided, or the case is closed or suspended, or has changed.
        CourseError: The rule does not allow it any more, or it is too late.

    Source: ISO 10002:2018, 4.15 and 5.4.
    """
    actor.require(Deed.EXTEND)

    def work(change: ExtendedChange) -> None:
        request = change.request(number)
        change.grant(request, change.require_other(request))

    content = {"number": number}
    asked = Command("grant_extension", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work, ExtendedChange)


def decline_extension(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Leave a time limit as it is; whoever asked reads why.

    Raises:
        NotAllowedError: The actor may not extend time limits.
        SeparationOfDutiesError: The actor owns the case or has asked, or stands in for who did.
        InvalidInputError: No reason is given, or there is no such request.
        ConflictError: It is decided, or the case is closed or suspended, or has changed.
    """
    actor.require(Deed.EXTEND)
    said = needed("Reason", reason)

    def work(change: ExtendedChange) -> None:
        request = change.request(number)
        change.require_other(request)
        change.end(request, RequestState.DECLINED, said)
        change.record("extension.declined", clock=request.code)

    content = {"number": number, "reason": said}
    asked = Command("decline_extension", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work, ExtendedChange)


def withdraw_extension(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    number: int,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Take a request for more time back; whoever works on the complaint may, and says why.

    Raises:
        NotAllowedError: The actor may not ask for more time on this complaint.
        InvalidInputError: No reason is given, or there is no such request.
        ConflictError: It is decided, or the case is closed or suspended, or has changed.
    """
    actor.require(Deed.ASK_EXTENSION)
    said = needed("Reason", reason)

    def work(change: ExtendedChange) -> None:
        request = change.request(number)
        change.end(request, RequestState.WITHDRAWN, said)
        change.record("extension.withdrawn", clock=request.code)

    content = {"number": number, "reason": said}
    asked = Command("withdraw_extension", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work, ExtendedChange)


def waiting_extensions(platform: Platform, *, actor: Actor) -> tuple[WaitingExtension, ...]:
    """Return the requests for more time that wait, soonest due first, one hundred at most.

    Raises:
        NotAllowedError: The actor may not extend time limits.
    """
    actor.require(Deed.EXTEND)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.EXTEND)
        absent = (each.username for each in reach.absent_people(platform, tx, actor))
        us = frozenset({actor.username, *absent})
        return tx.extensions.waiting(seen, now=platform.now(), by=us)
