"""Jobs: once for each scheduled instant, caught up when the scheduler was away."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.domain.actor import SYSTEM
from engine.errors import InvalidInputError, NotFoundError
from engine.services import jobs
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

    assert sorted(end.summary["kept"] for end in ends) == [0, 0, 0, 0, 0, 1]


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
    clock.advance(minutes=2)
    at_two = jobs.run_overdue(office.platform)
    clock.advance(seconds=1)
    after_two = jobs.run_overdue(office.platform)

    assert {result.name for result in first} == set(jobs.JOBS)
    assert at_two == ()
    assert {result.name for result in after_two} == {"sla_sweep", "outbox_send", "mail_in"}


@ON_SQLITE
def test_a_job_that_fails_is_kept_as_failed_and_stops_no_other(office, clock):
    broken = replace(office.platform, smtp_url="nonsense")
    office.reach("assign")

    results = {result.name: result.state for result in jobs.run_overdue(broken)}

    assert results == dict.fromkeys(jobs.JOBS, "done") | {"outbox_send": "failed"}
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
