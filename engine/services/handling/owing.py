"""Remedies that nobody has carried out in time: it is told on their case, and somebody is called.

Source: ISO 10002:2018, 7.7 and 7.9.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.complaint import EscalationReason
from engine.services.running.change import CaseChange
from engine.services.running.piecework import one_by_one

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Owing:
    """What one look at what is owed did.

    Attributes:
        overdue: Remedies of which it was told that their date is over.
        failed: Complaints that could not be changed.
    """

    overdue: int
    failed: int


class OwingChange(CaseChange):
    """A case with remedies that are perhaps overdue; thrown away when anything goes wrong."""

    def tell_each(self) -> int:
        """Tell of each overdue remedy once, and call somebody where work goes on."""
        today = self.now.astimezone(ZoneInfo(self.platform.policy.calendar.zone)).date()
        numbers = self.tx.remedies.overdue_of(self.case.id, today)
        known = {remedy.number: remedy for remedy in self.tx.remedies.of(self.case.id)}
        for number in numbers:
            due_on = known[number].due_on
            self.tx.remedies.change(self.case.id, number, overdue_at=self.now)
            self.record("remedy.overdue", remedy=number, due_on=due_on.isoformat())
            if self.awaits("escalation_raised"):
                said = f"Remedy {number} was to be carried out by {due_on.day} {due_on:%B %Y}."
                self.deliver("escalation_raised", reason=EscalationReason.REMEDY, detail=said)
        return len(numbers)


def tell_owing(platform: Platform, *, actor: Actor = SYSTEM) -> Owing:
    """Tell of every remedy whose last day is over and that nobody carried out, each once.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 7.7 and 7.9.
    """
    actor.require(Deed.RUN_JOBS)
    today = platform.now().astimezone(ZoneInfo(platform.policy.calendar.zone)).date()
    with platform.database.read() as tx:
        cases = tx.remedies.overdue(today, most=_MOST)
    done, failed = one_by_one(
        platform, actor=actor, cases=cases, kind=OwingChange, work=OwingChange.tell_each
    )
    return Owing(done, failed)
