"""The scheduler and its runners are killed: the work of an instant is done exactly once."""

import os
import signal
import sys
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from config.settings import Settings
from engine import lineage, supervise
from engine.bootstrap import open_platform
from engine.clock import utc_now
from engine.lineage import Ancestor
from engine.services.upkeep import jobs
from engine.store.jobs import ENDED
from tests.integration.office import rows
from tests.integration.test_scheduler import STAGES, STARTS_WITHIN, Scheduler, is_planned, running
from tests.postgres import free_port
from tests.processes import eventually, launch
from workflows.quiet import environment

pytestmark = [pytest.mark.e2e, pytest.mark.fuzz, pytest.mark.timeout(500)]

JOB = "weekly_review"
SHORT = timedelta(seconds=4)
SLOW = """
import pathlib, time
from datetime import timedelta
import engine.store.jobs
from engine.services.upkeep import jobs
engine.store.jobs.LEASE = timedelta(seconds=4)
jobs._SEEN_EVERY = 0.5
plain = jobs.WORK
def slow(platform):
    with (platform.home / "began.txt").open("a") as told:
        told.write("began\\n")
    if (platform.home / "began.txt").read_text().count("began") == 1:
        time.sleep(300)
    return plain["weekly_review"](platform)
jobs.WORK = {**plain, "weekly_review": slow}
from workflows.runner import main
main()
"""


@contextmanager
def slow_runner(home, port):
    """Run a runner whose first run of the job would take minutes."""
    env = {**environment(os.environ, home=home, port=port), "REDRESS_HOME": str(home)}
    command = [sys.executable, "-c", SLOW, "--home", home, "--port", str(port)]
    process = launch(command, home / "runner.log", env=env)
    try:
        yield process
    finally:
        lineage.end(Ancestor.of(process.pid), stages=STAGES)
        process.wait(20)


@contextmanager
def server(home, port):
    with running("workflows.server", home, port, home / "server.log") as process:
        url = f"http://127.0.0.1:{port}/api/health"
        assert eventually(lambda: supervise.answers(url), within=STARTS_WITHIN)
        yield process


def _kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


def _records(platform):
    asked = "SELECT state, tries, problem FROM job_run WHERE name = 'weekly_review' ORDER BY id"
    return rows(platform.database, asked)


def _snapshots(platform):
    asked = "SELECT count(*) FROM snapshot WHERE kind = 'weekly'"
    return rows(platform.database, asked)[0][0]


def _began(home):
    path = home / "began.txt"
    return path.read_text().count("began") if path.exists() else 0


def test_killed_in_the_midst_of_it_all_each_instant_is_done_once(
    tmp_path, sqlite_template, monkeypatch
):
    monkeypatch.setattr("engine.store.jobs.LEASE", SHORT)
    (tmp_path / "redress.db").write_bytes(sqlite_template.read_bytes())
    port, platform = free_port(), open_platform(Settings(home=tmp_path))
    scheduler = Scheduler(port)
    with closing(platform.database):
        with server(tmp_path, port) as first:
            with slow_runner(tmp_path, port) as runner:
                assert eventually(lambda: is_planned(scheduler), within=STARTS_WITHIN)
                scheduler.plan_run(JOB, utc_now())
                assert eventually(lambda: _began(tmp_path) == 1, within=STARTS_WITHIN)
                _kill(runner)
            assert [state for state, *_ in _records(platform)] == ["running"]
            _kill(first)
        assert eventually(lambda: _taken_over(platform), within=60)
        assert _records(platform) == [("done", 2, ENDED)]
        assert _snapshots(platform) == 1
        with server(tmp_path, port), slow_runner(tmp_path, port), slow_runner(tmp_path, port):
            due = scheduler.plan_run(JOB, utc_now())
            assert eventually(lambda: scheduler.state(due) == "Completed", within=STARTS_WITHIN)
        assert [state for state, *_ in _records(platform)] == ["done", "done"]
        assert _began(tmp_path) == 2
        assert _snapshots(platform) == 1


def _taken_over(platform):
    """Let the watch look, without any scheduler; tell whether the run that died is done."""
    jobs.run_overdue(platform)
    return [state for state, *_ in _records(platform)] == ["done"]
