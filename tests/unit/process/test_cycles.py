"""Timers that come again and again, conditions that are waited for, and ways behind steps."""

from datetime import timedelta

import pytest

from engine.errors import ProcessFailedError
from engine.process.elements import Catch
from engine.process.timetable import ENDLESS, read_alarm
from tests.unit.process.drawing import (
    DAY,
    NOW,
    boundary,
    condition,
    flows,
    handler,
    line,
    node,
    sub,
    tell,
    timer,
)

HOUR = timedelta(hours=1)


def chased(cycle, *, interrupts=False):
    return tell(
        node("start", "s"), node("user", "work"),
        boundary("late", "work", timer(cycle, "Cycle"), interrupts=interrupts),
        node("user", "chase"), node("end", "e"), line("s", "work", "e"), line("late", "chase"),
    )  # fmt: skip


def test_a_cycle_comes_as_often_as_it_says_and_then_no_more():
    case = chased("R3/PT1H")

    for times in (1, 2, 3):
        assert case.progress.next_due == NOW + times * HOUR
        assert case.waits(HOUR).open.count("chase") == times
    assert case.progress.next_due is None
    assert case.waits(DAY).open.count("chase") == 3


def test_what_was_missed_is_caught_up_in_one_go_and_not_twice():
    case = chased("R/P1D")

    assert case.waits(3 * DAY + HOUR).open.count("chase") == 3
    assert case.progress.next_due == NOW + 4 * DAY
    assert case.waits(HOUR).open.count("chase") == 3


def test_a_cycle_in_words_and_without_an_end():
    case = chased("R/2 working days")

    assert case.waits(10 * DAY).open.count("chase") == 5
    case.does("work")
    assert case.progress.timers == ()


def test_an_interrupting_cycle_interrupts_at_the_first_time():
    case = chased("R3/PT1H", interrupts=True).waits(9 * HOUR)

    assert (case.open, case.progress.timers) == (["chase"], ())


def test_an_event_sub_process_is_started_in_a_cycle():
    case = tell(
        node("start", "s"), node("user", "work"), line("s", "work"),
        handler("h", timer("R2/P1D", "Cycle"), node("user", "remind"), line("h_start", "remind"),
                interrupts=False),
    )  # fmt: skip

    assert case.waits(DAY).open == ["remind", "work"]
    assert case.waits(9 * DAY).open == ["remind", "remind", "work"]


@pytest.mark.parametrize("text", ["R0/PT1H", "R3", "R3/", "3/PT1H", "R3/soon", "R-2/P1D", ""])
def test_what_is_no_cycle_is_refused(text):
    with pytest.raises(ValueError, match=r"no cycle|never comes|no allowance"):
        read_alarm("timeCycle", text)


def test_a_cycle_without_an_end_is_read_in_both_forms():
    assert read_alarm("timeCycle", "R/P1D").times == ENDLESS
    assert read_alarm("timeCycle", "R-1/P1D").times == ENDLESS


def watching(*parts, **variables):
    """Two steps in a sub-process, and one beside it; whoever is done goes on to an end."""
    return tell(
        node("start", "s"), node("and", "fork"), node("user", "beside"),
        sub("inner", node("start", "is"), node("user", "a"), node("user", "b"),
            line("is", "a", "b")),
        line("s", "fork", "inner"), line("fork", "beside"), *parts, **variables,
    )  # fmt: skip


def test_a_condition_is_waited_for_until_any_part_of_the_case_makes_it_true():
    parts = (node("catch", "wait", condition("x > 3")), node("user", "next"),
             line("fork", "wait", "next"))  # fmt: skip

    assert watching(*parts, x=1).does("a", x=9).open == ["b", "beside", "next"]
    assert watching(*parts, x=1).does("beside", x=9).open == ["a", "next"]
    assert watching(*parts, x=1).does("a", x=2).open == ["b", "beside"]
    assert watching(*parts, x=5).open == ["a", "beside", "next"]


def test_a_condition_inside_sees_what_happens_outside():
    parts = (
        sub("box", node("start", "bs"), node("catch", "wait", condition("x > 3")),
            node("user", "next"), line("bs", "wait", "next")),
        line("fork", "box"),
    )  # fmt: skip

    assert watching(*parts, x=1).does("beside", x=9).open == ["a", "next"]


def test_a_condition_on_a_border_interrupts():
    parts = (boundary("stop", "inner", condition("x > 3")), node("user", "stopped"),
             line("stop", "stopped"))  # fmt: skip

    assert watching(*parts).does("a", x=9).open == ["beside", "stopped"]


def test_a_condition_that_does_not_interrupt_comes_each_time_it_becomes_true():
    case = tell(
        node("start", "s"), node("and", "fork"), node("user", "hold"), node("xor", "top"),
        node("user", "a"), line("s", "fork", "hold"), line("fork", "top", "a", "top"),
        boundary("note", "hold", condition("x > 3"), interrupts=False),
        node("user", "look"), line("note", "look"),
    )  # fmt: skip

    seen = [case.does("a", x=x).open.count("look") for x in (1, 9, 8, 1, 1, 7, 7)]

    assert seen == [0, 1, 1, 1, 1, 2, 2]


def test_a_condition_starts_an_event_sub_process():
    case = watching(handler("h", condition("x > 3"), node("user", "care"),
                            line("h_start", "care")))  # fmt: skip

    assert case.does("a", x=9).open == ["care"]


def test_a_condition_that_does_not_fit_says_where():
    parts = (node("catch", "wait", condition("x > 3"), name="Wait for x"), line("fork", "wait"))

    with pytest.raises(ProcessFailedError, match="Wait for x"):
        watching(*parts).does("a", x="much")


SPLIT = (
    node("start", "s"), node("user", "u", default="other"), node("user", "a"), node("user", "b"),
    node("user", "c"),
    flows("s -> u\nu -> a if x > 1\nu -> b if x > 2\nu -> c as other"),
)  # fmt: skip


@pytest.mark.parametrize(("x", "opened"), [(9, ["a", "b"]), (2, ["a"]), (0, ["c"])])
def test_behind_a_step_every_true_way_is_taken_else_the_default(x, opened):
    assert tell(*SPLIT).does("u", x=x).open == opened


def test_behind_a_step_a_way_without_a_condition_is_always_taken():
    case = tell(node("start", "s"), node("user", "u"), node("user", "a"), node("user", "b"),
                flows("s -> u\nu -> a if x > 1\nu -> b"))  # fmt: skip

    assert case.does("u", x=0).open == ["b"]


def test_behind_a_step_where_nothing_is_true_the_case_stops_and_says_where():
    case = tell(node("start", "s"), node("user", "u", name="Choose"), node("user", "a"),
                flows("s -> u\nu -> a if x > 1"))  # fmt: skip

    with pytest.raises(ProcessFailedError, match="Choose"):
        case.does("u", x=0)


def test_several_flows_into_a_step_open_it_for_each_token():
    case = tell(node("start", "s"), node("user", "u"), node("user", "a"), node("user", "b"),
                node("user", "c"), flows("s -> u\nu -> a\nu -> b\na -> c\nb -> c"))  # fmt: skip

    assert case.does("u").does("a").does("b").open == ["c", "c"]


def test_the_tests_notice_a_cycle_that_forgets_what_was_missed(monkeypatch):
    follow = Catch.follow

    def from_now(self, fresh, before):
        before.internal_data["due"] = fresh.case.now.isoformat()
        follow(self, fresh, before)

    monkeypatch.setattr(Catch, "follow", from_now)

    assert chased("R/P1D").waits(3 * DAY + HOUR).open.count("chase") != 3
