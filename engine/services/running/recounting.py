"""Running cases are brought to the calendar in force, by two people, one case at a time (4.15).

A case keeps the calendar it began under. When that was wrong, or a public holiday is declared
afterwards, somebody proposes that what runs is counted again, sees what would move, and another
confirms it. Each case then changes in a transaction of its own, with an event that names every
limit that moved; an outage in between costs nothing, since a job goes on with what is left.
"""

from datetime import datetime

import structlog

from engine.bootstrap import Platform
from engine.domain import calendar_edition, deadline
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.calendar_change import CalendarChange
from engine.domain.deadline import Clock, ClockState
from engine.domain.recount import is_counted, recounted
from engine.errors import ConflictError, NotFoundError, RedressError, SeparationOfDutiesError
from engine.services.bulk.reason import needed
from engine.services.clocks import regimes
from engine.services.journal.jotting import jot_organisation
from engine.services.running import foresight
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.services.running.foresight import Proposal
from engine.store.transaction import Transaction

_FEW = 100
_MOST = 2_000
"""Cases that are changed in one run of the job; the next one goes on a minute later."""
_log = structlog.get_logger()


class RecountedChange(CaseChange):
    """A case whose limits are counted again; thrown away when anything goes wrong."""

    def recount(self, change_id: int) -> None:
        """Count what runs by the calendar in force; what was moved by hand or rests is left."""
        _none, digest = regimes.keep(self.platform, self.tx, (), self.case.complaint)
        if digest == self.case.calendar:
            return
        moved = []
        for clock in self._promises.all():
            due_at = self._due_anew(clock)
            if due_at is None:
                continue
            self._promises.replace(deadline.counted_anew(clock, due_at, digest, self.now))
            if due_at != clock.due_at:
                moments = {"before": clock.due_at.isoformat(), "due_at": due_at.isoformat()}
                moved.append({"clock": clock.code, **moments})
        self.tx.calendar_changes.set_calendar(self.case.id, digest)
        self.case = self.case.model_copy(update={"calendar": digest})
        self.record("calendar.applied", change=change_id, calendar=digest[:12], moved=moved)

    def _due_anew(self, clock: Clock) -> datetime | None:
        """Return when a clock falls due by the calendar in force; None where it is left alone."""
        rule = self._promises.rule_of(clock)
        runs = clock.state is ClockState.RUNNING and clock.paused_at is None
        if rule is None or not runs or not is_counted(clock):
            return None
        old = regimes.calendar_of(self.platform, self.tx, clock.calendar)
        return recounted(clock, old=(rule, old), new=(rule, self.platform.calendar))


def all_changes(platform: Platform, *, actor: Actor) -> tuple[CalendarChange, ...]:
    """Return every change that was ever proposed, the latest first.

    Raises:
        NotAllowedError: The actor may not see limits.
    """
    actor.require(Deed.SEE_LIMITS)
    with platform.database.read() as tx:
        return tx.calendar_changes.all()


def propose(platform: Platform, *, actor: Actor, reason: str) -> None:
    """Propose that running cases are counted by the calendar in force.

    Raises:
        NotAllowedError: The actor may not propose limits.
        InvalidInputError: No reason is given.
        ConflictError: One waits or is under way already, or nothing would move.
    """
    actor.require(Deed.PROPOSE_CALENDAR)
    said = needed("Reason", reason)
    told = foresight.preview(platform, actor=SYSTEM, proposal=Proposal(), limit=0)
    if not told.moved:
        raise ConflictError("No time limit would move: all are counted by this calendar.")

    def work(tx: Transaction) -> None:
        if any(each.waits or each.is_under_way for each in tx.calendar_changes.all()):
            raise ConflictError("Such a change waits or is under way already.")
        change = CalendarChange(
            id=0,
            calendar=_digest(platform),
            reason=said,
            later=told.later,
            earlier=told.earlier,
            overdue=told.overdue,
            proposed_by=actor.username,
            proposed_at=platform.now(),
        )
        tx.calendar_changes.propose(change)
        facts = {"calendar": change.calendar[:12], "later": told.later, "earlier": told.earlier}
        jot_organisation(
            platform, tx, actor=actor, kind="calendar_change.proposed", reason=said, **facts
        )

    platform.database.write(work)


def decide(platform: Platform, *, actor: Actor, change_id: int, confirm: bool) -> None:
    """Confirm a change that somebody else has proposed, or turn it down.

    A job then brings every running case to it, some of them each minute.

    Raises:
        NotAllowedError: The actor may not confirm limits.
        SeparationOfDutiesError: The actor proposed it.
        NotFoundError: There is no such change.
        ConflictError: Somebody has decided it, or the calendar is another one by now.
    """
    actor.require(Deed.CONFIRM_LIMIT)

    def work(tx: Transaction) -> None:
        change = tx.calendar_changes.get(change_id)
        if change is None:
            raise NotFoundError("change of the calendar", str(change_id))
        if not change.waits:
            raise ConflictError("Somebody has decided this change already.")
        if change.proposed_by == actor.username:
            raise SeparationOfDutiesError(actor.name, "confirm this change", "proposed it")
        if confirm and change.calendar != _digest(platform):
            raise ConflictError("The calendar was changed again; turn this down and look anew.")
        by, at = actor.username, platform.now()
        tx.calendar_changes.decide(change_id, by=by, at=at, is_confirmed=confirm)
        kind = "calendar_change.confirmed" if confirm else "calendar_change.refused"
        jot_organisation(platform, tx, actor=actor, kind=kind, change=change_id)

    platform.database.write(work)


def apply(platform: Platform, *, actor: Actor = SYSTEM, limit: int = _MOST) -> int:
    """Bring cases to the change that is under way, and return how many were.

    Args:
        platform: Where the cases are.
        actor: A job.
        limit: Most cases to change.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        change = tx.calendar_changes.under_way()
    if change is None:
        return 0
    done, is_whole = 0, True
    if change.calendar == _digest(platform):  # one that was overtaken by another ends as it is
        done, is_whole = _apply_to_all(platform, actor, change.id, limit)
    finished_at = platform.now() if is_whole else None
    platform.database.write(
        lambda tx: tx.calendar_changes.advance(change.id, cases=done, finished_at=finished_at)
    )
    return done


def _apply_to_all(platform: Platform, actor: Actor, change_id: int, limit: int) -> tuple[int, bool]:
    """Change cases one by one; return how many, and whether none is left."""
    year = platform.now().year
    current = {_digest(platform, each) for each in (year - 10, year)}
    done, after, is_whole = 0, 0, True
    while done < limit:
        with platform.database.read() as tx:
            found = tx.calendar_changes.behind(current, after=after, few=min(_FEW, limit - done))
        for _case_id, reference in found:
            is_done = _apply_to(platform, actor, reference, change_id)
            done, is_whole = done + is_done, is_whole and is_done
        if not found:
            return done, is_whole
        after = found[-1][0]
    return done, False


def _apply_to(platform: Platform, actor: Actor, reference: str, change_id: int) -> bool:
    """Count the limits of one case by the calendar in force; tell whether that was possible."""
    content = {"change": change_id}
    command = Command("recount", actor, reference, content, None, resumes=True)
    try:
        carry_out(platform, command, lambda change: change.recount(change_id), RecountedChange)
    except RedressError as failure:
        _log.warning("calendar.not_applied", reference=reference, kind=type(failure).__name__)
        return False
    return True


def _digest(platform: Platform, year: int = 0) -> str:
    wanted = year or platform.now().year
    return calendar_edition.digest_for(platform.calendar, wanted - wanted % 10)
