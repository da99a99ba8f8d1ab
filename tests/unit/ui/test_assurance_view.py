"""The view *Assurance* of the page of figures: what it shows, where it leads, what is stated."""

from datetime import date, timedelta

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.basis import Basis
from engine.domain.kpi import MEASURE, Figure
from engine.services.figures import office_figures, reporting, stating
from engine.services.figures.reporting import Shown
from engine.services.process import processes
from tests.integration.busy_office import busy
from tests.integration.office import Office
from tests.unit.ui.desk import sit_down, texts
from ui.parts.assurance_view import _PER, _REVIEWED, _REVIEWS, _SECTIONS
from ui.parts.figure import behind, between, change_of, missing, value_of
from ui.parts.office_way import WAYS

LEADER = Actor(username="tina", name="Tina", roles=frozenset({Role.TEAM_LEADER}))


@pytest.fixture
def database_url(sqlite_url):
    """Pages know nothing of databases: one kind is enough."""
    return sqlite_url


@pytest.fixture
def office(platform, hanna, ivo, tom, ada, mara, sam, vera):
    """A staffed office, as tests of services have it."""
    staff = {person.username: person for person in (hanna, ivo, tom, ada, mara, sam, vera)}
    processes.install_shipped(platform)
    for person in staff.values():
        platform.database.write(
            lambda tx, who=person: tx.accounts.add(who, password_hash="", at=platform.now())
        )
    return Office(platform, staff)


def _page():
    from ui.pages import performance  # noqa: PLC0415 - this function runs as a script

    performance.show()


def look(office, person):
    test = sit_down(_page, office.platform, person)
    test.query_params["view"] = "assurance"
    return test.run()


def shown(name, value, n, before=None):
    return Shown(MEASURE[name], MEASURE[name].title, Figure(name, value, n), before, None)


def test_every_figure_of_the_office_is_drawn_and_leads_somewhere():
    drawn = {name for names in _SECTIONS.values() for name in names} | {*_PER, *_REVIEWED} - {
        _REVIEWS
    }

    assert drawn == {each.id for each in office_figures.OFFICE}
    for each in office_figures.OFFICE:
        assert each.opens in WAYS.keys() | {"stated"}


def test_the_office_is_shown_with_values_intervals_and_reviews(office, clock):
    busy(office, clock)

    test = look(office, office.staff["mara"])

    assert not test.exception
    metrics = {metric.label: metric.value for metric in test.metric}
    assert metrics["Signals answered in time"] == "1 of 3"
    assert metrics["Complaints never recorded"] == "1 of 2"
    assert metrics["Complaints per 1,000 customers"] != "–"  # noqa: RUF001 - an empty cell
    assert "With 95% confidence from" in texts(test)
    assert "Quality reviews" in [header.value for header in test.header]


def test_what_nobody_stated_is_said_and_no_nought(office, clock):
    office.lodge()

    test = look(office, office.staff["mara"])

    metrics = {metric.label: metric.value for metric in test.metric}
    assert metrics["Complaints per 1,000 customers"] == "–"  # noqa: RUF001 - as above
    assert "Nobody has stated how many customers" in texts(test)
    assert "Complaints per 1,000 contracts" not in metrics


def test_a_manager_states_a_month(office, clock):
    office.lodge()
    mara = office.staff["mara"]
    test = look(office, mara)

    test.button(key="assurance.state").click().run()
    test.number_input(key="state:number").set_value(1200)
    test.button(key="assurance.state").click()
    test.button(key="state:do").click().run()

    assert not test.exception
    (stated,) = stating.stated_numbers(office.platform, actor=mara).numbers
    assert (stated.of, stated.number) == (Basis.CUSTOMERS, 1200)
    assert stated.month == (clock.now.date().replace(day=1) - timedelta(days=1)).replace(day=1)


def test_who_may_not_state_has_no_button_and_a_team_leader_reads_a_sentence(office):
    office.lodge()

    auditor, leader = look(office, office.staff["vera"]), look(office, LEADER)

    assert "assurance.state" not in [button.key for button in auditor.button]
    assert "Signals" in [metric.label for metric in auditor.metric]
    assert "are for managers" in texts(leader)
    assert not leader.metric


def test_a_figure_of_the_office_reads_as_others_do():
    few, rate = shown("conformity", 0.5, 4), shown("per_1000_customers", 1.234, 40)
    estimate = shown("unrecorded", 0.1, 100, Figure("unrecorded", 0.2, 100))

    assert (value_of(few), behind(few), between(few)) == ("2 of 4", "4 clauses", "")
    assert (value_of(rate), behind(rate)) == ("1.23", "40 complaints")
    assert between(estimate) == "With 95% confidence from 5.5% to 17.4%."
    assert change_of(estimate) == "-10.0 points"
    assert missing(shown("trained", None, 0)) == "Nobody works on complaints."


def test_a_report_of_a_day_long_ago_tells_nothing_it_does_not_know(office):
    past = reporting.Period.of_dates(date(2020, 1, 1), date(2020, 1, 1), "Europe/London")

    told = reporting.report(office.platform, actor=office.staff["mara"], period=past)

    known = {each.measure.id for each in told.office if each.figure.value is not None}
    assert known <= {
        "signals_raised",
        "waivers_given",
        "improvements_proposed",
        "trained",
        "policy_known",
    }
