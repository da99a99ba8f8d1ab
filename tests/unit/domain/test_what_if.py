"""Looking ahead against departments of which everything is known."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import experience as learning
from engine.domain.experience import (
    CaseTold,
    Course,
    Experience,
    OpenCase,
    PastStep,
    StepTold,
    learn,
)
from engine.domain.what_if import Question, outlook, play
from engine.domain.working_clock import WorkingClock
from tests.unit.domain.department import ALWAYS, BEGIN, WEEK, Department
from tests.unit.domain.test_working_time import BERLIN, NIGHTS, WITH_LUNCH, calendar

HOUR = 3_600.0
MOMENTS = st.datetimes(
    datetime(2026, 1, 5),  # noqa: DTZ001 - the zone comes beside
    datetime(2026, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)


def ahead(known, question=Question(), weeks=4, rounds=30, groups=None):  # noqa: B008 - frozen
    told = play(known, question, weeks=[WEEK] * weeks, groups=groups or {}, seed=7, rounds=rounds)
    return outlook(list(told), known)


@settings(max_examples=40, deadline=None)
@given(st.lists(MOMENTS, min_size=2, max_size=6), st.sampled_from([WITH_LUNCH, NIGHTS]))
def test_working_seconds_are_those_of_the_calendar(moments, week):
    own = calendar(BERLIN, week)
    clock = WorkingClock(own, BEGIN)

    for moment in moments:
        exact = own.elapsed(BEGIN, moment).total_seconds()
        assert clock.at(moment) == pytest.approx(exact, abs=1e-6)  # moments have microseconds


def day(number):
    return BEGIN + timedelta(days=number)


def told(*steps, closed=None, due=None, met=None):
    parts = tuple(
        StepTold(element, day(begin), None if end is None else day(end), by)
        for element, begin, end, by in steps
    )
    over = None if closed is None else day(closed)
    return CaseTold(BEGIN, over, due and day(due), met and day(met), parts)


def learnt(closed, under_way=(), at=60):
    clock = WorkingClock(ALWAYS, BEGIN)
    return learn(closed, under_way, daily=[0], day=24 * HOUR, clock=clock, now=day(at))


def test_ways_that_come_together_wait_for_one_another():
    case = told(
        ("register", 0, 1, "a"), ("assess", 1, 2, "a"), ("acknowledge", 1, 4, "b"),
        ("assign", 4, 5, "c"), ("answer", 9, 10, "a"), closed=12,
    )  # fmt: skip

    (course,) = learnt([case]).courses

    assert [step.after for step in course.steps] == [(), (0,), (0,), (1, 2), (3,)]
    assert [step.gap / 24 / HOUR for step in course.steps] == [0, 0, 0, 0, 4]
    assert course.rest == 2 * 24 * HOUR


def test_work_is_what_lies_between_two_ends_while_more_was_waiting():
    """Ada has five complaints at once and needs two days for each; later one lies for ten."""
    many = [told(("handle", 0, 2 * n, "ada"), closed=2 * n) for n in range(1, 7)]
    late = told(("handle", 20, 30, "ada"), closed=30)

    known = learnt([*many, late])

    works = [course.steps[0].work / 24 / HOUR for course in known.courses]
    delays = [course.steps[0].delay / 24 / HOUR for course in known.courses]
    assert works == [2] * 7
    assert delays == [0, 2, 4, 6, 8, 10, 8]


def test_one_complaint_goes_on_as_the_only_one_before_it_did():
    step = PastStep("handle", (), 0.0, 2 * HOUR, 5 * HOUR)
    course = Course((step,), limit=6 * HOUR, answer=0, rest=HOUR)
    waits = OpenCase("handle", is_waiting=True, waited=HOUR, left=6.5 * HOUR)
    known = Experience((course,), (waits,), (0,), 24 * HOUR, {"ada": {"handle": 1}})

    told = list(play(known, Question(), weeks=[HOUR] * 8, groups={}, seed=1, rounds=2))

    assert told[0].closed == (0, 0, 0, 0, 0, 0, 0, 1)
    assert told[0].backlog == (1, 1, 1, 1, 1, 1, 1, 0)
    assert (told[0].due, told[0].late) == ((0, 0, 0, 0, 0, 0, 1, 0), (0,) * 8)
    assert told[0].load == {"": 5 / 8}


def test_what_falls_due_first_is_taken_first_and_nobody_is_at_two_places():
    step = PastStep("handle", (), 0.0, 0.0, 2 * HOUR)
    course = Course((step,), limit=HOUR, answer=0)
    cases = tuple(OpenCase("handle", is_waiting=True, waited=0.0, left=n * HOUR) for n in (9, 3, 5))
    known = Experience((course,), cases, (0,), 24 * HOUR, {"ada": {"handle": 1}})

    (once,) = play(known, Question(), weeks=[HOUR] * 10, groups={}, seed=1, rounds=1)

    # The first to come is begun at once, then the one that is due after three hours.
    assert once.closed == (0, 0, 1, 0, 1, 0, 1, 0, 0, 0)
    assert (sum(once.due), once.late) == (3, (0, 0, 0, 1, 0, 1, 0, 0, 0, 0))


def test_a_step_that_nobody_can_do_any_more_is_told():
    known = Department(6, 3, 1, days=40, seed=3).learnt(30)
    groups = dict.fromkeys(known.skills, "handler")

    found = ahead(known, Question(people={"handler": -1}), groups=groups)

    assert found.undone == ("handle",)
    assert found.weeks[-1].closed.high == 0


def test_more_than_can_be_done_piles_up_by_as_many_as_come_too_many():
    known = Department(6, 4.8, 2, days=200, seed=5).learnt(180)  # they can do ten a day

    found = ahead(known, Question(arrivals=3.0), weeks=6)

    piled = found.weeks[-1].backlog.middle - found.weeks[1].backlog.middle
    assert piled / 28 == pytest.approx(18 - 10, rel=0.25)


def test_half_the_work_halves_the_load():
    known = Department(6, 4, 2, days=200, seed=6).learnt(180)

    usual, half = ahead(known), ahead(known, Question(work={"handle": 0.5}))

    assert usual.load[""].middle == pytest.approx(6 * 4 / 48, rel=0.2)
    assert half.load[""].middle == pytest.approx(usual.load[""].middle / 2, rel=0.2)


def covered(learn_at, days=60):
    """Return in how many of 24 departments what came lies in the range that was told."""
    inside = 0
    for seed in range(24):
        department = Department(5, 6, 2, days=days, seed=seed)
        (week, *_) = ahead(department.learnt(learn_at), weeks=2, rounds=20).weeks[1:]
        really = department.open_on(learn_at + 14)
        inside += week.backlog.low <= really <= week.backlog.high
    return inside


def test_what_came_lies_in_the_range_eight_times_of_ten():
    assert covered(40) + covered(20) >= 30  # of 48; by chance fewer in one run of a thousand


def young(seed):
    """Return a department of ten days where half of the complaints take twenty days outside."""
    department = Department(8, 1, 3, days=40, seed=seed)
    closed, under_way = [], []
    for number, (came, _, _) in enumerate(department.cases):
        if came > 30:
            break
        took = 20 if number % 2 else 1
        step = ("handle", came, came + 0.05, "ada")
        over = came + took
        case = told(step, closed=over) if over <= 30 else told(step)
        case = CaseTold(day(came), case.closed_at, None, None, case.steps)
        (closed if over <= 30 else under_way).append(case)
    return closed, under_way


def share_of_slow(known):
    slow = sum(course.weight for course in known.courses if course.rest > 5 * 24 * HOUR)
    return slow / sum(course.weight for course in known.courses)


def test_slow_ones_count_for_those_that_are_still_open():
    assert share_of_slow(learnt(*young(1), at=30)) == pytest.approx(0.5, abs=0.08)


def test_without_the_weights_slow_ones_are_too_few(monkeypatch):
    """Planted: only what is closed counts."""
    monkeypatch.setattr(learning, "_weights", lambda closed, *_: [1.0] * len(closed))

    assert share_of_slow(learnt(*young(1), at=30)) < 0.4


def test_the_same_chance_gives_the_same_answer():
    known = Department(5, 6, 2, days=60, seed=1).learnt(40)

    assert ahead(known) == ahead(known)
    assert ahead(known, Question(arrivals=2.0)) != ahead(known)
