"""The heat map beside a million complaints and three million steps, on each database."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from config.settings import Settings
from engine.bootstrap import Platform, open_platform
from engine.domain.kpi import Period
from engine.domain.tally import class_of, day_of
from engine.services.figures import heat
from engine.services.process import processes
from engine.store.prepared import table_of
from engine.store.step_figures import STEP_SERIES
from engine.store.tables.fact_tables import StepFactRow
from engine.store.tallies import changes
from tests.benchmarks import figures
from tests.benchmarks.multitude import FIRST, multiply
from tests.conftest import MONDAY, Clock
from tests.integration.office import Office

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1_800)]

FEW_CASES, CASES, EACH, DAYS = 10_000, 1_000_000, 3, 730
WAITING = 5_000
"""Steps that wait, beside few complaints that are over and beside many."""
ELEMENTS = 24
UNCOUNTED = 1_000
"""Cases whose facts nobody has brought into the tallies yet."""
RUNS = 20
LIMITS = {"sqlite": 1_000.0, "postgresql": 500.0}
"""Milliseconds that 19 of 20 looks may take at most."""
GROWTH = 2.0
"""How many times as long a look may take beside a hundred times as many complaints."""
_FACT = table_of(StepFactRow)
_COLUMNS = (
    *("case_id", "seq", "element", "process", "ended", "opened_at", "due_at", "due_day"),
    *("ended_at", "ended_day", "worked", "took_class", "turn", "after", "circle"),
)


def invented(now: datetime, cases: range, every: int) -> Iterator[tuple[object, ...]]:
    """Yield facts as an office leaves behind in two years: one after the other, some again."""
    dice = random.Random(cases.start)
    begin = now - timedelta(days=DAYS)
    for case, seq in itertools.product(cases, range(EACH)):
        opened_at = begin + timedelta(days=DAYS * (case - FIRST) / every, hours=30 * seq)
        worked = int(dice.lognormvariate(9, 1.2))
        ended_at = min(opened_at + 3 * timedelta(seconds=worked), now)
        due_at = opened_at + timedelta(days=2)
        is_again = dice.random() < 0.1
        element = f"step_{dice.randrange(ELEMENTS)}"
        yield (
            *(case, seq + 1, element, f"version{4 * (case - FIRST) // every}"),
            "done" if dice.random() < 0.95 else "cancelled",
            *(opened_at, due_at, day_of(due_at), ended_at, day_of(ended_at)),
            *(worked, class_of(worked), 1 + is_again, element if is_again else "", ""),
        )


def add_facts(platform: Platform, cases: range, every: int) -> None:
    """Add the facts of cases, without bringing them into the tallies."""
    facts, engine = invented(platform.now(), cases, every), platform.database.engine
    connection = engine.raw_connection()
    driver, names = connection.driver_connection, ", ".join(_COLUMNS)
    if engine.name == "sqlite":
        stored = (
            [
                v.replace(tzinfo=None).isoformat(" ", "microseconds") if _is_moment(v) else v
                for v in f
            ]
            for f in facts
        )
        marks = ", ".join("?" * len(_COLUMNS))
        driver.execute("BEGIN")
        driver.executemany(f"INSERT INTO step_fact ({names}) VALUES ({marks})", stored)  # noqa: S608
    else:
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY step_fact ({names}) FROM STDIN") as copy,
        ):
            for fact in facts:
                copy.write_row(fact)
    driver.commit()
    connection.close()


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime)


def fill(office: Office, reference: str, cases: int) -> None:
    """Put so many cases beside those of an office, with what became of their steps."""
    platform, last, engine = office.platform, FIRST + cases, office.platform.database.engine
    multiply(platform, reference, cases, waiting=WAITING)
    add_facts(platform, range(FIRST, last - UNCOUNTED), cases)
    platform.database.write(lambda tx: tx.steps.facts.count_again())
    add_facts(platform, range(last - UNCOUNTED, last), cases)
    with engine.begin() as connection:
        connection.execute(changes(STEP_SERIES, _FACT.c.case_id >= last - UNCOUNTED))
        connection.exec_driver_sql("ANALYZE")
    # As PostgreSQL's own housekeeping does within minutes.
    if engine.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def once(look: Callable[[], object]) -> float:
    """Return the milliseconds that one look takes."""
    begun = time.perf_counter()
    look()
    return 1_000 * (time.perf_counter() - begun)


def taken(look: Callable[[], object]) -> float:
    """Return the milliseconds that 19 of 20 looks do not exceed."""
    look()
    return sorted(once(look) for _ in range(RUNS))[-(-95 * RUNS // 100) - 1]


def looks(office: Office) -> dict[str, float]:
    """Measure what a person looks at: a map of a quarter and of two years, and each list."""
    platform, mara = office.platform, office.staff["mara"]
    usual, long = (
        Period.last_days(days, platform.now(), "Europe/London") for days in (90, DAYS + 1)
    )
    known = {"actor": mara, "element": "step_1", "period": usual}
    return {
        "90 days": taken(lambda: heat.overview(platform, actor=mara, period=usual)),
        "two years": taken(lambda: heat.overview(platform, actor=mara, period=long)),
        **{
            f"list: {behind}": taken(
                lambda b=behind: heat.steps_behind(platform, behind=b, **known)
            )
            for behind in ("waiting", "done", "late", "again")
        },
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def offices(request, tmp_path, hanna, mara) -> Iterator[list[Office]]:
    """Two offices, one of which has seen a hundred times as many complaints; as many wait."""
    with ExitStack() as opened:
        found = []
        for cases in (FEW_CASES, CASES):
            home = tmp_path / str(cases)
            home.mkdir()
            url = f"sqlite:///{home / 'redress.db'}"
            if request.param == "postgresql":
                url = request.getfixturevalue("postgres_server").create(f"redress_heat_{cases}")
            platform = open_platform(Settings(home=home, database_url=url))
            opened.enter_context(closing(platform.database))
            platform.database.migrate()
            processes.install_shipped(platform)
            office = Office(replace(platform, now=Clock(MONDAY)), {"hanna": hanna, "mara": mara})
            fill(office, office.reach("assess"), cases)
            found.append(office)
        yield found


def test_the_map_is_there_at_once_and_does_not_slow_down_with_the_years(offices):
    few, many = offices
    kind = many.platform.database.engine.name
    now, mara = many.platform.now(), many.staff["mara"]
    usual, long = (Period.last_days(days, now, "Europe/London") for days in (90, DAYS + 1))

    told = looks(many)
    # In turns: a machine is now fast and now slow.
    longer, shorter, ratio = figures.in_turns(
        *(
            lambda platform=office.platform: once(
                lambda: heat.overview(platform, actor=mara, period=usual)
            )
            for office in (many, few)
        ),
        rounds=RUNS,
    )

    done = sum(s.done for s in heat.overview(many.platform, actor=mara, period=long).steps)
    figures.keep(
        [
            *(
                figures.Figure(
                    f"heat map, {CASES:,} complaints, {kind}, {what}, p95",
                    *("ms", p95, None, p95, LIMITS[kind]),
                    is_least=False,
                )
                for what, p95 in told.items()
            ),
            figures.Figure(
                f"heat map, 90 days, {CASES:,} beside {FEW_CASES:,}, {kind}",
                *("ms", longer, shorter, 1 / ratio, GROWTH),
                is_least=False,
            ),
        ]
    )
    assert done > 0.9 * CASES * EACH
    assert {what for what, p95 in told.items() if p95 > LIMITS[kind]} == set(), told
    assert 1 / ratio <= GROWTH
