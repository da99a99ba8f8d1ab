"""The figures on paper: what the page says, and no complaint that the reader may not see."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.case_fact import Trait
from engine.domain.kpi import Period
from engine.domain.review import Table
from engine.services.figures import facts, reporting
from engine.services.figures.measuring import Slice
from engine.services.reviews import figure_print
from engine.services.staffing import teams
from tests.integration.reach_ways import make_team

WHY = "It is about an invoice."


@pytest.fixture
def printed(office, clock, monkeypatch):
    """Print for somebody, and return what was handed to the typesetter with the file."""
    told = []
    real = figure_print.print_review

    def keep(report, **how):
        told.append(report)
        return real(report, **how)

    monkeypatch.setattr(figure_print, "print_review", keep)

    def print_for(person, **what):
        facts.keep_up(office.platform)
        period = Period.last_days(90, clock.now, "Europe/London")
        made = figure_print.figures_as_pdf(office.platform, actor=person, period=period, **what)
        return told.pop(), made

    return print_for


def _numbers(report):
    (table,) = (
        part
        for part in report.sections[0].parts
        if isinstance(part, Table) and part.title.startswith("Figures")
    )
    return {row[0]: row[-1] for row in table.rows}


@pytest.mark.iso("8.2")
def test_paper_says_what_the_page_says(office, clock, printed):
    for _ in range(3):
        office.reach("assess")
        clock.advance(days=8)
    mara = office.staff["mara"]

    report, made = printed(mara)

    period = Period.last_days(90, clock.now, "Europe/London")
    told = reporting.report(office.platform, actor=mara, period=period)
    right = {each.title: f"{each.figure.n:,}" for each in told.told}
    found = _numbers(report)
    assert found["Received"] == "3"
    assert found.items() <= right.items()
    assert made.startswith(b"%PDF-")
    assert b"<pdfaid:part>2<" in made
    assert "3 complaints came in" in report.short[0]
    assert ", all complaints; made on " in report.about
    assert [each.title for each in report.sections] == ["Performance", "What the figures mean"]


def test_nothing_is_kept_from_those_who_see_it_on_the_page(office, clock, printed):
    office.reach("assess")
    clock.advance(days=20)

    report, _made = printed(office.staff["mara"])

    shares = {row[0]: row[1] for part in report.sections[0].parts[1:2] for row in part.rows}
    assert shares["Acknowledged on time"] == "0.0 %"
    assert "fewer than" not in report.sections[0].parts[0].text


def test_some_complaints_alone_are_named(office, printed):
    office.lodge()

    report, _made = printed(office.staff["mara"], of=Slice(Trait.CHANNEL, "phone"))
    nothing, _made = printed(office.staff["mara"], of=Slice(Trait.CHANNEL, "letter"))

    assert "channel “Phone” alone" in report.about
    assert (_numbers(report)["Received"], _numbers(nothing)["Received"]) == ("1", "0")


def test_whoever_sees_one_team_prints_what_is_of_that_team(office, printed):
    make_team(office.platform, "billing", "hanna")
    mara = office.staff["mara"]
    reference = office.lodge()
    teams.move(office.platform, actor=mara, reference=reference, team="billing", reason=WHY)
    office.lodge()
    leader = frozenset({Role.TEAM_LEADER})
    lea = Actor(username="lea", name="Lea", roles=leader, teams=frozenset({"elsewhere"}))

    of_lea, _made = printed(lea)
    of_mara, _made = printed(mara)

    assert (_numbers(of_lea)["Received"], _numbers(of_mara)["Received"]) == ("1", "2")
