"""Where the time of steps went is what the journal alone says."""

from contextlib import suppress
from datetime import timedelta

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.kpi import Period
from engine.errors import RedressError
from engine.services.figures import heat
from engine.services.handling import inbox
from engine.services.running import rebuild
from engine.store import step_figures
from engine.store.step_figures import Spent
from tests.integration.office import WHO, execute, rows
from tests.integration.step_oracle import Oracle, facts_kept, facts_told
from tests.integration.test_step_facts import Stroll, periods, strolled


class Claiming(Stroll):
    """Somebody takes steps before they are done, now and then."""

    def step(self):
        """Take what waits, or do one thing."""
        if self.choose(True, False, False):
            self._claim()
        else:
            super().step()

    def _claim(self):
        for step in self.office.steps(self.reference).values():
            person = self.office.staff[WHO.get(step.element, "hanna")]
            known = {"reference": self.reference, "token": step.token}
            with suppress(RedressError):
                inbox.claim(self.office.platform, actor=person, **known)
        self.clock.advance(hours=1)


def told(office, period, who="mara"):
    """Return the minutes of each step by element, in the form of the oracle."""
    found = heat.time_of_steps(office.platform, actor=office.staff[who], period=period)
    minute = timedelta(minutes=1)
    return {
        each.element: (each.in_hand // minute, each.waiting // minute, each.unknown // minute)
        for each in found
        if each.whole
    }


def differences(office, clock):
    """Return where the figures and the journal do not say the same, to whom, and when."""
    oracle = Oracle(office.platform)
    return [
        (who, period, said, right)
        for who, is_named in (("mara", True), ("tom", False))  # mara restricts, so she is named
        for period in periods(clock)
        if (said := told(office, period, who))
        != (right := oracle.minutes(period, knows_restricted=is_named))
    ]


@pytest.mark.iso("8.2")
@pytest.mark.parametrize("seed", [5, 9])
def test_the_time_of_steps_is_what_the_journal_alone_says(office, clock, seed):
    strolled(office, clock, seed=seed, kind=Claiming)

    assert differences(office, clock) == []
    every = told(office, periods(clock)[0]).values()
    assert min(sum(each) for each in zip(*every, strict=True)) > 0
    rebuild.rebuild(office.platform, actor=SYSTEM)
    assert differences(office, clock) == []


def test_the_facts_say_since_when_somebody_had_a_step(office, clock):
    strolled(office, clock, seed=5, kind=Claiming)

    for (case_id,) in rows(office.platform.database, "SELECT id FROM complaint_case"):
        assert facts_kept(office.platform, case_id) == facts_told(office.platform, case_id)


def test_a_step_is_in_hand_from_when_it_was_taken_and_what_took_most_comes_first(office, clock):
    reference = office.reach("assess")
    token = office.token(reference, "assess")
    known = {"actor": office.staff["hanna"], "reference": reference, "token": token}
    clock.advance(hours=3)
    inbox.claim(office.platform, **known)
    clock.advance(hours=1)
    office.do(reference, "assess", by="hanna")
    period = Period.last_days(30, clock.now, "Europe/London")

    first, *others = heat.time_of_steps(office.platform, actor=office.staff["mara"], period=period)

    assert (first.element, first.in_hand, first.waiting, first.unknown) == (
        *("assess", timedelta(hours=1)),
        *(timedelta(hours=3), timedelta()),
    )
    assert first.idle_share == 0.75
    assert [each.idle_share for each in others] == [None] * len(others)


def test_counting_a_step_that_nobody_took_as_waiting_is_caught(office, clock, monkeypatch):
    """Plant the bug: what nobody took looks as if it had waited for somebody."""
    strolled(office, clock, seed=5, kind=Claiming)
    right = step_figures.StepFigures.spent

    def blind(figures, of):
        found = right(figures, of)
        return {name: Spent(e.held, e.waiting + e.untaken, 0) for name, e in found.items()}

    monkeypatch.setattr(step_figures.StepFigures, "spent", blind)

    assert differences(office, clock) != []


def test_losing_a_change_is_caught(office, clock):
    """Plant the bug: it is not counted how long steps were in hand."""
    strolled(office, clock, seed=5, kind=Claiming)
    execute(office.platform.database, "DELETE FROM tally_change WHERE series = 'step.held'")

    assert differences(office, clock) != []
