"""Who of the simulated staff does a step, and whether they take it before they do it."""

import random
from collections.abc import Collection

from engine.domain.actor import Actor, Role
from engine.domain.case import Step
from engine.domain.separation import JUDGING, parts_before
from engine.errors import ConflictError
from engine.services.demo import simulated_calls
from engine.services.handling.casefile import CaseFile, OpenStep

_TAKEN = 0.7
"""How likely somebody takes a step and does it later, instead of doing it at once."""


class Staff:
    """People who work in a story."""

    def __init__(self, people: tuple[Actor, ...], dice: random.Random) -> None:
        self._people = people
        self._dice = dice

    def one(self, roles: set[Role], barred: Collection[str] = ()) -> Actor:
        """Return somebody with one of some roles.

        Raises:
            ConflictError: There is nobody.
        """
        fit = [
            person
            for person in self._people
            if person.holds_any(roles) and person.username not in barred
        ]
        if not fit:
            raise ConflictError(f"Nobody of the staff holds one of {sorted(roles)}.")
        return self._dice.choice(fit)

    def worker(self, file: CaseFile, waiting: OpenStep) -> Actor:
        """Return somebody who may do a step: whoever has it in hand, if anybody has.

        Raises:
            ConflictError: There is nobody.
        """
        step = waiting.step
        barred = {s.by for s in file.statements if s.form in {"decision", "decline"}}
        before = judged_before(file)
        barred = (barred if step.is_gate else set()) | (before if step.form in JUDGING else set())
        call = simulated_calls.open_calls(file).get(step.token)
        decided = {each.approver for each in file.approvals} - before
        return self._able(simulated_calls.as_called(step, call), barred, decided)

    def is_to_take(self, file: CaseFile, waiting: OpenStep) -> bool:
        """Draw whether somebody takes a step first that nobody has, and that waits for no call."""
        is_free = waiting.step.assignee is None
        is_called = waiting.step.token in simulated_calls.open_calls(file)
        return is_free and not is_called and self._dice.random() < _TAKEN

    def _able(self, step: Step, barred: set[str], decided: set[str]) -> Actor:
        """Return somebody; who returned a draft in this stage looks at the next one."""
        if step.assignee is not None:
            return next(person for person in self._people if person.username == step.assignee)
        if step.is_gate and (same := decided - barred):
            known = [person for person in self._people if person.username in same]
            if known[0].holds_any(step.roles):
                return known[0]
        unable = {person.username for person in self._people if person.lacks(step.competences)}
        return self.one({Role(role) for role in step.roles}, barred | unable)


def judged_before(file: CaseFile) -> set[str]:
    """Return who took part in the first decision on a complaint that was opened again."""
    return set(parts_before(file.statements, file.approvals)) if file.case.reopened else set()
