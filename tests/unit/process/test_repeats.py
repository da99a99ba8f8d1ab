"""Activities that are done more than once: several instances at once or in turn, and loops."""

import pytest

from engine.errors import ProcessFailedError
from engine.process import repeats
from engine.process.repeats import TurnEnd
from engine.process.run import cancel
from tests.unit.process.drawing import (
    DAY,
    boundary,
    event,
    flows,
    line,
    loop,
    node,
    several,
    sub,
    tell,
    timer,
)


def repeated(marker, *around, **variables):
    """A step with a marker, and a step behind it."""
    return tell(
        node("start", "s"), node("user", "ask", marker), node("user", "after"), node("end", "e"),
        line("s", "ask", "after", "e"), *around, **variables,
    )  # fmt: skip


def turns(case):
    """Return the numbers of the turns that are open."""
    live = case.load()
    return [live.variables(step.token).get("loopCounter") for step in case.progress.open_steps]


def test_side_by_side_all_instances_are_open_at_once_and_each_knows_its_number():
    case = repeated(several("n"), n=3)
    assert (case.open, turns(case)) == (["ask"] * 3, [1, 2, 3])

    case.does("ask").does("ask")
    assert case.open == ["ask"]
    assert case.does("ask").open == ["after"]
    assert case.variables("after") == {"n": 3}
    assert case.progress.is_complete is False


def test_in_turn_one_is_open_at_a_time_and_knows_what_those_before_have_changed():
    case = repeated(several("3", in_turn=True), total=0)
    for number in (1, 2, 3):
        assert turns(case) == [number]
        assert case.variables("ask")["total"] == 10 * (number - 1)
        case.does("ask", total=10 * number)

    assert case.variables("after") == {"total": 30}


def test_instances_side_by_side_do_not_undo_what_another_has_changed():
    case = repeated(several("2"), x=0, y=0)

    first, second = (step.token for step in case.progress.open_steps)
    live = case.load()
    live.complete(first, {"x": 1}, case.now)
    live.complete(second, {"y": 2}, case.now)
    case.progress = live.progress()

    assert case.variables("after") == {"x": 1, "y": 2}


@pytest.mark.parametrize("in_turn", [True, False])
def test_enough_is_enough(in_turn):
    case = repeated(several("5", "answer == 'no' or numberOfCompletedInstances >= 3",
                            in_turn=in_turn))  # fmt: skip

    assert case.does("ask", answer="yes").does("ask", answer="no").open == ["after"]
    again = repeated(several("5", "nrOfCompletedInstances / nrOfInstances >= 0.6", in_turn=in_turn))
    assert again.does("ask").does("ask").does("ask").open == ["after"]


@pytest.mark.parametrize("in_turn", [True, False])
def test_no_instance_at_all_is_passed_at_once(in_turn):
    case = repeated(several("n", in_turn=in_turn),
                    boundary("late", "ask", timer("1 days")), line("late", "e"), n=0)  # fmt: skip

    assert (case.open, case.progress.timers) == (["after"], ())


@pytest.mark.parametrize(
    ("n", "said"), [(1001, "more than 1,000"), (-1, "-1"), ("x", "“x”"), (None, "None"),
                    (1.5, "1.5"), (True, "True")]
)  # fmt: skip
def test_a_number_of_instances_that_is_none_stops_the_case_with_a_sentence(n, said):
    with pytest.raises(ProcessFailedError, match=said):
        repeated(several("n"), n=n)


def test_a_thousand_instances_are_opened_kept_and_closed():
    case = repeated(several("n", "done"), n=repeats.MOST_INSTANCES)
    assert len(case.progress.open_steps) == 1000

    assert case.does("ask", done=True).open == ["after"]


def test_an_interrupting_event_on_the_border_ends_all_instances():
    around = (boundary("late", "ask", timer("3 days")), node("user", "chase"),
              line("late", "chase"))  # fmt: skip
    case = repeated(several("3"), *around).does("ask", x=1)
    assert len(case.progress.timers) == 1

    assert case.waits(3 * DAY).open == ["chase"]


def test_an_event_on_the_border_that_does_not_interrupt_leaves_all_instances():
    around = (boundary("note", "ask", event("message", "clock_warning"), interrupts=False),
              node("user", "look"), line("note", "look"))  # fmt: skip
    case = repeated(several("2", in_turn=True), *around)

    case.hears("clock_warning").does("ask").hears("clock_warning")

    assert case.open == ["ask", "look", "look"]


INNER = (
    node("start", "is"), node("user", "one"), node("and", "fork"), node("user", "two"),
    node("user", "three"), node("end", "stop", event("terminate")), node("end", "ie"),
    line("is", "one", "fork", "two", "ie"), line("fork", "three", "stop"),
)  # fmt: skip


def test_a_whole_sub_process_is_repeated_and_a_terminate_end_ends_one_turn():
    case = tell(
        node("start", "s"), sub("inner", several("2"), *INNER), node("user", "after"),
        line("s", "inner", "after"),
    )  # fmt: skip

    case.does("one").does("three")
    assert case.open == ["one"]
    assert case.does("one").does("two").does("three").open == ["after"]


def test_turns_inside_turns_count_for_themselves():
    case = tell(
        node("start", "s"),
        sub("outer", several("2", in_turn=True), node("start", "os"),
            node("user", "inner", several("2")), node("user", "sum"), line("os", "inner", "sum")),
        node("user", "after"), line("s", "outer", "after"),
    )  # fmt: skip

    for outer in (1, 2):
        assert turns(case) == [1, 2]
        case.does("inner").does("inner")
        assert turns(case) == [outer]
        case.does("sum")
    assert case.open == ["after"]


def test_what_the_machine_does_is_repeated_too():
    body = several("4", in_turn=True) + "<bpmn:script>sum = sum + loopCounter</bpmn:script>"
    case = tell(node("start", "s"), node("script", "add", body), node("user", "after"),
                line("s", "add", "after"), sum=0)  # fmt: skip

    assert case.variables("after") == {"sum": 10}
    assert case.passed == ["s", "add", "add", "add", "add"]


def test_each_instance_of_a_message_step_waits_for_the_message():
    case = tell(node("start", "s"),
                node("receive", "hear", several("2", in_turn=True), messageRef="message-answer"),
                node("user", "after"), line("s", "hear", "after"))  # fmt: skip

    assert case.hears("answer").open == []
    assert case.hears("answer").open == ["after"]


def test_an_error_in_one_turn_ends_all_of_them():
    case = tell(
        node("start", "s"),
        sub("inner", several("3"), node("start", "is"), node("user", "work"),
            node("end", "fail", event("error", "lost")), line("is", "work", "fail")),
        boundary("lost", "inner", event("error", "lost")), node("user", "search"),
        line("s", "inner"), line("lost", "search"),
    )  # fmt: skip

    assert case.does("work").open == ["search"]


def test_a_loop_goes_on_while_its_condition_holds():
    case = repeated(loop("answer == 'again'"))

    case.does("ask", answer="again").does("ask", answer="again")
    assert (case.open, turns(case)) == (["ask"], [3])
    assert case.does("ask", answer="enough").open == ["after"]


@pytest.mark.parametrize("marker", [loop("x > 5"), several("3", "x <= 5", in_turn=True)])
def test_a_turn_that_sets_a_variable_back_is_heard(marker):
    case = repeated(marker, x=1).does("ask", x=6).does("ask", x=1)

    assert (case.open, case.variables("after")) == (["after"], {"x": 1})


def test_a_loop_that_asks_first_may_not_turn_at_all():
    tests_before = loop("more", testBefore="true")

    assert repeated(tests_before, more=False).open == ["after"]
    assert repeated(tests_before, more=True).does("ask").does("ask", more=False).open == ["after"]
    assert repeated(loop("more"), more=False).open == ["ask"]


def test_a_loop_has_a_largest_number_of_turns():
    case = repeated(loop("true", loopMaximum="2"))

    assert case.does("ask").does("ask").open == ["after"]


def test_a_loop_of_the_machine_without_an_end_stops_with_a_sentence():
    body = loop("n >= 0") + "<bpmn:script>n = n + 1</bpmn:script>"

    with pytest.raises(ProcessFailedError, match="without a pause"):
        tell(node("start", "s"), node("script", "count", body), node("user", "u"),
             line("s", "count", "u"), n=0)  # fmt: skip


def test_repeated_steps_lie_on_loops_of_the_diagram():
    case = tell(
        node("start", "s"), node("xor", "top"), node("user", "ask", several("2")),
        node("xor", "again", default="on"), node("end", "e"),
        flows("s -> top\ntop -> ask\nask -> again\nagain -> e if enough\nagain -> top as on"),
    )  # fmt: skip

    for _ in range(3):
        case.does("ask").does("ask", enough=False)
    assert case.open == ["ask", "ask"]
    assert case.does("ask").does("ask", enough=True).progress.is_complete


def test_the_tests_notice_a_last_turn_that_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(TurnEnd, "act", lambda _, token: cancel(
        other for other in token.workflow.live.values() if other is not token
    ))  # fmt: skip

    assert repeated(several("3")).does("ask").open == ["after"]
