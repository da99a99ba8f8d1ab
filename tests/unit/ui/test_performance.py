"""The page of figures: choosing a period, reading a number, opening its cases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.case_set import CaseSet
from engine.domain.complaint import Channel, Complaint
from engine.domain.invitation import LeftOut
from engine.domain.kpi import FEW, Period
from engine.domain.survey import Item, Opinion, Scores, told_apart
from engine.errors import InvalidInputError
from engine.services.figures import breakdown, case_export, facts, reporting
from engine.services.figures.reporting import Week
from engine.services.intake import intake
from engine.services.process import processes
from tests.unit.ui.desk import sit_down, texts
from ui.parts.figure import NOTHING
from ui.parts.period import read_dates
from ui.parts.tally import Line, lines_of, read_line

ZONE = "Europe/London"
HOSTILE = ("<img src=x onerror=alert(1)>", "![x](http://evil.example/x.png)", '=HYPERLINK("x")')
TODAY = date(2026, 1, 5)
SET = CaseSet("received", *[datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)])


@pytest.fixture
def database_url(sqlite_url):
    """Pages know nothing of databases: one kind is enough."""
    return sqlite_url


@pytest.fixture
def desk(platform):
    """The platform with the shipped process."""
    processes.install_shipped(platform)
    return platform


def _lodge(desk, actor, summary="Charged twice"):
    return intake.lodge(
        desk,
        actor=actor,
        complaint=Complaint(
            received_at=desk.now() - timedelta(hours=2),
            channel=Channel.PHONE,
            summary=summary,
            complainant_name="Jane Doe",
        ),
    )


def _page():
    from ui.pages import performance  # noqa: PLC0415 - this function runs as a script

    performance.show()


def _list(name):
    from engine.domain.kpi import MEASURE, Figure  # noqa: PLC0415 - as above
    from engine.services.figures.reporting import Shown  # noqa: PLC0415
    from tests.unit.ui.test_performance import cases_of  # noqa: PLC0415
    from ui.parts.behind import show_cases  # noqa: PLC0415

    show_cases(
        Shown(MEASURE["received"], "Received", Figure("received", 1, 1), None, cases_of(name))
    )


def cases_of(name):
    """Return a set that holds everything received in the week of the tests."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    now = datetime(2026, 1, 5, 10, tzinfo=UTC)
    return CaseSet(name, begin, begin + timedelta(days=7), now, clock="acknowledgement")


def test_numbers_are_shown_with_their_definition_and_their_cases(desk, hanna, mara):
    _lodge(desk, hanna)

    test = sit_down(_page, desk, mara).run()

    assert not test.exception
    received = next(metric for metric in test.metric if metric.label == "Received")
    assert received.value == "1"
    assert "time of receipt" in received.help
    assert test.button(key="performance.open.received").label == "1 complaint"


def test_an_empty_period_says_so_instead_of_showing_noughts(desk, hanna, mara):
    _lodge(desk, hanna)
    test = sit_down(_page, desk, mara)
    test.query_params["from"] = test.query_params["to"] = "2025-11-01"

    test.run()

    assert [header.value for header in test.header] == ["Nothing to measure in this period"]
    assert not test.metric


def test_an_office_without_a_complaint_is_not_told_to_choose_a_longer_period(desk, mara):
    test = sit_down(_page, desk, mara).run()

    assert [header.value for header in test.header] == ["No complaint yet"]
    assert "from the first complaint on" in texts(test)
    assert "longer period" not in texts(test)


def _framed() -> None:
    import streamlit as st  # noqa: PLC0415 - this function runs as a script

    from engine.errors import RedressError  # noqa: PLC0415
    from ui.pages import performance  # noqa: PLC0415

    try:
        performance.show()
    except RedressError as refusal:
        st.error(str(refusal))


def test_a_person_without_leave_reads_a_sentence(desk, hanna):
    test = sit_down(_framed, desk, hanna)

    test.run()

    assert "may not see the performance figures" in test.error[0].value


def test_the_period_is_read_from_the_address_and_written_to_it(desk, mara):
    test = sit_down(_page, desk, mara)
    test.query_params["from"] = "2025-11-01"
    test.query_params["to"] = "2025-11-30"

    test.run()

    assert "1 Nov 2025 to 30 Nov 2025" in texts(test)
    assert test.query_params == {"from": "2025-11-01", "to": "2025-11-30"}


def test_whoever_goes_back_sees_the_period_that_the_address_names(desk, mara):
    test = sit_down(_page, desk, mara).run()
    test.query_params["days"] = "30"  # as the browser does it, going back
    back = test.run()
    again = back.run()

    assert "compared with the 30 days before" in texts(back)
    assert "compared with the 30 days before" in texts(again)
    assert test.query_params == {"days": "30"}


@pytest.fixture
def saved(monkeypatch):
    """Return what files are called that can be downloaded."""
    import streamlit as st  # noqa: PLC0415 - as the page does it

    names = []
    button = st.download_button

    def keep(label, **how):
        names.append(how["file_name"])
        return button(label, **how)

    monkeypatch.setattr(st, "download_button", keep)
    return names


def test_files_are_called_by_the_days_of_the_organisation(desk, hanna, mara, saved):
    """In summer a day begins in the evening before, by the time that Redress keeps."""
    test = sit_down(_page, desk, mara)
    test.query_params["from"] = "2025-06-01"
    test.query_params["to"] = "2025-06-30"

    test.run()
    sit_down(_list, desk, mara, "received").run()

    assert saved == [
        "figures-2025-06-01-2025-06-30.csv",
        "figures-2025-06-01-2025-06-30.pdf",
        "figures-2025-06-01-2025-06-30.xlsx",
        "received-2026-01-01-2026-01-07.csv",
    ]


def test_an_address_that_names_no_period_is_said_to_be_so(desk, mara):
    test = sit_down(_page, desk, mara)
    test.query_params["from"] = "<img src=x>"

    test.run()

    assert "the address names none" in test.warning[0].value
    assert "<img" not in test.warning[0].value
    assert test.query_params == {"days": "90"}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-05", "2026-01-04"),
        ("2026-01-05", "2026-01-06"),
        ("1999-12-31", "2026-01-05"),
        ("2005-01-01", "2026-01-05"),
        ("soon", "2026-01-05"),
    ],
)
def test_dates_that_cannot_be_shown_are_refused(first, last):
    with pytest.raises(InvalidInputError):
        read_dates({"from": first, "to": last}, TODAY)


def test_hostile_text_is_never_read_as_markdown(desk, hanna, mara):
    for summary in HOSTILE:
        _lodge(desk, hanna, summary)

    facts.keep_up(desk)
    test = sit_down(_list, desk, mara, "received").run()

    assert not test.exception
    assert "3 complaints" in texts(test)
    assert not any(summary in texts(test) for summary in HOSTILE)


@pytest.mark.parametrize("name", ["clock_due", "first_late", "remedy_due"])
def test_the_cases_of_a_promise_can_be_narrowed_to_the_late_ones(desk, hanna, mara, clock, name):
    _lodge(desk, hanna)
    clock.advance(days=7)

    facts.keep_up(desk)
    test = sit_down(_list, desk, mara, name).run()

    assert not test.exception
    assert "No complaint belongs here" in texts(test)
    assert [each.content for each in test.get("button_group")[0].proto.options] == [
        "Late",
        "On time",
        "All",
    ]


def test_the_file_holds_every_case_and_runs_no_formula(desk, hanna, mara):
    for summary in HOSTILE:
        _lodge(desk, hanna, summary)

    facts.keep_up(desk)
    told = case_export.as_csv(desk, actor=mara, cases=cases_of("received")).decode("utf-8-sig")

    assert told.splitlines()[0].startswith("Reference,Summary,Category,Severity,Received")
    assert len(told.splitlines()) == 4
    assert "'=HYPERLINK" in told
    assert "2026-01-05 08:00" in told


@given(numbers=st.lists(st.integers(0, 10**6), max_size=8))
def test_bars_are_never_longer_than_the_longest(numbers):
    lines = lines_of([(str(at), "x", number) for at, number in enumerate(numbers)])

    assert all(0 <= line.part <= 100 for line in lines)
    assert not any(numbers) or max(line.part for line in lines) == 100


def test_a_browser_can_open_only_lines_that_lead_somewhere():
    lines = (Line("a", "A", 3), Line("b", "B", 0))

    assert [read_line(sent, lines) for sent in ("a", "b", "c", None, {})] == [
        "a",
        None,
        None,
        None,
        None,
    ]


def test_weeks_are_whole_and_local_and_their_backlog_adds_up(desk, hanna, mara, clock):
    for _ in range(3):
        _lodge(desk, hanna)
        clock.advance(days=7)

    facts.keep_up(desk)
    told = reporting.report(desk, actor=mara, period=Period.last_days(30, clock.now, ZONE))

    assert [week.begin.weekday() for week in told.weeks] == [told.weeks[0].begin.weekday()] * 4
    assert [week.backlog for week in told.weeks] == [1, 2, 3, 3]
    assert sum(week.received for week in told.weeks) == 3


def test_a_week_that_begins_in_summer_time_has_its_local_date(desk, mara):
    period = Period.of_dates(date(2025, 10, 20), date(2025, 11, 2), ZONE)

    told = reporting.report(desk, actor=mara, period=period)

    assert [week.begin for week in told.weeks] == [date(2025, 10, 20), date(2025, 10, 27)]


@given(days=st.integers(1, 400), back=st.integers(0, 700))
def test_the_period_before_has_as_many_local_days_and_touches(days, back):
    last = date(2026, 1, 5) - timedelta(days=back)
    period = Period.of_dates(last - timedelta(days=days - 1), last, ZONE)

    before = period.before(ZONE)

    assert before.end == period.begin
    assert before == Period.of_dates(
        last - timedelta(days=2 * days - 1), last - timedelta(days=days), ZONE
    )


def test_a_backlog_counted_backwards_wrongly_is_caught(desk, hanna, mara, clock, monkeypatch):
    monkeypatch.setattr(reporting, "Week", lambda begin, r, c, _b: Week(begin, r, c, 0))

    with pytest.raises(AssertionError):
        test_weeks_are_whole_and_local_and_their_backlog_adds_up(desk, hanna, mara, clock)


def test_what_complainants_think_is_shown_with_the_complaints_behind(
    desk, hanna, mara, monkeypatch
):
    _lodge(desk, hanna)
    many = Scores(Item.RESPECT, "upheld", (0, 0, 2, 4, 6))
    few = Scores(Item.OVERALL, "upheld", (3, 0, 0, 0, 0))
    told = Opinion(
        sent=20,
        answered=12,
        returned=1,
        rate=0.6,
        responses=13,
        left_out={LeftOut.NO_ADDRESS: 2},
        cases=SET.but(name="survey_sent"),
        items=told_apart([many, few], FEW),
    )
    monkeypatch.setattr("engine.services.door.survey.figures", lambda *_a, **_k: told)

    test = sit_down(_page, desk, mara).run()

    assert not test.exception
    numbers = {metric.label: metric.value for metric in test.metric}
    assert (numbers["Invited"], numbers["Of these, answered"]) == ("20", "12")
    table = test.table[0].value.to_dict("records")
    assert [(row["Question"], row["Answers"], row["Mean"], row["Median"]) for row in table] == [
        ("I was treated with respect", "12", "4.3", "4.5"),
        ("All in all satisfied with the handling", "3", NOTHING, NOTHING),
    ]
    assert "2 since there is no e" in texts(test)
    assert test.button(key="performance.open.survey_answered").label == "12 complaints"


def test_it_is_said_why_nobody_is_invited(desk, hanna, mara):
    _lodge(desk, hanna)

    test = sit_down(_page, desk, mara).run()

    assert "the policy names no public address" in texts(test)


def test_what_can_be_chosen_is_not_read_anew_with_every_click(desk, hanna, mara, monkeypatch):
    _lodge(desk, hanna)
    facts.keep_up(desk)
    read, traited = [], breakdown.traited
    monkeypatch.setattr(
        breakdown,
        "traited",
        lambda *who, trait, **how: read.append(trait) or traited(*who, trait=trait, **how),
    )
    test = sit_down(_page, desk, mara)
    test.query_params["by"], test.query_params["of"] = "handler", "-"

    test.run()
    test.run()

    assert not test.exception
    assert read == ["handler"]


def test_an_address_says_which_complaints_are_meant_and_one_that_is_wrong_shows_all(
    desk, hanna, mara
):
    _lodge(desk, hanna)
    facts.keep_up(desk)
    test = sit_down(_page, desk, mara)
    test.query_params["by"], test.query_params["of"] = "handler", "-"

    test.run()

    assert not test.exception
    assert next(metric for metric in test.metric if metric.label == "Received").value == "1"
    assert test.button(key="performance.all").label == "Show all complaints"

    test.button(key="performance.all").click().run()
    assert "by" not in test.query_params
    assert not [button for button in test.button if button.key == "performance.all"]

    other = sit_down(_page, desk, mara)
    other.query_params["by"], other.query_params["of"] = "handler", "nobody like that"
    other.run()
    assert "names complaints that there are none of" in other.warning[0].value
    assert next(metric for metric in other.metric if metric.label == "Received").value == "1"
