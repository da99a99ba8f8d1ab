"""What can be done with a request about one's own data, by when, and of what one is warned."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy import CalendarPolicy
from engine.bootstrap import shipped_profiles
from engine.domain.complaint import Channel
from engine.domain.regime import Extension
from engine.domain.subject_request import (
    ANSWERS,
    PROFILE,
    RULE,
    VARIANT,
    WARN_DAYS,
    RequestAct,
    Right,
    Stage,
    SubjectRequest,
    last_day,
)
from engine.domain.working_time import Calendar
from engine.errors import ConflictError, InvalidInputError

RECEIVED = date(2026, 1, 30)
REQUEST = SubjectRequest(
    number=7,
    right=Right.ACCESS,
    channel=Channel.EMAIL,
    subject="s",
    case_id=None,
    reference="",
    name="Rob",
    email="",
    text="",
    received_on=RECEIVED,
    first_due_on=date(2026, 3, 2),
    due_on=date(2026, 3, 2),
    owner="dora",
    recorded_by="dora",
    recorded_at=datetime(2026, 1, 30, 9, tzinfo=UTC),
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEK = {day: ["09:00-17:00"] for day in DAYS}
PLACE = {"zone": "Europe/Berlin", "country": "DE", "week": WEEK}
BERLIN = Calendar(CalendarPolicy.model_validate(PLACE))
KNOWN = {"by": "dora", "said": "So.", "until": date(2026, 4, 30)}
DAY = timedelta(days=1)
EDITIONS = shipped_profiles().editions(PROFILE)


def _rule(edition=EDITIONS[0]):
    return edition.rule(RULE, VARIANT)


@pytest.mark.iso("4.10")
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda each: each.version)
@pytest.mark.parametrize(
    ("received_on", "first", "farthest"),
    [
        # The last day of February is a Saturday: it rolls to Monday.
        (date(2026, 1, 30), date(2026, 3, 2), date(2026, 4, 30)),
        # Easter Monday is free in Germany.
        (date(2026, 3, 6), date(2026, 4, 7), date(2026, 6, 8)),
        # A month that would end on a Saturday ends on the Monday after it.
        (date(2026, 7, 1), date(2026, 8, 3), date(2026, 10, 1)),
        (date(2026, 7, 15), date(2026, 8, 17), date(2026, 10, 15)),
        # A leap year.
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 5, 2)),
    ],
)
def test_a_request_is_answered_within_a_month_or_three_and_a_free_day_rolls_on(
    edition, received_on, first, farthest
):
    rule = _rule(edition)

    assert last_day(rule, received_on, BERLIN) == first
    assert last_day(rule, received_on, BERLIN, is_extended=True) == farthest


def test_an_extension_may_be_counted_from_the_first_end():
    more = Extension(by="2 months", source="Of one's own")
    rule = _rule().model_copy(update={"extension": more})

    assert last_day(rule, RECEIVED, BERLIN, is_extended=True) == date(2026, 5, 4)
    none = rule.model_copy(update={"extension": None})
    assert last_day(none, RECEIVED, BERLIN, is_extended=True) == date(2026, 3, 2)


@pytest.mark.iso("4.10")
@given(st.lists(st.sampled_from(RequestAct), max_size=8))
def test_what_can_be_done_is_what_is_done_and_an_answer_is_the_last(acts):
    request, today = REQUEST, date(2026, 2, 10)

    for act in acts:
        if act in request.acts(today):
            request = request.moved(act, today=today, **KNOWN)
        else:
            with pytest.raises(ConflictError):
                request.moved(act, today=today, **KNOWN)

    assert request.is_open is (request.answered_on is None)
    assert request.is_open is bool(request.acts(today))
    assert request.is_open is not bool(set(acts) & ANSWERS)


def test_more_time_is_told_within_the_first_month_with_a_reason_and_once():
    last, after = REQUEST.due_on, REQUEST.due_on + DAY

    with pytest.raises(ConflictError, match="before the first month is over"):
        REQUEST.moved(RequestAct.EXTEND, today=after, **KNOWN)
    with pytest.raises(InvalidInputError, match="Reason"):
        REQUEST.moved(RequestAct.EXTEND, today=last, **(KNOWN | {"said": ""}))
    with pytest.raises(InvalidInputError, match="after 2 March 2026"):
        REQUEST.moved(RequestAct.EXTEND, today=last, **(KNOWN | {"until": last}))
    longer = replace(REQUEST, warned=3).moved(RequestAct.EXTEND, today=last, **KNOWN)

    assert (longer.due_on, longer.first_due_on) == (date(2026, 4, 30), last)
    assert (longer.stage, longer.warned, longer.extension_reason) == (Stage.EXTENDED, None, "So.")
    assert RequestAct.EXTEND not in longer.acts(last)


def test_identity_is_asked_for_once_and_the_time_runs_on():
    asked = REQUEST.moved(RequestAct.ASK_IDENTITY, today=RECEIVED, **KNOWN)
    seen = asked.moved(RequestAct.SEE_IDENTITY, today=RECEIVED + DAY, **KNOWN)

    assert RequestAct.SEE_IDENTITY not in REQUEST.acts(RECEIVED)
    assert not {RequestAct.ASK_IDENTITY, RequestAct.SEE_IDENTITY} & seen.acts(RECEIVED)
    assert seen.identity_seen_on == RECEIVED + DAY
    assert seen.due_on == REQUEST.due_on


def test_a_refusal_needs_its_reasons_and_an_answer_after_the_last_day_was_late():
    after = REQUEST.due_on + DAY

    with pytest.raises(InvalidInputError, match="Reason"):
        REQUEST.moved(RequestAct.REFUSE, by="dora", today=after)
    done = REQUEST.moved(RequestAct.CARRY_OUT, by="dora", today=REQUEST.due_on)
    late = REQUEST.moved(RequestAct.REFUSE, by="dora", today=after, said="Not ours.")

    assert (done.stage, done.was_late(), done.answer) == (Stage.DONE, False, "")
    assert (late.stage, late.was_late(), late.answered_by) == (Stage.REFUSED, True, "dora")
    assert not late.is_overdue(after)


@given(st.lists(st.integers(min_value=0, max_value=40), max_size=12))
def test_each_warning_is_given_once_whichever_days_are_missed(days):
    """After an outage the nearest warning counts for those before it."""
    request, told = REQUEST, []

    for day in sorted(days):
        warned = request.warns(RECEIVED + day * DAY)
        if warned is not None:
            told.append(warned)
            request = replace(request, warned=warned)

    left = [request.days_left(RECEIVED + day * DAY) for day in days]
    reached = {min(d for d in WARN_DAYS if each <= d) for each in left if 0 <= each <= WARN_DAYS[0]}
    assert told == sorted(reached, reverse=True)


def test_what_is_answered_or_overdue_warns_no_more():
    last = REQUEST.due_on
    done = REQUEST.moved(RequestAct.CARRY_OUT, by="dora", today=last)

    assert done.warns(last) is None
    assert REQUEST.warns(last) == WARN_DAYS[-1]
    assert REQUEST.warns(last + DAY) is None
    assert REQUEST.is_overdue(last + DAY)
    assert not REQUEST.is_overdue(last)


def test_each_right_has_its_article():
    assert [each.article for each in Right] == [15, 16, 17, 18, 20, 21]
