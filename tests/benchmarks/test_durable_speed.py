"""Promises on speed that are judged by the clock: a step that is stored, a sweep without work."""

import os
import statistics
import time
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.services.running import monitoring
from tests.benchmarks.desk import STORY, staffed, tell
from tests.benchmarks.figures import Figure, keep
from tests.benchmarks.multitude import multiply
from tests.postgres import PostgresServer

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

OPEN_CASES = 100_000
BUSY = 2.0
"""Load of a machine on which times say nothing."""


@pytest.fixture(scope="module")
def durable_server():
    """A server that writes to the disk before it answers, unlike the one of the other tests."""
    server = PostgresServer(is_durable=True)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def durable_platform(durable_server, tmp_path, clock):
    url = durable_server.create("durable")
    opened = open_platform(Settings(home=tmp_path, database_url=url))
    with closing(opened.database):
        opened.database.migrate()
        yield replace(opened, now=clock)
    durable_server.drop("durable")


def _milliseconds(deed):
    begin = time.perf_counter()
    deed()
    return 1000 * (time.perf_counter() - begin)


def _judge(figure):
    keep([figure])
    if not figure.is_reached and (load := os.getloadavg()[0]) > BUSY:
        pytest.skip(f"the machine is busy: its load is {load:.1f}")
    assert figure.is_reached


def test_half_of_all_steps_are_stored_on_postgresql_in_less_than_five_milliseconds(
    durable_platform,
):
    office = staffed(durable_platform)
    steps = [deed.is_step for deed in STORY]

    def story():
        told = [_milliseconds(command) for command in tell(office)]
        return [took for took, is_step in zip(told, steps, strict=True) if is_step]

    story()
    took = statistics.median([each for _ in range(20) for each in story()])

    _judge(Figure("a step is stored, PostgreSQL, p50", "ms", took, None, took, 5, is_least=False))


def test_an_idle_sweep_among_many_open_cases_is_no_work(platform):
    multiply(platform, staffed(platform).lodge(), OPEN_CASES)
    monitoring.sweep(platform)

    took = statistics.median(
        [_milliseconds(partial(monitoring.sweep, platform)) for _ in range(101)]
    )

    kind = "SQLite" if platform.database.is_sqlite else "PostgreSQL"
    name = f"idle sweep, {OPEN_CASES:,} open cases, {kind}, p50"
    _judge(Figure(name, "ms", took, None, took, 1, is_least=False))
