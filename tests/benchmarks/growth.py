"""How long a look takes beside ten thousand complaints and beside a million, on each database."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.domain.actor import Actor
from engine.services.process import processes
from tests.benchmarks import figures
from tests.conftest import MONDAY, Clock
from tests.integration.office import Office

FEW_CASES, CASES, DAYS = 10_000, 1_000_000, 730
RUNS = 20
LIMITS = {"sqlite": 1_000.0, "postgresql": 500.0}
"""Milliseconds that 19 of 20 looks may take at most."""
GROWTH = 2.0
"""How many times as long a look may take beside a hundred times as many complaints."""


@contextmanager
def few_and_many(
    request: pytest.FixtureRequest,
    folder: Path,
    staff: Mapping[str, Actor],
    fill: Callable[[Office, str, int], object],
) -> Iterator[list[Office]]:
    """Open two offices, one of which has seen a hundred times as many complaints.

    Args:
        request: Its ``param`` names the database.
        folder: Where they are.
        staff: Who works there; among them hanna and mara.
        fill: Puts so many copies of a complaint into an office, with what became of them.
    """
    with ExitStack() as opened:
        found = []
        for cases in (FEW_CASES, CASES):
            home = folder / str(cases)
            home.mkdir()
            url = f"sqlite:///{home / 'redress.db'}"
            if request.param == "postgresql":
                url = request.getfixturevalue("postgres_server").create(f"redress_growth_{cases}")
                opened.callback(
                    request.getfixturevalue("postgres_server").drop, f"redress_growth_{cases}"
                )
            platform = open_platform(Settings(home=home, database_url=url))
            opened.enter_context(closing(platform.database))
            platform.database.migrate()
            processes.install_shipped(platform)
            office = Office(replace(platform, now=Clock(MONDAY)), dict(staff))
            fill(office, office.reach("assess"), cases)
            found.append(office)
        yield found


def once(look: Callable[[], object]) -> float:
    """Return the milliseconds that one look takes."""
    begun = time.perf_counter()
    look()
    return 1_000 * (time.perf_counter() - begun)


def taken(look: Callable[[], object]) -> float:
    """Return the milliseconds that 19 of 20 looks do not exceed."""
    look()
    return sorted(once(look) for _ in range(RUNS))[-(-95 * RUNS // 100) - 1]


def judge(
    what: str,
    offices: list[Office],
    told: Mapping[str, float],
    usual: str,
    look: Callable[[Office], Any],
) -> None:
    """Keep what looks have taken, and how much longer one of them takes in the office of many.

    Args:
        what: Is looked at.
        offices: That of few, and that of many.
        told: Milliseconds of each look in the office of many.
        usual: Name of the look that is compared.
        look: At an office.

    Raises:
        AssertionError: One takes too long, or grows too much.
    """
    few, many = offices
    kind = many.platform.database.engine.name
    # In turns: a machine is now fast and now slow.
    longer, shorter, ratio = figures.in_turns(
        *(lambda office=office: once(lambda: look(office)) for office in (many, few)),
        rounds=RUNS,
    )
    names = {name: f"{what}, {CASES:,} complaints, {kind}, {name}, p95" for name in told}
    beside = f"{what}, {usual}, {CASES:,} beside {FEW_CASES:,}, {kind}"
    figures.keep(
        [
            *(
                figures.Figure(names[name], "ms", p95, None, p95, LIMITS[kind], is_least=False)
                for name, p95 in told.items()
            ),
            figures.Figure(beside, "ms", longer, shorter, 1 / ratio, GROWTH, is_least=False),
        ]
    )
    assert {name for name, p95 in told.items() if p95 > LIMITS[kind]} == set(), told
    assert 1 / ratio <= GROWTH
