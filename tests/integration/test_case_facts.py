"""Facts of complaints, and the figures made of them, say what the journal says (8.2)."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from itertools import product

import pytest
from openpyxl import load_workbook

from engine.domain.actor import SYSTEM
from engine.domain.case_fact import Trait
from engine.domain.case_set import CaseSet
from engine.domain.kpi import Period
from engine.services.figures import breakdown, facts, figure_export, reporting
from engine.services.figures.measuring import Slice
from engine.services.staffing import restriction
from engine.services.upkeep import jobs
from engine.store.case_records import CaseRecords
from tests.integration.careers import lived
from tests.integration.case_oracle import CaseOracle
from tests.integration.office import execute, rows
from tests.integration.people import closed
from tests.integration.test_step_facts import WHY, strolled
from ui.parts.behind import promises_of

KEPT = (
    "SELECT * FROM case_fact ORDER BY case_id, kind, number",
    "SELECT * FROM case_trait ORDER BY case_id",
    "SELECT * FROM tally WHERE series LIKE 'case.%' ORDER BY 1, 2, 3, 4, 5, 6, 7",
)


def kept(office):
    return [rows(office.platform.database, statement) for statement in KEPT]


def told_of(office, period, who):
    """Return what a report says of complaints to somebody, in the form of the oracle.

    Figures about the office are held to an oracle of their own.
    """
    facts.refresh(office.platform)
    told = reporting.report(office.platform, actor=office.staff[who], period=period)
    assert told.waiting == 0
    table = reporting.as_table(replace(told, office=()))
    return {name: (each["value"], each["n"]) for name, each in table.items()}


def periods(clock):
    begin = clock.now.replace(hour=0, minute=0)
    odd = timedelta(hours=9, minutes=20)
    return [
        *(
            Period(begin - timedelta(days=back), begin - timedelta(days=back - length))
            for back, length in ((400, 500), (30, 31), (40, 25), (12, 4))
        ),
        Period(clock.now - timedelta(days=70, hours=5), clock.now - odd),
        Period(clock.now - timedelta(days=2) - odd, clock.now),
    ]


def differences(office, clock):
    """Return where a report and the journal do not say the same, to whom, and when."""
    facts.keep_up(office.platform)
    oracle = CaseOracle(office.platform)
    found = []
    for who, is_named in (("mara", True), ("tom", False)):
        for period in periods(clock):
            said = told_of(office, period, who)
            right = oracle.figures(period, clock.now, knows_restricted=is_named)
            found += [
                (who, period, name, said.get(name), right.get(name))
                for name in sorted(said.keys() | right.keys())
                if said.get(name) != right.get(name)
            ]
    return found


OCCUR = (
    *("extended", "changed_assessment", "reopened", "second_stage_changed", "complained_before"),
    *("cause_came_again", "referred", "overturned", "survey_answered", "stage_two_on_time"),
    *("updates_on_time", "remedies_on_time", "escalated", "first_contact", "upheld"),
)
"""Figures of what few complaints meet: in a history each of them has happened."""


def without(office, clock):
    """Return the figures of all time for which there was nothing to count, or that are nothing."""
    whole = periods(clock)[0]
    right = CaseOracle(office.platform).figures(whole, clock.now, knows_restricted=True)
    empty = {name for name, (value, n) in right.items() if value is None or n == 0}
    empty -= {name for name in right if name.startswith("age: ")}
    return sorted(empty | {name for name in OCCUR if not right[name][0]})


@pytest.mark.iso("8.2")
@pytest.mark.parametrize("seed", [20])
def test_every_figure_is_what_the_journal_alone_says(office, clock, seed):
    lived(office, clock, seed=seed)

    assert without(office, clock) == []
    assert differences(office, clock) == []


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(2_000, 2_010))
def test_every_figure_of_many_histories_is_what_the_journal_says(office, clock, seed):
    lived(office, clock, seed=seed, cases=12, steps=24)

    assert without(office, clock) == []
    assert differences(office, clock) == []


def test_a_rebuild_changes_nothing_that_is_right_and_all_that_is_wrong(office, clock):
    strolled(office, clock, cases=5)
    facts.keep_up(office.platform)
    right = kept(office)

    assert facts.remake(office.platform, actor=SYSTEM) == 0
    assert kept(office) == right
    execute(office.platform.database, "DELETE FROM case_fact WHERE number = 1 AND kind = 'due'")
    execute(office.platform.database, "UPDATE case_trait SET category = 'x'")
    execute(office.platform.database, "UPDATE tally SET n = n + 7 WHERE series LIKE 'case.%'")
    assert facts.remake(office.platform, actor=SYSTEM) == 5
    assert kept(office) == right


def test_facts_follow_a_complaint_that_is_restricted_and_one_that_is_assessed_anew(office, clock):
    reference = closed(office)
    facts.keep_up(office.platform)
    period = Period.last_days(30, clock.now + timedelta(days=1), "Europe/London")
    before = told_of(office, period, "tom")

    given = {"people": ("hanna",), "reference": reference} | WHY
    restriction.restrict(office.platform, actor=office.staff["mara"], **given)

    assert before["received"] == (1.0, 1)
    assert told_of(office, period, "tom")["received"] == (0.0, 0)
    assert told_of(office, period, "mara")["received"] == (1.0, 1)
    assert rows(office.platform.database, "SELECT count(*) FROM tally WHERE n <= 0") == [(0,)]


def test_behind_each_number_are_as_many_complaints_as_it_counts(office, clock):
    strolled(office, clock, seed=3)
    clock.advance(days=5)
    period = Period.last_days(400, clock.now, "Europe/London")
    mara = office.staff["mara"]

    facts.keep_up(office.platform)
    told = reporting.report(office.platform, actor=mara, period=period)

    shown = (*told.figures, *told.ages, *told.categories, *told.severities, *told.causes)
    for each in shown:
        assert listed(office, each) == each.figure.n, each
    assert sum(each.figure.n for each in shown) > 40


def test_what_has_changed_is_counted_by_a_look_though_no_job_has_run(office, clock):
    period = Period.last_days(30, clock.now + timedelta(days=1), "Europe/London")
    office.lodge()
    first = told_of(office, period, "mara")["received"]
    office.lodge()

    assert (first, told_of(office, period, "mara")["received"]) == ((1.0, 1), (2.0, 2))


def test_where_much_has_changed_the_report_says_how_much_is_not_counted(office, monkeypatch):
    monkeypatch.setattr(facts, "_AT_ONCE", 1)
    office.lodge()
    office.lodge()
    now = office.platform.now()
    period = Period.last_days(30, now + timedelta(days=1), "Europe/London")

    facts.refresh(office.platform)
    told = reporting.report(office.platform, actor=office.staff["mara"], period=period)

    assert told.waiting == 2
    assert facts.keep_up(office.platform) == 2
    received = CaseSet("received", period.begin, period.end, now)
    listed = reporting.cases_behind(office.platform, actor=office.staff["mara"], cases=received)
    assert listed[1] == 2


class Leaping:
    """A watch by which every look at it comes an hour later."""

    def __init__(self):
        self._at = 0.0

    def monotonic(self):
        self._at += 3_600.0
        return self._at


@pytest.fixture
def hurried(office, monkeypatch):
    """Three complaints have changed, and there is time for none of them."""
    monkeypatch.setattr(facts, "time", Leaping())
    monkeypatch.setattr(facts, "_BATCH", 1)
    for _ in range(3):
        office.lodge()
    return office


def waiting(office):
    return rows(office.platform.database, "SELECT count(*) FROM changed_case")[0][0]


def test_a_sweep_that_has_taken_long_leaves_the_rest_to_the_next_one(hurried):
    jobs.run(hurried.platform, name="sla_sweep")

    assert waiting(hurried) == 3


@pytest.mark.iso("8.4")
@pytest.mark.parametrize(
    "name", ["daily_snapshot", "weekly_review", "month_close", "monthly_pack", "qa_sample"]
)
def test_all_is_counted_before_figures_are_frozen_signed_or_drawn_however_long_it_takes(
    hurried, clock, name
):
    clock.advance(days=45)

    jobs.run(hurried.platform, name=name)

    assert waiting(hurried) == 0


def test_counting_only_answers_that_were_given_is_caught(office, clock, monkeypatch):
    """Plant the bug: the longer the worst ones stay open, the better the figure."""
    of = CaseRecords.of

    def blind(records, case_ids):
        return [
            replace(told, clocks=tuple(c for c in told.clocks if c.met_at is not None))
            for told in of(records, case_ids)
        ]

    monkeypatch.setattr(CaseRecords, "of", blind)
    office.reach("assess")
    clock.advance(days=80)

    assert differences(office, clock) != []


@pytest.mark.iso("8.2")
def test_the_parts_by_a_trait_are_the_whole_and_lead_to_their_complaints(office, clock):
    strolled(office, clock, cases=4)
    facts.keep_up(office.platform)
    period = Period.last_days(400, clock.now, "Europe/London")
    mara = office.staff["mara"]
    known = {"actor": mara, "period": period}
    whole = told_of(office, period, "mara")

    for trait, measure in product(Trait, ("received", "answered_on_time", "backlog", "upheld")):
        parts = breakdown.by_trait(office.platform, measure=measure, trait=trait, **known)
        assert sum(each.figure.n for each in parts) == whole[measure][1]
        for each in parts:
            assert listed(office, each) == each.figure.n


def listed(office, shown):
    """Return how many complaints a page lists behind a number, or behind "All" where it says so."""
    cases = shown.cases
    titled = {title: name for name, title in promises_of(cases.name).items()}
    if titled and shown.measure.id != "late_answers":
        cases = cases.but(name=titled["All"])
    return reporting.cases_behind(office.platform, actor=office.staff["mara"], cases=cases)[1]


@pytest.mark.iso("8.2")
@pytest.mark.parametrize("trait", [Trait.CATEGORY, Trait.TEAM, Trait.HANDLER, Trait.OUTCOME])
def test_figures_of_some_complaints_are_parts_of_those_of_all(office, clock, trait):
    office.reach("closing_check")
    strolled(office, clock, seed=7, cases=5)
    clock.advance(days=80)
    facts.keep_up(office.platform)
    known = {
        "actor": office.staff["mara"],
        "period": Period.last_days(400, clock.now, "Europe/London"),
    }
    whole = reporting.report(office.platform, **known)
    values = breakdown.traited(office.platform, actor=known["actor"], trait=trait)
    some = [
        reporting.report(office.platform, **known, of=Slice(trait, value)) for value, _ in values
    ]

    first = next(f.figure for f in whole.figures if f.measure.id == "answered_on_time_first")
    assert first.value is not None
    assert 0 < first.value < 1
    for at, all_of in enumerate(whole.figures):
        parts = [told.figures[at] for told in some]
        assert sum(each.figure.n for each in parts) == all_of.figure.n or all_of.measure.is_private
        assert [listed(office, each) for each in parts] == [each.figure.n for each in parts]
    for at, week in enumerate(whole.weeks):
        assert sum(told.weeks[at].received for told in some) == week.received
        assert sum(told.weeks[at].backlog for told in some) == week.backlog
    for (value, _title), told in zip(values, some, strict=True):
        of = Slice(trait, value)
        wanted = {shown.measure.id: shown.figure.n for shown in told.figures}
        for measure in ("received", "answered_on_time", "backlog"):
            parts = breakdown.by_trait(
                office.platform, **known, of=of, measure=measure, trait=Trait.REGIME
            )
            assert sum(each.figure.n for each in parts) == wanted[measure]
            assert [listed(office, each) for each in parts] == [each.figure.n for each in parts]
    assert len(values) > 0


def test_the_figures_leave_as_tables_that_say_what_the_page_says(office, clock):
    strolled(office, clock, seed=3)
    facts.keep_up(office.platform)
    known = {
        "actor": office.staff["mara"],
        "period": Period.last_days(400, clock.now, "Europe/London"),
    }
    told = reporting.report(office.platform, **known)

    book = load_workbook(BytesIO(figure_export.figures_as_excel(office.platform, **known)))
    text = figure_export.figures_as_csv(office.platform, **known).decode("utf-8-sig")

    right = {each.title: each.figure.n for each in told.told}
    assert {
        row[1]: row[4] for row in book["Figures"].iter_rows(min_row=2, values_only=True)
    } == right
    assert {row["Figure"]: int(row["n"]) for row in csv.DictReader(StringIO(text))} == right
    weeks = [row[1:] for row in book["Weeks"].iter_rows(min_row=2, values_only=True)]
    assert weeks == [(each.received, each.closed, each.backlog) for each in told.weeks]
    assert book["Open by age"]["A2"].value == told.ages[0].title
