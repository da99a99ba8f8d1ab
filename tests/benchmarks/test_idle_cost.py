"""What `redress up` costs while nobody does anything: processor time and memory of all of it.

Budgets: 3 % of one core, and 700 MB; what its processes share is counted once.
"""

import sys
import time
from dataclasses import dataclass

import psutil
import pytest

from engine import lineage, supervise
from engine.console import say
from engine.lineage import Ancestor
from tests.postgres import free_port
from tests.processes import eventually, launch

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(400)]

STARTS_WITHIN, SETTLES_FOR, MEASURED_FOR = 120.0, 60.0, 60.0
MOST_OF_A_CORE, MOST_MEMORY = 0.03, 700e6


@dataclass(frozen=True)
class Idle:
    """What the processes took: parts of a core, and bytes."""

    core: float
    memory: float


def _named(process):
    words = process.cmdline()
    return next((word for word in words if word.startswith(("workflows", "ui.", "prefect"))), "up")


def _seconds(tree):
    """Return the processor time of each process in seconds."""
    times = ((each, each.cpu_times()) for each in tree)
    return {each.pid: t.user + t.system for each, t in times}


def _measured(pid):
    first = psutil.Process(pid)
    tree = [first, *first.children(recursive=True)]
    before, began = _seconds(tree), time.monotonic()
    time.sleep(MEASURED_FOR)
    after, lasted = _seconds(tree), time.monotonic() - began
    core = {pid: (after[pid] - before[pid]) / lasted for pid in before}
    memory = {each.pid: each.memory_full_info().pss for each in tree}
    for each in tree:
        took = f"{core[each.pid]:.2%} of a core, {memory[each.pid] / 1e6:.0f} MB"
        say(f"{_named(each)}: {took}")
    return Idle(sum(core.values()), sum(memory.values()))


@pytest.fixture(scope="module")
def idle(tmp_path_factory):
    home, port = tmp_path_factory.mktemp("idle"), free_port()
    said = home / "said.txt"
    command = [sys.executable, "-m", "engine.cli", "up", "--port", str(port)]
    process = launch(command, said, env={"REDRESS_HOME": str(home)})
    try:
        assert eventually(lambda: "Scheduler is ready" in said.read_text(), within=STARTS_WITHIN)
        assert supervise.answers(f"http://127.0.0.1:{port}/healthz")
        time.sleep(SETTLES_FOR)
        yield _measured(process.pid)
    finally:
        lineage.end(Ancestor.of(process.pid), stages=(20, 2, 2))
        process.wait(30)


def test_an_idle_installation_takes_next_to_no_processor_time(idle):
    assert idle.core < MOST_OF_A_CORE


def test_an_idle_installation_is_small(idle):
    assert idle.memory < MOST_MEMORY
