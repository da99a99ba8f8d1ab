"""Facts of steps, and the figures made of them, say what the journal says (ISO 10002:2018, 8.2)."""

import random
from datetime import timedelta

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.kpi import Period
from engine.errors import NotFoundError, RedressError
from engine.services.figures import heat
from engine.services.proposing import publishing
from engine.services.running import operations, rebuild, step_facts
from engine.services.staffing import restriction
from engine.store.step_figures import StepFigures
from tests.integration.fact_ways import behind
from tests.integration.office import execute, rows
from tests.integration.step_oracle import Oracle
from tests.integration.test_invariants import VARIED, Walk
from tests.integration.upkeep_ways import OTTO, another_process

WHY = {"reason": "The file was mixed up."}
EVERYTHING = "SELECT * FROM step_fact ORDER BY case_id, seq"
SEED = 20


class Stroll(Walk):
    """One of many cases on a random way, which operators change too."""

    def __init__(self, office, clock, dice, reference=""):
        super().__init__(office, clock, None, reference or office.lodge())
        self.dice = dice

    def choose(self, *options):
        return self.dice.choice(options)

    def step(self):
        """Do one thing, most often what the diagram asks for; what is refused is left."""
        deed = self.choose(*["complete"] * 14, "time", "beside", "operate", "operate")
        try:
            getattr(self, f"_{deed}")()
        except RedressError:
            self.clock.advance(minutes=7)

    def _complete(self):
        waiting = self.office.steps(self.reference)
        element = self.choose(*waiting) if waiting else ""
        if not waiting:
            return self._beside()
        answers = self.choose(*VARIED.get(waiting[element].form, ({},)))
        return self.office.do(self.reference, element, **answers)

    def _operate(self):
        known = {"actor": self.office.staff["mara"], "reference": self.reference} | WHY
        platform = self.office.platform
        token = self._where()["token"]
        match self.choose("skip", "move", "rest", "restrict"):
            case "skip":
                operations.skip_step(platform, token=token, **known)
            case "move":
                operations.move_token(platform, token=token, element="investigate", **known)
            case "rest":
                operations.suspend(platform, **known)
                self.clock.advance(days=3)
                operations.resume(platform, **known)
            case "restrict" if self.choose(*[False] * 4, True):
                restriction.restrict(platform, people=("hanna",), **known)

    def _time(self):
        self.clock.advance(hours=self.choose(1, 5, 24, 100))


def strolled(office, clock, *, cases=6, steps=14, seed=SEED, kind=Stroll):
    """Let cases go random ways beside each other."""
    dice = random.Random(seed)
    strolls = [kind(office, clock, dice) for _ in range(cases)]
    for _ in range(cases * steps):
        dice.choice(strolls).step()
        clock.advance(minutes=dice.randrange(90))
    return strolls


def measured(office, period, who):
    """Return what the heat map says to somebody, in the form of the oracle."""
    told = heat.overview(office.platform, actor=office.staff[who], period=period)
    return {
        s.element: (
            s.waiting,
            s.waiting_late,
            s.done,
            None if s.median is None else s.median.total_seconds(),
            None if s.most is None else s.most.total_seconds(),
            s.due,
            s.late,
            s.again_share,
            sorted((loop.after, loop.count) for loop in s.loops),
        )
        for s in told.steps
        if s.waiting or s.done or s.due
    }


def differences(office, clock):
    """Return where the heat map and the journal do not say the same, to whom, and when."""
    seats = (("mara", True), ("tom", False))  # mara restricts, so that she is named
    journal = Oracle(office.platform)
    return [
        (who, period, said, told)
        for who, is_named in seats
        for period in periods(clock)
        if (said := measured(office, period, who))
        != (told := journal.figures(period, clock.now, knows_restricted=is_named))
    ]


def periods(clock):
    begin = clock.now.replace(hour=0, minute=0)
    return [
        Period(begin - timedelta(days=back), begin - timedelta(days=back - length))
        for back, length in ((400, 500), (30, 31), (40, 25), (12, 4))
    ]


@pytest.mark.iso("8.2")
@pytest.mark.parametrize("seed", [111, 3])
def test_every_figure_is_what_the_journal_alone_says(office, clock, seed):
    strolled(office, clock, seed=seed)

    assert differences(office, clock) == []


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(1_000, 1_040))
def test_every_figure_of_many_histories_is_what_the_journal_says(office, clock, seed):
    strolled(office, clock, seed=seed, cases=10, steps=20)

    assert differences(office, clock) == []


def test_facts_made_again_are_the_facts_that_were_kept(office, clock):
    strolled(office, clock)
    kept = rows(office.platform.database, EVERYTHING)
    execute(office.platform.database, "DELETE FROM step_fact WHERE seq > 9")
    execute(office.platform.database, "UPDATE step_fact SET worked = 1, after = 'x', turn = 7")
    execute(office.platform.database, "UPDATE tally SET n = 99")

    rebuild.rebuild(office.platform, actor=SYSTEM)

    assert rows(office.platform.database, EVERYTHING) == kept


def test_the_job_makes_the_facts_of_an_earlier_release_and_then_rests(office, clock, monkeypatch):
    strolled(office, clock, cases=3, seed=3)
    database = office.platform.database
    kept = rows(database, EVERYTHING)
    behind(database)
    monkeypatch.setattr(step_facts, "_FEW", 2)
    monkeypatch.setattr(step_facts, "_LONGEST", 0.0)
    mara = office.staff["mara"]
    was_behind = heat.overview(office.platform, actor=mara).is_catching_up

    assert step_facts.catch_up(office.platform) == 0
    monkeypatch.setattr(step_facts, "_LONGEST", 60.0)
    assert step_facts.catch_up(office.platform) == 3
    assert step_facts.catch_up(office.platform) == 0
    assert rows(database, EVERYTHING) == kept
    assert was_behind
    assert not heat.overview(office.platform, actor=mara).is_catching_up


def listed(office, who, behind, element="register"):
    known = {"actor": office.staff[who], "element": element, "behind": behind}
    rows, total = heat.steps_behind(office.platform, **known)
    assert len(rows) == total
    return {row.reference for row in rows}


def test_behind_each_number_are_the_complaints_that_it_counts(office, clock):
    strolled(office, clock)
    clock.advance(days=5)
    period = Period.last_days(400, clock.now, "Europe/London")
    told = heat.overview(office.platform, actor=office.staff["mara"], period=period)
    known = {"actor": office.staff["mara"], "period": period, "limit": 2}

    for step in told.steps:
        counts = {"waiting": step.waiting, "done": step.done}
        counts |= {"late": step.late, "again": step.again}
        for which, count in counts.items():
            found = []
            while True:
                some, total = heat.steps_behind(
                    office.platform,
                    element=step.element,
                    behind=which,
                    offset=len(found),
                    **known,
                )
                assert total == count, (step.element, which)
                found += some
                if not some:
                    break
            assert len(found) == count
    assert any(step.again for step in told.steps)
    assert any(step.late for step in told.steps)


def test_what_is_behind_a_wall_is_in_no_figure_and_no_list(office, clock):
    hidden, seen = office.reach("assess"), office.reach("assess")
    clock.advance(days=40)
    everything = {"waiting": "assess", "done": "register", "late": "assess"}
    before = {name: listed(office, "tom", name, at) for name, at in everything.items()}
    given = {"people": ("hanna",), "reference": hidden} | WHY
    restriction.restrict(office.platform, actor=office.staff["mara"], **given)

    after = {name: listed(office, "tom", name, at) for name, at in everything.items()}
    named = {name: listed(office, "hanna", name, at) for name, at in everything.items()}
    steps = heat.overview(office.platform, actor=office.staff["tom"]).steps
    restriction.lift(office.platform, actor=office.staff["mara"], reference=hidden, **WHY)
    again = {name: listed(office, "tom", name, at) for name, at in everything.items()}

    assert set(map(frozenset, before.values())) == {frozenset({hidden, seen})}
    assert set(map(frozenset, after.values())) == {frozenset({seen})}
    assert named == before == again
    counted = {step.element: (step.waiting, step.done, step.late) for step in steps}
    assert counted["assess"] == (1, 0, 1)
    assert counted["register"] == (0, 1, 0)


def test_the_figures_of_a_version_are_those_of_its_cases_alone(office, clock, tmp_path):
    old = office.reach("assess")
    second = published_again(office, tmp_path)
    new = office.reach("assess")
    tom = office.staff["tom"]

    def counted(**chosen):
        told = heat.overview(office.platform, actor=tom, **chosen)
        found = {step.element: step for step in told.steps}
        return told.version, found["assess"].waiting, found["register"].done

    assert second == 2
    assert counted() == (2, 2, 2)
    assert counted(version=1) == (1, 2, 2)
    assert counted(version=1, is_alone=True) == (1, 1, 1)
    for version, reference in ((1, old), (2, new)):
        for which, element in (("waiting", "assess"), ("done", "register")):
            known = {"element": element, "behind": which, "version": version, "is_alone": True}
            rows_, total = heat.steps_behind(office.platform, actor=tom, **known)
            assert ([row.reference for row in rows_], total) == ([reference], 1)
    with pytest.raises(NotFoundError):
        counted(version=3)


def published_again(office, folder):
    """Publish another version of the process, and return its number."""
    known = {"paths": another_process(folder), "reason": "Kinder words."}
    number = publishing.propose(office.platform, actor=OTTO, **known).number
    publishing.approve(office.platform, actor=office.staff["mara"], number=number)
    return heat.overview(office.platform, actor=office.staff["tom"]).version


@pytest.mark.iso("8.2")
def test_no_time_of_a_rest_is_working_time(office, clock):
    reference = office.reach("assess")
    clock.advance(hours=1)
    known = {"actor": office.staff["mara"], "reference": reference} | WHY
    for _ in range(2):
        operations.suspend(office.platform, **known)
        clock.advance(days=28)
        operations.resume(office.platform, **known)
    clock.advance(minutes=30)

    office.do(reference, "assess")

    ((worked,),) = rows(
        office.platform.database, "SELECT worked FROM step_fact WHERE element = 'assess'"
    )
    assert worked == 90 * 60
    assert differences(office, clock) == []


def test_counting_rests_as_work_is_caught(office, clock, monkeypatch):
    """Plant the bug: a complaint that rested looks like one that took long."""
    monkeypatch.setattr(
        step_facts,
        "working_time",
        lambda calendar, begin, end, _rests: calendar.elapsed(begin, end),
    )

    with pytest.raises(AssertionError):
        test_no_time_of_a_rest_is_working_time(office, clock)


def test_an_end_that_counts_as_the_first_each_time_is_caught(office, clock):
    """Plant the bug: nothing is ever done again."""
    strolled(office, clock)
    execute(office.platform.database, "DELETE FROM tally_change WHERE series = 'step.again'")

    assert differences(office, clock) != []


def test_leaving_out_what_is_still_late_is_caught(office, clock, monkeypatch):
    """Plant the bug: the longer the worst ones stay open, the better the figure."""
    office.reach("assess")
    clock.advance(days=40)
    assert differences(office, clock) == []
    waiting = StepFigures.waiting

    def blind(figures, of):
        return {name: waits._replace(due=0) for name, waits in waiting(figures, of).items()}

    monkeypatch.setattr(StepFigures, "waiting", blind)

    assert differences(office, clock) != []
