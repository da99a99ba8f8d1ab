"""The process owner is told when the process does not run as it did (ISO 10002:2018, 8.3, 8.7)."""

import pytest
from sqlalchemy import text

from engine.domain.kpi import FEW
from engine.domain.process_health import Change
from engine.domain.sight import EVERYTHING
from engine.errors import ConflictError, NotAllowedError, NotFoundError
from engine.services.figures import process_health
from engine.services.proposing import publishing
from engine.services.upkeep import jobs, what_waits
from tests.integration.crowd import at_once
from tests.integration.health_ways import (
    MANY,
    SLOW,
    WHY,
    all_reached,
    counted,
    monday,
    planted,
    slowed,
    usual,
)
from tests.integration.office import execute, rows, statements
from tests.integration.reach_ways import hire
from tests.integration.upkeep_ways import OTTO, another_process

JOURNALED = "SELECT type FROM organisation_event WHERE type LIKE 'process.%' ORDER BY seq"


def look(office):
    return process_health.look_for_changes(office.platform)


def seen_by(office, actor=OTTO, week=None):
    return process_health.process_health(office.platform, actor=actor, week=week)


def found(office, week=None):
    """Return what is told of a week, by kind and step."""
    told = seen_by(office, OTTO, week).findings
    return {(each.finding.change, each.finding.element): each for each in told}


@pytest.mark.iso("8.3", "8.7")
def test_a_step_that_takes_twice_the_time_is_told_with_its_numbers(office, clock):
    slowed(office)

    done = jobs.run(office.platform, name="process_health")

    assert done.summary == {"weeks": 1, "found": 1}
    (kept,) = seen_by(office).findings
    told = kept.finding
    assert (told.change, told.element, told.n) == (Change.SLOWER, SLOW, MANY)
    assert (told.before, told.now) == (6.75 * 3_600, 13.5 * 3_600)
    assert told.unheld == (pytest.approx(5.875 / 6.875), pytest.approx(12.75 / 13.75))
    assert told.title == "Assess the complaint"
    look_told = seen_by(office).look
    assert (look_told.week, look_told.version, look_told.compared) == (monday(clock.now), 1, 4)
    assert look_told.done == 4 * MANY


def test_usual_weeks_tell_nothing_and_say_what_was_looked_at(office):
    reference = office.lodge()
    all_reached(office, reference)
    usual(office, reference)
    counted(office)

    look(office)

    assert seen_by(office).findings == ()
    assert seen_by(office).look.done == 4 * MANY


def test_before_anything_was_looked_at_there_is_nothing_to_choose(office):
    told = seen_by(office)

    assert (told.look, told.findings, told.weeks) == (None, (), {})
    with pytest.raises(NotFoundError):
        seen_by(office, week=monday(office.platform.now()))


def test_a_week_is_looked_at_once_and_by_one(office):
    slowed(office)

    ends = at_once(3, lambda _: look(office))

    assert sorted(each.weeks for each in ends) == [0, 0, 1]
    assert look(office).weeks == 0
    ((number,),) = rows(office.platform.database, "SELECT count(*) FROM process_finding")
    assert number == len(found(office))


def test_weeks_that_were_missed_are_looked_at_each_by_itself(office, clock):
    slowed(office, weeks=1)
    look(office)
    clock.advance(weeks=3)

    assert look(office).weeks == 3

    assert list(seen_by(office).weeks) == [monday(clock.now, back) for back in range(4)]
    assert (Change.SLOWER, SLOW) in found(office, monday(clock.now, 3))


def test_nothing_is_looked_at_while_steps_of_before_are_still_counted(office):
    slowed(office)
    execute(
        office.platform.database,
        "INSERT INTO fact_backlog (id, after_id, until_id) VALUES (1, 0, 99)",
    )

    assert look(office).weeks == 0
    assert seen_by(office).look is None


def test_what_goes_on_is_told_once(office, clock):
    slowed(office, weeks=2)
    first, second = monday(clock.now, 1), monday(clock.now)
    clock.advance(weeks=-1)
    look(office)
    number = process_health.unseen_changes(office.platform, actor=OTTO)
    clock.advance(weeks=1)

    look(office)

    assert found(office, second)[Change.SLOWER, SLOW].since == first
    assert process_health.unseen_changes(office.platform, actor=OTTO) == number
    process_health.note_changes(office.platform, actor=OTTO, week=second, note=WHY)
    kept = found(office, first)[Change.SLOWER, SLOW]
    assert (kept.seen_by, kept.note) == ("otto", WHY)


@pytest.mark.iso("8.7")
def test_the_owner_is_told_until_somebody_has_seen_it_and_the_journal_says_who(office, clock):
    hire(office.platform, OTTO)
    slowed(office)
    look(office)
    told = what_waits.waiting_for(office.platform, actor=OTTO)

    assert [(each.path, number) for each, number in told] == [("process", 1)]
    process_health.note_changes(office.platform, actor=OTTO, week=monday(clock.now), note=WHY)

    assert what_waits.waiting_for(office.platform, actor=OTTO) == ()
    (kept,) = seen_by(office).findings
    assert (kept.seen_by, kept.seen_at, kept.note) == ("otto", clock.now, WHY)
    journaled = [kind for (kind,) in rows(office.platform.database, JOURNALED)]
    assert journaled[-2:] == ["process.looked_at", "process.health_noted"]
    with pytest.raises(ConflictError):
        process_health.note_changes(office.platform, actor=OTTO, week=monday(clock.now))


def test_of_two_who_have_seen_it_at_once_one_is_kept(office, clock):
    slowed(office)
    look(office)
    week = monday(clock.now)

    def note(number):
        said = {"week": week, "note": f"Note {number}"}
        return process_health.note_changes(office.platform, actor=OTTO, **said)

    ends = at_once(2, note)

    assert sorted(type(each).__name__ for each in ends) == ["ConflictError", "NoneType"]


def test_who_sees_no_figures_sees_nothing(office):
    slowed(office)
    look(office)

    for who in ("hanna", "tom", "ada"):
        with pytest.raises(NotAllowedError):
            seen_by(office, office.staff[who])
    with pytest.raises(NotAllowedError):
        process_health.unseen_changes(office.platform, actor=office.staff["mara"])
    assert seen_by(office, office.staff["mara"]).findings == seen_by(office).findings


def test_restricted_complaints_are_in_no_number(office):
    reference = office.lodge()
    usual(office, reference)
    planted(office, reference, SLOW, *[90.0] * MANY, circle="#1")
    counted(office)

    look(office)

    assert (Change.SLOWER, SLOW) not in found(office)
    assert seen_by(office).look.done == 4 * MANY


def test_steps_that_are_repeated_or_taken_more_often_are_told_in_shares(office):
    reference = office.lodge()
    usual(office, reference, back=range(1, 13))
    for element in ("register", "acknowledge", "assess"):
        planted(office, reference, element, *[5.0] * MANY)
    planted(office, reference, "investigate", *[5.0] * MANY, again=MANY // 2)
    planted(office, reference, "plan", *[5.0] * MANY)
    counted(office)

    look(office)

    told = found(office)
    again = told[Change.REPEATED, "investigate"].finding
    assert (again.before, again.now, again.n) == (0.1, 0.5, MANY)
    more = told[Change.MORE_OFTEN, "plan"].finding
    assert (more.before, more.now, more.n) == (0.0, 0.2, 5 * MANY)


def test_steps_and_ways_that_nobody_takes_are_told_once_many_ran_through(office):
    reference = office.lodge()
    usual(office, reference)
    counted(office)

    look(office)

    told = found(office)
    assert (Change.NEVER_TAKEN, "flow_complex_plan") in told
    assert told[Change.NEVER_TAKEN, "flow_complex_plan"].finding.title.startswith(
        "“Is it complex?” to “Plan"
    )
    # The step at the end of a way that is told of is not told of once more.
    assert (Change.NEVER_DONE, "plan") not in told
    assert (Change.NEVER_DONE, "closing_check") in told
    assert {element for _, element in told} & {"register", *("assess", "investigate")} == set()


def test_a_step_at_which_a_complaint_waits_is_reached(office):
    reference = office.reach("closing_check")
    usual(office, reference)
    counted(office)

    look(office)

    assert "closing_check" not in {element for _, element in found(office)}


def _published(office, tmp_path):
    """Publish the shipped process without its planning, and return nothing."""
    paths = another_process(tmp_path)
    known = {"paths": paths, "reason": "Kinder words."}
    made = publishing.propose(office.platform, actor=OTTO, **known)
    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)


def test_complaints_left_on_an_old_version_are_told_with_their_age(office, clock, tmp_path):
    platform = office.platform
    office.lodge()
    _published(office, tmp_path)
    clock.advance(weeks=10)
    look(office)
    assert (Change.OLD_VERSION, "") not in found(office)
    clock.advance(weeks=10)
    office.lodge()

    with statements(platform.database) as seen:
        look(office)

    told = found(office)[Change.OLD_VERSION, ""].finding
    assert (told.n, told.now) == (None, None)  # of one alone nothing is told to the owner
    manager = seen_by(office, office.staff["mara"]).findings
    (mine,) = [e.finding for e in manager if e.finding.change is Change.OLD_VERSION]
    assert (mine.n, mine.now, mine.before) == (1, 140, 140)
    assert len([each for each in seen if "FROM complaint_case" in each]) == 1


def test_what_was_done_and_is_not_drawn_is_told_under_its_old_name(office):
    reference = office.lodge()
    planted(office, reference, "gone", *[5.0] * FEW)
    counted(office)

    look(office)

    told = found(office)[Change.NOT_DRAWN, "gone"].finding
    assert (told.title, told.now, told.n) == ("gone", FEW, FEW)


def test_no_complaint_is_read_and_no_more_is_asked_where_there_are_more(office, clock):
    slowed(office)
    for _ in range(3):
        office.reach("assess")

    with statements(office.platform.database) as seen:
        look(office)
    for _ in range(12):
        office.reach("assess")
    slowed(office)
    execute(office.platform.database, "DELETE FROM process_look")
    execute(office.platform.database, "DELETE FROM process_finding")
    with statements(office.platform.database) as again:
        look(office)

    assert not [each for each in (*seen, *again) if "complaint_case" in each]
    assert len(again) == len(seen) <= 45


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_those_left_on_a_version_are_found_by_an_index(office):
    with statements(office.platform.database) as seen, office.platform.database.read() as tx:
        tx.processes.left_on(["a" * 64], sight=EVERYTHING)
    with office.platform.database.engine.connect() as connection:
        asked = seen[-1].replace("?", "'x'")
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {asked}")).all()

    assert any("ix_case_process" in str(line) for line in plan)
