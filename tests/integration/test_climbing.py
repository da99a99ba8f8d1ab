"""The ladder of escalation: what nobody acknowledges climbs by itself, once, and in its time."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.ladder import Level
from engine.errors import NotAllowedError, OutOfReachError
from engine.services.handling import casefile, casework, climbing, inbox
from engine.services.process.processes import bundle_of
from engine.services.running import operations, rebuild
from engine.services.running.piecework import one_by_one
from engine.services.staffing import restriction, teams
from tests.integration.crowd import at_once
from tests.integration.office import ANSWERS, execute, rows
from tests.integration.reach_ways import RITA, hire, make_team

TINA = Actor(username="tina", name="Tina", roles=frozenset({Role.TOP_MANAGEMENT}))
NOTHING = climbing.Climbed(0, 0)
CALLED = "respond_to_escalation"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Who is called next depends on no database; what finds and holds the calls does."""
TOP_DOWN = [Level.MANAGER, Level.REPRESENTATIVE, Level.TOP_MANAGEMENT]


@pytest.fixture
def heights(office):
    """Let somebody stand on every rung."""
    for person in (RITA, TINA):
        hire(office.platform, person)
    office.staff |= {"rita": RITA, "tina": TINA}


def _call(office):
    reference = office.reach("assess")
    hanna = office.staff["hanna"]
    casework.escalate(office.platform, actor=hanna, reference=reference, reason="Help.")
    return reference


def _stands(office, reference):
    (call,) = office.view(reference).escalations
    return call


def _goes_up(office, clock, reference):
    """Wait until the call of a case is due, and let it climb; return where it stands then."""
    clock.now = _stands(office, reference).climb_at
    climbing.climb(office.platform)
    return _stands(office, reference)


def _unclaimed(office, person):
    found, _total = inbox.page(office.platform, actor=person, view="unclaimed")
    return {(row.reference, row.step.element) for row in found}


def _climbs(office, reference):
    """Return on which rungs a call has been, by the journal."""
    told = office.view(reference).timeline
    return [entry.what for entry in reversed(told) if entry.kind == "escalation.climbed"]


@pytest.mark.iso("5.4")
def test_a_call_that_nobody_acknowledges_climbs_to_the_top_rung_by_rung(office, clock, heights):
    reference = _call(office)
    people = [office.staff["mara"], RITA, TINA]
    seen = [_unclaimed(office, person) for person in people]

    stood = []
    for person in people:
        stood.append(_goes_up(office, clock, reference))
        seen.append(_unclaimed(office, person))

    assert [call.level for call in stood] == TOP_DOWN
    assert seen == [set()] * 3 + [{(reference, CALLED)}] * 3
    assert [call.climb_at for call in stood] == [
        datetime(2026, 1, 6, 10, tzinfo=UTC),
        datetime(2026, 1, 6, 14, tzinfo=UTC),
        None,
    ]
    assert len(_climbs(office, reference)) == 3
    assert "Not acknowledged by the team leader; the manager" in _climbs(office, reference)[0]


@ON_SQLITE
def test_a_call_has_its_whole_time_in_working_hours(office, clock, heights):
    reference = _call(office)
    clock.now = _stands(office, reference).climb_at - timedelta(seconds=1)

    early = climbing.climb(office.platform)
    clock.advance(days=1)
    late = [climbing.climb(office.platform) for _ in range(2)]

    assert (early.climbed, [each.climbed for each in late]) == (0, [1, 0])
    assert _stands(office, reference).level is Level.MANAGER
    assert _stands(office, reference).climb_at > clock.now


@ON_SQLITE
def test_danger_climbs_at_night_as_well(office, clock, heights):
    reference = office.reach("assess")
    clock.now = datetime(2026, 1, 9, 23, tzinfo=UTC)
    office.do(reference, "assess", safety="actual_serious", severity=5)

    begun = _stands(office, reference)
    first = _goes_up(office, clock, reference)

    assert (begun.level, first.level) == (Level.SAFETY_OFFICER, Level.MANAGER)
    assert first.level_at == datetime(2026, 1, 10, 0, tzinfo=UTC)
    assert {"safety_officer", "manager"} == set(office.steps(reference)["contain_danger"].roles)


@ON_SQLITE
def test_what_was_acknowledged_climbs_no_more(office, clock, heights):
    reference = _call(office)
    due = _stands(office, reference).climb_at

    office.do(reference, CALLED)
    clock.now = due
    done = climbing.climb(office.platform)

    assert done == NOTHING
    assert _stands(office, reference).level is Level.TEAM_LEADER


@ON_SQLITE
def test_who_is_called_can_answer_and_who_was_called_before_still_can(office, clock, heights):
    for who in ("tom", "mara", "rita"):
        reference = _call(office)
        for _ in range(2):
            _goes_up(office, clock, reference)

        office.do(reference, CALLED, by=who)

        assert _stands(office, reference).acknowledged_by == who
        assert CALLED not in office.steps(reference)


@ON_SQLITE
def test_a_call_gives_nobody_another_step_and_no_key_to_a_decision(office, clock, heights):
    """Whoever is called answers the call; the steps of the complaint are as they were."""
    reference = office.reach("approve_decision")
    casework.escalate(
        office.platform, actor=office.staff["hanna"], reference=reference, reason="Help."
    )
    roles = office.steps(reference)["approve_decision"].roles
    for _ in range(3):
        _goes_up(office, clock, reference)

    for person in (RITA, TINA):
        with pytest.raises(NotAllowedError):
            inbox.complete_step(
                office.platform,
                actor=person,
                reference=reference,
                token=office.token(reference, "approve_decision"),
                answers=ANSWERS["approval"],
            )
    assert office.steps(reference)["approve_decision"].roles == roles


@ON_SQLITE
def test_no_other_step_of_the_shipped_process_waits_for_those_who_are_only_called(office):
    calls = {CALLED, "respond_to_warning", "explain_breach", "contain_danger"}
    reference = office.reach("assess")
    with office.platform.database.read() as tx:
        bundle = bundle_of(office.platform, tx, office.view(reference).case.process)

    only_called = RITA.roles | TINA.roles
    heard = {e.id for e in bundle.elements.values() if only_called.intersection(e.roles)}
    assert heard == set()
    assert calls <= bundle.elements.keys()


def test_another_teams_complaint_comes_into_reach_with_the_call(office, clock, heights):
    reference = _call(office)
    make_team(office.platform, "billing")
    mara = office.staff["mara"]
    teams.move(office.platform, actor=mara, reference=reference, team="billing", reason="Theirs.")
    with pytest.raises(OutOfReachError):
        casefile.view(office.platform, actor=TINA, reference=reference)

    for _ in range(3):
        _goes_up(office, clock, reference)

    assert casefile.view(office.platform, actor=TINA, reference=reference).case.team == "billing"
    assert _unclaimed(office, TINA) == {(reference, CALLED)}


@ON_SQLITE
def test_a_rung_on_which_nobody_stands_is_passed_over(office, clock):
    hire(office.platform, TINA)
    reference = _call(office)

    stood = [_goes_up(office, clock, reference).level for _ in range(2)]

    assert stood == [Level.MANAGER, Level.TOP_MANAGEMENT]


@ON_SQLITE
def test_where_nobody_is_higher_up_the_call_stays_and_that_is_said_once(office, clock):
    reference = _call(office)
    _goes_up(office, clock, reference)

    last = _goes_up(office, clock, reference)
    clock.advance(days=9)
    again = climbing.climb(office.platform)

    told = [e.what for e in office.view(reference).timeline if e.kind == "escalation.stays"]
    assert (last.level, last.climb_at, again) == (Level.MANAGER, None, NOTHING)
    assert told == [
        "Not acknowledged by the manager; nobody higher up can be called: Respond to the escalation"
    ]


@ON_SQLITE
def test_a_restricted_complaint_calls_only_those_who_are_named_on_it(office, clock, heights):
    reference = _call(office)
    known = {"reference": reference, "reason": "It is about a colleague."}
    people = ["tom", "tina"]
    restriction.restrict(office.platform, actor=RITA, people=people, **known)

    clock.advance(days=1)
    climbing.climb(office.platform)

    called = casefile.view(office.platform, actor=TINA, reference=reference).escalations[0]
    assert called.level is Level.TOP_MANAGEMENT


def test_a_suspended_complaint_calls_nobody_and_gets_its_time_back(office, clock, heights):
    reference = _call(office)
    mara = {"actor": office.staff["mara"], "reference": reference, "reason": "The court decides."}
    clock.advance(hours=1)
    operations.suspend(office.platform, **mara)
    clock.advance(days=7)

    resting = climbing.climb(office.platform)
    operations.resume(office.platform, **mara)

    assert resting == NOTHING
    assert _stands(office, reference).level is Level.TEAM_LEADER
    assert _stands(office, reference).climb_at == clock.now + timedelta(hours=3)


@ON_SQLITE
def test_a_step_that_is_made_again_waits_for_all_who_were_called(office, clock, heights):
    reference = _call(office)
    for _ in range(2):
        _goes_up(office, clock, reference)
    before = office.steps(reference)[CALLED].roles
    execute(office.platform.database, "DELETE FROM open_step WHERE element = :e", e=CALLED)

    rebuild.rebuild(office.platform, actor=SYSTEM)

    assert office.steps(reference)[CALLED].roles == before
    assert len(office.view(reference).escalations) == 1


def test_of_eight_who_look_at_once_one_lets_a_call_climb(office, clock, heights):
    reference = _call(office)
    clock.now = _stands(office, reference).climb_at

    at_once(8, lambda _n: climbing.climb(office.platform))

    assert len(_climbs(office, reference)) == 1


@ON_SQLITE
def test_a_job_that_does_not_look_again_is_caught(office, clock, heights):
    """Plant the bug: what was due when it was read climbs, whoever was faster meanwhile."""
    reference = _call(office)
    clock.now = _stands(office, reference).climb_at
    (number,) = rows(office.platform.database, "SELECT case_id FROM escalation")[0]

    def climb(change):
        (call,) = change.tx.records.of(casefile.Escalation, change.case.id)
        change._climb(call, change.step(call.token), change._next(call))
        return 1

    known = {"actor": SYSTEM, "cases": [number], "kind": climbing.ClimbingChange, "work": climb}
    at_once(2, lambda _n: one_by_one(office.platform, **known))

    assert len(_climbs(office, reference)) == 2
