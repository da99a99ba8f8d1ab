"""Calls upwards that nobody acknowledges: they go on to the next rung of the ladder by themselves.

Each rung has its time. When it is over, the next rung on which somebody could answer is called
besides those who were called already: the step of the diagram waits for them too, so that the
complaint comes into their reach and into their inbox. Whoever answers still answers as
themselves; a call gives nobody another step, and nobody a second key to a decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain import ladder
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.case import Escalation, Step
from engine.domain.ladder import Level
from engine.services.clocks import waiting
from engine.services.running import separation
from engine.services.running.change import CaseChange
from engine.services.running.piecework import one_by_one
from engine.store.incidents import TRIES

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Climbed:
    """What one look at the calls did.

    Attributes:
        climbed: Calls that went on to another rung, or stay since there is nobody higher up.
        failed: Cases whose calls could not be moved.
    """

    climbed: int
    failed: int


class ClimbingChange(CaseChange):
    """A case whose calls climb; thrown away when anything goes wrong."""

    def climb(self) -> int:
        """Let every call whose time is over go on by one rung, or stay; return how many did."""
        return sum(self._go_on(call) for call in self.tx.records.of(Escalation, self.case.id))

    def _go_on(self, call: Escalation) -> bool:
        if call.climb_at is None or call.climb_at > self.now:
            return False
        step = next((each for each in self.steps if each.token == call.token), None)
        if step is None:  # led elsewhere by an operator: nothing is left to answer
            self.tx.calls.set_climb(self.case.id, call.token, None)
        elif (level := self._next(call)) is None:
            self._stay(call, step)
        else:
            self._climb(call, step, level)
        return step is not None

    def _next(self, call: Escalation) -> Level | None:
        """Return the next rung on which somebody could answer; None where there is none."""
        people = [each.actor for each in self.tx.accounts.all() if each.is_active]
        return next((each for each in ladder.above(call.level) if self._stands(each, people)), None)

    def _stands(self, level: Level, people: Sequence[Actor]) -> bool:
        """Tell whether somebody on a rung could work on the case."""
        role = ladder.role_of(level)
        return any(role in person.roles and self._knows(person.username) for person in people)

    def _knows(self, username: str) -> bool:
        """Tell whether somebody is not kept away; a restricted case names its people."""
        is_open = not self.case.is_restricted or self.tx.walls.is_named(self.case.id, username)
        return is_open and not separation.barred_by(self, username)

    def _climb(self, call: Escalation, step: Step, level: Level) -> None:
        self.tx.calls.climb(
            self.case.id,
            call.token,
            level=level,
            at=self.now,
            climb_at=waiting.climbs_at(
                self.platform, level=level, reason=call.reason, since=self.now
            ),
            roles=ladder.roles_on(level, self.bundle.elements[step.element].roles),
        )
        self._tell("climbed", call, step, to=level.words)

    def _stay(self, call: Escalation, step: Step) -> None:
        self.tx.calls.set_climb(self.case.id, call.token, None)
        self._tell("stays", call, step)

    def _tell(self, what: str, call: Escalation, step: Step, **facts: str) -> None:
        told = {"from": call.level.words, **facts, "reason": call.reason}
        self.record(f"escalation.{what}", element=step.element, title=step.title, **told)


def climb(platform: Platform, *, actor: Actor = SYSTEM) -> Climbed:
    """Let the calls go on that nobody acknowledged in time, case by case.

    However many do this at once, and however often: a case is taken by one of them, who looks
    again at its calls, and each rung has its whole time.

    Args:
        platform: Where the cases are.
        actor: A job.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 5.4 and 7.5.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        cases = tx.calls.due(platform.now(), _MOST, tries=TRIES)
    climbed, failed = one_by_one(
        platform, actor=actor, cases=cases, kind=ClimbingChange, work=ClimbingChange.climb
    )
    return Climbed(climbed, failed)
