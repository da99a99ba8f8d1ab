"""Cases of a plan that ended alike are counted together, and looked at by themselves."""

import pytest

from engine.domain.migration_plan import Ending, Outcome
from engine.services.migration import migrating, migration_plans, migration_run
from tests.integration.migration_ways import WHY, move_all, tried
from tests.integration.upkeep_ways import OTTO

LOST = ("It waits at “Investigate”, which the new version does not have.",)


@pytest.fixture
def moved(office):
    """A plan that moved two of four complaints, of which one went on."""
    stuck = [office.reach("investigate") for _ in range(2)]
    gone, fine = office.reach("acknowledge"), office.reach("acknowledge")
    number = tried(office)
    move_all(office, number)
    office.do(gone, "acknowledge")
    migration_run.undo_migration(office.platform, actor=OTTO, number=number, reason=WHY)
    return number, stuck, gone, fine


def _alike(office, number, ending):
    found = migration_plans.migrated_cases(
        office.platform, actor=OTTO, number=number, outcomes=[ending.outcome], ending=ending
    )
    return [each.reference for each in found]


def test_what_ended_alike_is_counted_together_most_first_and_told_apart(office, moved):
    number, stuck, gone, fine = moved

    view = migration_plans.migration(office.platform, actor=OTTO, number=number)

    assert list(view.endings.values()) == [2, 1, 1]
    known = {each.outcome: each for each in view.endings}
    assert known[Outcome.NEEDS_MAPPING] == Ending(Outcome.NEEDS_MAPPING, LOST)
    assert known[Outcome.MOVED].kept_because == migrating.GONE_ON
    assert _alike(office, number, known[Outcome.NEEDS_MAPPING]) == stuck
    assert _alike(office, number, known[Outcome.MOVED]) == [gone]
    assert _alike(office, number, known[Outcome.UNDONE]) == [fine]


def test_another_reason_is_not_the_same_ending(office, moved):
    """Plant the bug: the sentence differs by one letter."""
    number, *_references = moved

    other = Ending(Outcome.NEEDS_MAPPING, (LOST[0].replace("version", "Version"),))

    assert _alike(office, number, other) == []
