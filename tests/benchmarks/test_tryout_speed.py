"""How fast scenarios are played."""

from itertools import cycle, islice

import pytest

from engine.services.process.shipped_scenarios import shipped_scenarios
from engine.services.tryout.playbooks import tried
from tests.diagrams.playbook import nowhere, shipped

pytestmark = pytest.mark.benchmark
HUNDRED = 100
_MOST_SECONDS = 2.0


def test_a_hundred_scenarios_of_the_shipped_process_in_less_than_two_seconds(benchmark):
    """Each is played line by line, and what they try is counted."""
    imagined = nowhere()
    playbooks = list(islice(cycle(shipped_scenarios()), HUNDRED))

    found = benchmark.pedantic(
        lambda: tried(imagined, bundle=shipped(), playbooks=playbooks), rounds=3, warmup_rounds=1
    )

    assert not found.red
    assert benchmark.stats.stats.min < _MOST_SECONDS  # whatever else the machine does
