"""Event sub-processes: started by every kind of event, interrupting or not, on every level."""

import pytest

from engine.errors import NotAwaitedError, ProcessFailedError
from engine.process.handlers import Handler
from engine.process.run import Token
from tests.unit.process.drawing import (
    DAY,
    NOW,
    boundary,
    event,
    flows,
    handler,
    line,
    node,
    script,
    several,
    sub,
    tell,
    timer,
)


def handling(body, *, interrupts, inner=()):
    """A process with two steps side by side, and an event sub-process beside them."""
    return (
        node("start", "s"), node("and", "fork"), node("user", "a"), node("user", "b"),
        node("and", "join"), node("user", "last"), node("end", "e"),
        line("s", "fork", "a", "join", "last", "e"), line("fork", "b", "join"),
        handler("h", body, node("user", "care"), node("end", "he"), *inner,
                line("h_start", "care", "he"), interrupts=interrupts),
    )  # fmt: skip


MESSAGE = event("message", "withdrawn")


def test_an_interrupting_one_cancels_everything_else_in_its_scope():
    case = tell(*handling(MESSAGE, interrupts=True)).does("a").hears("withdrawn", reason="settled")

    assert case.open == ["care"]
    assert case.variables("care") == {"reason": "settled"}
    assert case.does("care").progress.is_complete
    with pytest.raises(NotAwaitedError):
        case.hears("withdrawn")


def test_one_that_does_not_interrupt_comes_any_number_of_times():
    case = tell(*handling(MESSAGE, interrupts=False))

    case.hears("withdrawn").hears("withdrawn").does("a").hears("withdrawn")

    assert case.open == ["b", "care", "care", "care"]
    case.does("care").does("care").does("b").does("last")
    assert (case.open, case.progress.is_complete) == (["care"], False)
    assert case.does("care").progress.is_complete


def test_one_that_nothing_started_does_not_keep_the_case_open():
    case = tell(*handling(timer("30 days"), interrupts=True)).does("a").does("b").does("last")

    assert (case.progress.is_complete, case.progress.timers) == (True, ())


def test_it_says_what_it_waits_for():
    case = tell(*handling(MESSAGE, interrupts=False))

    assert [(s.message, s.element) for s in case.progress.subscriptions] == [("withdrawn", "h")]
    timed = tell(*handling(timer("3 days"), interrupts=True))
    assert [(t.element, t.due_at) for t in timed.progress.timers] == [("h", NOW + 3 * DAY)]


def test_a_timer_starts_it_when_its_time_has_come():
    case = tell(*handling(timer("3 days"), interrupts=True)).waits(2 * DAY)
    assert case.open == ["a", "b"]

    assert case.waits(DAY).open == ["care"]


def test_a_timer_without_a_cycle_starts_it_once():
    case = tell(*handling(timer("3 days"), interrupts=False)).waits(9 * DAY).waits(9 * DAY)

    assert case.open == ["a", "b", "care"]


def test_it_begins_with_what_all_branches_have_changed():
    case = tell(*handling(MESSAGE, interrupts=True), x=0, y=0).does("a", x=1)

    assert case.hears("withdrawn").variables("care") == {"x": 1, "y": 0}


def inside(body, *, interrupts, thrower=()):
    """A sub-process with a step and an event sub-process, and a step behind it."""
    return (
        node("start", "s"),
        sub("inner", node("start", "is"), node("user", "work"), *(thrower or (line("is", "work"),)),
            handler("h", body, node("user", "care"), line("h_start", "care"),
                    interrupts=interrupts)),
        node("user", "after"), line("s", "inner", "after"),
    )  # fmt: skip


def test_what_was_done_before_an_interruption_is_not_lost():
    case = tell(*inside(MESSAGE, interrupts=True,
                        thrower=(node("user", "more"), line("is", "work", "more"))))  # fmt: skip

    case.does("work", x=1).hears("withdrawn", y=2).does("care", z=3)

    assert case.variables("after") == {"x": 1, "y": 2, "z": 3}


def test_one_that_does_not_interrupt_brings_out_only_what_it_has_changed():
    case = tell(*inside(MESSAGE, interrupts=False), x=0)

    case.hears("withdrawn", y=2).does("work", x=1)
    assert case.open == ["care"]

    case.does("care", z=3)
    assert case.variables("after") == {"x": 1, "y": 2, "z": 3}


def test_what_it_knew_at_its_beginning_does_not_undo_what_came_later():
    more = (node("user", "more"), line("is", "work", "more"))
    case = tell(*inside(MESSAGE, interrupts=False, thrower=more), x=0)

    case.does("work", x=1).hears("withdrawn").does("more", x=2).does("care")

    assert case.variables("after")["x"] == 2


def thrown(kind):
    return (node("throw", "t", event(kind, "c")), node("user", "on"),
            line("is", "work", "t", "on"))  # fmt: skip


def test_an_escalation_starts_it_and_the_thrower_goes_on_or_is_cancelled():
    goes_on = tell(
        *inside(event("escalation", "c"), interrupts=False, thrower=thrown("escalation"))
    )
    stops = tell(*inside(event("escalation", "c"), interrupts=True, thrower=thrown("escalation")))

    assert (goes_on.open, stops.open) == (["work"], ["work"])
    assert goes_on.does("work").open == ["care", "on"]
    assert stops.does("work").open == ["care"]


def test_a_signal_starts_it():
    case = tell(*inside(event("signal", "c"), interrupts=True, thrower=thrown("signal")))

    assert case.does("work").open == ["care"]


def test_an_error_starts_it_and_the_case_goes_on_behind():
    thrower = (node("end", "fail", event("error", "c")), line("is", "work", "fail"))
    case = tell(*inside(event("error", "c"), interrupts=True, thrower=thrower)).does("work")

    assert case.open == ["care"]
    assert case.does("care").open == ["after"]


def test_a_handler_inside_comes_before_the_border_of_the_activity():
    parts = inside(event("escalation"), interrupts=False, thrower=thrown("escalation"))
    outside = (boundary("b", "inner", event("escalation", "c"), interrupts=False),
               node("user", "outside"), line("b", "outside"))  # fmt: skip

    assert tell(*parts, *outside).does("work").open == ["care", "on"]


def test_what_a_handler_throws_goes_past_the_handlers_beside_it():
    parts = (
        node("start", "s"),
        sub("inner", node("start", "is"), node("user", "work"),
            node("throw", "t", event("escalation", "c")), node("user", "on"),
            line("is", "work", "t", "on"),
            handler("h", event("escalation", "c"), node("throw", "again", event("escalation", "c")),
                    line("h_start", "again"), interrupts=False)),
        boundary("b", "inner", event("escalation", "c"), interrupts=False),
        node("user", "outside"), node("user", "after"),
        line("s", "inner", "after"), line("b", "outside"),
    )  # fmt: skip

    assert tell(*parts).does("work").open == ["on", "outside"]


def test_an_interrupted_activity_takes_its_handlers_with_it():
    parts = inside(MESSAGE, interrupts=False)
    outside = (boundary("stop", "inner", event("message", "answer")), node("user", "stopped"),
               line("stop", "stopped"))  # fmt: skip
    case = tell(*parts, *outside).hears("withdrawn").hears("answer")

    assert (case.open, case.progress.subscriptions) == (["stopped"], ())


def test_a_handler_in_a_handler_and_a_terminate_end_keep_to_their_scopes():
    inner = handler("hh", event("message", "answer"), node("user", "deep"),
                    node("end", "halt", event("terminate")), line("hh_start", "deep", "halt"),
                    interrupts=False)  # fmt: skip
    case = tell(*handling(MESSAGE, interrupts=False, inner=[inner]))

    case.hears("withdrawn").hears("answer").does("deep")

    assert case.open == ["a", "b", "care"]


def test_a_join_that_waits_for_ever_is_said_although_a_handler_stands_by():
    case = tell(
        node("start", "s"), node("xor", "g", default="f"), node("user", "a"), node("user", "b"),
        node("and", "join", name="Both done"), node("end", "e"),
        flows("s -> g\ng -> a if x > 1\ng -> b as f\na -> join\nb -> join\njoin -> e"),
        handler("h", MESSAGE, node("user", "care"), line("h_start", "care"), interrupts=False),
        x=5,
    )  # fmt: skip

    with pytest.raises(ProcessFailedError, match="Both done"):
        case.does("a")


def test_a_stuck_branch_waits_for_the_handler_that_could_end_it():
    case = tell(
        node("start", "s"), node("xor", "g", default="f"), node("user", "a"), node("user", "b"),
        node("and", "join"), node("end", "e"),
        flows("s -> g\ng -> a if x > 1\ng -> b as f\na -> join\nb -> join\njoin -> e"),
        handler("h", MESSAGE, node("user", "care"), line("h_start", "care")), x=5,
    ).does("a")  # fmt: skip

    assert case.hears("withdrawn").open == ["care"]


MAIN = (
    node("start", "s"), node("user", "a"), node("user", "b"), line("s", "a", "b"),
    handler("h", MESSAGE, node("user", "care"), line("h_start", "care"), interrupts=False),
)  # fmt: skip


def test_what_a_handler_has_changed_is_known_to_who_knew_what_it_had_seen():
    case = tell(*MAIN).does("a", x=2).hears("withdrawn").does("care", x=4)

    assert case.variables("b") == {"x": 4}
    assert case.hears("withdrawn").does("care", x=0).variables("b") == {"x": 0}


def test_of_two_runs_of_a_handler_the_one_that_goes_on_hears_of_the_other():
    case = tell(*MAIN).does("a", x=2).hears("withdrawn").hears("withdrawn").does("care", x=4)

    assert case.variables("care") == {"x": 4}
    assert case.does("care", x=2).variables("b") == {"x": 2}


def test_a_later_run_of_a_handler_is_heard_by_the_one_before_whatever_that_began_with():
    case = tell(*MAIN).hears("withdrawn", x=1).hears("withdrawn", x=2)
    later = max(case.progress.open_steps, key=lambda step: int(step.token)).token
    live = case.load()

    live.complete(later, {"x": 3}, case.now)
    case.progress = live.progress()

    assert case.variables("care") == {"x": 3}
    assert case.does("care").does("a").variables("b") == {"x": 3}


def test_a_handler_hears_what_a_branch_has_changed_again_when_that_ends():
    case = tell(
        node("start", "s"),
        sub("box", node("start", "bs"), node("user", "a"), node("user", "b"), line("bs", "a", "b"),
            handler("h", MESSAGE, node("user", "care"), line("h_start", "care"), interrupts=False)),
        node("user", "after"), line("s", "box", "after"),
    ).does("a", x=1).hears("withdrawn").does("b", x=2)  # fmt: skip

    assert case.variables("care") == {"x": 2}
    assert case.does("care", y=1).variables("after") == {"x": 2, "y": 1}


def test_a_handler_does_not_see_the_number_of_a_turn_inside_its_scope():
    inner = (node("start", "is"), node("user", "t", several("3", in_turn=True)), line("is", "t"),
             handler("h", MESSAGE, node("user", "care"), line("h_start", "care")))  # fmt: skip
    case = tell(node("start", "s"), sub("box", several("2", in_turn=True), *inner),
                line("s", "box"))  # fmt: skip

    assert case.does("t").hears("withdrawn").variables("care") == {"loopCounter": 1}


def test_an_instant_handler_lets_its_scope_end_in_the_same_command():
    case = tell(
        node("start", "s"),
        sub("inner", node("start", "is"), node("end", "fail", event("error", "c")),
            line("is", "fail"),
            handler("h", event("error", "c"), script("mend", "mended = true"),
                    line("h_start", "mend"))),
        node("user", "after"), line("s", "inner", "after"),
    )  # fmt: skip

    assert case.variables("after") == {"mended": True}


def test_the_tests_notice_a_handler_that_keeps_its_scope_alive(monkeypatch):
    monkeypatch.setattr(Token, "stands_by", False)

    case = tell(*handling(MESSAGE, interrupts=True)).does("a").does("b").does("last")

    assert not case.progress.is_complete


def test_the_tests_notice_a_handler_that_does_not_interrupt(monkeypatch):
    fire = Handler.fire

    def gentle(self, token, payload):
        monkeypatch.setattr(self, "interrupts", False)
        fire(self, token, payload)

    monkeypatch.setattr(Handler, "fire", gentle)

    assert tell(*handling(MESSAGE, interrupts=True)).hears("withdrawn").open != ["care"]
