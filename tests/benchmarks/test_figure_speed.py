"""The performance page beside ten thousand complaints and beside a million, on each database."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine.domain.case_fact import CaseTold, ClockTold, RemedyTold, Trait, facts_of
from engine.domain.case_set import CaseSet
from engine.domain.kpi import Period
from engine.domain.tally import day_of
from engine.services.figures import reporting
from tests.benchmarks.growth import DAYS, few_and_many, judge, taken
from tests.benchmarks.multitude import FIRST, multiply
from tests.integration.office import Office
from tests.unit.ui.desk import sit_down

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3_000)]

_FACTS = "case_id, kind, number, detail, at, day, value, value_class, good, circle"
_TRAITS = (
    "case_id, circle, received_at, closed_at, category, severity, channel, language, vulnerable,"
    " regime, team, handler, outcome"
)
_INDEXES = ("ix_case_fact_at", "ix_case_fact_rank", "ix_case_trait_open", "ix_case_trait_closed")


def invented(now: datetime, cases: range) -> Iterator[CaseTold]:
    """Yield what an office records in two years: most is over, and a part waits."""
    dice = random.Random(cases.start)
    begin = now - timedelta(days=DAYS)
    for case in cases:
        received = begin + timedelta(days=DAYS * (case - cases.start) / len(cases))
        decided = received + timedelta(seconds=int(dice.lognormvariate(13.5, 0.9)))
        decided_at = decided if decided < now else None
        closed = decided + timedelta(hours=6)
        outcome = dice.choice(("upheld", "not_upheld", "partly_upheld")) if decided_at else "-"
        last = received + timedelta(weeks=8)
        yield CaseTold(
            case,
            "",
            {
                Trait.CATEGORY: f"Category {dice.randrange(10)}",
                Trait.SEVERITY: str(dice.randrange(1, 6)),
                Trait.CHANNEL: dice.choice(("phone", "email", "web_form", "letter")),
                Trait.LANGUAGE: dice.choice(("en", "en", "de", "-")),
                Trait.VULNERABLE: "yes" if dice.random() < 0.1 else "no",
                Trait.REGIME: dice.choice(("iso", "fca_disp")),
                Trait.TEAM: f"team{dice.randrange(5)}",
                Trait.HANDLER: f"handler{dice.randrange(40)}",
                Trait.OUTCOME: outcome,
            },
            received_at=received,
            acknowledged_at=min(received + timedelta(hours=dice.randrange(90)), now),
            decided_at=decided_at,
            closed_at=closed if closed < now else None,
            outcome=outcome,
            severities=(3,),
            first_assessed_at=received,
            clocks=(ClockTold("final_response", last, decided_at, timedelta()),),
            remedies=(RemedyTold("refund", dice.randrange(1, 90_000), last, decided_at),)
            if dice.random() < 0.2
            else (),
        )


def _rows(now: datetime, cases: range) -> tuple[Iterator[tuple], Iterator[tuple]]:
    def facts() -> Iterator[tuple]:
        for told in invented(now, cases):
            for fact in facts_of(told):
                yield (
                    *(fact.case_id, fact.kind.value, fact.number, fact.detail, fact.at),
                    *(day_of(fact.at), fact.value, fact.value_class, fact.good, told.circle),
                )

    traits = (
        (t.case_id, t.circle, t.received_at, t.closed_at, *(t.traits[trait] for trait in Trait))
        for t in invented(now, cases)
    )
    return facts(), traits


def _stored(row: tuple) -> tuple:
    return tuple(
        v.replace(tzinfo=None).isoformat(" ", "microseconds") if isinstance(v, datetime) else v
        for v in row
    )


def fill(office: Office, reference: str, cases: int) -> None:
    """Put so many complaints into an office, with their facts, and count them."""
    platform = office.platform
    multiply(platform, reference, cases, waiting=1)
    engine = platform.database.engine
    facts, traits = _rows(platform.now(), range(FIRST, FIRST + cases))
    with engine.connect() as connection:
        made = [
            connection.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE name = ?"
                if engine.name == "sqlite"
                else "SELECT indexdef FROM pg_indexes WHERE indexname = %s",
                (name,),
            ).scalar_one()
            for name in _INDEXES
        ]
    with engine.begin() as connection:
        for name in _INDEXES:
            connection.exec_driver_sql(f"DROP INDEX {name}")
        driver = connection.connection.driver_connection
        for table, names, lines in (
            ("case_fact", _FACTS, facts),
            ("case_trait", _TRAITS, traits),
        ):
            if engine.name == "sqlite":
                marks = ", ".join("?" * len(names.split(",")))
                statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - own names
                driver.executemany(statement, map(_stored, lines))
                continue
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as to:
                for line in lines:
                    to.write_row(line)
        for statement in made:
            connection.exec_driver_sql(statement)
    platform.database.write(lambda tx: tx.case_facts.count_again())
    if engine.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")


@pytest.fixture(params=["sqlite", "postgresql"])
def offices(request, tmp_path, hanna, mara) -> Iterator[list[Office]]:
    """Two offices, one of which has seen a hundred times as many complaints."""
    with few_and_many(request, tmp_path, {"hanna": hanna, "mara": mara}, fill) as found:
        yield found


def _page() -> None:
    from ui.pages import performance  # noqa: PLC0415 - this function runs as a script

    performance.show()


def opened_page(office: Office) -> None:
    """Draw the page for somebody who has just opened it, but for what their browser does."""
    test = sit_down(_page, office.platform, office.staff["mara"]).run()
    assert not test.exception
    assert int(test.metric[0].value.replace(",", "")) > 0


def looks(office: Office) -> dict[str, float]:
    """Measure what a person looks at: a report of a quarter and of two years, and lists."""
    platform, mara = office.platform, office.staff["mara"]
    usual, long = (
        Period.last_days(days, platform.now(), "Europe/London") for days in (90, DAYS + 1)
    )
    sets = {
        name: CaseSet(name, usual.begin, usual.end, platform.now())
        for name in ("received", "closed", "open", "clock_late")
    }
    return {
        "the page": taken(lambda: opened_page(office)),
        "90 days": taken(lambda: reporting.report(platform, actor=mara, period=usual)),
        "two years": taken(lambda: reporting.report(platform, actor=mara, period=long)),
        **{
            f"list: {name}": taken(
                lambda c=cases: reporting.cases_behind(platform, actor=mara, cases=c)
            )
            for name, cases in sets.items()
        },
    }


def test_the_page_of_figures_is_there_at_once_and_does_not_slow_down_with_the_years(offices):
    _few, many = offices

    judge("performance", offices, looks(many), "the page", opened_page)
