"""The inbox begins with what has least time for what is still to do (ISO 10002:2018, 4.15)."""

from datetime import timedelta

import pytest

from engine.domain import forecast as rules
from engine.domain.actor import SYSTEM
from engine.domain.regime import Ground
from engine.services.clocks import forecast
from engine.services.handling import inbox
from engine.services.upkeep import jobs, what_waits
from tests.integration.extension_ways import extended
from tests.integration.operator_ways import owned
from tests.integration.test_timing import on_sqlite

WHY = "Three sites have to be visited."
SLOW = timedelta(days=50)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Three decided complaints are enough to tell."""
    monkeypatch.setattr(rules, "FEWEST", 3)


@pytest.fixture
def decided(office, clock):
    """Three complaints took fifty days from the investigation to the decision."""
    references = [office.reach("investigate") for _ in range(3)]
    clock.advance(days=50)
    for reference in references:
        office.reach("approve_decision", reference=reference)
        office.do(reference, "approve_decision")
    return references


def listed(office, who="hanna", view="all"):
    found, _total = inbox.page(office.platform, actor=office.staff[who], view=view)
    return [row.reference for row in found]


def limit(office, reference):
    return rules.limit_of(office.view(reference).clocks)


@pytest.mark.iso("4.15")
def test_what_takes_longer_from_here_comes_first_though_it_is_due_later(office, clock, decided):
    later = office.reach("investigate")
    clock.advance(hours=1)
    sooner = office.lodge()
    assert office.steps(sooner)["register"].due_at < office.steps(later)["investigate"].due_at
    assert [each for each in listed(office) if each in {sooner, later}] == [sooner, later]

    told = forecast.measure(office.platform)

    step = office.steps(later)["investigate"]
    assert told["paths"] >= 3
    assert told["moved"] >= 1
    assert step.begin_by == limit(office, later).due_at - SLOW
    assert step.begin_by < step.due_at


@pytest.mark.iso("4.15")
def test_a_step_to_be_begun_by_now_is_at_risk_before_it_is_late(office, clock, decided):
    reference = office.reach("investigate")
    forecast.measure(office.platform)
    step = office.steps(reference)["investigate"]
    seen = []
    moments = (step.begin_by, step.begin_by + SECOND, step.due_at, step.due_at + SECOND)
    for clock.now in moments:
        counts = inbox.counts(office.platform, actor=office.staff["hanna"])
        views = {view: listed(office, view=view) for view in ("at_risk", "late")}
        assert {view: counts[view] for view in views} == {v: len(of) for v, of in views.items()}
        seen.append(tuple(reference in of for of in views.values()))

    assert seen == [(False, False), (True, False), (True, False), (False, True)]
    clock.now = step.begin_by + SECOND
    waiting = what_waits.waiting_for(office.platform, actor=office.staff["tom"])
    told = [each.told(n) for each, n in waiting if each.path == "inbox"]
    assert "1 step to begin now, or its complaint is likely to be late" in told


@on_sqlite
def test_steps_that_open_later_and_limits_that_move_are_seen_at_once(office, clock, decided):
    forecast.measure(office.platform)
    reference = owned(office, office.platform)
    office.do(reference, "plan")
    step = office.steps(reference)["investigate"]
    before = limit(office, reference).due_at
    assert step.begin_by == before - SLOW

    extended(office, reference, code=limit(office, reference).code, ground=Ground.COMPLEXITY)

    moved = office.steps(reference)["investigate"]
    after = limit(office, reference).due_at
    assert after > before
    assert moved.begin_by == after - SLOW


@on_sqlite
def test_the_job_measures_and_an_other_process_goes_by_it(office, decided):
    reference = office.reach("investigate")

    done = jobs.run(office.platform, name="forecast", actor=SYSTEM)

    assert done.state == "done"
    assert done.summary["moved"] >= 1
    office.platform.remaining.read({}, office.platform.now() - timedelta(hours=1))
    seen = office.view(reference).forecast
    assert seen is not None
    assert (seen.step, seen.path.needs, seen.path.count) == ("Investigate", SLOW, 3)
    assert seen.begin_by == limit(office, reference).due_at - SLOW


@on_sqlite
def test_where_too_few_tell_steps_are_begun_when_they_are_due(office):
    reference = office.reach("investigate")

    assert forecast.measure(office.platform)["paths"] == 0
    step = office.steps(reference)["investigate"]
    assert step.begin_by == step.due_at
    assert office.view(reference).forecast is None


@on_sqlite
def test_more_steps_than_fit_into_one_go_are_all_reached(office, decided, monkeypatch):
    monkeypatch.setattr(forecast, "_FEW", 1)
    references = [office.reach("investigate") for _ in range(3)]

    forecast.measure(office.platform)

    assert all(
        office.steps(each)["investigate"].begin_by == limit(office, each).due_at - SLOW
        for each in references
    )


@on_sqlite
def test_a_sum_in_place_of_a_difference_is_caught(office, decided, monkeypatch):
    """The planted bug: a case with much to do would be the last in the list."""
    monkeypatch.setattr(
        forecast, "begin_by", lambda due, bound, path: bound.due_at + path.needs if path else due
    )
    reference = office.reach("investigate")

    forecast.measure(office.platform)

    step = office.steps(reference)["investigate"]
    assert step.begin_by > step.due_at
