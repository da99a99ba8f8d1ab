"""A shadow replay counts what somebody may not see, stops when told, and guesses nothing."""

import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import CourseError, InvalidInputError, NotAllowedError
from engine.services.handling import casework
from engine.services.running import operations
from engine.services.staffing import restriction
from engine.services.tryout import recording, replaying
from engine.services.tryout.replaying import Way
from tests.integration.office import LETTER
from tests.integration.scenario_ways import BOTH, diagrams
from tests.integration.upkeep_ways import OTTO

WHY = "It is called for."


def _closed(office):
    """Bring a complaint to its end the shortest way, and return its reference."""
    reference = office.reach("acknowledge")
    actor = office.staff["hanna"]
    casework.withdraw(office.platform, actor=actor, reference=reference, reason=WHY)
    office.do(reference, "confirm_withdrawal", text=LETTER)
    return reference


def _replay(office, actor=OTTO, **given):
    return replaying.replay_closed(office.platform, actor=actor, **diagrams(), **given)


def test_whoever_may_read_a_complaint_sees_which_one_it_is(office):
    reference = _closed(office)
    office.lodge()

    (named,) = _replay(office, BOTH).shadows
    (counted,) = _replay(office).shadows

    assert (named.reference, counted.reference) == (reference, "")
    assert named.way is counted.way is Way.SAME


def test_a_restricted_complaint_is_not_even_counted(office):
    reference = _closed(office)
    restriction.restrict(
        office.platform,
        actor=office.staff["mara"],
        reference=reference,
        people=["ivo"],
        reason=WHY,
    )

    assert _replay(office).shadows == ()
    assert _replay(office).words == ("No case was closed on this process yet.",)


def test_a_replay_stops_when_it_is_told_to_and_counts_what_is_left(office):
    for _ in range(3):
        _closed(office)
    seen = []

    found = _replay(office, proceed=lambda done, of: bool(seen.append((done, of))) or done < 2)

    assert seen == [(1, 3), (2, 3)]
    assert (len(found.shadows), found.left) == (2, 1)
    assert found.words[-1] == "1 more were not looked at."


def test_a_case_that_was_led_by_hand_is_not_guessed_at(office):
    reference = office.reach("acknowledge")
    office.do(reference, "acknowledge", text=LETTER)
    office.do(reference, "assess")
    operations.move_token(
        office.platform,
        actor=SYSTEM,
        reference=reference,
        token=office.token(reference, "assign"),
        element="investigate",
        reason=WHY,
    )
    casework.withdraw(office.platform, actor=office.staff["hanna"], reference=reference, reason=WHY)
    office.do(reference, "confirm_withdrawal", text=LETTER)

    (found,) = _replay(office).shadows

    assert (found.way, found.where) == (Way.UNKNOWN, "Somebody led it to another place by hand.")
    with pytest.raises(CourseError, match="by hand"):
        recording.record_scenario(office.platform, actor=BOTH, reference=reference)


def test_an_open_case_is_recorded_as_far_as_it_has_come(office):
    reference = office.reach("assign")

    scenario = recording.record_scenario(office.platform, actor=BOTH, reference=reference)

    assert [spot.id for spot in scenario.lines[-1].steps] == ["assign"]


def test_who_owns_the_process_and_reads_no_complaints_records_none(office):
    reference = _closed(office)
    reader = Actor(username="rita", name="Rita", roles=frozenset({Role.MANAGER}))

    for actor in (OTTO, reader):
        with pytest.raises(NotAllowedError):
            recording.record_scenario(office.platform, actor=actor, reference=reference)


def test_how_many_cases_has_a_limit(office):
    for most in (0, replaying.MOST_CASES + 1):
        with pytest.raises(InvalidInputError):
            _replay(office, most=most)
