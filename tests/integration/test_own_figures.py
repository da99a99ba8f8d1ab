"""Whoever works on complaints sees their own figures, and of others only what tells of nobody."""

import pytest

from engine.domain.account import is_username
from engine.domain.actor import Actor, Role
from engine.domain.case_fact import NONE, Trait
from engine.domain.kpi import Period
from engine.domain.small_group import PEOPLE
from engine.errors import NotAllowedError
from engine.services.figures import facts, own_figures, reporting
from engine.services.figures.measuring import Slice
from engine.services.staffing import restriction
from tests.integration.office import execute, rows

FEW = 10
OTHERS = ("ivo", "kim", "lea")


def given(office, **owners):
    """Let people own so many complaints each, the first half of which is closed."""
    for who, number in owners.items():
        for _ in range(number):
            own(office, office.lodge(), who)
    facts.keep_up(office.platform)


def own(office, reference, who):
    """Let somebody own a complaint."""
    named = {"who": who, "of": reference}
    execute(
        office.platform.database,
        "UPDATE complaint_case SET owner = :who WHERE reference = :of",
        **named,
    )
    execute(
        office.platform.database,
        "INSERT INTO changed_case (case_id) SELECT id FROM complaint_case WHERE reference = :of",
        of=reference,
    )


def seen_by(office, who):
    """Return what somebody is told: by figure their own and the team's, and the numbers behind."""
    period = Period.last_days(30, office.platform.now(), "Europe/London")
    told = own_figures.own_figures(office.platform, actor=office.staff[who], period=period)
    return {
        each.own.measure.id: (each.own.figure, each.team and each.team.figure)
        for each in told.figures
    }, told


def numbers(office, who, measure="received"):
    own_one, team = seen_by(office, who)[0][measure]
    return own_one.n, team and team.n


@pytest.mark.iso("5.4")
def test_somebody_is_told_of_the_complaints_that_they_own_and_of_no_others(office):
    given(office, hanna=4, ivo=2)

    assert numbers(office, "hanna") == (4, None)
    assert numbers(office, "ivo") == (2, None)
    assert numbers(office, "hanna", "backlog") == (4, None)
    assert sum(seen_by(office, "hanna")[1].ages.values()) == 4


def test_what_somebody_is_told_is_what_managers_see_of_them(office, clock):
    for _ in range(2):
        own(office, office.reach("closing_check"), "hanna")
        office.do(office.reach("closing_check"), "closing_check")
    clock.advance(days=90)
    facts.keep_up(office.platform)
    period = Period.last_days(120, clock.now, "Europe/London")

    told = own_figures.own_figures(office.platform, actor=office.staff["hanna"], period=period)

    right = reporting.report(
        office.platform,
        actor=office.staff["mara"],
        period=period,
        of=Slice(Trait.HANDLER, "hanna"),
    )
    by_id = {shown.measure.id: shown.figure for shown in right.figures}
    assert [each.own.figure for each in told.figures] == [
        by_id[each.own.measure.id] for each in told.figures
    ]
    assert by_id["answered_on_time"].n > 0
    (owned,) = rows(
        office.platform.database, "SELECT count(*) FROM complaint_case WHERE owner = 'hanna'"
    )
    assert by_id["received"].n == owned[0]


def test_the_team_is_told_of_from_enough_others_and_complaints_on(office):
    given(office, hanna=2, **dict.fromkeys(OTHERS[: PEOPLE - 1], FEW))
    assert numbers(office, "hanna") == (2, None)

    given(office, **{OTHERS[-1]: 5})

    assert numbers(office, "hanna") == (2, 2 + 2 * FEW + 5)


@pytest.mark.parametrize("most", [3, 60])
def test_a_team_of_too_few_complaints_or_of_one_busy_person_is_not_told_of(office, most):
    given(office, hanna=3, ivo=most, kim=3, lea=3)

    assert numbers(office, "hanna") == (3, None)


def test_a_complaint_that_nobody_owns_makes_nobody_less_recognisable(office):
    given(office, hanna=2, ivo=6, kim=6)
    for _ in range(12):
        office.lodge()
    facts.keep_up(office.platform)

    assert numbers(office, "hanna") == (2, None)


def test_what_is_behind_a_wall_is_counted_for_nobody_who_is_kept_out(office):
    given(office, hanna=2)
    reference = office.lodge()
    own(office, reference, "hanna")
    known = {"actor": office.staff["mara"], "reference": reference, "reason": "It is about staff."}
    restriction.restrict(office.platform, people=("tom",), **known)
    facts.keep_up(office.platform)

    assert numbers(office, "hanna") == (2, None)


def test_a_name_like_somebodys_tells_nothing_of_them(office):
    """Hostile: names that differ in case or in a space alone, or mean something elsewhere."""
    given(office, hanna=3)
    office.lodge()
    facts.keep_up(office.platform)

    assert not is_username(NONE)  # under which it is counted what nobody owns
    for name in ("Hanna", "hanna ", "%", "' OR 1=1 --"):
        thief = Actor(username=name, name="Thief", roles=frozenset({Role.HANDLER}))
        period = Period.last_days(30, office.platform.now(), "Europe/London")
        told = own_figures.own_figures(office.platform, actor=thief, period=period)
        assert [each.own.figure.n for each in told.figures] == [0] * len(told.figures)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ADMINISTRATOR, Role.QUALITY_REVIEWER])
def test_who_does_not_work_on_complaints_is_refused(office, role):
    person = Actor(username="p", name="P", roles=frozenset({role}))
    period = Period.last_days(30, office.platform.now(), "Europe/London")

    with pytest.raises(NotAllowedError):
        own_figures.own_figures(office.platform, actor=person, period=period)


def test_without_the_rule_of_few_single_people_are_told_of_and_it_is_caught(office, monkeypatch):
    """Plant the bug: the team's figure is told whoever stands behind it."""
    monkeypatch.setattr(own_figures, "is_of_single", lambda _others, _few: False)

    with pytest.raises(AssertionError):
        test_the_team_is_told_of_from_enough_others_and_complaints_on(office)


def test_only_complaints_of_the_period_are_counted(office, clock):
    given(office, hanna=2)
    clock.advance(days=40)

    assert numbers(office, "hanna") == (0, None)
    assert numbers(office, "hanna", "backlog") == (2, None)
    assert seen_by(office, "hanna")[1].ages["4 to 8 weeks"] == 2
