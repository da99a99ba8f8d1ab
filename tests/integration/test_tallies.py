"""Tallies say what counting every fact says, whatever was brought in so far, and by whom."""

from collections import Counter
from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import select

from engine.domain.kpi import Period
from engine.domain.sight import EVERYTHING, Sight
from engine.services.staffing import restriction
from engine.store.prepared import table_of
from engine.store.step_figures import AGAIN, DUE, TOOK, TWICE
from engine.store.tables.fact_tables import StepFactRow
from engine.store.tallies import Asked, Tallies
from tests.integration.office import execute, rows
from tests.integration.test_migrations import run_one_step
from tests.integration.test_step_facts import WHY, periods, strolled

FACT = table_of(StepFactRow).c
FACTS = select(
    FACT.case_id,
    FACT.element,
    FACT.process,
    FACT.circle,
    FACT.ended,
    FACT.ended_at,
    FACT.due_at,
    FACT.took_class,
    FACT.turn,
    FACT.after,
)
TOTALS = """
SELECT level, sum(n), min(n) FROM tally WHERE series = 'step.took' GROUP BY level ORDER BY level
"""


def bring_in(office, most=100_000):
    office.platform.database.write(lambda tx: tx.steps.facts.bring_in(enough=1, most=most))


def counted(office, asked, sight=EVERYTHING):
    """Return what the tallies say."""
    with office.platform.database.read() as tx:
        tallies = Tallies(tx._session)
        series = ((TOOK, AGAIN, TWICE), (DUE,))
        found = [each for some in series for each in tallies.count(some, asked, sight)]
    return {(each.series, each.element, each.detail): each.n for each in found}


def plainly(office, asked, sight=EVERYTHING):
    """Return what counting every fact says."""
    found = Counter()
    for fact in facts(office):
        case, element, process, circle, ended, ended_at, due_at, took, turn, after = fact
        if case in sight.hidden or not (sight.sees_all or circle in sight.circles):
            continue
        if asked.process not in {"", process} or asked.element not in {"", element}:
            continue
        if ended == "done" and ended_at in asked.period:
            found["step.took", element, str(took)] += 1
            found["step.again", element, after] += turn > 1
            found["step.twice", element, ""] += turn == 2
        is_late = ended_at > due_at
        if (ended == "done" or is_late) and due_at in asked.period:
            found["step.due", element, "late" if is_late else "kept"] += 1
    return dict(+found)


def facts(office):
    with office.platform.database.engine.connect() as connection:
        return connection.execute(FACTS).all()


def questions(office, clock):
    """Yield periods, of all steps, of a version, of an element; and of days cut in two."""
    ((version,),) = rows(office.platform.database, "SELECT DISTINCT process FROM step_fact")
    for period in periods(clock):
        yield from (Asked(period), Asked(period, version), Asked(period, "", "assess"))
    odd = timedelta(hours=9, minutes=20)
    yield Asked(Period(clock.now - timedelta(days=70, hours=5), clock.now - odd))
    yield Asked(Period(clock.now - odd, clock.now))
    yield Asked(periods(clock)[0], "no version")


def disagreements(office, clock, sight=EVERYTHING):
    return [
        asked
        for asked in questions(office, clock)
        if counted(office, asked, sight) != plainly(office, asked, sight)
    ]


@pytest.mark.iso("8.2")
def test_whatever_is_brought_in_so_far_the_counts_are_those_of_the_facts(office, clock):
    strolled(office, clock, cases=4, seed=7)
    database = office.platform.database
    ((case,),) = rows(database, "SELECT min(case_id) FROM step_fact")
    partly = Sight(username="x", circles=("", "elsewhere"), hidden=(case,))
    found = {"at first": disagreements(office, clock)}

    with database.read() as tx:
        half = tx.steps.facts.pending() // 2
    bring_in(office, half)
    found["half"] = disagreements(office, clock)
    found["half, partly hidden"] = disagreements(office, clock, partly)
    bring_in(office)
    found["all"] = disagreements(office, clock)
    found["all, partly hidden"] = disagreements(office, clock, partly)
    strolled(office, clock, cases=1, seed=8)
    found["more"] = disagreements(office, clock)

    assert counted(office, Asked(periods(clock)[0]))
    assert {when: where for when, where in found.items() if where} == {}


def test_a_case_that_is_restricted_is_counted_for_its_circle_alone(office, clock):
    reference = office.reach("assess")
    office.reach("assess")
    bring_in(office)
    everybody = Sight(username="x", circles=("",))

    given = {"people": ("hanna",), "reference": reference} | WHY
    restriction.restrict(office.platform, actor=office.staff["mara"], **given)
    moved = disagreements(office, clock, everybody)
    bring_in(office)

    assert moved == disagreements(office, clock, everybody) == []
    assert counted(office, Asked(periods(clock)[0]), everybody).keys() >= {
        ("step.due", "register", "kept")
    }
    assert rows(office.platform.database, "SELECT count(*) FROM tally WHERE n = 0") == [(0,)]


def test_a_day_and_the_longer_stretches_hold_the_same(office, clock):
    strolled(office, clock, cases=3)

    bring_in(office)

    levels = rows(office.platform.database, TOTALS)
    ((done,),) = rows(
        office.platform.database, "SELECT count(*) FROM step_fact WHERE ended = 'done'"
    )
    assert [(level, int(total)) for level, total, _least in levels] == [
        (level, done) for level in range(4)
    ]


def test_tallies_made_again_are_those_that_were_kept(office, clock):
    strolled(office, clock, cases=3)
    bring_in(office)
    strolled(office, clock, cases=1, seed=5)
    kept = rows(office.platform.database, "SELECT * FROM tally ORDER BY 1, 2, 3, 4, 5, 6, 7")
    execute(office.platform.database, "UPDATE tally SET n = n + 1")

    office.platform.database.write(lambda tx: tx.steps.facts.count_again())

    # What is not brought in yet stays so, and is in the sum once.
    assert kept == rows(
        office.platform.database, "SELECT * FROM tally ORDER BY 1, 2, 3, 4, 5, 6, 7"
    )
    assert disagreements(office, clock) == []


def test_a_change_that_is_lost_is_caught(office, clock):
    """Plant the bug: a change is taken and brought in nowhere."""
    strolled(office, clock, cases=2)
    execute(office.platform.database, "DELETE FROM tally_change WHERE id % 5 = 0")

    assert disagreements(office, clock) != []


def test_an_update_counts_the_second_times_of_before(office, clock):
    strolled(office, clock, cases=4, seed=7)
    database = office.platform.database
    for table in ("process_look", "process_finding"):
        execute(database, f"DROP TABLE {table}")
    execute(database, "DELETE FROM tally_change WHERE series = 'step.twice'")
    before = disagreements(office, clock)

    step = import_module("engine.store.migrations.versions.0071_process_health")
    run_one_step(database, step.down_revision, step.revision)

    assert before != []
    assert disagreements(office, clock) == []
