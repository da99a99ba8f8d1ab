"""What keeping facts and their counts costs each command, on each database."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.services.running import step_facts
from tests.benchmarks.desk import per_command, staffed
from tests.benchmarks.figures import Figure, in_turns, keep
from tests.conftest import MONDAY, Clock
from tests.integration.office import rows

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

LIMIT = 0.10
"""Of the throughput of commands that may be lost at most."""


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request, tmp_path):
    """A staffed office on a database of its own."""
    url = request.getfixturevalue(f"{request.param}_url")
    opened = open_platform(Settings(home=tmp_path, database_url=url))
    with closing(opened.database):
        yield staffed(replace(opened, now=Clock(MONDAY)))


@contextmanager
def _without_facts() -> Iterator[None]:
    """Let no end tell its time, and nobody keep or count it; all else stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step_facts, "told", lambda *_, **__: {})
        patch.setattr(step_facts, "keep", lambda *_: None)
        yield


def test_keeping_facts_costs_little(office):
    """In turns, by the wall clock: what the disk costs is a part of a command."""

    def usual() -> float:
        return per_command(office, stories=2, clock=time.perf_counter)

    def without() -> float:
        with _without_facts():
            return per_command(office, stories=2, clock=time.perf_counter)

    def facts() -> int:
        ((number,),) = rows(office.platform.database, "SELECT count(*) FROM step_fact")
        return int(number)

    usual()
    kept = facts()
    without()
    assert 0 < kept == facts()

    mine, bare, ratio = in_turns(usual, without, rounds=15)

    kind = "SQLite" if office.platform.database.is_sqlite else "PostgreSQL"
    lost = 1 - ratio
    name = f"command with facts of steps; plain: without, {kind}"
    keep(
        [
            Figure(name, "ms", mine, bare, ratio, 1 - LIMIT),
            Figure(
                f"throughput lost to facts of steps, {kind}",
                *("share", lost, None, lost, LIMIT),
                is_least=False,
            ),
        ]
    )
    assert lost < LIMIT
