"""One process that works for a long time needs no more memory than at the beginning."""

import gc
import sys

import psutil
import pytest

from engine.services.handling import casefile, inbox
from engine.services.running import monitoring
from engine.services.running.change import CaseChange
from tests.benchmarks.desk import STORY, tell

WARM_UP = 10
"""Stories after which everything is prepared that is prepared once."""
BLOCKS = 0.5
"""Pieces of memory that a command may leave behind on average; what is forgotten leaves some."""
MEGABYTES = 16
"""By which a process may grow: the database keeps pages of its file at hand."""


def _work(office, stories):
    """Tell whole cases, with all that is looked at and swept meanwhile."""
    hanna = office.staff["hanna"]
    for _ in range(stories):
        for command in tell(office):
            command()
        rows, _count = inbox.page(office.platform, actor=hanna, view="all")
        monitoring.sweep(office.platform)
        casefile.view(office.platform, actor=hanna, reference=office.lodge())
    assert rows


def _left(office, stories):
    """Return how many pieces of memory each command of some stories leaves behind."""
    before = _blocks(office)
    _work(office, stories)
    return (_blocks(office) - before) / (stories * len(STORY))


def _blocks(office):
    """Count what is held, but for the keys used last, of which there are so many at most."""
    vault = office.platform.database.vault
    vault.seal_of.cache_clear()
    vault.mark_of.cache_clear()
    gc.collect()
    return sys.getallocatedblocks()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_some_hundred_commands_leave_nothing_behind(office):
    """On PostgreSQL, which answers more slowly, the long form does."""
    _work(office, WARM_UP)

    assert _left(office, 15) < BLOCKS


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_many_thousand_commands_need_no_more_memory(office):
    process = psutil.Process()
    _work(office, 5 * WARM_UP)
    before = process.memory_info().rss

    left = _left(office, 1_000)

    grown = (process.memory_info().rss - before) / 1_000_000
    assert left < BLOCKS
    assert grown < MEGABYTES


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_cache_that_never_forgets_is_noticed(office, monkeypatch):
    """Plant the bug: every change stays at hand under its reference and revision."""
    kept, finish = {}, CaseChange.finish

    def keep_and_finish(change):
        seen = change.case.reference, change.case.rev
        kept[seen] = f"seen {seen}"
        finish(change)

    monkeypatch.setattr(CaseChange, "finish", keep_and_finish)
    _work(office, WARM_UP)

    assert _left(office, 5) > 2 * BLOCKS
