"""Whether an action has helped is judged at set times, by somebody who had no part in it (8.7)."""

from datetime import date

import pytest

from engine.domain.governance import RecordAct, RecordKind, RecordState
from engine.domain.improvement import Effect, Standing
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.evidence import register
from engine.services.improvement import (
    judging,
    overdue_improvements,
)
from tests.integration.conformity_ways import THEO
from tests.integration.crowd import at_once
from tests.integration.improvement_ways import (
    TOM,
    board,
    carried_out,
    climb,
    judge,
    move,
    one,
    proposed,
    told,
    waiting,
)
from tests.integration.reach_ways import RITA
from tests.integration.signal_ways import shown

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_of_two_who_judge_at_once_one_is_told_so(office, clock):
    shown(office.platform)
    carried_out(office)
    clock.advance(days=31)

    ends = at_once(2, lambda _: judge(office.platform, THEO))

    assert sum(isinstance(end, ConflictError) for end in ends) == 1
    assert len(told(office, "effect.judged")) == 1


@ON_SQLITE
@pytest.mark.iso("8.7")
def test_an_effect_is_judged_by_somebody_who_had_no_part_and_not_before_its_day(office, clock):
    shown(office.platform)
    carried_out(office, owner="tom")

    with pytest.raises(ConflictError, match="from"):
        judge(office.platform, THEO)
    clock.advance(days=31)
    for who in (office.staff["mara"], TOM):
        with pytest.raises(SeparationOfDutiesError):
            judge(office.platform, who)
    with pytest.raises(InvalidInputError, match="Reason"):
        judge(office.platform, THEO, reason=" ")
    with pytest.raises(NotFoundError):
        judge(office.platform, THEO, check=99)

    assert one(office).standing is Standing.CHECK_DUE
    judge(office.platform, THEO)
    assert one(office).standing is Standing.WATCHED


@ON_SQLITE
def test_what_had_no_effect_asks_for_another_action_until_there_is_one(office, clock):
    shown(office.platform)
    number = carried_out(office)
    clock.advance(days=31)
    judge(office.platform, THEO, verdict=Effect.NOT_EFFECTIVE)

    (each,) = board(office).actions
    assert each.standing is Standing.ASKS_ANOTHER
    assert [check.days for check in each.checks] == [30]
    assert climb(office).checks == 0
    clock.advance(days=21)
    assert [climb(office).checks, climb(office).checks] == [1, 0]
    assert (waiting(office, RITA), waiting(office, office.staff["mara"])) == (1, 1)

    proposed(office, title="Something else", about=number)

    standings = {each.record.number: each.standing for each in board(office).actions}
    assert standings[number] is Standing.NOT_EFFECTIVE
    assert waiting(office, RITA) == 0


@ON_SQLITE
def test_what_had_no_effect_is_done_again_and_looked_at_anew(office, clock):
    shown(office.platform)
    number = carried_out(office)
    clock.advance(days=31)
    judge(office.platform, THEO, verdict=Effect.NOT_EFFECTIVE, again_within=10)
    record = one(office).record
    assert (record.state, record.verified_by) == (RecordState.APPROVED, "")
    assert "Not effective: Half as many came." in record.result

    move(office, number, office.staff["mara"], RecordAct.CARRY_OUT)
    clock.advance(days=31)

    due = one(office).due_check(office.platform.calendar.day_of(clock.now))
    assert (due.turn, due.days) == (2, 30)
    judge(office.platform, THEO, check=due.number)


@ON_SQLITE
@pytest.mark.parametrize("again", [0, 261])
def test_only_what_had_no_effect_is_done_again_and_within_a_year(office, clock, again):
    shown(office.platform)
    carried_out(office)
    clock.advance(days=31)

    with pytest.raises(InvalidInputError):
        judge(office.platform, THEO, verdict=Effect.EFFECTIVE, again_within=5)
    with pytest.raises(InvalidInputError):
        judge(office.platform, THEO, verdict=Effect.NOT_EFFECTIVE, again_within=again)


@ON_SQLITE
def test_the_last_verdict_is_how_an_action_ends(office, clock):
    shown(office.platform)
    carried_out(office)
    verdicts = [Effect.EFFECTIVE, Effect.CANNOT_TELL, Effect.EFFECTIVE]
    for number, verdict in enumerate(verdicts, 1):
        clock.advance(days=30)
        judge(office.platform, THEO, check=number, verdict=verdict)

    assert one(office).standing is Standing.EFFECTIVE
    assert one(office).standing.is_over


@ON_SQLITE
def test_an_effect_that_nobody_judges_climbs_after_ten_working_days(office, clock):
    shown(office.platform)
    carried_out(office)
    clock.advance(days=31)
    looks = [climb(office)]
    clock.advance(days=16)
    looks += [climb(office), climb(office)]

    assert [(look.to_judge, look.checks) for look in looks] == [(1, 0), (1, 1), (1, 0)]
    assert waiting(office, RITA) == 1
    assert [event["days"] for event in told(office, "effect.climbed")] == [30]


@ON_SQLITE
def test_what_has_ended_is_not_looked_at_any_more(office, clock):
    shown(office.platform)
    number = carried_out(office)
    move(office, number, THEO, RecordAct.END)
    clock.advance(days=100)

    assert climb(office) == overdue_improvements.Overdue(0, 0, 0)
    assert (one(office).standing, one(office).checks) == (Standing.ENDED, ())
    with pytest.raises(ConflictError):
        judge(office.platform, THEO)


@ON_SQLITE
def test_an_action_of_the_register_without_a_figure_is_judged_as_well(office, clock):
    wanted = register.Wanted(
        "Train the clerks", "All of them.", "tom", date(2030, 1, 1), document=""
    )
    number = register.keep_record(
        office.platform, actor=office.staff["mara"], kind=RecordKind.ACTION, wanted=wanted
    )
    move(office, number, THEO, RecordAct.APPROVE)
    move(office, number, office.staff["mara"], RecordAct.CARRY_OUT)
    clock.advance(days=31)

    judge(office.platform, THEO, verdict=Effect.CANNOT_TELL)

    each = one(office)
    assert (each.effect, each.checks[0].measured) == (None, None)
    assert each.checks[0].verdict is Effect.CANNOT_TELL


@ON_SQLITE
def test_an_effect_that_can_be_judged_by_its_owner_would_be_caught(office, clock, monkeypatch):
    """Plant the bug: nobody asks who carried it out."""
    monkeypatch.setattr(judging, "kept_apart_of_work", lambda _record, _who: "")
    shown(office.platform)
    carried_out(office)
    clock.advance(days=31)

    judge(office.platform, office.staff["mara"])

    assert one(office).checks[0].judged_by == one(office).record.done_by
