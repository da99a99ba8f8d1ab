"""What branches know of one another: at joins, at ends, and after they were written down."""

import pytest

from engine.errors import ProcessFailedError
from engine.process import run
from engine.process.known import Known
from tests.unit.process.drawing import (
    Story,
    boundary,
    condition,
    event,
    flows,
    line,
    node,
    sub,
    tell,
)

setting = Known.setting

NESTED = (
    node("start", "s"), node("and", "f1"), node("and", "f2"), node("user", "a"), node("user", "b"),
    node("user", "c"), node("and", "join"), node("user", "last"),
    line("s", "f1", "a", "join", "last"), line("f1", "f2", "b", "join"), line("f2", "c", "join"),
)  # fmt: skip


def test_a_fork_behind_a_fork_keeps_its_variables_when_it_is_written_down():
    case = tell(*NESTED, last=0)

    assert [case.variables(step) for step in "abc"] == [{"last": 0}] * 3
    assert case.does("b", x=1).does("c").does("a").variables("last") == {"last": 0, "x": 1}


def test_two_rounds_that_reach_a_join_in_one_command_are_both_let_through():
    case = tell(
        node("start", "s"), node("and", "f"), node("xor", "m"), node("and", "fork"),
        node("catch", "w", event("message", "answer")), node("user", "u"), node("and", "join"),
        node("end", "e"),
        flows("s -> f\nf -> m as one\nf -> m as two\nm -> fork"),
        line("fork", "w", "join", "e"), line("fork", "u", "join"),
    ).does("u").does("u").hears("answer")  # fmt: skip

    assert (case.passed, case.progress.is_complete) == (["w", "w", "join", "join", "e", "e"], True)


ENDING = (
    node("start", "s"),
    sub("inner", node("start", "is"), node("user", "first"), node("and", "fork"), node("user", "a"),
        node("user", "b"), node("user", "c"), node("user", "d"),
        line("is", "first", "fork", "a"), line("fork", "b", "d"), line("fork", "c")),
    node("user", "after"), line("s", "inner", "after"),
)  # fmt: skip


def test_a_branch_that_ends_untouched_does_not_undo_what_another_has_changed():
    case = tell(*ENDING).does("first", x=1)

    case.does("a", x=2).does("c").does("b").does("d")

    assert case.variables("after")["x"] == 2


def test_of_two_changes_the_later_one_stays_whichever_branch_ends_first():
    case = tell(*ENDING).does("first", x=1)

    case.does("a", x=2).does("c", x=3).does("b").does("d")
    assert case.variables("after")["x"] == 3

    again = tell(*ENDING).does("first", x=1)
    again.does("b", x=5)
    assert [again.variables(step)["x"] for step in "cd"] == [1, 5]
    again.does("a", x=2)
    assert [again.variables(step)["x"] for step in "cd"] == [2, 2]
    assert again.does("c").does("d").variables("after")["x"] == 2


def test_a_variable_that_is_set_to_the_same_value_again_is_set_later():
    case = tell(*ENDING).does("first", x=1)

    case.does("b", x=5).does("a", x=1)

    assert case.variables("d")["x"] == 1


def test_what_an_ended_branch_has_changed_is_known_inside_a_sub_process_beside_it():
    parts = (
        node("start", "s"), node("user", "first"), node("and", "fork"), node("user", "a"),
        sub("box", node("start", "bs"), node("and", "split"), node("user", "b"), node("user", "c"),
            line("bs", "split", "b"), line("split", "c")),
        node("user", "after"), line("s", "first", "fork", "a"), line("fork", "box", "after"),
    )  # fmt: skip
    case = tell(*parts).does("first", x=1).does("b", x=7).does("a", x=2, y=2)

    assert case.variables("c") == {"x": 2, "y": 2}
    assert case.does("c", x=8).variables("after") == {"x": 8, "y": 2}


def test_a_stuck_branch_is_said_although_an_error_on_the_border_is_waited_for():
    case = tell(
        node("start", "s"),
        sub("inner", node("start", "is"), node("and", "fork"), node("user", "a"), node("user", "b"),
            node("xor", "x", default="on"), node("end", "plain"), node("end", "fail",
            event("error", "c1")), node("and", "join", name="Both done"),
            flows("is -> fork\nfork -> a\nfork -> b\na -> join\nb -> x\nx -> plain if v > 5\n"
                  "x -> fail if v < 0\nx -> join as on")),
        boundary("border", "inner", event("error", "c1")), node("end", "e"),
        line("s", "inner"), line("border", "e"),
    ).does("a")  # fmt: skip

    with pytest.raises(ProcessFailedError, match="Both done"):
        case.does("b", v=9)


def test_a_condition_that_nobody_can_make_true_any_more_is_said():
    with pytest.raises(ProcessFailedError, match=r"Wait.*what can no longer come"):
        tell(node("start", "s"), node("catch", "c", condition("x > 3"), name="Wait"),
             line("s", "c"))  # fmt: skip


def test_a_signal_may_come_from_outside():
    case = tell(node("start", "s"), node("catch", "c", event("signal", "x")), line("s", "c"))

    assert not case.progress.is_complete


def test_a_case_in_memory_and_one_that_is_stored_know_the_same():
    stored = tell(*ENDING).does("first", x=1).does("a", x=2).does("b", y=1)
    live = Story(stored.bundle).load()
    for element, answers in (("first", {"x": 1}), ("a", {"x": 2}), ("b", {"y": 1})):
        token = next(s.token for s in live.progress().open_steps if s.element == element)
        live.complete(token, answers, stored.now)

    assert live.progress().state == stored.progress.state


def test_the_tests_notice_a_branch_that_tells_nobody_when_it_ends(monkeypatch):
    monkeypatch.setattr(run, "tell", lambda *_: None)

    case = tell(*ENDING).does("first", x=1).does("a", x=2)

    assert case.variables("c")["x"] == 1


def test_the_tests_notice_settings_that_all_count_the_same(monkeypatch):
    monkeypatch.setattr(Known, "setting", lambda known, values, _: setting(known, values, 1))

    case = tell(*ENDING).does("first", x=1).does("a", x=2)

    assert case.variables("c")["x"] == 1
