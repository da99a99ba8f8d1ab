"""What is left of a limit against what it takes: measured, never guessed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.deadline import ClockState, pause
from engine.domain.forecast import FEWEST, Forecast, RemainingPath, begin_by, limit_of, measured
from tests.unit.domain.test_deadline import clock

DUE = datetime(2026, 3, 20, 17, tzinfo=UTC)
LIMIT = clock(code="response", due_at=DUE, stops_on="decided closed")
spans = st.lists(st.timedeltas(timedelta(), timedelta(days=400)), min_size=FEWEST, max_size=60)


@given(spans)
def test_eight_of_ten_took_no_longer_and_no_shorter_figure_holds(took):
    needs = measured("draft", took).needs

    within = sum(span <= needs for span in took)
    shorter = sum(span < needs for span in took)
    assert within >= 0.8 * len(took) > shorter
    assert needs in took


def test_of_few_complaints_nothing_is_told():
    assert measured("draft", [timedelta(days=1)] * (FEWEST - 1)) is None
    assert measured("draft", []) is None


@given(
    apart=st.timedeltas(timedelta(days=-300), timedelta(days=300)),
    needs=st.timedeltas(timedelta(), timedelta(days=400)),
)
def test_nothing_is_to_be_begun_later_than_it_is_due(apart, needs):
    due = DUE + apart
    path = RemainingPath("draft", FEWEST, needs)

    moment = begin_by(due, LIMIT, path)

    assert moment <= due
    assert moment in {due, LIMIT.due_at - needs}
    assert begin_by(due, None, path) == begin_by(due, LIMIT, None) == due


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(clock(code="ack", due_at=DUE - timedelta(days=9)), id="another promise"),
        pytest.param(
            clock(code="b", stops_on="decided", due_at=DUE, state=ClockState.MET), id="kept"
        ),
        pytest.param(clock(code="c", stops_on="decided", lapses=True), id="one that only lapses"),
        pytest.param(
            pause(clock(code="d", stops_on="decided"), clock().started_at), id="one that rests"
        ),
    ],
)
def test_only_a_limit_that_the_decision_keeps_and_that_runs_counts(other):
    assert limit_of([other]) is None
    assert limit_of([other, LIMIT]) == LIMIT


def test_of_several_limits_the_first_counts_and_a_broken_one_still_does():
    broken = clock(code="early", stops_on="decided", state=ClockState.BREACHED)

    assert limit_of([LIMIT, broken]) == broken


def test_less_time_than_it_takes_is_tight():
    found = Forecast("Response", DUE, "Draft", RemainingPath("draft", 30, timedelta(days=3)))

    assert not found.is_tight(DUE - timedelta(days=3))
    assert found.is_tight(DUE - timedelta(days=2, hours=23))
