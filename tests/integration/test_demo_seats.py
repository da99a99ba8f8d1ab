"""The demonstration has something to look at for managers and auditors, and it is true."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.domain.actor import SYSTEM
from engine.domain.conformity import Verdict
from engine.domain.governance import RecordAct, RecordKind, RecordState, is_for_second
from engine.domain.kpi import Period
from engine.domain.what_if import Question
from engine.services.audit import auditing
from engine.services.demo import demo
from engine.services.demo.demo_material import Moved, material
from engine.services.demo.simulated_governance import Governing
from engine.services.demo.simulation import SimulatedClock
from engine.services.evidence import conforming, register
from engine.services.figures import heat, looking_ahead, reporting
from engine.services.process import processes
from engine.services.signals import charts
from engine.services.upkeep import jobs
from tests.integration.case_oracle import CaseOracle

CASES = 26
LEFT_UNDONE = "That a backup can be restored was not tried"


@pytest.fixture(scope="module")
def office(sqlite_template, tmp_path_factory):
    """The demonstration as ``redress up --demo`` installs it, with fewer complaints."""
    home = tmp_path_factory.mktemp("office")
    shutil.copyfile(sqlite_template, home / "redress.db")
    platform = open_platform(Settings(home=home))
    now = platform.now()
    platform = replace(platform, now=lambda: now)
    with closing(platform.database):
        processes.install_shipped(platform)
        demo.install(platform, cases=CASES, is_long=True)
        yield platform


@pytest.fixture(scope="module")
def staff():
    return {person.username: person for person in demo.staff()}


@pytest.mark.iso("8.2")
@pytest.mark.parametrize("days", [30, 90, 240])
def test_its_figures_are_what_the_journal_alone_says(office, staff, days):
    period = Period.last_days(days, office.now(), office.policy.calendar.zone)
    told = reporting.report(office, actor=staff["mara"], period=period)
    table = reporting.as_table(replace(told, office=()))
    said = {name: (each["value"], each["n"]) for name, each in table.items()}

    right = CaseOracle(office).figures(period, office.now(), knows_restricted=True)

    assert said == right
    assert days < 240 or right["remedy_paid"][1] > 2


@pytest.mark.iso("8.5")
def test_the_register_holds_every_kind_and_something_for_each_hand(office, staff):
    records = register.register_of_governance(office, actor=staff["ines"])

    today = office.calendar.day_of(office.now())
    assert {each.kind for each in records} == set(RecordKind)
    assert {each.state for each in records} == set(RecordState) - {RecordState.ENDED}
    (late,) = (each for each in records if each.title == LEFT_UNDONE)
    assert late.is_overdue(today)
    assert late.climbed_at is not None
    assert any(is_for_second(each, "soren") for each in records)
    assert all(each.made_at <= office.now() for each in records)


def test_clauses_stand_as_the_records_say(office, staff):
    found = {r.duty.clause: r for r in conforming.check_clauses(office, actor=staff["vera"])}

    verdicts = {clause: each.verdict for clause, each in found.items()}
    assert {verdicts[c] for c in ("4.2", "5.1", "6.2", "6.3", "6.4", "8.6")} == {Verdict.PASS}
    assert verdicts["5.3"] is verdicts["4.14"] is Verdict.WARN
    _require_one_overdue(found["8.5"])
    assert len(conforming.evidence_runs(office, actor=staff["vera"])) == 7


def _require_one_overdue(auditing_clause):
    assert auditing_clause.verdict is Verdict.FAIL
    assert "No finding of an audit is overdue. 3 of 4 findings" in auditing_clause.reason


def test_charts_and_the_look_ahead_have_something_to_go_by(office, staff):
    told = charts.signals_view(office, actor=staff["mara"])
    ahead = looking_ahead.look_ahead(office, actor=staff["mara"], question=Question(), weeks=2)

    points = {chart.watched.id: len(chart.watched.points) for chart in told.charts}
    assert max(points.values()) >= 26
    assert sum(n >= 12 for n in points.values()) >= 3
    assert ahead.asked is not None


def test_most_steps_of_late_were_taken_before_they_were_done(office, staff):
    period = Period.last_days(30, office.now(), office.policy.calendar.zone)

    told = heat.time_of_steps(office, actor=staff["mara"], period=period)

    shares = [each.idle_share for each in told if each.idle_share is not None]
    assert len(shares) >= 3
    assert any(0 < share < 1 for share in shares)


def test_jobs_ran_in_their_nights_and_the_journal_is_whole(office):
    frozen = jobs.last_run(office, name="month_close")

    assert frozen is not None
    assert frozen.state == "done"
    assert office.now() - frozen.scheduled_for < timedelta(days=32)
    assert auditing.verify_journal(office, actor=SYSTEM).broken == ()


def test_what_is_left_undone_is_missed_where_it_is_done_after_all(sqlite_platform, staff):
    """Plant the bug: somebody carries out the finding that is overdue on purpose."""
    platform = sqlite_platform
    processes.install_shipped(platform)
    demo._add_staff(platform, password="a long enough one")
    answered = Moved(act=RecordAct.CARRY_OUT, by="mara", ago=8, said="Done.")
    records = [
        each.model_copy(update={"acts": (*each.acts, answered)})
        if each.title == LEFT_UNDONE
        else each
        for each in material().records
    ]
    clock = SimulatedClock(platform.now() - timedelta(days=202))
    governing = Governing(records, staff=staff.values(), until=platform.now())

    while clock.now <= platform.now():
        governing.go(replace(platform, now=clock))
        clock.now += timedelta(days=1)

    (found,) = conforming.check_clauses(platform, actor=staff["vera"], clauses=["8.5"])
    assert found.verdict is Verdict.PASS
    with pytest.raises(AssertionError):
        _require_one_overdue(found)
