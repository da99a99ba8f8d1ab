"""The process core and whole commands against the plain library: same diagram, same run, in turns.

Plain means SpiffWorkflow, its JSON serializer, and one row that is read and updated. Ours means all
that a command does: who may, clocks, journal, inbox, letters, one durable transaction.
"""

import gc
import os
import sqlite3
import time
from contextlib import closing
from itertools import count

import psutil
import psycopg
import pytest

from engine.process.core import LiveCase
from engine.services.clocks.waiting import timetable
from engine.services.process.processes import bundle_of, latest
from tests.benchmarks.desk import STORY, known, per_command, staffed, tell
from tests.benchmarks.figures import Figure, in_turns, keep
from tests.benchmarks.plain import Plain
from tests.conftest import MONDAY
from tests.integration.killing import start, was_killed

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

ROUTING = [deed.routing for deed in STORY]


@pytest.fixture(scope="module")
def plain():
    return Plain.read()


@pytest.fixture(autouse=True)
def no_old_garbage():
    """Everything the tests have loaded would be looked through again and again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _timed(deed, times=1):
    begin = time.process_time()
    for _ in range(times):
        deed()
    return 1000 * (time.process_time() - begin) / times / len(STORY)


def _in_memory(plain):
    case = plain.start()
    for deed in STORY:
        plain.do(case, deed)


def _written_each_time(plain):
    case = plain.start()
    for deed in STORY:
        case = plain.load(plain.write(case))
        plain.do(case, deed)


def _by_the_core(bundle, allowance):
    case = LiveCase.start(bundle, {"category": "Price"}, now=MONDAY, timetable=allowance)
    told = case.progress()
    for deed, said in zip(STORY, ROUTING, strict=True):
        case = LiveCase.load(bundle, told.state, timetable=allowance)
        if deed.is_step:
            token = next(step.token for step in told.open_steps if step.element == deed.name)
            case.complete(token, said, MONDAY)
        else:
            case.deliver(deed.name, said, MONDAY)
        told = case.progress()
    assert told.is_complete


def test_the_core_loads_acts_and_saves(plain, sqlite_platform):
    office = staffed(sqlite_platform)
    with office.platform.database.read() as tx:
        bundle = bundle_of(office.platform, tx, latest(tx, at=office.platform.now())[0])
    allowance = timetable(office.platform)

    def ours():
        return _timed(lambda: _by_the_core(bundle, allowance), 10)

    stored = in_turns(ours, lambda: _timed(lambda: _written_each_time(plain)), rounds=5)
    memory = in_turns(ours, lambda: _timed(lambda: _in_memory(plain)), rounds=5)

    figures = (
        Figure("load, act, save a step", "ms CPU", *stored, wanted=25),
        Figure("the same, plain never saved", "ms CPU", *memory, wanted=4),
    )
    keep(figures)
    assert all(figure.is_reached for figure in figures)


_LOOK = "SELECT state FROM plain_case WHERE id = ?"
_LOOK_AND_LOCK = "SELECT state FROM plain_case WHERE id = ? FOR UPDATE"


class PlainOnDatabase:
    """Plain cases in one table, each command one transaction."""

    def __init__(self, plain, connection, *, is_sqlite):
        self._plain, self._connection = plain, connection
        self._mark = "?" if is_sqlite else "%s"
        self._query = _LOOK if is_sqlite else _LOOK_AND_LOCK
        self._begin = "BEGIN IMMEDIATE" if is_sqlite else "BEGIN"
        self._numbers = count(1)
        self._run("CREATE TABLE plain_case (id integer PRIMARY KEY, state text)")

    def _run(self, statement, *values):
        return self._connection.execute(statement.replace("?", self._mark), values)

    def story(self):
        number = next(self._numbers)
        written = self._plain.write(self._plain.start())
        self._run("INSERT INTO plain_case VALUES (?, ?)", number, written)
        for deed in STORY:
            self._run(self._begin)
            (written,) = self._run(self._query, number).fetchone()
            case = self._plain.load(written)
            self._plain.do(case, deed)
            state = self._plain.write(case)
            self._run("UPDATE plain_case SET state = ? WHERE id = ?", state, number)
            self._run("COMMIT")


def test_a_whole_command_on_sqlite(plain, sqlite_platform, tmp_path):
    office = staffed(sqlite_platform)
    with closing(sqlite3.connect(tmp_path / "plain.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        theirs = PlainOnDatabase(plain, connection, is_sqlite=True)
        per_command(office, stories=2)

        measured = in_turns(
            lambda: per_command(office, stories=4), lambda: _timed(theirs.story), rounds=5
        )

    figure = Figure("whole command, SQLite", "ms CPU", *measured, wanted=8)
    keep([figure])
    assert figure.ratio > 2


def _work_of(server):
    """Return the seconds of a core that we and the database server have used so far."""
    family = psutil.Process(server._process.pid).children(recursive=True)
    used = [process.cpu_times() for process in family]
    return time.process_time() + sum(times.user + times.system for times in used)


def test_a_whole_command_on_postgresql(plain, postgresql_platform, postgres_server):
    office = staffed(postgresql_platform)
    name = postgresql_platform.database.engine.url.database

    def clock():
        return _work_of(postgres_server)

    def ours():
        begin = clock()
        commands = [command() for _ in range(4) for command in tell(office)]
        return 1000 * (clock() - begin) / len(commands)

    with psycopg.connect(postgres_server.url(name), autocommit=True) as connection:
        theirs = PlainOnDatabase(plain, connection, is_sqlite=False)

        def plainly():
            begin = clock()
            theirs.story()
            return 1000 * (clock() - begin) / len(STORY)

        per_command(office, stories=2)
        measured = in_turns(ours, plainly, rounds=5)

    figure = Figure("whole command, PostgreSQL", "ms CPU", *measured, wanted=8)
    keep([figure])
    assert figure.ratio > 1


def _stories(platform, number):
    office = known(platform)
    for _ in range(number):
        for command in tell(office):
            command()


def test_four_processes_on_postgresql(postgresql_platform):
    staffed(postgresql_platform)

    def work(stories):
        return lambda platform: _stories(platform, stories)

    def seconds(processes, stories):
        begin = time.perf_counter()
        children = [start(postgresql_platform, work(stories)) for _ in range(processes)]
        assert [was_killed(child) for child in children] == [False] * processes
        return time.perf_counter() - begin

    alone, together = [], []
    for _ in range(3):
        alone.append(10 / seconds(1, 10))
        together.append(4 * 5 / seconds(4, 5))
    one, four = sorted(alone)[1], sorted(together)[1]

    figure = Figure(
        "4 processes for 1, PostgreSQL", "stories/s", four, one, ratio=four / one, wanted=1.6
    )
    keep([figure])
    if (busy := os.getloadavg()[0]) > 5:
        pytest.skip(f"the machine is busy: its load is {busy:.1f}, of which four are ours")
    assert figure.ratio > 1
