"""What the proof costs: verifying a million events, signing among many cases, writing events."""

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from config.settings import Settings
from engine.bootstrap import Platform, open_platform
from engine.domain.actor import SYSTEM
from engine.domain.journal import chain_all
from engine.services.audit import auditing
from engine.services.intake import intake
from engine.services.journal import checkpoints
from engine.services.running import change
from engine.store.journal import Journal
from tests.benchmarks.desk import STORY, per_command, staffed, tell
from tests.benchmarks.figures import Figure, in_turns, keep
from tests.conftest import MONDAY, Clock
from tests.integration.office import rows

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

EVENTS = int(os.environ.get("REDRESS_BENCH_EVENTS", "1000000"))
_AT_ONCE = 400


def _worked(platform: Platform) -> int:
    """Work one case from receipt to closing, and return its number."""
    for command in tell(staffed(platform), STORY):
        command()
    ((number,),) = rows(platform.database, "SELECT min(id) FROM complaint_case")
    return int(number)


def _fill(platform: Platform, number: int, events: int) -> int:
    """Give copies of a case chains of their own, with all that is personal in them, sealed."""
    with platform.database.read() as tx:
        model = tx.journal.of(number)
    told = [(event.type, event.facts()) for event in model]
    columns = [c for c in _columns(platform) if c not in {"id", "reference"}]
    copied = ", ".join(
        "0" if c == "journal_seq" else "''" if c == "journal_head" else c for c in columns
    )
    copy = (
        f"INSERT INTO complaint_case (id, reference, {', '.join(columns)}) "  # noqa: S608
        f"SELECT :id, :reference, {copied} FROM complaint_case WHERE id = {number}"
    )
    ids = range(number + 1_000, number + 1_000 + events // len(told))
    for batch in _batches(ids):
        platform.database.write(lambda tx, batch=batch: _add(tx, batch, copy, told))
    return len(ids) * len(told)


def _batches(ids):
    every = iter(ids)
    while batch := tuple(itertools.islice(every, _AT_ONCE)):
        yield batch


def _columns(platform):
    with platform.database.engine.connect() as connection:
        return list(connection.execute(text("SELECT * FROM complaint_case WHERE id < 0")).keys())


def _add(tx, batch, copy, told):
    connection = tx.journal._session.connection
    given = [{"id": each, "reference": f"X-{each}"} for each in batch]
    connection.execute(text(copy), given)
    ends = []
    for each in batch:
        events = chain_all(told, case_id=each, last=(0, ""), at=MONDAY, actor="hanna")
        tx.journal.append(events)
        ends.append({"of": each, "seq": len(events), "head": events[-1].hash})
    connection = tx.journal._session.connection
    change = "UPDATE complaint_case SET journal_seq = :seq, journal_head = :head WHERE id = :of"
    connection.execute(text(change), ends)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def archive(request, tmp_path_factory) -> Iterator[Platform]:
    """A platform with a million events."""
    home = tmp_path_factory.mktemp("archive")
    url = f"sqlite:///{home / 'redress.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").create("redress_archive")
    opened = open_platform(Settings(home=home, database_url=url))
    with closing(opened.database):
        opened.database.migrate()
        platform = replace(opened, now=Clock(MONDAY))
        _fill(platform, _worked(platform), EVENTS)
        yield platform


def test_a_million_events_are_verified(archive):
    begin = time.perf_counter()
    checkpoints.make(archive)
    signed = time.perf_counter() - begin
    begin = time.perf_counter()

    told = auditing.verify_journal(archive, actor=SYSTEM)

    took = time.perf_counter() - begin
    kind = "SQLite" if archive.database.is_sqlite else "PostgreSQL"
    first = Figure(
        f"first checkpoint over {told.cases:,} cases, {kind}",
        "s",
        signed,
        None,
        signed,
        5,
        is_least=False,
    )
    figure = Figure(
        f"{told.events:,} events verified, {kind}", "s", took, None, took, 10, is_least=False
    )
    keep([first, figure])
    assert told.broken == ()
    assert figure.is_reached


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request, tmp_path):
    """A staffed office on a database of its own."""
    url = request.getfixturevalue(f"{request.param}_url")
    opened = open_platform(Settings(home=tmp_path, database_url=url))
    with closing(opened.database):
        yield staffed(replace(opened, now=Clock(MONDAY)))


@contextmanager
def _without_journal() -> Iterator[None]:
    """Let commands leave no event: none is made, hashed, sealed or stored; all else stays."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (change, intake):
            if hasattr(module, "chain_all"):
                patch.setattr(module, "chain_all", lambda *_, **__: ())
        patch.setattr(Journal, "append", lambda *_: None)
        yield


def test_writing_the_journal_costs_little(office):
    """In turns, by the wall clock: what the disk costs is a part of a command."""

    def without() -> float:
        with _without_journal():
            return per_command(office, stories=2, clock=time.perf_counter)

    def usual() -> float:
        return per_command(office, stories=2, clock=time.perf_counter)

    usual()
    without()

    mine, bare, ratio = in_turns(usual, without, rounds=9)

    kind = "SQLite" if office.platform.database.is_sqlite else "PostgreSQL"
    lost = 1 - ratio
    figure = Figure(
        f"throughput lost to the journal, {kind}", "share", lost, None, lost, 0.10, is_least=False
    )
    name = f"command with journal; plain: without, {kind}"
    keep([Figure(name, "ms", mine, bare, ratio, 0.9), figure])
    assert figure.is_reached
