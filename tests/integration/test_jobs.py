"""Jobs: once for each scheduled instant, caught up when the scheduler was away."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.job import JOBS
from engine.domain.timetable import schedules
from engine.errors import InvalidInputError, NotFoundError, UnavailableError
from engine.services.bulk import job_progress
from engine.services.upkeep import jobs
from engine.store.jobs import Jobs
from tests.integration.crowd import at_once
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_scheduled_instant_is_run_once(office, clock):
    office.lodge()
    due = clock.advance(days=70)

    first = jobs.run(office.platform, name="sla_sweep", scheduled_for=due)
    clock.advance(minutes=5)
    second = jobs.run(office.platform, name="sla_sweep", scheduled_for=due)

    assert (first.state, first.summary["sent"]) == ("done", 4)
    assert (second.state, second.summary) == ("known", {})


def test_eight_schedulers_run_one_instant_once(office, clock):
    ends = at_once(
        8, lambda _: jobs.run(office.platform, name="daily_snapshot", scheduled_for=clock.now)
    )

    assert not [end for end in ends if isinstance(end, Exception)]
    assert sorted(end.state for end in ends) == ["done", *["known"] * 7]
    assert rows(office.platform.database, "SELECT count(*) FROM snapshot") == [(1,)]


def test_snapshots_of_one_day_asked_for_at_once_are_kept_once(office, clock):
    def take(number):
        at = clock.now + timedelta(seconds=number)
        return jobs.run(office.platform, name="daily_snapshot", scheduled_for=at)

    ends = at_once(6, take)

    assert {end.state for end in ends} <= {"done", "busy"}
    assert sum(end.summary.get("kept", 0) for end in ends) == 1


@pytest.mark.iso("8.4")
def test_a_snapshot_freezes_the_day_that_ended(office, clock):
    office.lodge()
    clock.advance(days=1)
    jobs.run(office.platform, name="daily_snapshot")
    office.lodge(received_at=clock.now - timedelta(days=1))
    clock.advance(minutes=1)

    again = jobs.run(office.platform, name="daily_snapshot")

    (kept,) = rows(office.platform.database, "SELECT day, kind, figures FROM snapshot")
    assert again.summary == {"kept": 0}
    assert str(kept[0]) == "2026-01-05"
    assert '"received": {"' in str(kept[2]).replace("'", '"')


@ON_SQLITE
def test_jobs_that_the_scheduler_forgot_are_run(office, clock):
    first = jobs.run_overdue(office.platform)
    clock.advance(minutes=1, seconds=59)
    within_two = jobs.run_overdue(office.platform)
    clock.advance(seconds=1)
    after_two = jobs.run_overdue(office.platform)

    assert {result.name for result in first} == set(JOBS)
    assert within_two == ()
    assert {result.name for result in after_two} == {"sla_sweep", "outbox_send", "mail_in"}


@ON_SQLITE
def test_a_job_is_due_when_the_organisation_says(office, clock):
    chosen = schedules({"daily_snapshot": "working days at 18:00"})
    later = replace(office.platform, schedules=chosen)
    clock.now = datetime.fromisoformat("2026-01-09T17:00:00+00:00")
    jobs.run_overdue(later)
    clock.advance(minutes=65)
    at_once = {result.name for result in jobs.run_overdue(later)}
    clock.advance(minutes=5)

    done = {result.name: result.scheduled_for for result in jobs.run_overdue(later)}
    clock.advance(days=2)
    on_sunday = {result.name for result in jobs.run_overdue(later)}

    assert "daily_snapshot" not in at_once | on_sunday
    assert done["daily_snapshot"] == datetime.fromisoformat("2026-01-09T18:00:00+00:00")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (
            {"sla_sweep": "when it suits"},
            r"policy\.jobs\.sla_sweep: “when it suits” is no schedule",
        ),
        ({"tea": "daily at 16:00"}, r"policy\.jobs\.tea: There is no such job"),
    ],
)
def test_a_wrong_schedule_is_refused_by_name(chosen, said):
    with pytest.raises(InvalidInputError, match=said):
        schedules(chosen)


@pytest.mark.iso("8.4")
def test_days_that_were_missed_are_frozen_later(office, clock):
    office.lodge()
    clock.advance(days=1)
    jobs.run(office.platform, name="daily_snapshot")
    clock.advance(days=4)

    caught_up = jobs.run(office.platform, name="daily_snapshot")

    days = rows(office.platform.database, "SELECT day FROM snapshot ORDER BY day")
    assert caught_up.summary == {"kept": 4}
    assert [str(day) for (day,) in days] == [f"2026-01-{day:02}" for day in range(5, 10)]


@contextmanager
def _dying():
    """Let a job die in the midst of its work, as a killed process does."""

    def die(_platform):
        raise SystemExit

    def kept(_jobs, _name, **_how):
        """Leave the run as it is: who is killed says nothing any more."""

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("engine.services.upkeep.jobs.WORK", {**jobs.WORK, "sla_sweep": die})
        patched.setattr("engine.store.jobs.Jobs.finish", kept)
        yield


def _runs(office):
    asked = "SELECT state, tries FROM job_run WHERE name = 'sla_sweep' ORDER BY id"
    return rows(office.platform.database, asked)


def test_what_a_killed_process_was_doing_is_done_by_another(office, clock):
    due = clock.now
    with _dying(), pytest.raises(SystemExit):
        jobs.run(office.platform, name="sla_sweep", scheduled_for=due)
    clock.advance(minutes=1)
    other = jobs.run(office.platform, name="sla_sweep")
    same = jobs.run(office.platform, name="sla_sweep", scheduled_for=due)
    clock.advance(minutes=1)

    after = jobs.run(office.platform, name="sla_sweep", scheduled_for=due)

    assert (other.state, same.state, after.state) == ("busy", "known", "done")
    assert _runs(office) == [("done", 2)]


@ON_SQLITE
def test_a_daily_job_that_failed_is_tried_again_three_times_in_all(office, clock, monkeypatch):
    def fail(_platform):
        raise UnavailableError("The mail server is gone.")

    jobs.run_overdue(office.platform)
    clock.advance(days=1)
    monkeypatch.setattr("engine.services.upkeep.jobs.WORK", {**jobs.WORK, "survey": fail})

    tried = []
    for _ in range(5):
        tried += [each.state for each in jobs.run_overdue(office.platform) if each.name == "survey"]
        clock.advance(minutes=6)

    assert tried == ["failed"] * 3


def test_one_run_of_a_job_goes_at_a_time(office, clock, monkeypatch):
    gate, count = threading.Barrier(2), []

    def work(_platform):
        count.append(1)
        gate.wait(20)
        gate.wait(20)
        return {}

    monkeypatch.setattr("engine.services.upkeep.jobs.WORK", {**jobs.WORK, "sla_sweep": work})
    runner = threading.Thread(target=lambda: jobs.run(office.platform, name="sla_sweep"))
    runner.start()
    gate.wait(20)
    clock.advance(minutes=1)
    other = jobs.run(office.platform, name="sla_sweep")
    gate.wait(20)
    runner.join()

    assert (other.state, count) == ("busy", [1])


def test_a_run_says_that_it_is_alive_and_how_far_it_is(office, monkeypatch):
    seen = threading.Event()
    plain = Jobs.see

    def see(kept, name, **how):
        plain(kept, name, **how)
        if how["done"]:
            seen.set()

    def work(_platform):
        job_progress.tell(3, of=7)
        assert seen.wait(20)
        return {}

    monkeypatch.setattr("engine.services.upkeep.jobs._SEEN_EVERY", 0.05)
    monkeypatch.setattr(Jobs, "see", see)
    monkeypatch.setattr("engine.services.upkeep.jobs.WORK", {**jobs.WORK, "sla_sweep": work})

    jobs.run(office.platform, name="sla_sweep")

    run = jobs.last_run(office.platform, name="sla_sweep")
    assert (run.done, run.of, run.state) == (3, 7, "done")


def test_every_job_has_its_work():
    assert jobs.WORK.keys() == JOBS.keys()


@ON_SQLITE
def test_a_job_that_fails_is_kept_as_failed_and_stops_no_other(office, clock):
    broken = replace(office.platform, smtp_url="nonsense")
    office.reach("assign")

    results = {result.name: result.state for result in jobs.run_overdue(broken)}

    assert results == dict.fromkeys(JOBS, "done") | {"outbox_send": "failed"}
    assert jobs.last_run(broken, name="outbox_send").state == "failed"


@ON_SQLITE
def test_a_job_run_by_hand_tells_what_went_wrong(office):
    office.reach("assign")

    with pytest.raises(InvalidInputError, match="REDRESS_SMTP_URL"):
        jobs.run(replace(office.platform, smtp_url="nonsense"), name="outbox_send")


@ON_SQLITE
def test_the_desk_sees_when_deadlines_are_not_looked_at(office, clock, staff):
    never = jobs.is_sweep_late(office.platform, actor=staff["hanna"])
    jobs.run(office.platform, name="sla_sweep")
    fresh = jobs.is_sweep_late(office.platform, actor=staff["hanna"])
    clock.advance(minutes=3)

    late = jobs.is_sweep_late(office.platform, actor=staff["hanna"])

    assert (never, fresh, late) == (True, False, True)


@ON_SQLITE
def test_a_job_that_is_not_there_is_refused_by_name(office):
    with pytest.raises(NotFoundError, match=r"There is no job sweep_the_floor\."):
        jobs.run(office.platform, name="sweep_the_floor")


@ON_SQLITE
@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-03-29T00:30:00+00:00", {"2026-03-28"}),
        ("2026-03-29T23:30:00+00:00", {"2026-03-29"}),
        ("2026-10-26T00:10:00+00:00", {"2026-10-25"}),
    ],
)
def test_the_day_is_the_one_of_the_organisation_also_when_clocks_change(office, clock, now, days):
    clock.now = datetime.fromisoformat(now)

    jobs.run(office.platform, name="daily_snapshot", actor=SYSTEM)

    assert {day for (day,) in rows(office.platform.database, "SELECT day FROM snapshot")} == days
