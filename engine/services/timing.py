"""What changes time limits besides the diagram: an extension, and what happened elsewhere."""

from datetime import date, datetime, timedelta
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain import deadline
from engine.domain.actor import Actor, Deed
from engine.domain.case import GrantedExtension
from engine.domain.deadline import Clock
from engine.domain.regime import TOLD, ClockRule, Ground, Occasion
from engine.errors import (
    CaseClosedError,
    CourseError,
    InvalidInputError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services import letter, reach, regimes
from engine.services.change import CaseChange
from engine.services.command import Command, carry_out
from engine.services.reason import needed

_SKEW = timedelta(minutes=5)


class TimedChange(CaseChange):
    """A case whose time limits somebody changes; thrown away when anything goes wrong."""

    def extend(self, code: str, ground: Ground, reason: str, until: date | None) -> None:
        """Make a time limit longer, and tell the complainant in time.

        Raises:
            CaseClosedError: The case is over.
            NotFoundError: The case has no such time limit.
            CourseError: Nobody owns the case, or the rule does not allow it.
            SeparationOfDutiesError: Whoever allows it owns the case, or stands in for the owner.
        """
        owner = self._owner()
        clock, rule = self._extendable(code)
        longer = self._longer(clock, rule, until)
        granted = GrantedExtension(
            code=code,
            ground=ground.value,
            reason=reason,
            owner=owner,
            approver=self.actor.username,
            before=clock.due_at,
            due_at=longer.due_at,
            at=self.now,
        )
        self._promises.replace(longer)
        self.tx.records.add(self.case.id, granted)
        moments = {"before": clock.due_at.isoformat(), "due_at": longer.due_at.isoformat()}
        self.record("clock.extended", clock=code, ground=ground.value, reason=reason, **moments)
        if rule.extension is not None and rule.extension.notice:
            self._tell_complainant(clock, granted)

    def note(self, occasion: Occasion, at: datetime) -> None:
        """Keep that something happened, and start and stop what it starts and stops.

        Raises:
            CaseClosedError: The case is over.
        """
        if not self.case.is_open:
            raise CaseClosedError(self.case.reference)
        moment = at.isoformat(timespec="seconds")
        self.record("occasion.noted", occasion=occasion.value, happened_at=moment)
        self.happened(occasion, at=at)

    def _owner(self) -> str:
        """Return who owns the case, and does not allow more time for it.

        Raises:
            CaseClosedError: The case is over.
            CourseError: Nobody owns it.
            SeparationOfDutiesError: It is the actor, or whom the actor stands in for.
        """
        if not self.case.is_open:
            raise CaseClosedError(self.case.reference)
        if self.case.owner is None:
            raise CourseError("Nobody owns the case yet; whoever does asks, and another allows it.")
        absent = {each.username for each in reach.absent_people(self.platform, self.tx, self.actor)}
        if self.case.owner in {self.actor.username} | absent:
            raise SeparationOfDutiesError(self.actor.name, "extend its time limit", "owns the case")
        return self.case.owner

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
        profile = regimes.profile_of(self.platform, self.tx, clock.profile)
        self.post(
            letter.extension_notice(
                self.platform, self.tx, case=self.case, granted=granted, profile=profile
            )
        )


def extend(  # noqa: PLR0913 - what an extension is made of
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    code: str,
    ground: Ground,
    reason: str,
    until: date | None = None,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> None:
    """Make a time limit longer as its rule allows; the complainant is told at once.

    Args:
        platform: Where the case is.
        actor: Who allows it, and does not own the case.
        reference: Of the case.
        code: Of the clock.
        ground: Which kind of reason; having many complaints is none.
        reason: In words that the complainant reads.
        until: The last day that is granted; None for the farthest that the rule allows.
        seen_rev: Revision that the actor looked at; None for any.
        command_id: The same id is carried out once, however often it arrives.

    Raises:
        NotAllowedError: The actor may not extend time limits.
        SeparationOfDutiesError: The actor owns the case, or stands in for its owner.
        NotFoundError: No complaint has this reference, or it has no such time limit.
        InvalidInputError: No reason is given.
        ConflictError: The case is closed or suspended, or has changed.
        CourseError: The rule does not allow it, or it is too late.

    Source: ISO 10002:2018, 4.15.
    """
    actor.require(Deed.EXTEND)
    said = needed("Reason", reason)
    end = until.isoformat() if until else ""
    content = {"code": code, "ground": ground.value, "reason": said, "until": end}
    carry_out(
        platform,
        Command("extend", actor, reference, content, command_id, seen_rev=seen_rev),
        lambda change: change.extend(code, ground, said, until),
        TimedChange,
    )


def note_occasion(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    occasion: Occasion,
    at: datetime | None = None,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> None:
    """Keep that something happened outside of the diagram which starts or stops time limits.

    Args:
        platform: Where the case is.
        actor: Who tells.
        reference: Of the case.
        occasion: What happened; those that the diagram tells are not told by hand.
        at: When, not before the receipt of the complaint and not ahead; None for now.
        seen_rev: Revision that the actor looked at; None for any.
        command_id: The same id is carried out once, however often it arrives.

    Raises:
        NotAllowedError: The actor may not record what happened.
        NotFoundError: No complaint has this reference.
        InvalidInputError: The diagram tells it, or the time cannot be.
        ConflictError: The case is closed or suspended, or has changed.
    """
    actor.require(Deed.TELL)
    if occasion not in TOLD:
        known = ", ".join(sorted(TOLD))
        raise InvalidInputError({"What happened": f"“{occasion}” is none of {known}."})
    if at is not None and (at.tzinfo is None or at > platform.now() + _SKEW):
        raise InvalidInputError({"When": "must be a time with a zone that does not lie ahead."})

    def work(change: TimedChange) -> None:
        moment = min(at or change.now, change.now)
        if moment < change.case.complaint.received_at:
            raise InvalidInputError({"When": "must not lie before the complaint was received."})
        change.note(occasion, moment)

    content = {"occasion": occasion.value, "at": at.isoformat() if at else ""}
    command = Command("note_occasion", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work, TimedChange)
