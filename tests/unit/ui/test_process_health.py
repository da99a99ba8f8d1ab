"""The section of the page of the process that tells what changed in how it runs."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.process_health import Change, Finding, KeptFinding, Look
from engine.services.process import processes
from engine.services.process.processes import COMPLAINT
from tests.unit.ui.desk import sit_down, texts
from tests.unit.ui.office import HOSTILE
from ui.parts.health_words import looked_at, remark, seen, sentence, together, unseen_before

WEEK = date(2025, 12, 29)
BEFORE = WEEK - timedelta(weeks=1)
DAY = timedelta(hours=8)
HOUR = 3_600
SLOW = Finding(Change.SLOWER, "assess", 3 * HOUR, 16 * HOUR, 41, (0.5, 0.75), "Assess")
LEFT = Finding(Change.OLD_VERSION, "", 95.2, 140.4, 12)


@pytest.fixture
def database_url(sqlite_url):
    """Pages know nothing of databases: one kind is enough."""
    return sqlite_url


@pytest.fixture
def desk(platform):
    """The platform with the shipped process."""
    processes.install_shipped(platform)
    return platform


def keep(desk, *findings, week=WEEK):
    look = Look(week, COMPLAINT, 1, 160, 4, 360)
    desk.database.write(lambda tx: tx.process_health.keep(look, findings, at=desk.now()))


def _page():
    from ui.pages import process  # noqa: PLC0415 - this function runs as a script

    process.show()


def said(test):
    return texts(test).replace("\\", "")


def test_what_was_found_is_said_in_sentences_with_its_numbers(desk, otto):
    keep(desk, SLOW, LEFT)

    test = sit_down(_page, desk, otto).run()

    assert not test.exception
    told = said(test)
    assert "“Assess” took 2 d (median, n = 41), 3 h before." in told
    assert "Nobody had taken it for 75% of the time, before for 50%." in told
    assert "12 open complaints are on another version, the oldest came 140 days ago" in told
    assert "29 Dec 2025 to 4 Jan 2026, beside the 12 weeks before. 160 steps done" in told


def test_a_week_without_findings_says_so_and_what_was_looked_at(desk, otto):
    keep(desk)

    told = said(sit_down(_page, desk, otto).run())

    assert "Nothing out of the ordinary." in told
    assert "360 complaints ran through version 1." in told


def test_before_the_first_look_it_says_when_that_is(desk, otto):
    assert "The first week is looked at on the Monday after it." in said(
        sit_down(_page, desk, otto).run()
    )


def test_who_may_not_see_figures_sees_nothing_of_it(desk, hanna, tom):
    keep(desk, SLOW)

    for person in (hanna, tom):
        test = sit_down(_page, desk, person).run()
        assert not test.exception
        assert "Health" not in [each.value for each in test.header]
        assert "Assess” took" not in said(test)


def test_a_manager_sees_it_and_does_not_mark_it(desk, mara, otto):
    keep(desk, SLOW)

    manager, owner = (sit_down(_page, desk, person).run() for person in (mara, otto))

    assert "“Assess” took" in said(manager)
    assert not [each for each in manager.button if each.label == "Mark as seen"]
    assert [each for each in owner.button if each.label == "Mark as seen"]


def test_a_finding_shows_its_step_by_what_changed_in_its_week(desk, otto):
    keep(desk, SLOW)
    test = sit_down(_page, desk, otto).run()

    test.button(key="health:slower:assess").click().run()

    assert not test.exception
    assert test.query_params["measure"] == "median"
    assert (test.query_params["from"], test.query_params["to"]) == ("2025-12-29", "2026-01-04")
    assert test.session_state["focus:process.diagram"].id == "assess"


def test_marking_it_as_seen_keeps_the_note_and_who_it_was(desk, otto):
    desk.database.write(lambda tx: tx.accounts.add(otto, password_hash="", at=desk.now()))
    keep(desk, SLOW, LEFT)
    test = sit_down(_page, desk, otto).run()

    test.text_area(key=f"process.health.note:{WEEK}").set_value("Two were ill.")
    test.button(key=f"health:seen:{WEEK}").click().run()

    assert not test.exception
    assert said(test).count(f"Seen by {otto.name} on 5 Jan 2026: Two were ill.") == 1
    assert not [each for each in test.button if each.label == "Mark as seen"]


def test_an_earlier_week_can_be_chosen_and_is_said_to_wait(desk, otto):
    keep(desk, SLOW, week=BEFORE)
    keep(desk)
    test = sit_down(_page, desk, otto).run()

    assert "Not seen yet, in the weeks of: 22 Dec 2025 (1)." in said(test)
    test.selectbox(key="process.health.week").set_value(BEFORE).run()

    assert "“Assess” took" in said(test)


def test_hostile_titles_and_notes_are_text(desk, otto):
    hostile = [Finding(change, "assess", 1, 2, 41, title=HOSTILE) for change in Change]
    keep(desk, *hostile)
    told = {"by": HOSTILE, "at": desk.now(), "note": HOSTILE}
    desk.database.write(lambda tx: tx.process_health.see(COMPLAINT, WEEK, **told))

    test = sit_down(_page, desk, otto).run()

    assert not test.exception
    drawn = texts(test) + "".join(each.label for each in test.button)
    assert "![x](" not in drawn


def test_what_few_tell_has_no_number():
    few = Finding(Change.OLD_VERSION, "", 95.2, None, None)
    gone = Finding(Change.NOT_DRAWN, "gone", 0, None, None, title="Gone")

    assert sentence(few, 3, DAY) == (
        "A few open complaints are on another version; version 3 has held for 95 days"
    )
    assert sentence(gone, 3, DAY).startswith("“Gone” was done a few times")


def test_shares_are_told_beside_those_before():
    again = Finding(Change.REPEATED, "a", 0.1, 0.37, 92, title="Investigate")
    often = Finding(Change.MORE_OFTEN, "a", 0.0, 0.2, 200, title="Plan")

    assert sentence(again, 1, DAY) == (
        "“Investigate” was done again in 37% of complaints (n = 92), 10% before"
    )
    assert sentence(often, 1, DAY) == "“Plan” was 20% of all steps done (n = 200), 0% before"
    assert together(Change.NEVER_DONE, 360) == (
        "Steps that are drawn and were done for none of 360 complaints in 13 weeks"
    )


def test_what_goes_on_says_since_when(clock):
    kept = KeptFinding(WEEK, LEFT, BEFORE)

    assert remark(kept) == "Told since the week of 22 Dec 2025."
    assert seen(kept, {}, ZoneInfo("Europe/London")) == ""
    assert unseen_before({WEEK: 2}, WEEK) == ""
    assert "1 step of the diagram was done often enough" in looked_at(
        Look(WEEK, COMPLAINT, 1, 12, 1, 9)
    )


def test_whoever_answers_for_the_organisation_sees_it_too(desk):
    keep(desk, SLOW)
    rita = Actor(username="rita", name="Rita", roles=frozenset({Role.REPRESENTATIVE}))

    assert "“Assess” took" in said(sit_down(_page, desk, rita).run())
