"""What keeping facts and their counts costs each command, on each database."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.services.figures import facts
from engine.services.running import step_facts
from engine.store import journal
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


class _Every:
    """Holds whatever it is asked for."""

    def __contains__(self, _event: object) -> bool:
        return True


@contextmanager
def _without_facts() -> Iterator[None]:
    """Let no end tell its time, and nobody keep or count it; all else stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step_facts, "told", lambda *_, **__: {})
        patch.setattr(step_facts, "keep", lambda *_: None)
        patch.setattr(journal, "NO_PART", _Every())
        yield


def test_keeping_facts_costs_little(office):
    """In turns, by the wall clock: what the disk costs is a part of a command."""

    def usual() -> float:
        return per_command(office, stories=2, clock=time.perf_counter)

    def without() -> float:
        with _without_facts():
            return per_command(office, stories=2, clock=time.perf_counter)

    def kept_facts() -> tuple[int, int]:
        tables = ("step_fact", "changed_case")
        return tuple(
            rows(office.platform.database, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - own names
            for table in tables
        )

    usual()
    kept = kept_facts()
    without()
    assert min(kept) > 0
    assert kept == kept_facts()

    mine, bare, ratio = in_turns(usual, without, rounds=15)

    kind = "SQLite" if office.platform.database.is_sqlite else "PostgreSQL"
    lost = 1 - ratio
    name = f"command with facts; plain: without, {kind}"
    keep(
        [
            Figure(name, "ms", mine, bare, ratio, 1 - LIMIT),
            Figure(
                f"throughput lost to facts, {kind}",
                *("share", lost, None, lost, LIMIT),
                is_least=False,
            ),
        ]
    )
    assert lost < LIMIT


def test_the_job_that_makes_the_facts_of_complaints_keeps_up_easily(office):
    """A job of its own, so that no command waits for it; it shares the machine with them.

    It has run before, since a process that runs for weeks prepares its statements once; and it
    finds what commands at full throughput leave behind in a few seconds: more waits in a minute.
    """
    per_command(office, stories=2)
    facts.keep_up(office.platform)
    taken = per_command(office, stories=50, clock=time.perf_counter)
    ((waiting,),) = rows(office.platform.database, "SELECT count(*) FROM changed_case")

    begun = time.perf_counter()
    facts.keep_up(office.platform)
    made = 1_000 * (time.perf_counter() - begun) / waiting

    kind = "SQLite" if office.platform.database.is_sqlite else "PostgreSQL"
    share = made / taken
    keep(
        [
            Figure(
                f"time of the job that makes facts, beside its command, {kind}",
                *("share", share, None, share, LIMIT),
                is_least=False,
            )
        ]
    )
    assert share < LIMIT
