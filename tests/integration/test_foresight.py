"""What a changed calendar or profile would move is told, and nothing is changed by telling."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.bootstrap import shipped_profiles
from engine.domain import recount
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError, NotAllowedError
from engine.services.intake import intake
from engine.services.running import foresight, operations
from engine.services.running.foresight import Proposal, read_proposal
from engine.services.staffing import restriction
from tests.integration.extension_ways import extended
from tests.integration.office import rows
from tests.integration.operator_ways import owned
from tests.integration.test_timing import on_sqlite

TUESDAY = Proposal(closed=(date(2026, 1, 6),))
"""The day after the complaints of these tests are received."""


def told(office, proposal=TUESDAY, who="mara", **more):
    return foresight.preview(office.platform, actor=office.staff[who], proposal=proposal, **more)


def lodge(office, *wanted, **facts):
    complaint = office.heard(**facts)
    return intake.lodge(
        office.platform, actor=office.staff["hanna"], complaint=complaint, wanted=wanted
    )


def test_a_day_off_moves_working_days_and_no_weeks(office):
    reference = lodge(office, "iso")

    found = told(office)

    (line,) = found.lines
    assert (found.looked_at, found.later, found.earlier, found.left_alone) == (2, 1, 0, 0)
    assert (line.reference, line.code) == (reference, "acknowledgement")
    assert line.before == datetime(2026, 1, 8, 17, tzinfo=UTC)
    assert line.after == datetime(2026, 1, 9, 17, tzinfo=UTC)


@on_sqlite
def test_telling_changes_nothing(office):
    lodge(office, "iso")
    asked = ("SELECT * FROM clock", "SELECT * FROM journal")
    before = [rows(office.platform.database, each) for each in asked]

    told(office)

    assert [rows(office.platform.database, each) for each in asked] == before


@on_sqlite
def test_what_is_told_is_what_cases_get_under_the_changed_calendar(office, clock):
    for hour in range(12):
        lodge(office, ("iso", "fca_disp", "nhs", "asic_rg271")[hour % 4])
        clock.advance(hours=7)
    proposed = {(line.reference, line.code): line.after for line in told(office).lines}
    policy = office.platform.policy.calendar
    changed = policy.model_copy(update={"special_days": {date(2026, 1, 6): ()}})
    other = replace(office.platform, calendar=Calendar(changed))
    kept = {}
    for case in range(1, 13):
        reference = f"C-2026-{case:06d}"
        complaint = office.view(reference).case.complaint
        name = ("iso", "fca_disp", "nhs", "asic_rg271")[(case - 1) % 4]
        twin = intake.lodge(other, actor=office.staff["hanna"], complaint=complaint, wanted=[name])
        kept |= {(reference, c.code): c.due_at for c in office.view(twin).clocks}

    assert proposed
    assert proposed.items() <= kept.items()


@on_sqlite
def test_another_edition_of_a_regime_moves_the_cases_of_that_regime_alone(office):
    lodge(office, "nhs")
    lodge(office, "iso")
    nhs = shipped_profiles().in_force("nhs", date(2026, 1, 5))
    shorter = nhs.clocks[0].model_copy(update={"allowance": "2 working days"})
    edition = nhs.model_copy(update={"clocks": (shorter, *nhs.clocks[1:])})

    found = told(office, Proposal(profile=edition))

    assert [(line.code, line.after.day) for line in found.lines] == [("acknowledgement", 7)]
    assert (found.earlier, found.overdue) == (1, 0)


@on_sqlite
def test_what_would_be_overdue_at_once_is_counted(office, clock):
    lodge(office, "nhs")
    clock.advance(days=2, hours=12)
    nhs = shipped_profiles().in_force("nhs", date(2026, 1, 5))
    shorter = nhs.clocks[0].model_copy(update={"allowance": "1 working day"})
    edition = nhs.model_copy(update={"clocks": (shorter, *nhs.clocks[1:])})

    found = told(office, Proposal(profile=edition))

    assert (found.earlier, found.overdue) == (1, 1)


@on_sqlite
def test_an_extension_is_counted_again_and_one_to_a_chosen_day_stays(office):
    whole, chosen = (owned(office, office.platform) for _ in range(2))
    extended(office, whole)
    extended(office, chosen, until=date(2026, 1, 23))

    found = {line.reference: line.after for line in told(office).lines}

    assert found == {whole: datetime(2026, 2, 3, 17, tzinfo=UTC)}


@on_sqlite
def test_what_was_moved_by_hand_is_left_alone(office):
    reference = lodge(office, "iso")
    known = {"actor": office.staff["tom"], "reference": reference, "reason": "She asked for it."}
    later = office.platform.now() + timedelta(days=9)
    operations.set_promise_date(office.platform, code="acknowledgement", due_at=later, **known)

    found = told(office)

    assert (found.moved, found.left_alone) == (0, 1)


@on_sqlite
def test_a_list_is_cut_and_its_count_is_not(office):
    for _ in range(3):
        lodge(office, "iso")

    found = told(office, limit=2)

    assert (len(found.lines), found.moved) == (2, 3)


@on_sqlite
def test_nobody_learns_of_a_restricted_case_by_looking_ahead(office):
    reference = lodge(office, "iso")
    restriction.restrict(
        office.platform,
        actor=office.staff["tom"],
        reference=reference,
        people=["ada"],
        reason="It is about Mara.",
    )

    assert told(office).looked_at == 0
    assert told(office, who="vera").looked_at == 2
    with pytest.raises(NotAllowedError):
        told(office, who="hanna")


CALENDAR = 'zone = "Europe/London"\n[week]\nmonday = ["09:00-17:00"]\n'


@on_sqlite
def test_a_calendar_is_read_by_itself_or_out_of_a_policy(office):
    lodge(office, "iso")
    within = CALENDAR.replace("[week]", "[policy.calendar.week]")
    policy = f"[policy.calendar]\n{within}"

    alone, inside = read_proposal(CALENDAR), read_proposal(policy)

    assert alone == inside
    assert [line.after.day for line in told(office, alone).lines] == [26]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("zone = ", "is no TOML"),
        ("", "Field required"),
        (CALENDAR.replace("London", "Atlantis"), "is no time zone"),
        ("[[clocks]]\ncode = 1", "valid string"),
        ("policy = 3\n" + CALENDAR, "Extra inputs"),
        ("x = 1\n" * 50_000, "more than 200,000"),
        ("x = " + "[" * 5_000 + "]" * 5_000, "is no TOML|Field required"),
    ],
)
def test_a_file_that_is_neither_is_refused_with_the_reason(text, problem):
    with pytest.raises(InvalidInputError, match=problem):
        read_proposal(text)


@on_sqlite
def test_a_week_without_work_is_refused(office):
    lodge(office, "iso")

    with pytest.raises(InvalidInputError, match="No day has working hours"):
        told(office, read_proposal('zone = "Europe/London"\n[week]\n'))


@on_sqlite
def test_counting_what_begins_on_one_day_once_changes_no_date(office, clock, monkeypatch):
    """Plant the bug: clocks that begin on different days are taken for alike."""
    for _ in range(4):
        lodge(office, "iso")
        clock.advance(hours=20)
    honest = told(office)

    monkeypatch.setattr(foresight, "alike", lambda *_: None)

    assert told(office) != honest
    monkeypatch.setattr(foresight, "alike", lambda clock, *_: clock.started_at)
    assert told(office) == honest
    assert recount.alike is not foresight.alike
