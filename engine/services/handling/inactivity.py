"""Complaints on which nobody acts: after some working days their owner is called, then the leader.

The owner has the first rung of the ladder. Where there is none, or the owner is away, the leader
is called at once. It is told once until somebody acts again.

Source: ISO 10002:2018, 4.15 and 8.2.
"""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.complaint import EscalationReason
from engine.services.clocks.waiting import CALLS_UPWARDS
from engine.services.running.change import CaseChange
from engine.services.running.piecework import one_by_one

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Called:
    """What one look at complaints that stand still did.

    Attributes:
        called: Complaints to whose owner or leader it was told.
        failed: Complaints that could not be changed.
    """

    called: int
    failed: int


class StillChange(CaseChange):
    """A case on which perhaps nobody acts; thrown away when anything goes wrong."""

    def call(self) -> int:
        """Call somebody where nobody has acted for long enough; return whether it was done."""
        since = self.tx.attendance.last_act(self.case.id) or self.case.recorded_at
        told = self.tx.attendance.told(self.case.id)
        days = self.platform.policy.escalation.inactive_days
        patience = Allowance(amount=days, unit=AllowanceUnit.WORKING_DAYS)
        if (told and told > since) or self.platform.calendar.due(since, patience) > self.now:
            return 0
        day = since.astimezone(ZoneInfo(self.platform.policy.calendar.zone))
        self.record("case.inactive", since=since.isoformat(timespec="seconds"), days=days)
        if self.awaits("escalation_raised"):
            detail = f"Nobody has acted on it since {day.day} {day:%B %Y}."
            self.deliver("escalation_raised", reason=EscalationReason.INACTIVITY, detail=detail)
        return 1


def call(platform: Platform, *, actor: Actor = SYSTEM) -> Called:
    """Call the owner of each complaint on which no member of staff has acted for some days.

    Args:
        platform: Where the cases are.
        actor: A job.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 4.15 and 8.2.
    """
    actor.require(Deed.RUN_JOBS)
    # So many working days are never over sooner, but for the hours of the last one.
    least = timedelta(days=platform.policy.escalation.inactive_days - 1)
    with platform.database.read() as tx:
        before = platform.now() - least
        cases = tx.attendance.still(before, _MOST, beside=CALLS_UPWARDS)
    done, failed = one_by_one(
        platform, actor=actor, cases=cases, kind=StillChange, work=StillChange.call
    )
    return Called(done, failed)
