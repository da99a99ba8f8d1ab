"""Who is gone holds nothing up: their steps go to who stands in, or back to the team's list."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.complaint import EscalationReason
from engine.domain.ladder import Level
from engine.errors import InvalidInputError, NotAllowedError
from engine.services.accounts import accounts
from engine.services.handling import absence, climbing, handing, inactivity, inbox
from engine.services.running import operations
from engine.services.staffing import ownership
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows
from tests.integration.reach_ways import hire, stand_in

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Who gets a step depends on no database; what finds it does."""
NOTHING = absence.HandedOn(0, 0)


def _handler(name, *more):
    return Actor(username=name, name=name.title(), roles=frozenset({Role.HANDLER, *more}))


@pytest.fixture
def dora(office):
    """A handler, who stands in for others."""
    person = hire(office.platform, _handler("dora"))
    office.staff |= {"dora": person}
    return person


def _close(office, username):
    execute(
        office.platform.database,
        "UPDATE account SET is_active = :no WHERE username = :who",
        no=False,
        who=username,
    )


def _calls(office, reference):
    return [(each.reason, each.level) for each in office.view(reference).escalations]


def _told(office, reference, kind):
    return [each.what for each in office.view(reference).timeline if each.kind == kind]


@pytest.mark.iso("5.4")
def test_steps_and_complaint_of_who_is_away_go_to_who_stands_in(office, clock, dora):
    reference = office.reach("investigate")
    stand_in(office.platform, office.staff["tom"], "hanna", "dora")

    first = absence.hand_on(office.platform)
    again = absence.hand_on(office.platform)

    file = office.view(reference)
    assert office.steps(reference)["investigate"].assignee == "dora"
    assert (file.case.owner, file.escalations) == ("dora", ())
    assert (first, again) == (absence.HandedOn(2, 0), NOTHING)
    assert _told(office, reference, "step.handed_on") == [
        "Investigate: given to Dora, since Hanna is away"
    ]
    office.do(reference, "investigate", by="dora")


@ON_SQLITE
def test_nobody_is_taken_anything_from_before_or_after_they_are_away(office, clock, dora):
    reference = office.reach("investigate")
    stand_in(office.platform, office.staff["tom"], "hanna", "dora", days=1)
    clock.advance(days=1)

    assert absence.hand_on(office.platform) == NOTHING
    assert office.view(reference).case.owner == "hanna"


@ON_SQLITE
def test_where_nobody_stands_in_for_a_closed_account_the_leader_is_called(office, clock, dora):
    reference = office.reach("investigate")
    accounts.close(
        office.platform,
        actor=hire(office.platform, Actor(username="adam", name="Adam", roles=ADMIN)),
        username="hanna",
        reason="She has left.",
    )

    done = absence.hand_on(office.platform)

    step, file = office.steps(reference)["investigate"], office.view(reference)
    (call,) = file.escalations
    assert (done.handed_on, absence.hand_on(office.platform)) == (2, NOTHING)
    assert (step.assignee, file.case.owner) == (None, None)
    assert (call.reason, call.level) == (EscalationReason.ABSENCE, Level.TEAM_LEADER)
    assert "“Investigate”, the complaint itself" in call.detail
    found, _n = inbox.page(office.platform, actor=dora, view="unclaimed")
    assert (reference, "investigate") in {(row.reference, row.step.element) for row in found}


ADMIN = frozenset({Role.ADMINISTRATOR})


@ON_SQLITE
def test_who_drafted_gets_no_approval_by_standing_in(office, clock):
    """Both keys of a decision never come together, whoever is away."""
    both = hire(office.platform, _handler("bea", Role.APPROVER))
    office.staff |= {"bea": both}
    reference = office.reach("draft_decision")
    token = office.token(reference, "draft_decision")
    known = {"actor": office.staff["hanna"], "reference": reference, "token": token}
    inbox.release(office.platform, **known)
    office.do(reference, "draft_decision", by="bea")
    token = office.token(reference, "approve_decision")
    inbox.claim(office.platform, actor=office.staff["ada"], reference=reference, token=token)
    stand_in(office.platform, office.staff["tom"], "ada", "bea")

    absence.hand_on(office.platform)

    assert office.steps(reference)["approve_decision"].assignee is None
    assert _calls(office, reference) == [(EscalationReason.ABSENCE, Level.TEAM_LEADER)]


@ON_SQLITE
def test_who_is_away_as_well_gets_nothing(office, clock, dora):
    reference = office.reach("investigate")
    stand_in(office.platform, office.staff["tom"], "hanna", "dora")
    stand_in(office.platform, office.staff["tom"], "dora", "ivo")

    absence.hand_on(office.platform)

    assert office.steps(reference)["investigate"].assignee is None
    assert office.view(reference).case.owner == "hanna"


@ON_SQLITE
def test_of_eight_who_look_at_once_one_hands_on(office, clock, dora):
    reference = office.reach("investigate")
    _close(office, "hanna")

    at_once(8, lambda _n: absence.hand_on(office.platform))

    assert len(_told(office, reference, "step.handed_on")) == 1
    assert len(office.view(reference).escalations) == 1


@ON_SQLITE
def test_a_job_that_forgets_the_separation_of_duties_is_caught(office, clock, monkeypatch):
    """Plant the bug: whoever stands in gets everything."""
    monkeypatch.setattr(handing, "require_may_take", lambda *_args, **_more: None)

    with pytest.raises(AssertionError):
        test_who_drafted_gets_no_approval_by_standing_in(office, clock)


@ON_SQLITE
def test_a_leader_gives_a_complaint_without_an_owner_a_new_one(office, clock, dora):
    reference = office.reach("investigate")
    _close(office, "hanna")
    absence.hand_on(office.platform)
    known = {"reference": reference, "reason": "Hanna has left."}

    ownership.give(office.platform, actor=office.staff["tom"], to="dora", **known)
    office.do(reference, "investigate", by="dora")

    assert office.view(reference).case.owner == "dora"
    assert office.steps(reference)["draft_decision"].assignee == "dora"
    assert _told(office, reference, "owner.given") == ["The complaint is given to Dora"]
    for wrong in ("dora", "hanna", "ada", "nobody"):
        with pytest.raises(InvalidInputError):
            ownership.give(office.platform, actor=office.staff["tom"], to=wrong, **known)
    with pytest.raises(NotAllowedError):
        ownership.give(office.platform, actor=dora, to="ivo", **known)


def _owned(office, clock, days):
    """Let nobody act on a complaint for so many days, and return its reference."""
    reference = office.reach("investigate")
    clock.advance(days=days)
    return reference


def test_a_complaint_on_which_nobody_acts_calls_its_owner_and_then_the_leader(office, clock):
    reference = _owned(office, clock, 8)

    done = inactivity.call(office.platform)
    called = office.steps(reference)["respond_to_escalation"]
    clock.now = office.view(reference).escalations[0].climb_at
    climbing.climb(office.platform)

    assert done == inactivity.Called(1, 0)
    assert called.assignee == "hanna"
    assert _calls(office, reference) == [(EscalationReason.INACTIVITY, Level.TEAM_LEADER)]
    left = office.steps(reference)["respond_to_escalation"]
    assert (left.assignee, left.roles) == (None, ("team_leader",))


@ON_SQLITE
def test_five_working_days_are_waited_for(office, clock):
    _owned(office, clock, 7)
    early = inactivity.call(office.platform).called
    clock.advance(hours=8)

    assert (early, inactivity.call(office.platform).called) == (0, 1)


@ON_SQLITE
def test_a_stretch_without_an_act_is_told_once_and_the_next_one_again(office, clock):
    reference = _owned(office, clock, 9)
    first = [inactivity.call(office.platform).called for _ in range(2)]
    office.view(reference)
    clock.advance(days=9)
    second = inactivity.call(office.platform).called

    office.do(reference, "respond_to_escalation", by="hanna")
    clock.advance(days=9)

    assert (first, second) == ([1, 0], 0)
    assert inactivity.call(office.platform).called == 1
    assert len(_told(office, reference, "case.inactive")) == 2


@ON_SQLITE
@pytest.mark.parametrize("why", ["closed account", "away"])
def test_an_owner_who_is_gone_is_not_called(office, clock, dora, why):
    reference = _owned(office, clock, 9)
    if why == "away":
        stand_in(office.platform, office.staff["tom"], "hanna", "dora")
    else:
        _close(office, "hanna")

    inactivity.call(office.platform)

    assert _calls(office, reference) == [(EscalationReason.INACTIVITY, Level.TEAM_LEADER)]
    assert office.steps(reference)["respond_to_escalation"].assignee is None


@ON_SQLITE
def test_what_waits_for_the_complainant_or_rests_is_not_inactive(office, clock):
    waiting, resting = office.reach("approve_decision"), office.reach("investigate")
    office.do(waiting, "approve_decision")
    mara = {"actor": office.staff["mara"], "reason": "The court decides."}
    operations.suspend(office.platform, reference=resting, **mara)
    clock.advance(days=9)

    assert inactivity.call(office.platform) == inactivity.Called(0, 0)


@ON_SQLITE
def test_who_only_looks_does_not_keep_a_complaint_awake(office, clock):
    _owned(office, clock, 9)
    clock.advance(hours=-1)
    (reference,) = rows(office.platform.database, "SELECT reference FROM complaint_case")[0]
    office.view(reference)
    clock.advance(hours=1)

    assert inactivity.call(office.platform).called == 1
