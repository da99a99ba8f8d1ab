"""How each job does is told truly, and a person can have one run at once."""

from datetime import timedelta

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.job import JOBS, NOTHING
from engine.domain.timetable import schedules
from engine.errors import ConflictError, NotAllowedError, NotFoundError, UnavailableError
from engine.services.upkeep import job_health, jobs
from engine.services.upkeep.job_health import JobState
from engine.store.jobs import ENDED
from tests.integration.crowd import at_once
from tests.integration.office import rows

ROOT = Actor(username="vera", name="Vera Sand", roles=frozenset({Role.ADMINISTRATOR}))
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _of(office, name, platform=None):
    found = job_health.health(platform or office.platform, actor=ROOT)
    assert [each.job.name for each in found] == list(JOBS)
    return next(each for each in found if each.job.name == name)


def _does(monkeypatch, name, work):
    monkeypatch.setattr("engine.services.upkeep.jobs.WORK", {**jobs.WORK, name: work})


def _fail(_platform):
    raise UnavailableError("The mail server is gone.")


def _told(office):
    asked = "SELECT actor, detail FROM organisation_event WHERE type = 'job.asked' ORDER BY seq"
    return rows(office.platform.database, asked)


def test_a_job_that_was_never_run_is_new_and_one_that_ran_is_well(office, clock):
    new = _of(office, "survey")
    jobs.run_overdue(office.platform)

    well = _of(office, "survey")

    assert (new.state, new.last, new.runs) == (JobState.NEW, None, ())
    assert (well.state, well.late_since, well.problem) == (JobState.WELL, None, "")
    assert well.last.finished_at == clock.now
    assert well.next_at == schedules()["survey"].next(clock.now, office.platform.calendar)


@ON_SQLITE
@pytest.mark.parametrize(("name", "patience"), [("sla_sweep", 2), ("survey", 15)])
def test_a_job_is_late_from_the_moment_on_at_which_it_should_have_begun(
    office, clock, name, patience
):
    jobs.run_overdue(office.platform)
    due = _of(office, name).next_at
    clock.now = due + timedelta(minutes=patience)
    in_time = _of(office, name)
    clock.advance(seconds=1)

    late = _of(office, name)
    jobs.run_overdue(office.platform)
    made_up = _of(office, name)

    assert (in_time.state, in_time.late_since) == (JobState.WELL, None)
    assert (late.state, late.late_since) == (JobState.LATE, due)
    assert made_up.state is JobState.WELL


def test_a_failure_is_told_with_its_sentence_and_stays_told_for_a_week(office, clock, monkeypatch):
    at, plain = clock.now, jobs.WORK["survey"]
    _does(monkeypatch, "survey", _fail)
    with pytest.raises(UnavailableError):
        jobs.run(office.platform, name="survey", scheduled_for=at)
    failed = _of(office, "survey")
    _does(monkeypatch, "survey", plain)
    clock.advance(minutes=6)
    jobs.run(office.platform, name="survey", scheduled_for=at)

    done = _of(office, "survey")
    clock.advance(days=7, seconds=1)

    assert (failed.state, failed.problem) == (JobState.FAILED, "The mail server is gone.")
    assert (done.state, done.problem) == (JobState.WELL, "")
    assert [run.problem for run in done.problems] == ["The mail server is gone."]
    assert (done.last.tries, done.last.state) == (2, "done")
    assert _of(office, "survey").problems == ()


def test_a_run_whose_process_died_is_told_and_taken_over(office, clock):
    platform, at = office.platform, clock.now
    platform.database.write(lambda tx: tx.jobs.begin("survey", scheduled_for=at, at=at))
    alive = _of(office, "survey").state
    clock.advance(minutes=2)
    dead = _of(office, "survey")

    jobs.run(platform, name="survey", scheduled_for=at)

    assert alive is JobState.RUNNING
    assert (dead.state, dead.problem) == (JobState.FAILED, ENDED)
    after = _of(office, "survey")
    assert (after.state, [run.problem for run in after.problems]) == (JobState.WELL, [ENDED])


@pytest.mark.iso("4.9")
def test_what_a_person_asks_for_is_run_once_and_the_journal_tells_who(office, clock):
    jobs.ask_for(office.platform, actor=ROOT, name="survey")
    waiting = _of(office, "survey").state

    results = at_once(4, lambda _: jobs.run_asked(office.platform))

    assert waiting is JobState.ASKED
    assert [each.state for done in results for each in done].count("done") == 1
    assert _of(office, "survey").last.asked_by == "vera"
    assert _told(office) == [("vera", '{"job":"survey"}')]
    assert jobs.run_asked(office.platform) == ()


def test_a_run_that_is_under_way_or_asked_for_is_not_asked_for_again(office, clock):
    platform = office.platform
    jobs.ask_for(platform, actor=ROOT, name="survey")
    platform.database.write(
        lambda tx: tx.jobs.begin("absence", scheduled_for=clock.now, at=clock.now)
    )

    with pytest.raises(ConflictError, match=r"“Ask how it was handled” was asked for already"):
        jobs.ask_for(platform, actor=ROOT, name="survey")
    with pytest.raises(ConflictError, match=r"have” is running; wait until it has ended\."):
        jobs.ask_for(platform, actor=ROOT, name="absence")
    assert len(_told(office)) == 1


def test_of_eight_who_ask_at_once_one_is_heard(office, clock):
    ends = at_once(8, lambda _: jobs.ask_for(office.platform, actor=ROOT, name="survey"))

    assert sorted(type(end).__name__ for end in ends) == ["ConflictError"] * 7 + ["NoneType"]
    assert len(_told(office)) == 1


@ON_SQLITE
def test_a_wish_outlives_whoever_should_have_begun_it(office, clock):
    """The watch of the application begins it, too."""
    jobs.run_overdue(office.platform)
    clock.advance(seconds=30)
    jobs.ask_for(office.platform, actor=ROOT, name="survey")
    clock.advance(seconds=5)

    (done,) = jobs.run_overdue(office.platform)

    assert (done.name, done.state) == ("survey", "done")


@ON_SQLITE
def test_who_runs_a_job_on_the_command_line_is_kept(office, clock):
    jobs.run(office.platform, name="survey", actor=ROOT)
    clock.advance(seconds=1)
    jobs.run(office.platform, name="survey")

    assert _told(office) == [("vera", '{"job":"survey"}')]


@ON_SQLITE
def test_jobs_are_run_by_administrators_and_seen_by_managers(office, staff):
    with pytest.raises(NotAllowedError):
        jobs.ask_for(office.platform, actor=staff["mara"], name="survey")
    with pytest.raises(NotAllowedError):
        job_health.health(office.platform, actor=staff["hanna"])
    with pytest.raises(NotFoundError):
        jobs.ask_for(office.platform, actor=ROOT, name="make_coffee")

    assert job_health.health(office.platform, actor=staff["mara"])


@ON_SQLITE
def test_whatever_a_job_counts_has_words(office, clock):
    office.reach("assess")
    clock.advance(days=70)

    for result in jobs.run_overdue(office.platform):
        assert result.state == "done"
        assert result.summary.keys() <= JOBS[result.name].counts.keys(), result.name


def test_a_count_is_told_in_words():
    sweep = JOBS["outbox_send"]

    assert (
        sweep.told({"sent": 1, "failed": 0, "held": 1200}) == "1 mail sent, 1,200 mails kept back."
    )
    assert sweep.told({"sent": 0}) == sweep.told({}) == NOTHING


@ON_SQLITE
def test_the_suite_notices_a_job_that_is_never_called_late(office, clock, monkeypatch):
    monkeypatch.setattr(job_health, "_late_since", lambda *_: None)

    with pytest.raises(AssertionError):
        test_a_job_is_late_from_the_moment_on_at_which_it_should_have_begun(
            office, clock, "survey", 15
        )
