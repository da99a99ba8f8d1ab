"""A real scheduler decides when jobs run; without it the application runs them itself."""

import asyncio
import os
import signal
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection

import orjson
import psutil
import pytest

from config.settings import Settings
from engine import heartbeat, lineage, supervise
from engine.bootstrap import open_platform
from engine.clock import utc_now
from engine.domain.actor import SYSTEM
from engine.domain.job import JOBS
from engine.lineage import Ancestor
from engine.services.upkeep import jobs
from tests.postgres import free_port
from tests.processes import eventually, launch, living, offspring
from workflows.quiet import environment
from workflows.watch import keep_watch

pytestmark = [pytest.mark.e2e]

STAGES = (8.0, 2.0, 2.0)
STARTS_WITHIN = 90.0
RUNNING = {"type": "RUNNING", "name": "Running"}


class Scheduler:
    """What a test asks a running Prefect server, over plain HTTP."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, **body: object) -> object:
        """Ask once more whenever the server is busy: its own database locks while it begins."""
        answers = []
        assert eventually(
            lambda: answers.append(self._ask(method, path, body)) or answers[-1],
            within=STARTS_WITHIN,
        )
        status, content = answers[-1]
        assert status < HTTPStatus.MULTIPLE_CHOICES, content
        return orjson.loads(content) if content else None

    def _ask(self, method: str, path: str, body: object) -> tuple[int, bytes] | None:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            headers = {"Content-Type": "application/json"}
            try:
                connection.request(method, f"/api{path}", orjson.dumps(body), headers)
                answer = connection.getresponse()
                content = answer.read()
            except TimeoutError:
                return None
        is_busy = answer.status == HTTPStatus.SERVICE_UNAVAILABLE
        return None if is_busy else (answer.status, content)

    def deployment(self, name: str) -> str:
        return self.ask("GET", f"/deployments/name/{name}/{name}")["id"]

    def plan_run(self, name: str, due: datetime) -> str:
        """Schedule one more run of a job and return its id."""
        state = {
            "type": "SCHEDULED",
            "name": "Scheduled",
            "state_details": {"scheduled_time": due.isoformat()},
        }
        path = f"/deployments/{self.deployment(name)}/create_flow_run"
        once = f"{name} {due.isoformat()}"
        return self.ask("POST", path, state=state, idempotency_key=once)["id"]

    def state(self, run: str) -> str:
        return self.ask("GET", f"/flow_runs/{run}")["state"]["name"]


@contextmanager
def running(module, home, port, log):
    """Run one of our modules beside the test and end it by Ctrl-C."""
    process = launch(
        [sys.executable, "-m", module, "--home", home, "--port", str(port)],
        log,
        env={**environment(os.environ, home=home, port=port), "REDRESS_HOME": str(home)},
    )
    try:
        yield process
    finally:
        lineage.end(Ancestor.of(process.pid), stages=STAGES)
        process.wait(20)


@pytest.fixture(scope="module")
def home(tmp_path_factory, sqlite_template):
    folder = tmp_path_factory.mktemp("scheduler")
    (folder / "redress.db").write_bytes(sqlite_template.read_bytes())
    return folder


@pytest.fixture(scope="module")
def scheduler(home):
    port = free_port()
    with running("workflows.server", home, port, home / "server.log"):
        url = f"http://127.0.0.1:{port}/api/health"
        assert eventually(lambda: supervise.answers(url), within=STARTS_WITHIN)
        yield Scheduler(port)


@pytest.fixture(scope="module")
def platform_of_home(home):
    platform = open_platform(Settings(home=home))
    with closing(platform.database):
        yield platform


@dataclass(frozen=True)
class Lives:
    """What two runners did, one after the other; each test looks at a part of it."""

    due: str
    missed: list[str]
    last_missed_at: datetime
    orphan: str


def is_planned(scheduler):
    """Return whether the runner has told the scheduler about every job."""
    found = scheduler.ask("POST", "/deployments/filter")
    return {entry["name"] for entry in found} == set(JOBS)


@pytest.fixture(scope="module")
def lives(home, scheduler, platform_of_home):
    """Run a runner, end it, leave it missed runs and an open one, and run another."""

    def runner():
        return running("workflows.runner", home, scheduler.port, home / "runner.log")

    with runner():
        assert eventually(lambda: is_planned(scheduler), within=STARTS_WITHIN)
        due = scheduler.plan_run("signals", utc_now())
        assert eventually(lambda: scheduler.state(due) == "Completed", within=STARTS_WITHIN)
        jobs.ask_for(platform_of_home, actor=SYSTEM, name="unfinished_forms")
        assert eventually(lambda: jobs.last_run(platform_of_home, name="unfinished_forms"))
    first = utc_now().replace(microsecond=0) - timedelta(minutes=10)
    instants = [first + timedelta(minutes=minute) for minute in range(3)]
    missed = [scheduler.plan_run("weekly_review", instant) for instant in instants]
    orphan = scheduler.plan_run("daily_snapshot", utc_now() + timedelta(days=1))
    scheduler.ask("POST", f"/flow_runs/{orphan}/set_state", state=RUNNING, force=True)
    with runner():
        assert eventually(lambda: scheduler.state(missed[-1]) == "Completed", within=STARTS_WITHIN)
    return Lives(due, missed, instants[-1], orphan)


def test_a_due_run_is_executed_and_leaves_its_record(lives, scheduler, platform_of_home):
    assert scheduler.state(lives.due) == "Completed"
    assert jobs.last_run(platform_of_home, name="signals").state == "done"


def test_only_the_newest_of_missed_runs_is_executed(lives, scheduler, platform_of_home):
    last = jobs.last_run(platform_of_home, name="weekly_review")

    states = [scheduler.state(run) for run in lives.missed]
    assert states == ["Skipped", "Skipped", "Completed"]
    assert last.scheduled_for == lives.last_missed_at


def test_a_run_that_a_former_life_left_open_is_closed_as_crashed(lives, scheduler):
    assert scheduler.state(lives.orphan) == "Crashed"


def test_what_the_scheduler_stores_carries_no_parameters(lives, scheduler):
    planned = {lives.due, *lives.missed, lives.orphan}
    # The server hands out 200 runs at a time, and jobs of every minute have more than that.
    known = {"id": {"any_": sorted(planned)}}
    ours = scheduler.ask("POST", "/flow_runs/filter", flow_runs=known)
    runs = [*ours, *scheduler.ask("POST", "/flow_runs/filter")]
    deployments = scheduler.ask("POST", "/deployments/filter")

    assert {run["id"] for run in ours} == planned
    assert len(deployments) == len(JOBS)
    assert all(entry["parameters"] == {} for entry in (*runs, *deployments))


def test_the_scheduler_listens_on_this_machine_only(scheduler):
    listening = [
        each.laddr.ip
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == scheduler.port
    ]

    assert listening == ["127.0.0.1"]


SUPERVISED = """
import sys
from pathlib import Path
from config.settings import Settings
from engine import supervise
from engine.bootstrap import open_platform
home, port, kind = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
platform = open_platform(Settings(home=home))
platform.database.migrate()
page, *others = supervise.redress_children(home=home, port=port)
if kind != "whole":
    serve = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")
    page = supervise.Child("web", serve, {}, f"http://127.0.0.1:{port}/")
if kind == "dead":
    others = [supervise.Child("scheduler", (sys.executable, "-c", "raise SystemExit(9)"))]
watch = None if kind == "unwatched" else supervise.stand_in(home)
patience = supervise.Patience(without_watch=0.2)
def say(sentence):
    print(sentence, flush=True)
code = supervise.run([page, *others], home=home, announce=say, watch=watch, patience=patience)
sys.exit(code)
"""


@pytest.fixture
def supervised(tmp_path):
    """Start a supervisor over our own children; ``kind`` says which of them are replaced."""
    started = []

    def begin(kind):
        command = [sys.executable, "-c", SUPERVISED, tmp_path, str(free_port()), kind]
        process = launch(command, tmp_path / "said.txt")
        started.append(process)
        return process

    yield begin
    for process in started:
        lineage.end(Ancestor.of(process.pid), stages=(20, 2, 2))
        process.wait(30)


def watched(platform, monkeypatch, look):
    """Keep the watch until it has looked three times, or for some seconds; return its signs."""
    signs, looks, stopping = [], [], asyncio.Event()

    def looked(found):
        signs.append(heartbeat.latest(found.home))
        looks.append(found)
        if len(looks) == 3:
            stopping.set()
        return look(found)

    monkeypatch.setattr(jobs, "run_overdue", looked)
    asyncio.run(asyncio.wait_for(keep_watch(platform, stopping, every=0.05), 20))
    return signs


def test_the_watch_of_the_runner_leaves_a_sign_of_each_look(office, monkeypatch):
    first, second, third = watched(office.platform, monkeypatch, jobs.run_overdue)

    assert first == 0 < second < third
    assert jobs.last_run(office.platform, name="sla_sweep").state == "done"


def test_a_watch_that_comes_to_grief_goes_on_and_leaves_no_sign(office, monkeypatch):
    def fails(_platform):
        raise RuntimeError("a defect in one look")

    assert watched(office.platform, monkeypatch, fails) == [0, 0, 0]


def last_sweep(home):
    platform = open_platform(Settings(home=home))
    with closing(platform.database):
        return jobs.last_run(platform, name="sla_sweep")


def test_with_a_dead_scheduler_the_deadlines_are_swept_all_the_same(supervised, tmp_path):
    supervised("dead")
    assert eventually(lambda: "code 9" in (tmp_path / "said.txt").read_text())

    assert eventually(lambda: last_sweep(tmp_path) is not None)
    assert last_sweep(tmp_path).state == "done"


def test_without_the_watch_the_check_finds_no_sweep(supervised, tmp_path):
    """Planted: a supervisor that forgot the watch."""
    supervised("unwatched")
    assert eventually(lambda: "ready" in (tmp_path / "said.txt").read_text())

    assert not eventually(lambda: last_sweep(tmp_path) is not None, within=1)


def test_ctrl_c_leaves_no_process_of_the_scheduler(supervised, tmp_path):
    supervisor = supervised("scheduled")
    assert eventually(
        lambda: "Scheduler is ready" in (tmp_path / "said.txt").read_text(), within=STARTS_WITHIN
    )
    descendants = offspring(supervisor)
    assert len(descendants) >= 3

    supervisor.send_signal(signal.SIGINT)

    assert supervisor.wait(30) == 0
    assert living(descendants) == []
