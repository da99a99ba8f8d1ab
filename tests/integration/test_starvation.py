"""Who works beside a sweep that has much to do hardly notices it, even with one writer."""

import os
import signal
import time
from itertools import chain, count

import pytest

from engine.errors import UnavailableError
from engine.services.running import monitoring
from engine.store.turns import Turns
from tests.benchmarks.desk import tell
from tests.benchmarks.multitude import multiply
from tests.integration.killing import start
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LONGEST = 1.0
"""Seconds that a person may wait, besides what a busy machine costs without a sweep."""
THINKING = 0.005
"""Seconds between two commands, in which a sweep can begin its next transaction."""
WARNED = "SELECT count(*) FROM escalation WHERE reason = 'clock_warning'"


def _let_many_be_due(office, clock, cases):
    reference = office.lodge()
    multiply(office.platform, reference, cases)
    clock.now = office.view(reference).clocks[0].warn_at


def _beside_a_sweep(office, seconds):
    """Return how long each command took that was given meanwhile, and how many cases were swept."""
    sweep = start(office.platform, monitoring.sweep)
    try:
        took = list(_waits(office, time.monotonic() + seconds))
    finally:
        os.kill(sweep, signal.SIGKILL)
        os.waitpid(sweep, 0)
    ((swept,),) = rows(office.platform.database, WARNED)
    return took, swept


def _waits(office, until):
    """Give the commands of one case after another; yield the seconds that each took."""
    for command in chain.from_iterable(tell(office) for _ in count()):
        begin = time.monotonic()
        if begin > until:
            return
        command()
        yield time.monotonic() - begin
        time.sleep(THINKING)


def _judge(office, clock, seconds):
    _let_many_be_due(office, clock, 1_500 * seconds)
    alone = list(_waits(office, time.monotonic() + seconds))

    took, swept = _beside_a_sweep(office, seconds)

    assert max(took) - max(alone) < LONGEST
    assert len(took) > 10 * seconds
    assert swept > 10 * seconds, "There was nothing to wait for."


@ON_SQLITE
def test_nobody_waits_a_second_beside_a_sweep(office, clock):
    _judge(office, clock, 2)


@ON_SQLITE
@pytest.mark.fuzz
@pytest.mark.timeout(600)
def test_nobody_waits_a_second_beside_a_sweep_of_a_minute(office, clock):
    _judge(office, clock, 60)


@ON_SQLITE
def test_a_sweep_that_is_one_long_transaction_is_noticed(office, clock, monkeypatch):
    monkeypatch.setattr(monitoring, "_TOGETHER", 3_000)
    monkeypatch.setattr(monitoring, "_BATCH", 3_000)
    _let_many_be_due(office, clock, 3_000)

    try:
        took, _swept = _beside_a_sweep(office, 3)
    except UnavailableError:
        took = [LONGEST]

    assert max(took) >= LONGEST


def test_a_job_lets_those_go_first_who_wait_and_only_while_they_do(tmp_path):
    turns = Turns(tmp_path / "turns")

    with turns.waiting():
        waited = _seconds(lambda: turns.give_way(0.1))
    after = _seconds(lambda: turns.give_way(10))

    assert waited >= 0.1
    assert after < 5


@ON_SQLITE
@pytest.mark.parametrize("is_job", [True, False])
def test_people_stand_in_line_and_jobs_do_not(office, is_job):
    database, reference, waited = office.platform.database, office.lodge(), []

    def lose_once(tx):
        waited.append(_seconds(lambda: database._turns.give_way(0.5)))
        case = tx.cases.get(reference)
        if len(waited) == 1:
            tx.cases.replace(case.model_copy(update={"rev": case.rev - 1}), before=case)

    database.write(lose_once, gives_way=is_job)

    assert [seconds >= 0.5 for seconds in waited] == [False, not is_job]


def _seconds(act):
    begin = time.monotonic()
    act()
    return time.monotonic() - begin
