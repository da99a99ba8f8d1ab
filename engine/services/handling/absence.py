"""What waits for somebody who is gone: it goes to whoever stands in, or back to the team's list.

Gone is whose account is closed, and who is away while somebody stands in. A step goes to the
first of those who stand in who may take it by a role of their own; the separation of duties holds
for them as for anybody. Where there is nobody, the step is for all again, and the leader is called.

Source: ISO 10002:2018, 4.12 and 5.4.
"""

from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.case import Step
from engine.domain.complaint import EscalationReason
from engine.errors import RedressError
from engine.services.clocks import waiting
from engine.services.handling import handing
from engine.services.running.change import CaseChange
from engine.services.running.piecework import one_by_one
from engine.store.accounts import Account
from engine.store.incidents import TRIES

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class HandedOn:
    """What one look at those who are gone did.

    Attributes:
        handed_on: Steps that somebody else has now, or everybody, and cases with another owner.
        failed: Cases that could not be changed.
    """

    handed_on: int
    failed: int


class AbsenceChange(CaseChange):
    """A case of which somebody who is gone has something; thrown away when anything goes wrong."""

    def hand_on(self) -> int:
        """Give what those have who are gone to others, and return how much it was."""
        given, left = 0, list[str]()
        for step in self.steps:
            gone = self._gone(step.assignee)
            if gone is None:
                continue
            to = next((each for each in self._deputies(gone) if self._fits(step, each)), None)
            self._give(step, gone, to)
            given += 1
            if to is None and not waiting.calls_upwards(step):
                left.append(f"“{step.title}”")
        given += self._pass_on_case(left)
        if left and self.awaits("escalation_raised"):
            detail = f"Nobody who stands in can take it: {', '.join(left)}."
            self.deliver("escalation_raised", reason=EscalationReason.ABSENCE, detail=detail)
        return given

    def _pass_on_case(self, left: list[str]) -> int:
        """Give the case to another owner where its owner is gone; one who comes back keeps it."""
        gone = self._gone(self.case.owner)
        if gone is None:
            return 0
        to = next((each for each in self._deputies(gone) if self._may_own(each)), None)
        if to is None and gone.is_active:
            return 0
        if to is None:
            left.append("the complaint itself, which has no owner now")
        self.case = self.case.model_copy(update={"owner": to.username if to else None})
        self._tell("owner.changed", gone, to)
        return 1

    def _gone(self, username: str | None) -> Account | None:
        """Return the account of somebody who is gone; None for anybody who is here."""
        account = self.tx.accounts.get(username) if username else None
        if account is None or (account.is_active and not self._deputies(account)):
            return None
        return account

    def _deputies(self, gone: Account) -> tuple[Actor, ...]:
        """Return who stands in for somebody now and is here, in the order of the delegations."""
        found = self.tx.delegations.deputies_of(gone.actor.username, self.now)
        return tuple(each.actor for each in found)

    def _fits(self, step: Step, person: Actor) -> bool:
        """Tell whether somebody may take a step, and is not away themselves."""
        if self.tx.delegations.deputies_of(person.username, self.now):
            return False
        try:
            handing.require_may_take(self, step, person)
            handing.require_fresh(self, step, person)
        except RedressError:
            return False
        return True

    def _may_own(self, person: Actor) -> bool:
        """Tell whether somebody may own the case, and is not away themselves."""
        if self.tx.delegations.deputies_of(person.username, self.now):
            return False
        try:
            handing.check_owner(self, person.username)
        except RedressError:
            return False
        return True

    def _give(self, step: Step, gone: Account, to: Actor | None) -> None:
        self.tx.steps.assign(
            self.case.id,
            step.token,
            assignee=to.username if to else None,
            claimed_at=self.now if to else None,
            expected=step.assignee,
        )
        self._tell("step.handed_on", gone, to, element=step.element, title=step.title)

    def _tell(self, kind: str, gone: Account, to: Actor | None, **facts: str) -> None:
        why = "is away" if gone.is_active else "has no account any more"
        told = {"person": gone.actor.username, "to": to.username if to else None}
        self.record(kind, **facts, **told, reason=why)


def hand_on(platform: Platform, *, actor: Actor = SYSTEM) -> HandedOn:
    """Give what waits for people who are gone to those who stand in, or back to everybody.

    Args:
        platform: Where the cases are.
        actor: A job.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 4.12 and 5.4.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        cases = tx.attendance.left_behind(platform.now(), _MOST, tries=TRIES)
    done, failed = one_by_one(
        platform, actor=actor, cases=cases, kind=AbsenceChange, work=AbsenceChange.hand_on
    )
    return HandedOn(done, failed)
