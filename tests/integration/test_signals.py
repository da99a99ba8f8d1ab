"""What is more than chance is noticed once, is somebody's, and has to be answered (8.2, 8.3)."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from config.signals import ChartPolicy, SignalPolicy
from engine.domain.actor import Actor, Role
from engine.domain.chart_rule import Rule
from engine.domain.signal import Disposition, Noticed
from engine.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from engine.services.signals import answering, charts, noticing
from engine.services.upkeep import jobs
from tests.integration.crowd import at_once
from tests.integration.office import execute, rows
from tests.integration.signal_ways import CALM, NOW, WHY, unusual

RITA = Actor(username="rita", name="Rita", roles=frozenset({Role.REPRESENTATIVE}))
VERA = Actor(username="vera", name="Vera", roles=frozenset({Role.AUDITOR}))
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONE = (ChartPolicy(id="received", title="Received per week", series="received", chart="c"),)


@pytest.fixture
def office(office):
    """An office that watches one figure, so that a test sees what it is about."""
    signals = SignalPolicy(charts=ONE)
    policy = office.platform.policy.model_copy(update={"signals": signals})
    office.platform = replace(office.platform, policy=policy)
    return office


def notice(office):
    return noticing.notice_signals(office.platform)


def view(office, actor=VERA):
    return charts.signals_view(office.platform, actor=actor)


def answer(office, disposition=Disposition.CHANCE, **more):
    known = {"actor": office.staff["mara"], "number": 1, "reason": WHY} | more
    answering.answer_signal(office.platform, disposition=disposition, **known)


def take(office, who="mara"):
    answering.take_signal(office.platform, actor=office.staff[who], number=1)


def told(office, kind):
    query = "SELECT detail FROM organisation_event WHERE type = :kind ORDER BY seq"
    return [json.loads(detail) for (detail,) in rows(office.platform.database, query, kind=kind)]


@pytest.mark.iso("8.2", "8.3")
def test_what_is_more_than_chance_becomes_one_signal_however_often_one_looks(office, clock):
    unusual(office, clock)

    looks = [notice(office), notice(office)]
    clock.advance(days=1)
    looks.append(notice(office))

    assert [look.found for look in looks] == [1, 0, 0]
    (signal,) = view(office).open
    assert (signal.chart, signal.noticed.rule, signal.noticed.side) == ("received", Rule.OUTSIDE, 1)
    assert signal.noticed.first == date(2025, 12, 1)
    assert signal.words == "A point above the upper limit"
    assert (signal.owner, signal.is_open) == ("", True)
    assert told(office, "signal.noticed") == [
        {"chart": "received", "first": "2025-12-01", "number": 1, "rule": "outside"}
    ]


@ON_SQLITE
def test_the_nightly_job_finds_signals_and_says_how_many(office, clock):
    unusual(office, clock)

    done = jobs.run(office.platform, name="signals")

    assert dict(done.summary) == {"charts": 1, "found": 1, "climbed": 0}


@ON_SQLITE
def test_weeks_without_anything_unusual_are_no_signal(office, clock):
    unusual(office, clock, 11)

    assert notice(office).found == 0
    assert not view(office).open


def test_looking_at_once_finds_a_signal_once(office, clock):
    unusual(office, clock)

    ends = at_once(4, lambda _: notice(office))

    assert sorted(end.found for end in ends) == [0, 0, 0, 1]
    assert len(view(office).open) == 1


@ON_SQLITE
def test_a_run_that_goes_on_stays_one_signal(office, clock):
    unusual(office, clock, *[13] * 9)
    clock.now -= timedelta(weeks=2)
    assert notice(office).found == 1

    clock.now += timedelta(weeks=2)

    assert notice(office).found == 0
    (signal,) = view(office).open
    assert signal.noticed.rule is Rule.RUN
    assert signal.noticed.last == date(2026, 1, 26)


@ON_SQLITE
def test_what_could_be_noticed_long_ago_is_on_the_chart_and_nothing_to_answer(office, clock):
    unusual(office, clock, 30, *[10, 9, 11, 10, 9, 11, 10, 9])

    assert notice(office).found == 0
    (chart,) = view(office).charts
    assert [each.rule for each in chart.findings] == [Rule.OUTSIDE]


@ON_SQLITE
def test_after_an_outage_of_weeks_a_signal_is_found_all_the_same(office, clock):
    unusual(office, clock, 30, 10, 9, 11)

    assert notice(office).found == 1


@ON_SQLITE
@pytest.mark.iso("8.2")
def test_a_manager_takes_a_signal_and_says_what_it_is_and_why(office, clock):
    unusual(office, clock)
    notice(office)

    take(office)
    assert view(office).open[0].owner == "mara"
    answer(office, Disposition.SPECIAL_CAUSE)

    (signal,) = view(office).settled
    assert not view(office).open
    assert [(a.disposition, a.reason, a.by) for a in signal.answers] == [
        (Disposition.SPECIAL_CAUSE, WHY, "mara")
    ]
    (event,) = told(office, "signal.answered")
    assert (event["number"], event["disposition"]) == (1, "special_cause_found")
    assert WHY not in json.dumps(event)
    with pytest.raises(ConflictError, match="answered"):
        take(office)


@ON_SQLITE
def test_what_one_has_is_not_taken_twice_but_handed_on(office, clock):
    unusual(office, clock)
    notice(office)
    take(office)

    with pytest.raises(ConflictError):
        take(office)

    other = Actor(username="max", name="Max", roles=frozenset({Role.MANAGER}))
    answering.take_signal(office.platform, actor=other, number=1)
    assert [event["from"] for event in told(office, "signal.taken")] == ["", "mara"]


def test_of_two_who_answer_at_once_one_is_told_to_look_again(office, clock):
    unusual(office, clock)
    notice(office)

    ends = at_once(2, lambda _: answer(office))

    assert sum(isinstance(end, ConflictError) for end in ends) == 1
    assert len(view(office).settled[0].answers) == 1


@ON_SQLITE
def test_an_answer_can_be_corrected_and_the_first_one_stays(office, clock):
    unusual(office, clock)
    notice(office)
    answer(office, Disposition.CHANCE)

    with pytest.raises(ConflictError, match="look again"):
        answer(office, Disposition.KNOWN_CHANGE)
    answer(office, Disposition.KNOWN_CHANGE, seen=1)

    (signal,) = view(office).settled
    assert [each.disposition for each in signal.answers] == [
        Disposition.CHANCE,
        Disposition.KNOWN_CHANGE,
    ]


@ON_SQLITE
@pytest.mark.parametrize("reason", ["", "  ", "\x00"])
def test_an_answer_needs_a_reason(office, clock, reason):
    unusual(office, clock)
    notice(office)

    with pytest.raises(InvalidInputError, match="Reason"):
        answer(office, reason=reason)


@pytest.mark.iso("8.3")
def test_what_nobody_answers_in_time_is_shown_higher_up_once(office, clock):
    unusual(office, clock, 30, *CALM[:4])
    clock.now = NOW
    notice(office)
    waiting = [charts.waiting_signals(office.platform, actor=RITA)]

    clock.now += timedelta(days=13, hours=23)
    looks = [notice(office).climbed]
    clock.now += timedelta(days=2)
    looks += [notice(office).climbed, notice(office).climbed]
    waiting.append(charts.waiting_signals(office.platform, actor=RITA))

    assert looks == [0, 1, 0]
    assert waiting == [0, 1]
    assert view(office).open[0].climbed_at is not None
    assert told(office, "signal.climbed") == [{"chart": "received", "number": 1}]


@ON_SQLITE
def test_what_is_to_be_investigated_stays_open_and_has_its_time_anew(office, clock):
    unusual(office, clock, 30, *CALM[:8])
    clock.now = NOW
    notice(office)
    clock.advance(days=20)
    notice(office)

    answer(office, Disposition.TO_INVESTIGATE)

    (signal,) = view(office).open
    assert (signal.owner, signal.climbed_at) == ("mara", None)
    assert signal.climbs_at > clock.now + timedelta(days=12)
    clock.advance(days=20)
    assert notice(office).climbed == 1


@pytest.mark.iso("8.2")
def test_after_a_change_limits_are_computed_anew_and_the_run_is_no_news(office, clock):
    unusual(office, clock, *[20] * 14)
    before = view(office).charts
    notice(office)
    found = len(view(office).open)

    answering.set_baseline(
        office.platform,
        actor=office.staff["mara"],
        chart="received",
        since=date(2025, 12, 1),
        reason=WHY,
    )

    assert (before, found > 0) == ((), True)
    (chart,) = view(office).charts
    assert [phase.computed_from for phase in chart.chart.phases] == [
        (date(2025, 6, 9), date(2025, 11, 17)),
        (date(2025, 12, 1), date(2026, 3, 2)),
    ]
    assert not chart.findings
    assert [(b.baseline.reason, b.by) for b in chart.baselines] == [(WHY, "mara")]
    assert told(office, "chart.baseline_set")[0]["since"] == "2025-12-01"


@ON_SQLITE
@pytest.mark.parametrize(
    ("chart", "since", "refusal"),
    [
        ("nothing", date(2025, 9, 1), NotFoundError),
        ("received", date(2025, 6, 9), InvalidInputError),
        ("received", date(2025, 12, 11), InvalidInputError),
    ],
)
def test_a_change_outside_of_a_chart_is_refused(office, clock, chart, since, refusal):
    unusual(office, clock)
    notice(office)
    known = {"actor": office.staff["mara"], "chart": chart, "since": since, "reason": WHY}

    with pytest.raises(refusal):
        answering.set_baseline(office.platform, **known)


@ON_SQLITE
def test_one_day_begins_a_chart_anew_only_once(office, clock):
    unusual(office, clock)
    notice(office)
    known = {"chart": "received", "since": date(2025, 9, 1), "reason": WHY}
    answering.set_baseline(office.platform, actor=office.staff["mara"], **known)

    with pytest.raises(ConflictError):
        answering.set_baseline(office.platform, actor=office.staff["mara"], **known)


@ON_SQLITE
@pytest.mark.parametrize("who", [RITA, VERA])
def test_who_oversees_sees_signals_and_answers_none(office, clock, who):
    unusual(office, clock)
    notice(office)

    assert len(view(office, who).open) == 1
    with pytest.raises(NotAllowedError):
        answer(office, actor=who)


@ON_SQLITE
def test_a_signal_stays_to_be_answered_when_its_chart_is_given_up(office, clock):
    unusual(office, clock)
    notice(office)

    policy = office.platform.policy.model_copy(update={"signals": SignalPolicy(charts=())})
    noticing.notice_signals(replace(office.platform, policy=policy))

    assert not view(office).charts
    assert view(office).open[0].title == "Received per week"
    answer(office)


@ON_SQLITE
def test_the_points_of_a_chart_leave_as_csv_with_limits_and_what_was_found(office, clock):
    unusual(office, clock)
    notice(office)

    lines = charts.chart_csv(office.platform, actor=VERA, chart="received").decode("utf-8-sig")

    head, first, *_, last = lines.splitlines()
    assert head.startswith("Day,Value,Complaints,Lower limit,Centre,Upper limit")
    assert first.startswith("2025-06-09,12.0,12,")
    assert last.startswith("2025-12-01,30.0,30,")
    assert last.endswith(",A point above the upper limit")
    with pytest.raises(NotFoundError):
        charts.chart_csv(office.platform, actor=VERA, chart="nothing")


@ON_SQLITE
def test_a_search_that_forgets_how_a_run_went_on_would_be_caught(office, clock, monkeypatch):
    """With the limits of a year later it begins a week later, and would be another one."""
    unusual(office, clock, *[13] * 9)
    notice(office)
    office.platform.database.write(lambda tx: tx.signals.grow(1, date(2026, 1, 25)))
    move = "UPDATE signal SET first = '2025-12-08'"
    assert execute(office.platform.database, move) == 1

    assert notice(office).found == 0
    monkeypatch.setattr(Noticed, "goes_on_from", lambda _self, _former: False)
    assert notice(office).found == 1
