"""The page of the live process."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.domain.complaint import Channel, Complaint
from engine.domain.heat import HeatLine, HeatMeasure, Loop, StepHeat
from engine.services.figures.heat import ProcessOverview
from engine.services.handling import inbox
from engine.services.intake import intake
from engine.services.process import processes
from tests.integration.office import Office
from tests.unit.ui.desk import sit_down, texts
from ui.pages.process import rows_of
from ui.parts.heat_words import cells, loops_of, warmth, ways_back
from ui.parts.step_list import line_of, row_of


@pytest.fixture
def database_url(sqlite_url):
    """Pages know nothing of databases: one kind is enough."""
    return sqlite_url


@pytest.fixture
def desk(platform):
    """The platform with the shipped process."""
    processes.install_shipped(platform)
    return platform


@pytest.fixture
def lodged(desk, hanna):
    """A complaint whose words want to be more than text."""
    complaint = Complaint(
        received_at=desk.now(),
        channel=Channel.PHONE,
        summary="![x](http://evil.example/x.png)",
        complainant_name="<img src=x onerror=alert(1)>",
    )
    return intake.lodge(desk, actor=hanna, complaint=complaint)


def _page():
    from ui.pages import process  # noqa: PLC0415 - this function runs as a script

    process.show()


def _cases(element, behind):
    from engine.domain.heat import Loop, StepHeat  # noqa: PLC0415 - runs as a script
    from engine.domain.kpi import Period  # noqa: PLC0415 - as above
    from ui.parts.heat_choice import Chosen  # noqa: PLC0415 - as above
    from ui.parts.step_list import show_list  # noqa: PLC0415 - as above
    from ui.session import platform  # noqa: PLC0415 - as above

    period = Period.last_days(90, platform().now(), "Europe/London")
    loops = (Loop("approve", "Approve", 4),)
    show_list(StepHeat(element, element, loops=loops), behind, period, Chosen(None, False))


def test_it_says_where_how_many_wait(desk, lodged, mara):
    test = sit_down(_page, desk, mara).run()

    assert not test.exception
    assert test.title[0].value == "Process"
    assert "1 step waits for somebody, none of them late" in texts(test).replace("\\", "")


def test_nothing_waiting_is_said_in_a_sentence(desk, mara):
    test = sit_down(_page, desk, mara).run()

    assert "Nothing waits, and nothing was done or due." in texts(test).replace("\\", "")


def test_the_cases_of_a_step_are_those_that_wait_there(desk, lodged, hanna):
    here, n = inbox.page(desk, actor=hanna, view="all", element="register")
    elsewhere, none = inbox.page(desk, actor=hanna, view="all", element="assess")

    assert ([row.reference for row in here], n) == ([lodged], 1)
    assert (elsewhere, none) == ((), 0)


def test_hostile_text_is_shown_as_text(desk, lodged, hanna, clock):
    test = sit_down(_cases, desk, hanna, "register", "waiting").run()
    clock.advance(days=30)
    rows, _ = inbox.page(desk, actor=hanna, view="all", element="register")
    line = row_of(rows[0], {}, clock.now)

    assert not test.exception
    assert "evil" not in texts(test)
    assert line.title == "![x](http://evil.example/x.png)"
    assert line.alarming == (1,)


def test_a_process_owner_sees_the_numbers_and_reads_why_not_the_cases(desk, lodged, otto):
    page = sit_down(_page, desk, otto).run()

    assert not page.exception
    assert "told from 10 complaints on" in texts(page)
    for behind in ("waiting", "done", "late", "again"):
        cases = sit_down(_cases, desk, otto, "register", behind).run()
        assert "may not read complaints" in cases.error[0].value


def test_each_list_says_what_it_holds(desk, lodged, hanna, clock):
    office = Office(desk, {"hanna": hanna})
    office.do(lodged, "register")
    clock.advance(days=9)

    done = sit_down(_cases, desk, hanna, "register", "done").run()
    late = sit_down(_cases, desk, hanna, "acknowledge", "late").run()
    again = sit_down(_cases, desk, hanna, "register", "again").run()

    assert not (done.exception)
    assert not (late.exception)
    assert not (again.exception)
    assert "1 step, longest first" in texts(done)
    assert "1 step, longest due first" in texts(late)
    assert "0 steps" in texts(again)
    assert "Begun anew after Approve" in texts(again)


def test_a_choice_in_the_address_is_taken_and_nonsense_is_not(desk, lodged, mara):
    known, odd = sit_down(_page, desk, mara), sit_down(_page, desk, mara)
    known.query_params["measure"] = "late"
    odd.query_params["measure"], odd.query_params["version"] = "heat", "99"

    known.run()
    odd.run()

    assert not (known.exception)
    assert not (odd.exception)
    assert known.segmented_control(key="process.measure").value is HeatMeasure.LATE
    assert odd.segmented_control(key="process.measure").value is HeatMeasure.WAITING
    assert "fell due" in texts(known)


def test_choosing_a_measure_keeps_the_period_of_the_address(desk, lodged, mara):
    test = sit_down(_page, desk, mara)
    test.query_params["days"] = "365"
    test.run()

    test.segmented_control(key="process.measure").set_value(HeatMeasure.AGAIN).run()
    test.segmented_control(key="process.choice").set_value("30").run()

    assert test.query_params["measure"] == "again"
    assert test.query_params["days"] == "30"


DAY = timedelta(hours=8)
QUICK = StepHeat("a", "A", waiting=1, done=12, median=timedelta(minutes=9))
SLOW = StepHeat(
    "b",
    "B",
    waiting=40,
    waiting_late=3,
    done=1_000,
    median=timedelta(hours=3.5),
    most=timedelta(hours=20),
    due=400,
    late=30,
    again=20,
    loops=(Loop("a", "A", 12), Loop("", "", 8)),
)


def test_the_warmest_step_comes_first_and_lateness_alarms():
    overview = ProcessOverview("Complaint", 1, "", (QUICK, SLOW, StepHeat("c", "C")), False)

    first, second = rows_of(overview, HeatMeasure.MEDIAN, DAY)

    assert (first.id, first.note, first.alarming) == ("b", loops_of(SLOW), (0,))
    assert (second.note, second.alarming) == ("", ())


def test_numbers_come_with_what_they_are_made_of():
    assert cells(SLOW, DAY) == ("40, 3 late", "1,000", "3.5 h", "2.5 d", "8% of 400", "2% of 1,000")
    assert cells(QUICK, DAY)[2:] == ("9 min", "–", "–", "0% of 12")  # noqa: RUF001 - a dash
    assert loops_of(SLOW) == "Begun anew after A (12×), the start (8×)."  # noqa: RUF001 - times


def test_what_is_never_late_or_done_again_stays_white():
    late = warmth([QUICK, SLOW], HeatMeasure.LATE, DAY)
    again = warmth([QUICK, SLOW], HeatMeasure.AGAIN, DAY)

    assert {id_: (w.label, w.title) for id_, w in late.items()} == {
        "b": ("8%", "8% of 400 that fell due late")
    }
    assert again.keys() == {"b"}
    assert len(warmth([QUICK, SLOW], HeatMeasure.WAITING, DAY)) == 2


def test_each_way_back_is_drawn_with_its_number():
    first, second = ways_back([QUICK, SLOW])

    assert (first.origin, first.target, first.n) == ("a", "b", 12)
    assert first.title == "“B” was begun anew after “A” 12 times"
    assert "the start" in second.title


def test_a_line_says_when_a_step_was_done_and_how_late():
    due_at = datetime(2026, 1, 5, 10, tzinfo=UTC)
    done = HeatLine("C-1", "Late", "Price", 3, due_at, due_at + timedelta(days=2), DAY, 11)
    still = HeatLine("C-2", "Late", "Price", 3, due_at, None, None, 0)
    zone, now = ZoneInfo("Europe/London"), due_at - timedelta(hours=1)

    assert line_of(done, 0, zone, now, DAY).cells[1:] == (
        "7 Jan 2026, 11th time",
        "1 d",
        "2 d late",
    )
    assert line_of(still, 1, zone, now, DAY).cells[1:] == ("Not yet", "–", "In time")  # noqa: RUF001 - a dash


def test_few_are_not_told_to_those_who_open_none():
    told = SLOW.of_few_untold()

    assert (told.median, told.late, told.again) == (SLOW.median, 30, 20)
    assert [loop.count for loop in told.loops] == [12]
    few = replace(SLOW, done=9, due=9).of_few_untold()
    assert (few.median, few.late, few.again, few.loops) == (None, None, None, ())


def test_a_list_that_forgets_its_step_is_caught(desk, lodged, hanna, monkeypatch):
    whole = inbox.page

    def forgetful(platform, *, actor, view, element):
        return whole(platform, actor=actor, view=view, element=element[:0])

    monkeypatch.setattr(inbox, "page", forgetful)

    with pytest.raises(AssertionError):
        test_the_cases_of_a_step_are_those_that_wait_there(desk, lodged, hanna)
