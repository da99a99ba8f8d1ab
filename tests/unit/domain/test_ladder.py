"""The ladder: who is called next, and who may answer then."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.policy import EscalationPolicy
from engine.domain import ladder
from engine.domain.actor import Role
from engine.domain.complaint import EscalationReason
from engine.domain.ladder import Level

levels = st.sampled_from(Level)
steps = st.sampled_from(
    [(Role.TEAM_LEADER,), (Role.MANAGER,), (Role.SAFETY_OFFICER,), (Role.INTAKE, Role.TEAM_LEADER)]
)


@given(reason=st.sampled_from(EscalationReason), level=levels)
def test_every_call_can_come_to_top_management_rung_by_rung(reason, level):
    stands = ladder.rungs(reason, level)

    assert level in stands
    assert stands[-1] is Level.TOP_MANAGEMENT
    assert all(ladder.above(low)[0] is high for low, high in pairwise(stands))


@given(roles=steps, level=levels)
def test_whoever_was_called_may_answer_on_every_higher_rung(roles, level):
    here = set(ladder.roles_on(level, roles))

    assert set(roles) <= here
    if level is not Level.OWNER:
        assert all(here <= set(ladder.roles_on(high, roles)) for high in ladder.above(level))


@given(roles=steps, level=levels)
def test_nobody_below_the_step_of_the_diagram_is_ever_called(roles, level):
    added = set(ladder.roles_on(level, roles)) - set(roles)

    below = {Role.INTAKE, Role.APPROVER, Role.FINANCE, Role.AUDITOR}
    assert added.isdisjoint(below)


@given(roles=steps)
def test_the_inbox_knows_every_set_of_roles_that_a_call_can_have(roles):
    known = set(ladder.all_roles_on(roles))

    start = ladder.first(roles)
    assert {ladder.roles_on(each, roles) for each in (start, *ladder.above(start))} <= known
    assert ladder.roles_on(Level.OWNER, roles) in known


def test_danger_is_counted_by_the_clock_and_the_rest_in_working_time():
    policy = EscalationPolicy()

    danger = ladder.time_for(policy, Level.SAFETY_OFFICER, EscalationReason.SAFETY)
    other = ladder.time_for(policy, Level.TEAM_LEADER, EscalationReason.REQUEST)

    assert (str(danger), str(other)) == ("1 hour", "4 working hours")
    assert ladder.time_for(policy, Level.TOP_MANAGEMENT, EscalationReason.REQUEST) is None


@pytest.mark.parametrize("time", ["soon", "0 hours", "4 working weeks", "-1 hour", ""])
def test_a_policy_with_a_time_that_is_none_is_refused(time):
    with pytest.raises(ValidationError):
        EscalationPolicy(acknowledge_within=time)
