"""What comes again is taken up, put right, and looked at until it is known whether it helped."""

import csv
from datetime import timedelta

import pytest

from engine.domain.control_chart import ChartKind, Point
from engine.domain.governance import RecordAct
from engine.domain.improvement import Standing, Wants, Way
from engine.domain.issue import CauseArea
from engine.domain.signal import Disposition, Measured, Watched
from engine.errors import (
    ConflictError,
    InvalidInputError,
)
from engine.services.improvement import (
    improvement_board,
    improving,
)
from engine.services.signals import charts
from engine.services.upkeep import jobs
from tests.integration.conformity_ways import THEO
from tests.integration.improvement_ways import (
    WHY,
    action,
    board,
    carried_out,
    climb,
    issue,
    judge,
    move,
    name_cause,
    one,
    proposed,
    told,
    waiting,
)
from tests.integration.reach_ways import RITA
from tests.integration.signal_ways import CALM, shown

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def keep_chart(office, before, after):
    """Keep a chart with weeks before today and others that come after; return today."""
    today = office.platform.calendar.day_of(office.platform.now())
    monday = today - timedelta(days=today.weekday(), weeks=len(before))
    numbers = [*before, *after]
    points = tuple(
        Point(monday + timedelta(weeks=week), number, 1, number)
        for week, number in enumerate(numbers)
    )
    at = office.platform.now()
    chart = Watched("received", "Received", ChartKind.C, Measured.COMPLAINTS, points, told_at=at)
    office.platform.database.write(lambda tx: tx.signals.keep_charts([chart]))
    return today


@pytest.mark.iso("8.2", "8.7")
def test_the_whole_chain_from_a_cause_to_an_effect_that_is_judged(office, clock):
    clock.advance(days=(7 - office.platform.now().weekday()) % 7)  # a Monday: no week is split
    reference = office.lodge()
    name_cause(office)
    (cause,) = board(office, office.staff["mara"]).causes
    found = improvement_board.cases_of_cause(
        office.platform, actor=office.staff["mara"], area=cause.area, category=cause.category
    )
    assert (cause.area, cause.issues, cause.systemic) == (CauseArea.SYSTEMS, 1, 1)
    assert found == (reference,)

    keep_chart(office, CALM, [])
    known = {"actor": office.staff["mara"]}
    number = improving.raise_systemic_issue(
        office.platform, wanted=issue(category=cause.category), **known
    )
    done = carried_out(office, about=number)
    keep_chart(office, CALM, [6] * 8)
    clock.advance(days=31)
    judge(office.platform, THEO)

    assert not board(office, office.staff["mara"]).causes
    (systemic,) = board(office).issues
    assert (systemic.aim.affected, systemic.answers) == (400, (done,))
    each = one(office)
    assert each.aim.cause_area is CauseArea.SYSTEMS
    assert each.effect.compared.before.value == 10
    assert each.effect.compared.after.value == 6
    assert each.effect.is_more_than_chance
    assert [check.days for check in each.checks] == [30, 60, 90]
    assert each.checks[0].measured == each.effect.compared.as_data()
    assert each.checks[0].measured["after"] == {"points": 8, "n": 48, "value": 6.0}
    (event,) = told(office, "effect.judged")
    assert (event["verdict"], event["is_reopened"], event["days"]) == ("effective", False, 30)


def test_a_signal_is_answered_by_an_action_that_moves_its_figure_back(office):
    number = shown(office.platform)
    mara = office.staff["mara"]

    made = improving.answer_by_action(
        office.platform, actor=mara, number=number, reason=WHY, wanted=action(text="")
    )

    each = one(office)
    assert (each.record.number, each.record.text) == (made, WHY)
    assert (each.aim.signal, each.aim.chart, each.aim.wants) == (number, "received", Wants.LOWER)
    (signal,) = charts.signals_view(office.platform, actor=mara).settled
    assert signal.answers[-1].disposition is Disposition.ACTION_TAKEN


def test_an_action_that_cannot_be_recorded_leaves_its_signal_open(office):
    number = shown(office.platform)
    wanted = action(owner="nobody")

    with pytest.raises(InvalidInputError, match="Owner"):
        improving.answer_by_action(
            office.platform,
            actor=office.staff["mara"],
            number=number,
            reason=WHY,
            wanted=wanted,
        )

    assert charts.waiting_signals(office.platform, actor=office.staff["mara"]) == 1
    assert not board(office).actions


@ON_SQLITE
def test_working_days_are_counted_by_the_calendar(office, clock):
    number = proposed(office, within=5, chart="", wants=None)

    today = office.platform.calendar.day_of(clock.now)
    record = one(office).record
    days = [today + timedelta(days=n + 1) for n in range((record.due_on - today).days)]
    assert record.number == number
    assert sum(not office.platform.calendar.why_free(day) for day in days) == 5


@ON_SQLITE
@pytest.mark.iso("4.13")
def test_what_is_overdue_climbs_once_whether_approved_or_not(office, clock):
    shown(office.platform)
    proposed(office, within=5)
    assert (climb(office).records, waiting(office, RITA)) == (0, 0)

    clock.advance(days=10)
    assert (waiting(office, RITA), waiting(office, office.staff["mara"])) == (0, 1)
    done = jobs.run(office.platform, name="effectiveness_check")

    assert dict(done.summary) == {"to_judge": 0, "records": 1, "checks": 0}
    assert climb(office).records == 0
    assert (one(office).standing, one(office).has_climbed) == (Standing.OVERDUE, True)
    assert waiting(office, RITA) == 1
    assert told(office, "governance.climbed") == [{"record": 1, "what": "action"}]


@ON_SQLITE
def test_a_figure_is_chosen_before_an_action_is_carried_out_and_not_after(office):
    shown(office.platform)
    number = proposed(office, chart="", wants=None)
    known = {"actor": office.staff["mara"], "number": number, "wants": Wants.LOWER}
    with pytest.raises(InvalidInputError, match="Figure"):
        improving.aim_action(office.platform, chart="none", **known)

    improving.aim_action(office.platform, chart="received", **known)
    assert one(office).aim.way is Way.CORRECTIVE
    with pytest.raises(ConflictError, match="already"):
        improving.aim_action(office.platform, chart="received", **known)
    move(office, number, THEO, RecordAct.APPROVE)
    move(office, number, office.staff["mara"], RecordAct.CARRY_OUT)

    with pytest.raises(ConflictError, match="carried out"):
        improving.aim_action(
            office.platform,
            actor=office.staff["mara"],
            number=number,
            chart="received",
            wants=Wants.HIGHER,
        )


@ON_SQLITE
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"within": 0}, "Working days"),
        ({"within": 261}, "Working days"),
        ({"title": " "}, "Title"),
        ({"owner": "nobody"}, "Owner"),
        ({"about": 99}, "About"),
        ({"chart": "none", "wants": Wants.LOWER}, "Figure"),
        ({"chart": "received"}, "Direction"),
        ({"wants": Wants.LOWER}, "Direction"),
    ],
)
def test_an_action_that_says_too_little_is_refused(office, wrong, named):
    shown(office.platform)

    with pytest.raises(InvalidInputError, match=named):
        improving.propose_action(
            office.platform, actor=office.staff["mara"], wanted=action(**wrong)
        )
    assert not board(office).actions


@ON_SQLITE
@pytest.mark.parametrize("wrong", [{"category": "Moon"}, {"affected": -1}])
def test_a_systemic_issue_of_nothing_known_is_refused(office, wrong):
    with pytest.raises(InvalidInputError):
        improving.raise_systemic_issue(
            office.platform, actor=office.staff["mara"], wanted=issue(**wrong)
        )


@ON_SQLITE
def test_whoever_sees_no_complaints_sees_no_causes(office):
    office.lodge()
    name_cause(office)

    assert board(office, office.staff["mara"]).causes
    assert not board(office, THEO).causes


@ON_SQLITE
def test_the_chart_of_a_figure_marks_what_was_carried_out(office):
    shown(office.platform)
    carried_out(office)

    (view,) = charts.signals_view(office.platform, actor=office.staff["mara"]).charts
    assert [(mark.title, mark.by) for mark in view.done] == [("Compare the two readings", "mara")]


@ON_SQLITE
def test_everything_is_written_for_a_spreadsheet(office, clock):
    keep_chart(office, CALM, [6] * 8)
    carried_out(office)
    clock.advance(days=31)
    judge(office.platform, THEO)

    made = improvement_board.improvement_csv(office.platform, actor=THEO)

    (line,) = csv.DictReader(made.decode("utf-8-sig").splitlines())
    assert (line["Title"], line["Figure"], line["Wanted"]) == (
        "Compare the two readings",
        "received",
        "Lower",
    )
    assert (line["Value before"], line["Value after"]) == ("10.0", "6.0")
    assert line["Verdicts"] == "30 days: Effective"
