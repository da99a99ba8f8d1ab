"""Complaints in every odd state move to another version and back, and go on from there."""

import os
from contextlib import suppress

import pytest

from engine.domain.migration_plan import Outcome, PlanState
from engine.errors import ConflictError
from engine.services.links import merging
from engine.services.migration import migration_plans, migration_run, migration_work
from engine.services.running import monitoring, operations
from tests.integration.agreement import contradictions_anywhere
from tests.integration.killing import contents, killed_at
from tests.integration.kin_ways import into
from tests.integration.migration_ways import DEAF, SAME_LABEL, WHY, move_all, tried
from tests.integration.office import rows
from tests.integration.referral_ways import referred
from tests.integration.upkeep_ways import OTTO

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BESIDE = {
    *("migration_plan", "migrated_case", "organisation_event", "organisation_chain"),
    *("journal", "journal_value", "complaint_case", "changed_case"),
}
"""What a move and the way back leave behind; of cases their journal and revision."""
OF_CASES = """
    SELECT id, process, state, next_due, suspended_at, owner, closed_at
    FROM complaint_case ORDER BY id
"""


def _undo(office, number):
    return migration_run.undo_migration(office.platform, actor=OTTO, number=number, reason=WHY)


def _kept(office):
    """Return everything that is stored, but what a move leaves behind."""
    database = office.platform.database
    found = {name: kept for name, kept in contents(database).items() if name not in BESIDE}
    return found | {"cases": rows(database, OF_CASES)}


def _merged(office, clock):
    heir = office.reach("investigate")
    clock.advance(days=1)
    reference = office.reach("assess")
    _merge(office, reference, heir)
    return reference


def _merge(office, reference, heir):
    known = {"actor": office.staff["tom"], "reference": reference}
    merging.merge(office.platform, answers=into(heir), **known)


def _unmerge(office, reference):
    known = {"actor": office.staff["tom"], "reference": reference}
    merging.unmerge(office.platform, reason="They are two.", **known)


def _suspended(office, clock):
    reference = office.reach("investigate")
    _by_mara(office, operations.suspend, reference)
    clock.advance(days=30)
    return reference


def _resumed(office, clock):
    reference = _suspended(office, clock)
    _by_mara(office, operations.resume, reference)
    return reference


def _by_mara(office, act, reference):
    act(office.platform, actor=office.staff["mara"], reference=reference, reason=WHY)


def _referred(office, clock):
    reference = office.reach("closing_check")
    referred(office, reference)
    clock.advance(days=3)
    return reference


def _opened_again(office, clock):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    clock.advance(days=1)
    office.answer(reference, "rejected")
    office.do(reference, "review_rejection", review="reopen", reason="There is a new bill.")
    return reference


ODD = {
    "merged": _merged,
    "suspended": _suspended,
    "resumed": _resumed,
    "referred": _referred,
    "opened again": _opened_again,
}


@ON_SQLITE
@pytest.mark.parametrize("odd", sorted(ODD))
def test_a_case_in_an_odd_state_moves_and_is_moved_back_as_it_was(office, clock, odd):
    ODD[odd](office, clock)
    number = tried(office, *SAME_LABEL)
    before = _kept(office)

    plan = move_all(office, number)

    assert set(plan.counts) == {Outcome.MOVED}
    assert contradictions_anywhere(office.platform) == {}
    assert _kept(office) != before
    assert _undo(office, number).state is PlanState.UNDONE
    after = _kept(office)
    assert {name for name in before if before[name] != after[name]} == set()
    assert contradictions_anywhere(office.platform) == {}


@ON_SQLITE
def test_what_is_merged_after_the_move_is_moved_back_and_parted_again(office, clock):
    heir, reference = office.reach("investigate"), office.reach("assess")
    number = tried(office, *SAME_LABEL)
    move_all(office, number)
    _merge(office, reference, heir)

    plan = _undo(office, number)

    assert plan.counts == {Outcome.UNDONE: 2}
    assert contradictions_anywhere(office.platform) == {}
    _unmerge(office, reference)
    for each in (heir, reference):
        office.reach("closing_check", reference=each)
        office.do(each, "closing_check")
    assert contradictions_anywhere(office.platform) == {}


@ON_SQLITE
def test_what_rests_since_the_move_is_moved_back_resting_and_told_what_it_missed(office, clock):
    reference = office.reach("investigate")
    number = tried(office, *DEAF)
    move_all(office, number)
    _by_mara(office, operations.suspend, reference)
    clock.advance(days=90)
    monitoring.sweep(office.platform)

    assert _undo(office, number).counts == {Outcome.UNDONE: 1}

    assert contradictions_anywhere(office.platform) == {}
    _by_mara(office, operations.resume, reference)
    assert {"investigate", "explain_breach"} <= set(office.steps(reference))
    assert contradictions_anywhere(office.platform) == {}


@ON_SQLITE
def test_a_complaint_that_ends_with_the_one_it_was_merged_into_stays_on_its_version(office, clock):
    heir, reference = office.reach("investigate"), office.reach("assess")
    _merge(office, reference, heir)
    office.reach("closing_check", reference=heir)
    number = tried(office, *SAME_LABEL)
    move_all(office, number)
    office.do(heir, "closing_check")

    with pytest.raises(ConflictError, match="It is closed"):
        _undo(office, number)

    assert office.view(reference).case.closed_at is not None
    assert contradictions_anywhere(office.platform) == {}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_way_back_killed_at_any_moment_is_gone_on_with(office, monkeypatch):
    references = [office.reach("acknowledge") for _ in range(3)]
    before = {office.view(each).case.process for each in references}
    number = tried(office, *SAME_LABEL)
    move_all(office, number)
    monkeypatch.setattr(migration_work, "TOGETHER", 1)

    def act(platform):
        with suppress(ConflictError):  # it was killed when all was done
            migration_run.undo_migration(platform, actor=OTTO, number=number, reason=WHY)

    point, kills = 0, 0
    while killed_at(office.platform, act, point):
        point, kills = point + 17, kills + 1
        assert contradictions_anywhere(office.platform) == {}

    plan = migration_plans.migration(office.platform, actor=OTTO, number=number).plan
    assert kills > 2
    assert (plan.state, plan.counts) == (PlanState.UNDONE, {Outcome.UNDONE: 3})
    assert {office.view(each).case.process for each in references} == before
    kinds = "SELECT count(*) FROM journal WHERE type = 'case.moved_back' GROUP BY case_id"
    assert rows(office.platform.database, kinds) == [(1,), (1,), (1,)]
