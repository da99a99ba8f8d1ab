"""Clocks that change, jump and stand still: the work of each instant is done exactly once.

Two schedulers at once: Prefect's own reckoning of when something is due, and the watch.
"""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prefect.server.schemas.schedules import CronSchedule

from engine.domain.job import JOBS
from engine.domain.working_time import Calendar
from engine.services.upkeep import jobs
from engine.store.jobs import Begin, Jobs
from tests.integration.crowd import at_once
from tests.integration.office import rows

ZONE = "Europe/Berlin"
NAMES = ("journal_verification", "survey", "inactivity")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TICK = timedelta(minutes=10)


@pytest.fixture
def done(monkeypatch):
    """What was done, by job and instant; only a few jobs, so that days pass quickly."""
    monkeypatch.setattr("engine.services.upkeep.jobs.JOBS", {name: JOBS[name] for name in NAMES})
    count = Counter()

    def work(name):
        def one(_platform):
            count[name] += 1
            return {}

        return one

    monkeypatch.setattr("engine.services.upkeep.jobs.WORK", {name: work(name) for name in NAMES})
    return count


@pytest.fixture
def berlin(office):
    policy = office.platform.policy
    zoned = policy.calendar.model_copy(update={"zone": ZONE})
    return replace(
        office.platform,
        policy=policy.model_copy(update={"calendar": zoned}),
        calendar=Calendar(zoned),
    )


def _by_prefect(platform, begin, end):
    """Return what the scheduler would begin when: its own instants, without those we leave out."""
    found = []
    for name in NAMES:
        schedule = platform.schedules[name]
        planned = CronSchedule(cron=schedule.cron, timezone=ZONE)
        for due in asyncio.run(planned.get_dates(n=10, start=begin, end=end)):
            at = due.astimezone(UTC)
            if begin <= at < end and not schedule.leaves_out(at, platform.calendar):
                found.append((at, name))
    return sorted(found)


def _live(platform, clock, begin, end, *, prefect=True):
    """Let time pass, with the watch at every tick and the scheduler whenever it says."""
    due = _by_prefect(platform, begin, end) if prefect else []
    clock.now = begin
    while clock.now < end:
        while due and due[0][0] <= clock.now:
            at, name = due.pop(0)
            jobs.run(platform, name=name, scheduled_for=at)
        jobs.run_overdue(platform)
        clock.now += TICK


def _instants(platform, name):
    asked = "SELECT name, scheduled_for FROM job_run WHERE state = 'done' ORDER BY scheduled_for"
    found = rows(platform.database, asked)
    told = (datetime.fromisoformat(str(at)) for of, at in found if of == name)
    return [at.replace(tzinfo=at.tzinfo or UTC).astimezone(ZoneInfo(ZONE)) for at in told]


def _at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


@ON_SQLITE
@pytest.mark.parametrize("prefect", [True, False], ids=["both schedulers", "the watch alone"])
@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"], ids=["an hour less", "an hour more"])
def test_a_day_on_which_clocks_change_has_its_work_once(berlin, clock, done, day, prefect):
    clock.now = begin = _at(f"{day}T00:00")
    jobs.run_overdue(berlin)  # what was due before
    done.clear()

    _live(berlin, clock, begin + TICK, begin + timedelta(days=3), prefect=prefect)

    local = {name: [at.date() for at in _instants(berlin, name)][1:] for name in NAMES}
    first = datetime.fromisoformat(day).date()
    assert local["journal_verification"] == [first + timedelta(days=n) for n in range(3)]
    assert local["survey"] == [first + timedelta(days=n) for n in range(3)]
    assert local["inactivity"] == [first + timedelta(days=2)]  # the Monday after
    assert done == {"journal_verification": 3, "survey": 3, "inactivity": 1}


@ON_SQLITE
def test_after_a_jump_forwards_the_newest_instant_is_made_up_for_once(berlin, clock, done):
    clock.now = _at("2026-06-01T12:00")
    jobs.run_overdue(berlin)
    done.clear()
    clock.now = _at("2026-06-05T12:00")

    for _ in range(3):
        jobs.run_overdue(berlin)
        clock.now += TICK

    assert done == dict.fromkeys(NAMES, 1)
    assert _instants(berlin, "survey")[-1].date().isoformat() == "2026-06-05"


@ON_SQLITE
@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=2)])
def test_after_a_jump_backwards_nothing_is_done_again(berlin, clock, done, back):
    begin, end = _at("2026-06-01T12:00"), _at("2026-06-04T12:00")
    _live(berlin, clock, begin, end)
    before = dict(done)

    _live(berlin, clock, end - back, end)

    assert done == before
    _live(berlin, clock, end, end + timedelta(days=1))
    assert done["survey"] == before["survey"] + 1


def test_of_two_schedulers_and_two_watches_one_does_the_work(office, clock, done):
    platform = office.platform
    jobs.run_overdue(platform)
    clock.now += timedelta(days=1)
    due = platform.schedules["survey"].last(clock.now - TICK, platform.calendar)
    done.clear()

    def begin(number):
        if number % 2:
            return jobs.run_overdue(platform)
        return jobs.run(platform, name="survey", scheduled_for=due)

    ends = at_once(4, begin)

    assert not [end for end in ends if isinstance(end, Exception)]
    assert done["survey"] == 1


@ON_SQLITE
def test_the_suite_notices_a_record_that_is_not_looked_at(berlin, clock, done, monkeypatch):
    """Planted: whoever wants to begin a run begins it, known or not."""
    monkeypatch.setattr(Jobs, "begin", lambda *_, **__: Begin.NOW)

    with pytest.raises(AssertionError):
        test_after_a_jump_backwards_nothing_is_done_again(berlin, clock, done, timedelta(hours=1))
