"""The heat map beside a million complaints and three million steps, on each database."""

import itertools
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine.bootstrap import Platform
from engine.domain.kpi import Period
from engine.domain.tally import class_of, day_of
from engine.services.figures import heat
from engine.store.prepared import table_of
from engine.store.step_figures import STEP_SERIES
from engine.store.tables.fact_tables import StepFactRow
from engine.store.tallies import changes
from tests.benchmarks.growth import CASES, DAYS, few_and_many, judge, taken
from tests.benchmarks.multitude import FIRST, multiply
from tests.integration.office import Office
from tests.unit.ui.desk import sit_down, texts

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1_800)]

EACH = 3
WAITING = 5_000
"""Steps that wait, beside few complaints that are over and beside many."""
ELEMENTS = 24
UNCOUNTED = 1_000
"""Cases whose facts nobody has brought into the tallies yet."""
_FACT = table_of(StepFactRow)
_COLUMNS = (
    *("case_id", "seq", "element", "process", "ended", "opened_at", "due_at", "due_day"),
    *("ended_at", "ended_day", "worked", "held", "took_class", "turn", "after", "circle"),
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
            *(
                worked,
                None if seq else worked // 3,
                class_of(worked),
                1 + is_again,
                element if is_again else "",
                "",
            ),
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


def _page() -> None:
    from ui.pages import process  # noqa: PLC0415 - this function runs as a script

    process.show()


def opened_page(office: Office) -> None:
    """Draw the page for somebody who has just opened it, but for what their browser does."""
    test = sit_down(_page, office.platform, office.staff["mara"]).run()
    assert not test.exception
    assert "wait for somebody" in texts(test)


def looks(office: Office) -> dict[str, float]:
    """Measure what a person looks at: a map of a quarter and of two years, and each list."""
    platform, mara = office.platform, office.staff["mara"]
    usual, long = (
        Period.last_days(days, platform.now(), "Europe/London") for days in (90, DAYS + 1)
    )
    known = {"actor": mara, "element": "step_1", "period": usual}
    return {
        "the page": taken(lambda: opened_page(office)),
        "90 days": taken(lambda: heat.overview(platform, actor=mara, period=usual)),
        "two years": taken(lambda: heat.overview(platform, actor=mara, period=long)),
        "time, 90 days": taken(lambda: heat.time_of_steps(platform, actor=mara, period=usual)),
        "time, two years": taken(lambda: heat.time_of_steps(platform, actor=mara, period=long)),
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
    with few_and_many(request, tmp_path, {"hanna": hanna, "mara": mara}, fill) as found:
        yield found


def test_the_map_is_there_at_once_and_does_not_slow_down_with_the_years(offices):
    _few, many = offices
    whole = Period.last_days(DAYS + 1, many.platform.now(), "Europe/London")
    told = heat.overview(many.platform, actor=many.staff["mara"], period=whole)
    assert sum(step.done for step in told.steps) > 0.9 * CASES * EACH

    judge("heat map", offices, looks(many), "the page", opened_page)
