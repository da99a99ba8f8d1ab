"""Many weeks that are counted in one look are each what it is when it is counted alone."""

from datetime import timedelta

import pytest

from engine.domain.case_fact import FactKind, Trait
from engine.domain.kpi import Period
from engine.domain.sight import EVERYTHING, Sight
from engine.services.figures import facts
from engine.store import week_tallies
from engine.store.case_figures import Part
from tests.integration.test_step_facts import strolled

KINDS = (FactKind.RECEIVED, FactKind.CLOSED, FactKind.DUE, FactKind.DECIDED)
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")


def differences(office, clock, zone):
    """Return the weeks of which both ways do not say the same."""
    weeks = Period.last_days(400, clock.now + timedelta(days=90), zone).weeks(zone, most=53)
    found = []
    with office.platform.database.read() as tx:
        (case_id, *_rest) = tx.case_facts.after(0, 1)
        # Nobody sees the first complaint, so that it must be taken off.
        for sight in (EVERYTHING, Sight("mara", hidden=(case_id,))):
            seen = tx.case_facts.figures(sight)
            for trait in ("", Trait.CHANNEL):
                many = seen.by_week(KINDS, weeks, trait)
                for week, told in zip(weeks, many, strict=True):
                    alone = seen.tallied(KINDS, Part(week, trait), is_apart=bool(trait))
                    if sorted(told) != sorted(alone):
                        found.append((week, told, alone))
        assert sum(each.n for told in many for each in told) > 10
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_weeks_are_counted_together_as_each_is_alone(office, clock, zone):
    strolled(office, clock, seed=4, cases=5)
    facts.keep_up(office.platform)

    assert differences(office, clock, zone) == []


def test_a_week_that_is_taken_from_midnight_of_another_zone_is_caught(office, clock, monkeypatch):
    """Plant the bug: the hours between two midnights stay in the week before."""
    monkeypatch.setattr(week_tallies, "_moves", lambda *_given: iter(()))
    strolled(office, clock, seed=4, cases=5)
    facts.keep_up(office.platform)

    assert any(differences(office, clock, zone) for zone in ZONES)
