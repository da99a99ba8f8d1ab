"""Many sweeps at once, some of them killed: every due warning is sent exactly once."""

import os
import random
import signal
import time

import pytest

from engine.services.running import monitoring
from tests.benchmarks.multitude import multiply
from tests.integration.killing import start
from tests.integration.office import execute, rows

WORKERS = 8
SEED = int(os.environ.get("REDRESS_SEED", "7"))


def _late(office, clock, cases):
    """Make so many cases whose acknowledgement is near, beside the one they are copies of."""
    reference = office.lodge()
    multiply(office.platform, reference, cases)
    clock.now = office.view(reference).clocks[0].warn_at


def _sent(office):
    """Return how many cases were warned how often."""
    query = (
        "SELECT n, count(*) FROM (SELECT count(*) AS n FROM escalation GROUP BY case_id) GROUP BY n"
    )
    if not office.platform.database.is_sqlite:
        query = query.replace(") GROUP", ") AS each_case GROUP")
    return dict(rows(office.platform.database, query))


def _sweep_with_kills(office, work, *, cases):
    """Let workers sweep, kill half of them on the way, and let one more finish the rest."""
    chance = random.Random(SEED)
    children = [start(office.platform, work) for _ in range(WORKERS)]
    doomed, target = children[: WORKERS // 2], 0
    while doomed:
        target += max(1, chance.randrange(cases // WORKERS))
        _wait_until_sent(office, min(target, cases // 2))
        os.kill(doomed.pop(), signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    monitoring.sweep(office.platform)


def _wait_until_sent(office, wanted):
    patience = time.monotonic() + 120
    while time.monotonic() < patience:
        ((sent,),) = rows(office.platform.database, "SELECT count(*) FROM escalation")
        if sent >= wanted:
            return
    pytest.fail(f"Only {sent} of {wanted} were sent.")


def _judge(office, clock, cases):
    _late(office, clock, cases)

    _sweep_with_kills(office, monitoring.sweep, cases=cases)

    assert _sent(office) == {1: cases + 1}, f"REDRESS_SEED={SEED}"


def test_eight_sweeps_half_of_them_killed_send_everything_once(office, clock):
    _judge(office, clock, 300)


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_twenty_thousand_due_cases_are_swept_once(office, clock):
    _judge(office, clock, 20_000)


def _naive(platform):
    """Sweep as one would at first: look what is due, send, note that it was sent."""
    query = "SELECT case_id, id FROM clock WHERE next_at <= :now"
    now = rows(platform.database, "SELECT min(next_at) FROM clock")[0][0]
    for case_id, clock_id in rows(platform.database, query, now=now):
        execute(
            platform.database,
            "INSERT INTO escalation (case_id, token, reason, detail, raised_by, raised_at, action,"
            " level) VALUES (:case_id, '1', 'clock_warning', '', 'system', :now, '', 'manager')",
            case_id=case_id,
            now=now,
        )
        execute(platform.database, "UPDATE clock SET next_at = NULL WHERE id = :of", of=clock_id)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_naive_sweep_is_noticed(office, clock):
    _late(office, clock, 200)

    _sweep_with_kills(office, _naive, cases=200)

    assert _sent(office) != {1: 201}
