"""The arithmetic of figures about the office, against slow and plain counting."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import office_figure as office
from engine.domain.chart_rule import Rule
from engine.domain.conformity import Verdict
from engine.domain.governance import GovernanceRecord, RecordKind, RecordState
from engine.domain.kpi import Period
from engine.domain.office_figure import Days
from engine.domain.signal import Answer, Disposition, Noticed, Signal

DAY = timedelta(days=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PERIOD = Period(BEGIN, BEGIN + 31 * DAY)
NOW = BEGIN + 25 * DAY
DAYS = Days(date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 26))

moments = st.integers(-40, 60).map(lambda hours: BEGIN + 12 * hours * timedelta(hours=1))


@st.composite
def signals(draw):
    """Return a signal that was found at a moment, answered later or not at all."""
    found = draw(moments)
    after = draw(st.one_of(st.none(), st.integers(0, 20)))
    answers = ()
    if after is not None:
        answers = (Answer(Disposition.CHANCE, "So.", "mara", found + after * DAY),)
    noticed = Noticed(Rule.OUTSIDE, 1, BEGIN.date(), BEGIN.date(), BEGIN.date())
    return Signal(1, "received", "Received", noticed, found, "", found, None, answers)


@st.composite
def records(draw):
    """Return an action, audit or review wherever it may stand."""
    made = draw(moments)
    state = draw(st.sampled_from(RecordState))
    done = state in {RecordState.DONE, RecordState.VERIFIED}
    after = draw(st.integers(0, 30)) * DAY
    return GovernanceRecord(
        number=1,
        kind=draw(st.sampled_from([RecordKind.ACTION, RecordKind.AUDIT, RecordKind.REVIEW])),
        title="",
        text="",
        clause="",
        grade=None,
        about=None,
        owner="",
        due_on=(made + draw(st.integers(0, 20)) * DAY).date(),
        document="",
        document_hash="",
        state=state,
        made_by="",
        made_at=made,
        done_at=made + after if done else None,
        ended_at=made + after if state is RecordState.ENDED else None,
    )


def answered(some):
    return office.signals_answered(some, PERIOD, NOW, lambda at: at + 9 * DAY)


@pytest.mark.iso("8.2")
@given(some=st.lists(signals(), max_size=8))
def test_a_signal_that_still_waits_counts_as_late(some):
    share, n = answered(some)

    due = [s for s in some if PERIOD.begin <= s.found_at + 9 * DAY < min(PERIOD.end, NOW)]
    kept = [s for s in due if s.answers and s.answers[0].at - s.found_at <= 9 * DAY]
    assert (share, n) == (len(kept) / len(due) if due else None, len(due))


def test_a_share_of_the_answered_alone_would_be_caught():
    noticed = Noticed(Rule.OUTSIDE, 1, BEGIN.date(), BEGIN.date(), BEGIN.date())
    waiting = Signal(1, "received", "Received", noticed, BEGIN, "", BEGIN, None, ())
    told = Answer(Disposition.TO_INVESTIGATE, "So.", "mara", BEGIN + DAY)

    whole = answered([waiting, replace(waiting, answers=(told,))])
    only_answered = answered([replace(waiting, answers=(told,))])

    assert (whole, only_answered) == ((0.5, 2), (1.0, 1))


@pytest.mark.iso("8.5")
@given(some=st.lists(records(), max_size=8))
def test_audits_and_reviews_count_once_their_day_is_over(some):
    share, n = office.done_on_time(some, DAYS, lambda at: at.date())

    due = [
        r
        for r in some
        if r.kind is not RecordKind.ACTION
        and r.state is not RecordState.ENDED
        and date(2026, 1, 1) <= r.due_on < date(2026, 1, 26)
    ]
    kept = [r for r in due if r.done_at is not None and r.done_at.date() <= r.due_on]
    assert (share, n) == (len(kept) / len(due) if due else None, len(due))


@given(some=st.lists(records(), max_size=8), at=moments)
def test_an_action_is_open_from_its_record_to_its_end(some, at):
    found = office.open_at(some, at)

    over = {
        id(r) for r in some if (r.done_at and r.done_at < at) or (r.ended_at and r.ended_at < at)
    }
    expected = [r for r in some if r.kind is RecordKind.ACTION and r.made_at < at]
    assert found == [r for r in expected if id(r) not in over]


@given(some=st.lists(records(), max_size=8))
def test_half_of_the_actions_are_no_older_than_the_median(some):
    age, n = office.median_age(some, NOW)

    ages = [(NOW - r.made_at) / DAY for r in some]
    assert n == len(ages)
    assert (age is None) is (not ages)
    if age is not None:
        assert sum(each <= age for each in ages) * 2 >= n > sum(each < age for each in ages) * 2


runs = st.lists(st.tuples(st.integers(-3, 40).map(lambda n: BEGIN.date() + n * DAY), st.booleans()))


@pytest.mark.iso("4.9")
@given(some=runs, since=st.one_of(st.none(), st.integers(-9, 40)))
def test_a_day_without_a_verification_counts_against(some, since):
    first = None if since is None else BEGIN.date() + since * DAY
    share, n = office.days_proven(some, DAYS, first)
    first = min([at for at, _ in some] + ([] if first is None else [first]), default=None)

    good = every = 0
    for day in (DAYS.first + k * DAY for k in range(31)):
        of_day = [is_fine for at, is_fine in some if at == day]
        if first is None or day < first or day > DAYS.today or (day == DAYS.today and not of_day):
            continue
        every += 1
        good += bool(of_day) and of_day[-1]
    assert (share, n) == (good / every if every else None, every)


@given(words=st.lists(st.sampled_from(Verdict)))
def test_clauses_that_do_not_apply_count_for_nothing(words):
    share, n = office.clauses_kept(words)

    applying = len(words) - words.count(Verdict.NOT_APPLICABLE)
    assert n == applying
    assert share == (words.count(Verdict.PASS) / applying if applying else None)


months = st.dictionaries(st.integers(1, 12).map(lambda n: date(2026, n, 1)), st.integers(1, 10**6))


@pytest.mark.iso("8.2")
@given(received=months, stated=months)
def test_a_month_without_a_stated_number_counts_for_nothing(received, stated):
    value, n = office.per_thousand(received, stated)

    both = sorted(set(received) & set(stated))
    assert n == sum(received[month] for month in both)
    if not both:
        assert value is None
    else:
        assert value == pytest.approx(n / sum(stated[month] for month in both) * 1000)


@given(start=st.integers(0, 400), length=st.integers(1, 400), today=st.integers(0, 900))
def test_whole_months_lie_in_the_period_and_are_over(start, length, today):
    first = date(2025, 1, 1) + start * DAY
    days = Days(first, first + (length - 1) * DAY, date(2025, 1, 1) + today * DAY)

    found = office.whole_months(days)

    every = {days.first + n * DAY for n in range(length)}
    for begin, end in found:
        assert begin.day == 1
        assert (end + DAY).day == 1
        assert {begin, end} <= every
        assert end < days.today
    expected = {d for d in every if d.day == 1 and _end(d) in every and _end(d) < days.today}
    assert {begin for begin, _ in found} == expected


def _end(first):
    return (first + 32 * DAY).replace(day=1) - DAY
