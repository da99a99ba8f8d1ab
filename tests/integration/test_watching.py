"""Which figures are watched: what the policy says, and what it may not say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from config.signals import ChartPolicy, SignalPolicy
from engine.bootstrap import check_charts, shipped_profiles
from engine.domain.actor import SYSTEM
from engine.errors import InvalidInputError
from engine.services.signals import charts, noticing
from tests.integration.planted import Planted, plant, weekly
from tests.integration.signal_ways import FIRST

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONE = (ChartPolicy(id="received", title="Received per week", series="received", chart="c"),)


def notice(office):
    return noticing.notice_signals(office.platform)


def view(office):
    return charts.signals_view(office.platform, actor=SYSTEM)


def test_the_usual_charts_tell_of_categories_time_limits_outcomes_and_safety(office, clock):
    policy = office.platform.policy.model_copy(update={"signals": SignalPolicy()})
    office.platform = replace(office.platform, policy=policy)
    met = {"acknowledgement": (FIRST + timedelta(days=9), FIRST + timedelta(days=8), "met")}
    done = {"decided_at": FIRST + timedelta(days=9), "outcome": "upheld"}
    closed = {"closed_at": FIRST + timedelta(days=10)}
    plant(
        office,
        [
            Planted(FIRST),
            Planted(FIRST + timedelta(days=7), safety="actual_minor", clocks=met, **done, **closed),
            Planted(FIRST + timedelta(days=8, hours=12), safety="potential", category="Privacy"),
        ],
    )
    clock.now = FIRST + timedelta(days=14)
    notice(office)

    found = {each.watched.id: each.watched for each in view(office).charts}
    values = {name: [float(p.value) for p in found[name].points] for name in found}
    assert values["received"] == [2]
    assert (values["category:Price"], values["category:Privacy"]) == ([1], [1])
    assert values["on_time:acknowledgement"] == [1]
    assert values["days_to_close"] == [3]
    assert values["upheld"] == [1]
    assert values["safety"] == [1.5]
    assert found["on_time:acknowledgement"].title == "On time: acknowledgement"


@ON_SQLITE
def test_a_u_chart_counts_by_working_days_and_a_g_chart_by_whole_days(office, clock):
    wanted = (
        ChartPolicy(id="u", title="A day", series="received", chart="u"),
        ChartPolicy(id="g", title="Days", series="days_between", chart="g", category="Price"),
    )
    policy = office.platform.policy.model_copy(update={"signals": SignalPolicy(charts=wanted)})
    office.platform = replace(office.platform, policy=policy)
    easter = datetime(2025, 4, 14, 9, tzinfo=UTC)
    plant(
        office, [Planted(easter - timedelta(days=9)), *weekly(easter, [4]), *weekly(easter, [0, 1])]
    )
    clock.now = easter + timedelta(days=14)
    notice(office)

    a_day, between = (each.watched.points for each in view(office).charts)
    assert [(p.number, p.of) for p in a_day] == [(0, 5), (4, 4), (1, 4)]
    assert [(p.day, p.number) for p in between[-1:]] == [(date(2025, 4, 21), 7)]


@ON_SQLITE
def test_charts_of_what_there_is_not_are_refused(office):
    wanted = (
        ChartPolicy(id="a", title="A", series="received", chart="c", category="Dragons"),
        ChartPolicy(id="b", title="B", series="on_time", chart="p", clock="never"),
    )
    policy = office.platform.policy.model_copy(update={"signals": SignalPolicy(charts=wanted)})

    with pytest.raises(InvalidInputError) as refused:
        check_charts(policy, shipped_profiles())

    assert sorted(refused.value.problems) == [
        "policy.signals.charts.0.category",
        "policy.signals.charts.1.clock",
    ]
    usual = office.platform.policy.model_copy(update={"signals": SignalPolicy()})
    check_charts(usual, shipped_profiles())


@pytest.mark.parametrize(
    "told",
    [
        {"series": "received", "chart": "p"},
        {"series": "upheld", "chart": "p", "clock": "acknowledgement"},
        {"series": "upheld", "chart": "p", "category": "Price"},
        {"series": "received", "chart": "c", "category": "Price", "each_category": True},
        {"series": "received", "chart": "c", "safety": True},
        {"series": "days_between", "chart": "xmr"},
    ],
)
def test_a_chart_that_says_nothing_of_its_series_is_refused(told):
    with pytest.raises(ValueError, match=r"one of|only"):
        ChartPolicy(id="a", title="A", **told)


def test_two_charts_of_one_id_are_refused():
    with pytest.raises(ValueError, match="id of its own"):
        SignalPolicy(charts=ONE * 2)
