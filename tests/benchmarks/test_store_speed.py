"""What it costs that there are many: bytes of a case, a command among a million, sweeps."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from engine.bootstrap import Platform, open_platform
from engine.domain.deadline import act
from engine.services.running import monitoring
from engine.store.incidents import TRIES
from tests.benchmarks.desk import STORY, known, per_command, staffed, tell
from tests.benchmarks.figures import Figure, in_turns, keep
from tests.benchmarks.multitude import multiply
from tests.conftest import MONDAY, Clock
from tests.integration.killing import start, was_killed
from tests.integration.office import execute, rows

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

MANY = int(os.environ.get("REDRESS_BENCH_CASES", "1000000"))
"""So many cases stand in for an organisation of many years."""
FEW = 10_000
DUE = 10_000
RUNNING = ("complaint_case", "open_step", "clock", "subscription", "case_word")
"""What an open case is run by; what was said and done about it is kept apart."""


def _platform(home: Path, clock: Clock) -> Platform:
    url = f"sqlite:///{home / 'redress.db'}"
    opened = open_platform(Settings(home=home, database_url=url))
    opened.database.migrate()
    return replace(opened, now=clock)


@pytest.fixture(scope="module")
def crowds(tmp_path_factory) -> Iterator[dict[int, Platform]]:
    """Platforms with few and with many cases, all with a running clock."""
    opened = {}
    for size in (FEW, MANY):
        platform = _platform(tmp_path_factory.mktemp(f"crowd{size}"), Clock(MONDAY))
        reference = staffed(platform).lodge()
        multiply(platform, reference, size)
        opened[size] = platform
    yield opened
    for platform in opened.values():
        platform.database.close()


def test_a_command_costs_the_same_among_many(crowds):
    few, many = (known(crowds[size]) for size in (FEW, MANY))
    for office in (few, many):
        per_command(office, stories=2)

    measured = in_turns(
        lambda: per_command(many, stories=3), lambda: per_command(few, stories=3), rounds=7
    )

    mine, theirs, ratio = measured
    name = f"command among {MANY:,} cases; plain: {FEW:,}"
    figure = Figure(name, "ms CPU", mine, theirs, 1 / ratio, wanted=1.5, is_least=False)
    keep([figure])
    assert figure.is_reached


def test_an_idle_sweep_is_no_work(crowds):
    platform = crowds[MANY]
    monitoring.sweep(platform)

    def once():
        begin = time.perf_counter()
        assert monitoring.sweep(platform).cases == 0
        return 1000 * (time.perf_counter() - begin)

    took = sorted(once() for _ in range(51))[25]

    ((running,),) = rows(platform.database, "SELECT count(*) FROM clock WHERE next_at > 0")
    figure = Figure(
        f"idle sweep, {running:,} clocks run", "ms", took, None, took, 2, is_least=False
    )
    keep([figure])
    assert figure.is_reached


def _make_due(platform, count):
    """Let the clocks of some copies warn now."""
    now = str(platform.now().replace(tzinfo=None) - timedelta(minutes=1)) + ".000000"
    if not platform.database.is_sqlite:
        now = (platform.now() - timedelta(minutes=1)).isoformat()
    changed = execute(
        platform.database,
        "UPDATE clock SET next_at = :now, warn_at = :now, due_at = :later WHERE id IN (SELECT"
        " max(id) FROM clock WHERE case_id >= 10000000 AND case_id < :last GROUP BY case_id)",
        now=now,
        later="2027-01-01 00:00:00.000000",
        last=10_000_000 + count,
    )
    assert changed == count


def test_many_due_cases_are_swept(crowds):
    platform = crowds[FEW]
    _make_due(platform, DUE)
    begin = time.perf_counter()

    done = monitoring.sweep(platform)

    rate = done.cases / (time.perf_counter() - begin)
    keep([Figure("sweep of 10,000 due cases, SQLite", "cases/s", rate, None, rate, wanted=1_000)])
    assert (done.cases, done.sent, done.failed) == (DUE, DUE, 0)


@dataclass
class _Claims:
    """How often a worker tried, and what it got."""

    tries: int = 0
    won: int = 0
    cases: int = 0


def _claim_all(platform):
    """Claim due cases as the sweep does, load them, and move their clocks on; do nothing else."""
    claims, now = _Claims(), platform.now()

    def work(tx):
        claims.tries += 1
        claimed = tx.clocks.claim_due(now, 10, tries=TRIES)
        for taken in tx.take_all(claimed):
            for clock in taken.clocks:
                tx.clocks.replace(taken.case.id, act(clock, now)[0])
        return len(claimed)

    while count := platform.database.write(work):
        claims.won += 1
        claims.cases += count
    told = platform.home / f"claims-{os.getpid()}.json"
    told.write_text(json.dumps([claims.tries - claims.won - 1, claims.cases]))


def test_four_workers_claim_on_postgresql(postgresql_platform):
    platform = postgresql_platform
    multiply(platform, staffed(platform).lodge(), DUE)
    _make_due(platform, DUE)
    begin = time.perf_counter()

    children = [start(platform, _claim_all) for _ in range(4)]

    assert [was_killed(child) for child in children] == [False] * 4
    rate = DUE / (time.perf_counter() - begin)
    told = [json.loads(path.read_text()) for path in platform.home.glob("claims-*.json")]
    lost, claimed = (sum(each) for each in zip(*told, strict=True))
    keep([Figure("claims, 4 workers, PostgreSQL", "cases/s", rate, None, rate, wanted=3_000)])
    assert (lost, claimed) == (0, DUE)


def test_four_workers_sweep_on_postgresql(postgresql_platform):
    platform = postgresql_platform
    multiply(platform, staffed(platform).lodge(), 4_000)
    _make_due(platform, 4_000)
    begin = time.perf_counter()

    children = [start(platform, monitoring.sweep) for _ in range(4)]

    assert [was_killed(child) for child in children] == [False] * 4
    rate = 4_000 / (time.perf_counter() - begin)
    ((sent,),) = rows(platform.database, "SELECT count(*) FROM escalation")
    keep([Figure("due cases, 4 workers, PostgreSQL", "cases/s", rate, None, rate, wanted=3_000)])
    assert sent == 4_000


def _bytes(platform, tables):
    """Return what tables take on the disk, with their indexes."""
    query = """
        SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name
        GROUP BY m.tbl_name
    """
    found = dict(rows(platform.database, query))
    return sum(found.get(name, 0) for name in tables)


def test_an_open_case_is_small(tmp_path):
    platform = _platform(tmp_path, Clock(MONDAY))
    with closing(platform.database):
        office = staffed(platform)
        every = [name for (name,) in rows(platform.database, "SELECT name FROM sqlite_master")]
        before = _bytes(platform, RUNNING), _bytes(platform, every)
        for number in range(10 * len(STORY)):
            stage = STORY[: number % len(STORY)]
            for command in tell(office, stage):
                command()
        count = 10 * len(STORY)
        running = (_bytes(platform, RUNNING) - before[0]) / count / 1024
        all_of_it = (_bytes(platform, every) - before[1]) / count / 1024

    kept = Figure("bytes an open case runs on", "KB", running, 70.0, running, 4, is_least=False)
    name = "bytes of an open case with its records and journal"
    whole = Figure(name, "KB", all_of_it, 70.0, all_of_it, 20, is_least=False)
    keep([kept, whole])
    assert kept.is_reached
