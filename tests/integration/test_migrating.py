"""Running cases move to another version by a plan: tried out, carried out, and moved back."""

import os

import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.migration_plan import Outcome, PlanState
from engine.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from engine.services.handling import inbox
from engine.services.migration import (
    migrating,
    migration_plans,
    migration_run,
    migration_trial,
    migration_work,
)
from engine.services.running import operations
from engine.services.staffing import restriction
from tests.integration.agreement import contradictions_anywhere
from tests.integration.crowd import at_once
from tests.integration.killing import contents, killed_at
from tests.integration.migration_ways import (
    RENAMED,
    SAME_LABEL,
    WHY,
    broken_off,
    draft,
    live,
    move_all,
    publish,
    tried,
)
from tests.integration.office import ANSWERS, rows
from tests.integration.upkeep_ways import OTTO

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TO_EXAMINE = {"investigate": "examine"}
REWORDED = (
    ('name="Write the acknowledgement"', 'name="Say that it is here"'),
    ('form="acknowledge"', 'competence="kindness" form="acknowledge"'),
)


def _undo(office, number):
    return migration_run.undo_migration(office.platform, actor=OTTO, number=number, reason=WHY)


def _try(office, number):
    return migration_trial.try_migration(office.platform, actor=OTTO, number=number)


def _standing(office, reference):
    """What of a case has to survive a move."""
    file = office.view(reference)
    (row,) = rows(
        office.platform.database,
        "SELECT next_due, suspended_at, owner FROM complaint_case WHERE reference = :of",
        of=reference,
    )
    steps = {each.step.token: (each.step.due_at, each.step.begin_by, each.step.assignee,
                               each.step.claimed_at, each.step.opened_at)
             for each in file.steps}  # fmt: skip
    return row, steps, file.clocks, file.awaits, file.escalations


def test_a_dry_run_says_what_becomes_of_every_case_and_writes_none(office):
    fine = [office.reach("acknowledge") for _ in range(3)]
    stuck = office.reach("investigate")
    number = draft(office)
    before = contents(office.platform.database)

    told = _try(office, number)

    after = contents(office.platform.database)
    assert {name for name in after if after[name] != before[name]} == {
        "migration_plan",
        "organisation_event",
        "organisation_chain",
    }
    assert (told.fine, told.needs_mapping, told.blocked) == (len(fine), 1, 0)
    (group,) = told.obstacles
    assert (group.element, group.count) == ("investigate", 1)
    view = migration_plans.migration(office.platform, actor=OTTO, number=number)
    assert view.references == {group.examples[0]: stuck}
    assert [each.element for each in view.unmapped] == ["investigate"]
    assert view.plan.is_tried


@ON_SQLITE
def test_what_has_the_same_label_takes_the_place_unless_the_owner_says_otherwise(office):
    number = draft(office, *SAME_LABEL)

    view = migration_plans.migration(office.platform, actor=OTTO, number=number)

    assert view.plan.mapping == TO_EXAMINE
    assert view.unmapped == ()


def test_cases_move_with_all_that_they_have_and_work_goes_on(office, clock):
    references = [office.reach(step) for step in ("acknowledge", "investigate", "approve_decision")]
    token = office.token(references[1], "investigate")
    hanna = {"actor": office.staff["hanna"], "reference": references[1], "token": token}
    inbox.save_draft(office.platform, content={"facts": "Half of it"}, **hanna)
    before = [_standing(office, each) for each in references]
    clock.advance(hours=5)
    number = tried(office, *RENAMED, **TO_EXAMINE)

    plan = move_all(office, number)

    assert (plan.state, plan.counts, plan.total) == (PlanState.DONE, {Outcome.MOVED: 3}, 3)
    assert [_standing(office, each) for each in references] == before
    assert {office.view(each).case.process for each in references} == {live(office)}
    moved = office.steps(references[1])["examine"]
    assert (moved.title, moved.token) == ("Look into it", token)
    assert inbox.draft(office.platform, **hanna).content == {"facts": "Half of it"}
    assert contradictions_anywhere(office.platform) == {}
    office.do(references[1], "examine")
    assert "draft_decision" in office.steps(references[1])
    assert office.reach("closing_check", reference=references[2])


@ON_SQLITE
def test_the_inbox_shows_what_the_new_version_says(office):
    reference = office.reach("acknowledge")
    before = office.steps(reference)["acknowledge"]
    number = tried(office, *REWORDED)

    move_all(office, number)

    after = office.steps(reference)["acknowledge"]
    assert (after.title, after.competences) == ("Say that it is here", ("kindness",))
    assert (after.due_at, after.assignee) == (before.due_at, before.assignee)
    events = [entry.what for entry in office.view(reference).timeline]
    assert "Moved from version 1 of the process to version 2" in events


def test_moved_back_everything_is_as_it_was(office):
    references = [office.reach("acknowledge"), office.reach("investigate")]
    number = tried(office, *RENAMED, **TO_EXAMINE)
    query = "SELECT id, process, state, next_due FROM complaint_case ORDER BY id"
    steps = "SELECT case_id, token, element, title, roles, form, due_at FROM open_step ORDER BY id"
    awaited = "SELECT case_id, message, element, token FROM subscription ORDER BY 1, 2, 4"
    tables = (query, steps, awaited)
    before = [rows(office.platform.database, each) for each in tables]
    move_all(office, number)
    assert [rows(office.platform.database, each) for each in tables] != before

    plan = _undo(office, number)

    assert [rows(office.platform.database, each) for each in tables] == before
    assert (plan.state, plan.counts) == (PlanState.UNDONE, {Outcome.UNDONE: 2})
    assert contradictions_anywhere(office.platform) == {}
    assert office.reach("closing_check", reference=references[0])


@ON_SQLITE
def test_a_case_that_went_on_stays_and_says_why(office):
    gone, waits = office.reach("acknowledge"), office.reach("acknowledge")
    number = tried(office)
    move_all(office, number)
    office.do(gone, "acknowledge")
    one = {"actor": OTTO, "number": number, "reason": WHY}

    with pytest.raises(ConflictError, match="has gone on since"):
        migration_run.undo_migrated_case(office.platform, reference=gone, **one)
    migration_run.undo_migrated_case(office.platform, reference=waits, **one)
    plan = _undo(office, number)

    assert plan.counts == {Outcome.MOVED: 1, Outcome.UNDONE: 1}
    found = migration_plans.migrated_cases(office.platform, actor=OTTO, number=number)
    assert [(each.reference, each.kept_because) for each in found] == [
        (gone, migrating.GONE_ON),
        (waits, ""),
    ]
    with pytest.raises(NotFoundError):
        migration_run.undo_migrated_case(office.platform, reference=waits, **one)


@ON_SQLITE
def test_a_case_that_cannot_move_is_left_with_its_reasons_and_the_others_move(office):
    stuck, fine = office.reach("investigate"), office.reach("acknowledge")
    number = tried(office)

    plan = move_all(office, number)

    assert plan.counts == {Outcome.MOVED: 1, Outcome.NEEDS_MAPPING: 1}
    left, _ = migration_plans.migrated_cases(office.platform, actor=OTTO, number=number)
    assert left.reference == stuck
    assert left.texts == ("It waits at “Investigate”, which the new version does not have.",)
    assert office.do(stuck, "investigate")
    assert office.view(fine).case.process == live(office)


def test_one_case_that_breaks_stops_no_other(office, monkeypatch):
    references = [office.reach("acknowledge") for _ in range(3)]
    number = tried(office)
    settle = migrating.MigratedChange.settle

    def break_one(change, kind, **facts):
        settle(change, kind, **facts)
        if change.case.reference == references[1]:
            raise ValueError("a defect")

    monkeypatch.setattr(migrating.MigratedChange, "settle", break_one)

    plan = move_all(office, number)

    assert plan.counts == {Outcome.MOVED: 2, Outcome.FAILED: 1}
    (failed,) = migration_plans.migrated_cases(
        office.platform, actor=OTTO, number=number, outcomes=[Outcome.FAILED]
    )
    assert (failed.reference, failed.texts) == (references[1], ("ValueError.",))
    assert contradictions_anywhere(office.platform) == {}


@ON_SQLITE
def test_resting_cases_move_and_go_on_where_they_rested(office, clock):
    reference = office.reach("investigate")
    mara = {"actor": office.staff["mara"], "reference": reference, "reason": WHY}
    operations.suspend(office.platform, **mara)
    number = tried(office, *RENAMED, **TO_EXAMINE)

    move_all(office, number)

    clock.advance(days=2)
    operations.resume(office.platform, **mara)
    assert "examine" in office.steps(reference)
    assert contradictions_anywhere(office.platform) == {}


@ON_SQLITE
def test_a_plan_is_tried_out_as_it_is_before_it_is_carried_out(office):
    office.reach("investigate")
    number = draft(office)
    with pytest.raises(ConflictError, match="Try the plan out first"):
        move_all(office, number)
    _try(office, number)
    migration_plans.map_migration(
        office.platform, actor=OTTO, number=number, rev=1, mapping=TO_EXAMINE
    )
    with pytest.raises(ConflictError, match="Try the plan out first"):
        move_all(office, number)
    with pytest.raises(ConflictError, match="changed the plan meanwhile"):
        migration_plans.map_migration(office.platform, actor=OTTO, number=number, rev=1, mapping={})
    _try(office, number)

    assert move_all(office, number).counts == {Outcome.MOVED: 1}
    with pytest.raises(ConflictError, match="carried out"):
        move_all(office, number)
    with pytest.raises(ConflictError, match="carried out"):
        _try(office, number)


@ON_SQLITE
def test_a_plan_is_refused_that_no_case_could_follow(office):
    before = live(office)
    number = draft(office)
    given = {"actor": OTTO, "number": number, "rev": 1}

    with pytest.raises(InvalidInputError, match="cannot go on at"):
        migration_plans.map_migration(office.platform, mapping={"investigate": "triage"}, **given)
    with pytest.raises(InvalidInputError, match="is nothing at which"):
        migration_plans.map_migration(office.platform, mapping={"triage": "assess"}, **given)
    with pytest.raises(InvalidInputError, match="other versions"):
        migration_plans.draft_migration(
            office.platform, actor=OTTO, sources=[before], target=before
        )
    with pytest.raises(ConflictError, match="never carried out"):
        _undo(office, number)


@ON_SQLITE
def test_only_whoever_owns_the_process_moves_cases(office):
    number = tried(office)

    for person in (*office.staff.values(), Actor(username="a", name="A", roles=[Role.MANAGER])):
        with pytest.raises(NotAllowedError):
            migration_run.carry_out_migration(
                office.platform, actor=person, number=number, reason=WHY
            )


@ON_SQLITE
def test_of_a_restricted_complaint_no_reference_is_told(office):
    reference = office.reach("investigate")
    number = tried(office)
    restriction.restrict(
        office.platform,
        actor=office.staff["mara"],
        reference=reference,
        reason=WHY,
        people=["mara"],
    )
    move_all(office, number)

    (told,) = migration_plans.migrated_cases(office.platform, actor=OTTO, number=number)
    view = migration_plans.migration(office.platform, actor=OTTO, number=number)
    assert (told.reference, dict(view.references)) == ("", {})
    with pytest.raises(NotFoundError):
        migration_run.undo_migrated_case(
            office.platform, actor=OTTO, number=number, reference=reference, reason=WHY
        )


def test_a_plan_that_was_broken_off_is_gone_on_with_by_a_job(office, clock):
    number = broken_off(office, clock)
    office.reach("acknowledge")

    moved = migration_run.go_on_migrating(office.platform)

    plan = migration_plans.migration(office.platform, actor=OTTO, number=number).plan
    assert moved == 0  # the new complaint begins on the version to which others move
    assert (plan.state, plan.counts) == (PlanState.DONE, {Outcome.NEEDS_MAPPING: 1})
    assert migration_run.go_on_migrating(office.platform, actor=SYSTEM) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_plan_killed_at_any_moment_moves_each_case_once(office, monkeypatch):
    references = [office.reach("acknowledge") for _ in range(3)]
    number = tried(office)
    monkeypatch.setattr(migration_work, "TOGETHER", 1)

    def act(platform):
        migration_run.carry_out_migration(platform, actor=OTTO, number=number, reason=WHY)

    point, kills = 0, 0
    while killed_at(office.platform, act, point):
        point, kills = point + 17, kills + 1
        assert contradictions_anywhere(office.platform) == {}

    plan = migration_plans.migration(office.platform, actor=OTTO, number=number).plan
    assert kills > 2
    assert (plan.state, plan.counts) == (PlanState.DONE, {Outcome.MOVED: 3})
    kinds = rows(
        office.platform.database,
        "SELECT case_id, count(*) FROM journal WHERE type = 'case.migrated' GROUP BY case_id",
    )
    assert [count for _, count in kinds] == [1] * len(references)


def test_somebody_completes_a_step_while_its_case_moves(office):
    references = [office.reach("acknowledge") for _ in range(5)]
    number = tried(office)
    tokens = {each: office.token(each, "acknowledge") for each in references}

    def work(n):
        if n == 0:
            return move_all(office, number)
        reference = references[n]
        return inbox.complete_step(
            office.platform,
            actor=office.staff["hanna"],
            reference=reference,
            token=tokens[reference],
            answers=ANSWERS["acknowledge"],
        )

    ends = at_once(5, work)

    assert [end for end in ends if isinstance(end, Exception)] == []
    assert ends[0].counts == {Outcome.MOVED: 5}
    assert contradictions_anywhere(office.platform) == {}
    assert {office.view(each).case.process for each in references} == {live(office)}


def test_two_who_carry_out_the_same_plan_move_each_case_once(office, monkeypatch):
    for _ in range(3):
        office.reach("acknowledge")
    number = tried(office)
    monkeypatch.setattr(migration_work, "TOGETHER", 1)

    at_once(2, lambda _n: move_all(office, number))

    plan = migration_plans.migration(office.platform, actor=OTTO, number=number).plan
    assert plan.counts == {Outcome.MOVED: 3}
    assert contradictions_anywhere(office.platform) == {}


@ON_SQLITE
def test_a_move_that_forgets_the_inbox_is_noticed(office, monkeypatch):
    """Plant the bug: what the inbox says stays that of the old version."""
    office.reach("investigate")
    number = tried(office, *RENAMED, **TO_EXAMINE)
    monkeypatch.setattr(migrating.MigratedChange, "_restate", lambda *_: None)

    move_all(office, number)

    with pytest.raises(KeyError, match="investigate"):
        contradictions_anywhere(office.platform)


@ON_SQLITE
def test_versions_are_counted_with_what_runs_on_them(office):
    office.lodge()
    publish(office, *SAME_LABEL)

    found = migration_plans.running_versions(office.platform, actor=OTTO)

    assert [(each.version, each.cases) for each in found] == [(2, 0), (1, 1)]
