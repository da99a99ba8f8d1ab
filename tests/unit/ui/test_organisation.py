"""Teams, competences, absences, limits and glass on the page; what the case page says of them."""

from decimal import Decimal

import pytest

from engine.domain.actor import Actor, Role
from engine.services.accounts import competences, limits
from engine.services.handling import inbox
from engine.services.running import glass
from engine.services.staffing import restriction, teams
from tests.integration.own_process import publish_expert
from tests.integration.reach_ways import RITA, hire, make_team, stand_in
from tests.unit.ui.office import HOSTILE, Office, markup, texts

ROOT = Actor(username="root", name="Root", roles=frozenset({Role.ADMINISTRATOR}))
QUINN = Actor(username="quinn", name="Quinn", roles=frozenset({Role.QUALITY_REVIEWER}))


def _page():
    from ui.pages import organisation  # noqa: PLC0415 - this function runs as a script

    organisation.show()


def _case():
    from ui.pages import case  # noqa: PLC0415 - as above

    case.show()


def _tabs(test):
    return [tab.label for tab in test.tabs]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("hanna", ["Teams", "Competences", "Absence", "Limits", "Waivers"]),
        ("mara", ["Teams", "Competences", "Absence", "Limits", "Waivers", "Time limits"]),
        ("vera", ["Limits", "Waivers", "Time limits", "Broken glass"]),
    ],
)
def test_everybody_sees_the_parts_that_are_for_them(office: Office, who, seen):
    test = office.sits(office.people[who], _page)

    assert not test.exception
    assert _tabs(test) == seen


def test_who_arranges_nothing_is_told_so(office: Office):
    test = office.sits(QUINN, _page)

    assert not test.exception
    assert "None of your roles" in texts(test)


def test_teams_absences_limits_and_looks_are_shown_as_text(office: Office, tom, mara):
    platform = office.platform
    hire(platform, ROOT)
    make_team(platform, "billing", "hanna", categories=["Price"])
    stand_in(platform, tom, "hanna", "ivo")
    limits.propose(
        platform, actor=mara, holder="role:approver", amount=Decimal(500), reason=HOSTILE
    )
    glass.break_glass(
        platform, actor=ROOT, reference=office.lodge(office.people["hanna"]), reason=HOSTILE
    )

    led, watched = office.sits(mara, _page), office.sits(RITA, _page)

    assert not led.exception
    assert not watched.exception
    assert "Hanna" in texts(led)
    assert "Waits for a second person" in markup(led)
    assert "root" in texts(watched)
    for test in (led, watched):
        assert "<img" not in markup(test)


def test_a_second_person_confirms_a_limit_and_looks_into_broken_glass(office: Office, mara):
    platform = office.platform
    limits.propose(
        platform, actor=mara, holder="role:approver", amount=Decimal(500), reason="Policy."
    )
    glass.break_glass(
        platform, actor=ROOT, reference=office.lodge(office.people["hanna"]), reason="A fire."
    )
    test = office.sits(RITA, _page)

    test.button(key="limit:Confirm:1").click().run()
    test.button(key="glass:see:1").click().run()

    assert not test.exception
    assert limits.in_force(platform, actor=RITA) == {"role:approver": Decimal(500)}
    assert glass.unseen(platform, actor=RITA) == 0


def test_a_new_team_is_made_in_a_dialog(office: Office, mara):
    test = office.sits(mara, _page)
    test.button(key="organisation:New team").click().run()
    test.text_input(key="team:title:").set_value("Bills & more")
    test.multiselect(key="team:members:").set_value(["hanna"])
    test.button(key="organisation:New team").click()
    test.button(key="team:do").click().run()

    (made,) = teams.all_teams(office.platform, actor=mara)
    assert (made.team.code, made.team.title, made.members) == (
        "bills-more",
        "Bills & more",
        ("hanna",),
    )


def test_a_closed_complaint_offers_the_glass_only_to_who_may_break_it(
    office: Office, hanna, tom, mara
):
    reference = office.lodge(hanna)
    restriction.restrict(
        office.platform, actor=RITA, reference=reference, people=["ivo"], reason="A colleague."
    )

    for person, is_offered in ((hanna, False), (tom, True), (mara, True)):
        test = office.sits(person, _case, ref=reference)
        assert not test.exception
        assert f"There is no complaint {reference}" in as_said(test)
        assert ("Break the glass" in [b.label for b in test.button]) == is_offered


def as_said(test):
    """Return what an error says, without the marks that keep it plain."""
    return " ".join(error.value for error in test.error).replace("\\", "")


def test_a_restricted_complaint_says_so_and_its_menu_says_what_is_possible(office: Office, mara):
    reference = office.lodge(office.people["hanna"])
    restriction.restrict(
        office.platform, actor=mara, reference=reference, people=["ivo"], reason="A colleague."
    )

    test = office.sits(office.people["ivo"], _case, ref=reference)

    assert not test.exception
    assert "Restricted" in markup(test)


def _tabled(test):
    """Return everything that tables say, without the marks that keep it plain."""
    cells = [str(cell) for table in test.table for cell in table.value.to_numpy().flatten()]
    return " ".join(cells).replace("\\", "")


def test_who_can_do_what_is_empty_at_first_and_only_leaders_may_say(office: Office, hanna, tom):
    watched, led = office.sits(hanna, _page), office.sits(tom, _page)

    label = "Say what somebody can do"
    assert "was not said yet" in texts(watched)
    assert label not in [button.label for button in watched.button]
    assert label in [button.label for button in led.button]


def test_what_somebody_can_do_is_said_in_a_dialog_and_shown_as_text(office: Office, tom, hanna):
    publish_expert(office.platform)
    test = office.sits(tom, _page)
    opener = "organisation:Say what somebody can do"
    test.button(key=opener).click().run()
    assert "tom" not in test.selectbox(key="competence:who").options
    test.selectbox(key="competence:who").set_value("hanna")
    test.button(key=opener).click().run()
    test.multiselect(key="competence:able:hanna").set_value(["Fees"])
    test.text_area(key="competence:reason").set_value(HOSTILE)
    test.button(key=opener).click()
    test.button(key="competence:do").click().run()

    (able,) = [
        each
        for each in competences.of_everybody(office.platform, actor=tom)
        if each.username == "hanna"
    ]
    assert able.competences == {"Fees"}
    seen = office.sits(hanna, _page)
    assert "Hanna" in _tabled(seen)
    assert "Fees" in _tabled(seen)


def test_a_competence_that_looks_like_markup_is_text(office: Office, tom):
    competences.change(
        office.platform,
        actor=tom,
        username="hanna",
        competences=["<img src=x>", "**Fees**"],
        reason="A course.",
    )

    test = office.sits(tom, _page)

    assert not test.exception
    assert markup(test).count("<img") == markup(test).count(r"\<img") == 1
    assert "**Fees**" not in markup(test)


def test_a_step_that_nobody_can_take_is_a_warning(office: Office, tom):
    publish_expert(office.platform)

    test = office.sits(tom, _page)

    (said,) = [warning.value.replace("\\", "") for warning in test.warning]
    assert "Work it out" in said
    assert "Fees" in said


@pytest.mark.parametrize(
    ("held", "is_able"), [({"Fees"}, False), ({"fees", "tax law"}, True)], ids=["one", "both"]
)
def test_the_case_page_says_which_competence_somebody_lacks(
    office: Office, hanna, tom, held, is_able
):
    publish_expert(office.platform)
    reference = office.lodge(hanna)
    office.does(tom, reference, "assign", owner="ivo")
    person = hanna.model_copy(update={"competences": frozenset(held)})

    test = office.sits(person, _case, ref=reference)

    assert not test.exception
    lack = "You do not have the competence “Tax law”, which this step takes."
    assert (lack in texts(test)) is not is_able
    assert ("Claim" in [button.label for button in test.button]) is is_able
    assert inbox.counts(office.platform, actor=person)["unclaimed"] == int(is_able)
