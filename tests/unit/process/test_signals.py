"""Events that are thrown: links, signals, errors and escalations, and who catches them."""

import pytest

from engine.errors import ProcessFailedError
from engine.process.bundle import inspect
from engine.process.known import NOTHING
from engine.process.throws import Signal
from tests.unit.process.drawing import (
    DAY,
    boundary,
    document,
    event,
    flows,
    line,
    link,
    node,
    process,
    script,
    sub,
    tell,
    timer,
)

LINKED = (
    node("start", "s"), node("user", "a"), node("xor", "g", default="short"),
    node("throw", "off", link("far")), node("throw", "also", link("far")),
    node("catch", "on", link("far")), node("user", "b"), node("end", "e"),
    flows("""
        s -> a
        a -> g
        g -> off if x > 5
        g -> also as short
        on -> b
        b -> e
    """),
)  # fmt: skip


@pytest.mark.parametrize(("x", "thrower"), [(9, "off"), (1, "also")])
def test_a_link_goes_on_where_its_name_is_caught(x, thrower):
    case = tell(*LINKED).does("a", x=x)

    assert (case.open, case.passed[-2:]) == (["b"], [thrower, "on"])
    assert case.does("b").progress.is_complete


def test_branches_that_a_link_leads_into_a_join_are_told_apart():
    case = tell(
        node("start", "s"), node("and", "fork"), node("user", "a"), node("user", "b"),
        node("throw", "off", link("far")), node("catch", "on", link("far")),
        node("and", "join"), node("user", "last"),
        line("s", "fork", "a", "off"), line("fork", "b", "join"), line("on", "join", "last"),
    )  # fmt: skip

    assert case.does("a").open == ["b"]
    assert case.does("b").open == ["last"]


WAITING = (
    node("start", "s"), node("and", "fork"), node("user", "work"),
    node("throw", "tell", event("signal", "done")), node("user", "on"),
    node("catch", "heard", event("signal", "done")), node("user", "next"),
    sub("inner", node("start", "is"), node("user", "deep"), node("end", "ie"),
        boundary("stop", "deep", event("signal", "done")), node("user", "stopped"),
        line("is", "deep", "ie"), line("stop", "stopped")),
    sub("other", node("start", "os"), node("user", "calm"), node("end", "oe"),
        line("os", "calm", "oe")),
    boundary("noted", "other", event("signal", "done"), interrupts=False), node("user", "note"),
    line("s", "fork", "work", "tell", "on"), line("fork", "heard", "next"), line("fork", "inner"),
    line("fork", "other"), line("noted", "note"),
)  # fmt: skip


def test_a_signal_reaches_everything_in_the_case_that_waits_for_it():
    case = tell(*WAITING)
    assert case.open == ["calm", "deep", "work"]

    case.does("work", secret=1)

    assert case.open == ["calm", "next", "note", "on", "stopped"]
    assert "secret" not in case.variables("next")


def test_a_signal_that_nobody_waits_for_changes_nothing():
    case = tell(node("start", "s"), node("throw", "tell", event("signal", "done")),
                node("user", "u"), line("s", "tell", "u"))  # fmt: skip

    assert case.open == ["u"]


def test_a_signal_at_the_end_is_thrown_and_may_come_again():
    case = tell(
        node("start", "s"), node("and", "fork"), node("user", "work"),
        sub("one", node("start", "os"), node("user", "a"), node("end", "oe", event("signal", "x")),
            line("os", "a", "oe")),
        sub("two", node("start", "ts"), node("user", "b"), node("end", "te", event("signal", "x")),
            line("ts", "b", "te")),
        boundary("told", "work", event("signal", "x"), interrupts=False), node("user", "look"),
        line("s", "fork", "work"), line("fork", "one"), line("fork", "two"), line("told", "look"),
    )  # fmt: skip

    assert case.does("a").does("b").open == ["look", "look", "work"]


def test_who_is_interrupted_by_the_signal_it_throws_does_not_go_on():
    case = tell(
        node("start", "s"),
        sub("inner", node("start", "is"), node("throw", "tell", event("signal", "x")),
            script("never", "ran = 1"), node("end", "ie"), line("is", "tell", "never", "ie")),
        boundary("stop", "inner", event("signal", "x")), node("user", "after"),
        line("s", "inner"), line("stop", "after"),
    )  # fmt: skip

    assert (case.open, case.passed) == (["after"], ["s", "is", "tell", "stop"])


def failing(*around, code="lost"):
    return (
        node("start", "s"),
        sub("inner", node("start", "is"), node("user", "work"), node("user", "other"),
            node("end", "fail", event("error", code), name="Lost"),
            line("is", "work", "fail"), line("is", "other")),
        node("user", "next"), line("s", "inner", "next"), *around,
    )  # fmt: skip


def test_an_error_that_nobody_catches_stops_the_case_with_a_sentence():
    case = tell(*failing())

    with pytest.raises(ProcessFailedError, match=r"Lost.*nobody catches the error “lost”"):
        case.does("work")
    findings = inspect([document(process("p", *failing()))])
    assert any("Nobody catches the error “lost”" in finding.problem for finding in findings)


def test_an_error_that_only_another_code_is_caught_of_stops_the_case_too():
    case = tell(*failing(boundary("b", "inner", event("error", "other"))))

    with pytest.raises(ProcessFailedError, match="nobody catches"):
        case.does("work")


def test_an_error_comes_out_of_a_called_process_and_through_a_sub_process_around_the_call():
    called = process("called", node("start", "cs"), node("user", "deep"),
                     node("end", "ce", event("error", "lost")),
                     line("cs", "deep", "ce"))  # fmt: skip
    case = tell(
        node("start", "s"),
        sub("outer", node("start", "os"), node("call", "c", calledElement="called"),
            node("user", "beside"), line("os", "c"), line("os", "beside")),
        boundary("any", "outer", event("error")), node("user", "search"),
        line("s", "outer"), line("any", "search"), called=[called],
    )  # fmt: skip

    assert case.does("deep").open == ["search"]


def test_a_terminate_end_stops_its_own_scope_only():
    case = tell(
        node("start", "s"), node("and", "fork"), node("user", "outside"),
        sub("inner", node("start", "is"), node("and", "split"), node("user", "stop"),
            node("end", "halt", event("terminate")), node("catch", "later", timer("1 days")),
            sub("deeper", node("start", "ds"), node("user", "deep"), line("ds", "deep")),
            line("is", "split", "stop", "halt"), line("split", "later"), line("split", "deeper")),
        node("user", "after"), line("s", "fork", "outside"), line("fork", "inner", "after"),
    )  # fmt: skip

    case.does("stop")
    assert (case.open, case.progress.timers) == (["after", "outside"], ())
    assert case.waits(9 * DAY).open == ["after", "outside"]


def test_the_tests_notice_a_signal_that_reaches_only_the_first(monkeypatch):
    def first_only(self, token):
        waiting = [t for t in token.case.tokens if getattr(t.task_spec, "trigger", None)]
        waiting[0].task_spec.fire(waiting[0], NOTHING)

    monkeypatch.setattr(Signal, "act", first_only)

    assert tell(*WAITING).does("work").open != ["calm", "next", "note", "on", "stopped"]
