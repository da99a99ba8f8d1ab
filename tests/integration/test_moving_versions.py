"""Only a version that holds takes running cases, and of plans made at once one is kept."""

from datetime import timedelta

import pytest

from engine.errors import ConflictError
from engine.services.migration import (
    migration_plans,
    migration_run,
    migration_trial,
    migration_work,
)
from engine.services.proposing import publishing
from engine.services.studio import releasing
from tests.integration.crowd import at_once
from tests.integration.migration_ways import (
    RENAMED,
    SAME_LABEL,
    WHY,
    live,
    move_all,
    publish,
    tried,
)
from tests.integration.upkeep_ways import OTTO, another_process

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _planned(office, source, target):
    return migration_plans.draft_migration(
        office.platform, actor=OTTO, sources=[source], target=target
    )


def _undo(office, number):
    return migration_run.undo_migration(office.platform, actor=OTTO, number=number, reason=WHY)


def _retire(office, number):
    releasing.retire_version(office.platform, actor=office.staff["mara"], number=number, reason=WHY)


def _newer(office, tmp_path, **more):
    """Publish another version by two persons, and return the digests of both by number."""
    made = publishing.propose(
        office.platform, actor=OTTO, paths=another_process(tmp_path), reason=WHY, **more
    )
    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)
    with office.platform.database.read() as tx:
        return {each.version: each.digest for each in tx.processes.versions("complaint")}


@ON_SQLITE
def test_nothing_is_moved_to_a_version_before_it_holds(office, tmp_path, clock):
    reference = office.reach("acknowledge")
    from_ = office.platform.now() + timedelta(days=30)
    known = _newer(office, tmp_path, valid_from=from_)

    with pytest.raises(ConflictError, match=f"Version 2 holds from {from_:%Y-%m-%d} on"):
        _planned(office, known[1], known[2])

    clock.advance(days=30)
    number = _planned(office, known[1], known[2])
    migration_trial.try_migration(office.platform, actor=OTTO, number=number)
    assert sum(move_all(office, number).counts.values()) == 1
    assert office.view(reference).case.process == known[2]


@ON_SQLITE
def test_nothing_is_moved_to_a_retired_version(office, tmp_path, clock):
    known = _newer(office, tmp_path)
    clock.advance(minutes=1)
    reference = office.reach("acknowledge")
    number, other = _planned(office, known[1], known[2]), _planned(office, known[2], known[1])
    for each in (number, other):
        migration_trial.try_migration(office.platform, actor=OTTO, number=each)
    _retire(office, 1)

    for refused in (
        lambda: _planned(office, known[2], known[1]),
        lambda: migration_trial.try_migration(office.platform, actor=OTTO, number=other),
        lambda: move_all(office, other),
    ):
        with pytest.raises(ConflictError, match="Version 1 is retired"):
            refused()
    assert office.view(reference).case.process == known[2]
    found = migration_plans.running_versions(office.platform, actor=OTTO)
    assert {each.version: each.is_retired for each in found} == {1: True, 2: False}
    assert move_all(office, number).counts == {}  # a retired version is left like any other


def test_a_version_retired_meanwhile_stops_the_plan_and_what_moved_can_go_back(
    office, clock, monkeypatch
):
    references = [office.reach("acknowledge") for _ in range(3)]
    number = tried(office, *SAME_LABEL)
    clock.advance(minutes=1)
    monkeypatch.setattr(migration_work, "TOGETHER", 1)
    before = office.view(references[0]).case.process

    def retire(done):
        if done == 1:
            _retire(office, 2)

    with pytest.raises(ConflictError, match="Version 2 is retired"):
        migration_run.carry_out_migration(
            office.platform, actor=OTTO, number=number, reason=WHY, progress=retire
        )

    assert [office.view(each).case.process == before for each in references] == [False, True, True]
    clock.advance(minutes=3)
    assert migration_run.go_on_migrating(office.platform) == 0
    assert _undo(office, number).counts == {"undone": 1}
    assert {office.view(each).case.process for each in references} == {before}


def test_of_equal_plans_that_are_made_at_once_one_is_kept(office):
    office.lodge()
    source, target = live(office), publish(office, *RENAMED)

    ends = at_once(4, lambda _n: _planned(office, source, target))

    made = [end for end in ends if isinstance(end, int)]
    assert [
        each.number for each in migration_plans.all_migrations(office.platform, actor=OTTO)
    ] == (made)
    assert len(made) == 1
    assert {str(end) for end in ends if not isinstance(end, int)} == {
        f"Plan {made[0]} moves these cases there already."
    }


def test_each_is_told_the_number_of_their_own_plan(office):
    source = live(office)
    targets = [publish(office, ('name="Investigate"', f'name="Look {n}"')) for n in range(4)]

    numbers = at_once(4, lambda n: _planned(office, source, targets[n]))

    kept = migration_plans.all_migrations(office.platform, actor=OTTO)
    assert {each.number: each.target for each in kept} == dict(zip(numbers, targets, strict=True))


def test_whoever_undoes_a_plan_beside_others_is_told_how_it_ended(office, monkeypatch):
    for _ in range(3):
        office.reach("acknowledge")
    number = tried(office, *SAME_LABEL)
    move_all(office, number)
    monkeypatch.setattr(migration_work, "TOGETHER", 1)

    ends = at_once(3, lambda _n: _undo(office, number))

    told = [end for end in ends if not isinstance(end, ConflictError)]
    assert [end.counts for end in told] == [{"undone": 3}] * len(told) != []
