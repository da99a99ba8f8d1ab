"""A database that dies and comes back while many programs work: each goes on by itself.

PostgreSQL is killed, loses its first process, or is shut down, over and over. On SQLite a writer is
killed in the middle of its work while others wait for it.
"""

import os
import random
import re
from contextlib import contextmanager
from itertools import cycle, islice

import psycopg
import pytest

from engine.services.running import monitoring
from tests.benchmarks.multitude import multiply
from tests.integration.agreement import contradictions
from tests.integration.clerk import Crew
from tests.integration.office import execute, rows

SEED = int(os.environ.get("REDRESS_SEED", "7"))
CLERKS, SWEEPERS = 3, 2
SENTENCE = re.compile(
    "The database (does not answer|is too busy).*|The connection to the database was cut\\..*"
)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def server(postgres_server):
    """The database server; it runs again after the test whatever the test did to it."""
    yield postgres_server
    postgres_server.kill()
    postgres_server.start()


def _let_many_be_due(office, clock, cases):
    reference = office.lodge()
    multiply(office.platform, reference, cases)
    clock.now = office.view(reference).clocks[0].warn_at
    return {reference: 1} | {f"X-{n}": 1 for n in range(cases)}


def _wrong(office, words, due, *, killed=0):
    """Return what was acknowledged and is not there, is there twice, or contradicts itself.

    Args:
        killed: Programs that could not say what they had been told last.
    """
    database = office.platform.database
    kept = {key for (key,) in rows(database, "SELECT command_id FROM receipt")}
    done = {key: reference for word in words for key, reference in word.done.items()}
    warned = dict(
        rows(
            database,
            "SELECT reference, count(*) FROM escalation JOIN complaint_case c ON c.id = case_id"
            " WHERE reason = 'clock_warning' GROUP BY reference",
        )
    )
    worked = sorted(set(done.values()))
    stored = {name for (name,) in rows(database, "SELECT reference FROM complaint_case")}
    told = {
        "lost": (done.keys() - kept) | (set(worked) - stored),
        "failed": [failure for word in words for failure in word.failed],
        "done, and never said": max(0, len(kept - done.keys()) - killed),
        "cases nobody lodged": max(0, len(stored - set(worked) - due.keys()) - killed),
        "not warned once": {name for name in due if warned.get(name) != 1},
        "torn": [
            name for name in stored.intersection(worked) if contradictions(office.platform, name)
        ],
        "blamed": rows(database, "SELECT subject, cause FROM incident"),
        "no sentence": [s for word in words for s in word.refused if not SENTENCE.fullmatch(s)],
    }
    return {name: found for name, found in told.items() if found}


def _outages(server, rounds):
    ways = (server.kill, server.stop, server.behead)
    return islice(cycle(ways), rounds)


def _work_through_outages(office, server, folder, rounds):
    """Return what everybody said; each time, everybody must go on within half a minute."""
    crew = Crew(office, folder)
    for _ in range(CLERKS):
        crew.hire_clerk()
    for _ in range(SWEEPERS):
        crew.hire_sweeper()
    with crew.at_work():
        crew.wait(2)
        for go_away in _outages(server, rounds):
            go_away()
            server.start()
            crew.wait(3)
    return crew.words


def _judge_outages(office, clock, server, folder, rounds):
    due = _let_many_be_due(office, clock, 40 * rounds)

    words = _work_through_outages(office, server, folder, rounds)

    monitoring.sweep(office.platform)
    assert _wrong(office, words, due) == {}
    assert sum(len(word.refused) for word in words) >= rounds, "Nobody was at work meanwhile."


@ON_POSTGRESQL
def test_a_server_that_dies_under_load_costs_nothing_that_was_acknowledged(
    office, clock, server, tmp_path
):
    _judge_outages(office, clock, server, tmp_path, 3)


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
@ON_POSTGRESQL
def test_a_server_that_dies_a_hundred_times_under_load_costs_nothing(
    office, clock, server, tmp_path
):
    _judge_outages(office, clock, server, tmp_path, 100)


@contextmanager
def _writing_rarely(server):
    """Let what was confirmed lie in the memory of the server, however busy the machine is."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM RESET wal_writer_delay")
            connection.execute("SELECT pg_reload_conf()")


@ON_POSTGRESQL
def test_a_server_that_confirms_what_it_has_not_written_yet_is_noticed(
    office, clock, server, tmp_path
):
    """Plant the bug: one setting makes PostgreSQL faster, and forgetful when it is killed."""
    name = office.platform.database.engine.url.database
    execute(office.platform.database, f"ALTER DATABASE {name} SET synchronous_commit = off")
    due = _let_many_be_due(office, clock, 1)

    with _writing_rarely(server):
        words = _work_through_outages(office, server, tmp_path, 1)

    assert _wrong(office, words, due).keys() & {"lost", "failed"}


def _kill_writers(office, folder, kills):
    """Let writers die amid their work, and the others go on; return what was said."""
    chance, crew = random.Random(SEED), Crew(office, folder)
    for _ in range(CLERKS):
        crew.hire_clerk()
    crew.hire_sweeper()
    with crew.at_work():
        crew.wait(2)
        for _ in range(kills):
            crew.hire_clerk(point=chance.randrange(10, 150))
            crew.wait_for_deaths(living=CLERKS + 1)
            crew.wait(1)
    return crew.words


def _judge_killed_writers(office, clock, folder, kills):
    due = _let_many_be_due(office, clock, 20 * kills)

    words = _kill_writers(office, folder, kills)

    monitoring.sweep(office.platform)
    assert _wrong(office, words, due, killed=kills) == {}, f"REDRESS_SEED={SEED}"


@ON_SQLITE
def test_a_writer_that_is_killed_leaves_those_who_wait_a_whole_database(office, clock, tmp_path):
    _judge_killed_writers(office, clock, tmp_path, 5)


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
@ON_SQLITE
def test_two_hundred_writers_that_are_killed_leave_a_whole_database(office, clock, tmp_path):
    _judge_killed_writers(office, clock, tmp_path, 200)
