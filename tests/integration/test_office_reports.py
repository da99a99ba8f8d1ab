"""Figures about the office stand where all others do: in reports, files, snapshots and commands."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from config.kpi import FigurePolicy, KpiPolicy
from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.basis import Basis
from engine.domain.kpi import MEASURE, Period
from engine.errors import ConflictError, InvalidInputError
from engine.services.figures import facts, figure_export, freezing, reporting, stating
from engine.services.figures.measuring import Slice
from engine.services.reviews import review_figures
from engine.services.upkeep import jobs
from tests.integration.busy_office import busy
from tests.integration.office import rows
from tests.integration.people import REX

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZONE = "Europe/London"
DECEMBER = Period.of_dates(date(2025, 12, 1), date(2025, 12, 31), ZONE)
YEAR = Period.of_dates(date(2025, 1, 1), date(2025, 12, 31), ZONE)
LEADER = Actor(username="tina", name="Tina", roles=frozenset({Role.TEAM_LEADER}))


def state(office, month=date(2025, 12, 1), number=12_000, **known):
    wanted = {"actor": office.staff["mara"], "of": Basis.CUSTOMERS} | known
    stating.state_number(office.platform, month=month, number=number, **wanted)


def figure(office, name, period, actor=SYSTEM):
    facts.keep_up(office.platform)
    told = reporting.report(office.platform, actor=actor, period=period)
    return next(shown for shown in told.office if shown.measure.id == name)


@pytest.mark.iso("8.2")
def test_without_a_stated_number_there_is_no_figure_and_no_nought(office):
    office.lodge(received_at=office.platform.now() - timedelta(days=20))

    shown = figure(office, "per_1000_customers", DECEMBER)

    assert (shown.figure.value, shown.figure.n) == (None, 0)
    assert "Nobody has stated" in shown.measure.nothing


@pytest.mark.iso("8.2")
def test_complaints_are_told_per_thousand_of_what_is_stated(office, clock):
    for days in (20, 21, 60):
        office.lodge(received_at=clock.now - timedelta(days=days))
    state(office, number=4_000)

    one_month = figure(office, "per_1000_customers", DECEMBER)
    state(office, month=date(2025, 11, 15), number=6_000)
    two_months = figure(office, "per_1000_customers", YEAR)

    assert (one_month.figure.value, one_month.figure.n) == (0.5, 2)
    assert (two_months.figure.value, two_months.figure.n) == (0.3, 3)
    assert figure(office, "per_1000_contracts", YEAR).figure.value is None


def test_a_number_is_stated_once_and_corrected_with_both_in_the_journal(office):
    state(office, month=date(2025, 12, 24))
    with pytest.raises(ConflictError, match="12,000 customers"):
        state(office)
    state(office, number=13_000, actor=REX)

    told = stating.stated_numbers(office.platform, actor=office.staff["mara"])

    assert [(each.month, each.number, each.by) for each in told.numbers] == [
        (date(2025, 12, 1), 13_000, "rex")
    ]
    details = "SELECT detail FROM organisation_event WHERE type = 'number.stated' ORDER BY seq"
    (_, (last,)) = rows(office.platform.database, details)
    assert json.loads(last) == {
        "of": "customers",
        "month": "2025-12",
        "number": 13_000,
        "before": 12_000,
    }


@ON_SQLITE
@pytest.mark.parametrize(
    ("month", "number", "wrong"),
    [
        (date(2026, 2, 1), 5, {"Month"}),
        (date(1999, 12, 31), 5, {"Month"}),
        (date(2025, 12, 1), 0, {"Number"}),
        (date(2027, 1, 1), 10**13, {"Month", "Number"}),
    ],
)
def test_what_can_be_no_number_of_a_month_is_refused(office, month, number, wrong):
    with pytest.raises(InvalidInputError) as refused:
        state(office, month=month, number=number)

    assert set(refused.value.problems) == wrong


@pytest.mark.iso("8.2")
def test_the_office_is_told_to_those_who_see_its_evidence_and_of_all_complaints(office):
    office.lodge()
    known = {"period": Period.last_days(30, office.platform.now(), ZONE)}

    def told(actor, **other):
        return len(reporting.report(office.platform, actor=actor, **known, **other).office)

    seen = {
        name: told(actor)
        for name, actor in {**office.staff, "rex": REX}.items()
        if name in {"mara", "vera", "rex"}
    }
    assert set(seen.values()) == {22}
    assert told(LEADER) == 0
    assert told(office.staff["mara"], of=Slice("category", "Price")) == 0


@pytest.mark.iso("8.4")
def test_a_month_keeps_them_and_tells_what_changed(office, clock):
    state(office)
    jobs.run(office.platform, name="month_close")

    state(office, number=24_000)
    office.lodge(received_at=clock.now - timedelta(days=20))
    jobs.run(office.platform, name="sla_sweep")
    told = freezing.frozen_figures(office.platform, actor=REX, period=DECEMBER)

    changed = {each.shown.measure.id: each for each in told.changed}
    rate = changed["per_1000_customers"]
    assert (rate.then.value, rate.shown.figure.value) == (0, pytest.approx(1 / 24))
    assert told.is_told


@pytest.mark.iso("8.2")
def test_files_reviews_and_targets_have_them(office, clock):
    period = busy(office, clock)
    own = FigurePolicy(kpis={"conformity": KpiPolicy(target=0.95, owner="rita")})
    platform = replace(
        office.platform, policy=office.platform.policy.model_copy(update={"figures": own})
    )

    file = figure_export.figures_as_csv(platform, actor=REX, period=period)

    lines = {each["Figure"]: each for each in csv.DictReader(io.StringIO(file.decode("utf-8-sig")))}
    clauses, mails = lines["Clauses kept"], lines["Complaints never recorded"]
    assert (clauses["Target"], clauses["Code"]) == ("0.95", "K39")
    assert (mails["Value"], mails["n"]) == ("0.5", "2")
    assert 0 < float(mails["Lower limit"]) < 0.5 < float(mails["Upper limit"]) < 1
    assert clauses["Lower limit"] == ""
    review = review_figures.performance(platform, period=period)
    assert review.of("conformity").value == pytest.approx(float(clauses["Value"]), abs=1e-6)
    assert review.of("unrecorded").value is None  # an estimate from two mails tells of chance
    assert figure_export.figures_as_excel(platform, actor=REX, period=period)


@ON_SQLITE
def test_the_command_line_states_and_shows(redress, office):
    office.lodge(received_at=office.platform.now() - timedelta(days=20))
    month = ("--from", "2025-12-01", "--to", "2025-12-31")

    before = redress("kpi", "show", *month).out
    assert redress("kpi", "state", "customers", "2025-12", "500").status == 0
    shown = json.loads(redress("kpi", "show", *month, "--format", "json").out)
    known = json.loads(redress("kpi", "list", "--format", "json").out)

    assert "Complaints per 1,000 customers" in before
    assert shown["per_1000_customers"] == {"value": 2.0, "n": 1, "version": 1}
    assert {each["code"] for each in known} >= {"K28", "K30", "K32", "K33", "K34", "K37", "K40"}
    assert "500" in redress("kpi", "stated").out
    assert json.loads(redress("kpi", "stated", "--format", "json").out)[0]["of"] == "customers"
    assert redress("kpi", "state", "customers", "2025-13", "500").status == 2


def test_every_definition_of_the_office_says_of_what_it_is():
    of_office = [each for each in MEASURE.values() if each.behind]

    assert len(of_office) == 22
    assert all(each.nothing for each in of_office)
