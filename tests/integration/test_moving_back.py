"""What is moved back is told what it missed, and plans are undone in whatever order."""

import pytest

from engine.domain.message import Delivery
from engine.domain.migration_plan import MOVED_ON, Outcome, PlanState
from engine.errors import ConflictError
from engine.services.migration import migrating, migration_plans, migration_run, migration_trial
from engine.services.upkeep import jobs
from tests.integration.agreement import contradictions_anywhere
from tests.integration.migration_ways import DEAF, SAME_LABEL, WHY, live, move_all, publish, tried
from tests.integration.test_messages import heard, send
from tests.integration.upkeep_ways import OTTO

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _undo(office, number):
    return migration_run.undo_migration(office.platform, actor=OTTO, number=number, reason=WHY)


def _undo_one(office, number, reference):
    migration_run.undo_migrated_case(
        office.platform, actor=OTTO, number=number, reference=reference, reason=WHY
    )


def _swept(office, clock, **wait):
    clock.advance(**wait)
    jobs.run(office.platform, name="sla_sweep")


def _told(office, reference):
    """What waits by now, and how often somebody was called."""
    return sorted(office.steps(reference)), len(office.view(reference).escalations)


def test_a_time_limit_missed_on_the_other_version_is_told_after_the_way_back(office, clock):
    moved, stayed = office.reach("investigate"), office.reach("investigate")
    number = tried(office, *DEAF)
    move_all(office, number)
    _undo_one(office, number, stayed)
    _swept(office, clock, days=80)
    _swept(office, clock, minutes=5)
    assert "explain_breach" not in office.steps(moved)

    plan = _undo(office, number)

    assert plan.counts == {Outcome.UNDONE: 2}
    assert "explain_breach" in office.steps(moved)
    assert _told(office, moved) == _told(office, stayed)
    _swept(office, clock, minutes=5)
    assert _told(office, moved) == _told(office, stayed)
    assert contradictions_anywhere(office.platform) == {}


@ON_SQLITE
def test_what_was_told_before_the_move_is_not_told_again(office, clock):
    reference = office.reach("investigate")
    _swept(office, clock, days=80)
    before = _told(office, reference)
    clock.advance(minutes=1)
    number = tried(office, *DEAF)
    move_all(office, number)
    _swept(office, clock, minutes=5)

    _undo(office, number)

    assert _told(office, reference) == before


@ON_SQLITE
def test_a_way_back_that_forgets_the_time_limits_is_noticed(office, clock, monkeypatch):
    """Plant the bug: what was missed meanwhile is not told."""
    reference = office.reach("investigate")
    number = tried(office, *DEAF)
    move_all(office, number)
    _swept(office, clock, days=80)
    monkeypatch.setattr(migrating, "_told_since", lambda *_: iter(()))

    _undo(office, number)

    assert "explain_breach" not in office.steps(reference)


@pytest.mark.parametrize("alone", [True, False])
@ON_SQLITE
def test_a_message_that_came_meanwhile_is_delivered_after_the_way_back(office, alone):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    number = tried(office, ('id="message_answer" name="answer"', 'id="message_answer" name="word"'))
    move_all(office, number)
    assert send(office, reference) is Delivery.KEPT

    if alone:
        _undo_one(office, number, reference)
    else:
        _undo(office, number)

    assert heard(office, reference) == ["answer"]
    assert set(office.steps(reference)) == {"closing_check"}


def _two_plans(office, clock, count):
    """Move cases from one version to a second and on to a third; return them, and both plans."""
    references = [office.reach("acknowledge") for _ in range(count)]
    first = live(office)
    second = publish(office, *SAME_LABEL)
    third = publish(office, *SAME_LABEL, ('name="Assess the complaint"', 'name="Judge it"'))
    numbers = []
    for source, target in ((first, second), (second, third)):
        number = migration_plans.draft_migration(
            office.platform, actor=OTTO, sources=[source], target=target
        )
        migration_trial.try_migration(office.platform, actor=OTTO, number=number)
        numbers.append(number)
    return references, first, numbers


def test_a_plan_of_which_nothing_can_be_undone_is_not_called_undone(office, clock):
    references, first, (one, other) = _two_plans(office, clock, 3)
    move_all(office, one)
    migration_trial.try_migration(office.platform, actor=OTTO, number=other)
    move_all(office, other)

    with pytest.raises(ConflictError, match=f"can be moved back. Of 3: {MOVED_ON}"):
        _undo(office, one)

    plan = migration_plans.migration(office.platform, actor=OTTO, number=one).plan
    assert (plan.state, plan.undone_by, plan.counts) == (PlanState.DONE, "", {Outcome.MOVED: 3})
    assert _undo(office, other).counts == {Outcome.UNDONE: 3}
    assert _undo(office, one).counts == {Outcome.UNDONE: 3}
    assert {office.view(each).case.process for each in references} == {first}
    with pytest.raises(ConflictError, match="undone as far as it can be"):
        _undo(office, one)


@ON_SQLITE
def test_what_stayed_because_it_was_moved_on_goes_back_once_it_can(office, clock):
    references, first, (one, other) = _two_plans(office, clock, 3)
    move_all(office, one)
    migration_trial.try_migration(office.platform, actor=OTTO, number=other)
    move_all(office, other)
    _undo_one(office, other, references[0])

    assert _undo(office, one).counts == {Outcome.UNDONE: 1, Outcome.MOVED: 2}
    with pytest.raises(ConflictError, match="undone as far as it can be"):
        _undo(office, one)
    _undo(office, other)
    assert _undo(office, one).counts == {Outcome.UNDONE: 3}

    assert {office.view(each).case.process for each in references} == {first}
    assert contradictions_anywhere(office.platform) == {}
