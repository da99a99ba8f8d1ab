"""Inclusive gateways: every true way is taken, and the join waits for those and no others."""

import pytest

from engine.errors import ProcessFailedError
from engine.process.joins import InclusiveJoin
from tests.unit.process.drawing import (
    boundary,
    event,
    flows,
    handler,
    line,
    node,
    script,
    sub,
    tell,
)

CHOSEN = (
    node("start", "s"), node("or", "o", default="f"), node("user", "a"), node("user", "b"),
    node("user", "b2"), node("user", "c"), node("or", "j"), node("user", "last"), node("end", "e"),
    flows("""
        s -> o
        o -> a if x > 1
        o -> b if x > 2
        o -> c as f
        a -> j
        b -> b2
        b2 -> j
        c -> j
        j -> last
        last -> e
    """),
)  # fmt: skip


@pytest.mark.parametrize(
    ("x", "steps"), [(9, ["a", "b", "b2"]), (9, ["b", "a", "b2"]), (2, ["a"]), (0, ["c"])]
)
def test_the_join_waits_for_the_ways_that_were_taken(x, steps):
    case = tell(*CHOSEN, x=x)
    for step in steps:
        assert "last" not in case.open
        case.does(step, **{f"did_{step}": 1})

    assert case.open == ["last"]
    assert case.variables("last") == {"x": x, **{f"did_{step}": 1 for step in steps}}
    assert case.does("last").progress.is_complete


def test_ways_that_the_machine_goes_come_together_in_one_command():
    case = tell(
        node("start", "s"), node("or", "o", default="f"), script("a", "n = 1"),
        script("b", "m = 1"), node("or", "j"), node("user", "last"),
        flows("s -> o\no -> a if x > 1\no -> b if x > 2\no -> j as f\na -> j\nb -> j\nj -> last"),
        x=9,
    )  # fmt: skip

    assert (case.open, case.variables("last")) == (["last"], {"x": 9, "n": 1, "m": 1})


def test_each_round_of_a_loop_is_counted_for_itself():
    case = tell(
        node("start", "s"), node("xor", "top"), *CHOSEN[1:-1], node("xor", "again", default="on"),
        flows("""
            s -> top
            top -> o
            o -> a if x > 1
            o -> b if x > 2
            o -> c as f
            a -> j
            b -> b2
            b2 -> j
            c -> j
            j -> last
            last -> again
            again -> e if done
            again -> top as on
        """), x=9,
    )  # fmt: skip

    for _ in range(3):
        assert case.does("a").does("b").open == ["b2"]
        assert case.does("b2").open == ["last"]
        case.does("last")
    case.does("a").does("b").does("b2").does("last", x=2)
    assert case.open == ["a"]
    assert case.does("a").does("last", done=True).progress.is_complete


def test_what_goes_on_inside_a_sub_process_is_waited_for_and_a_handler_is_not():
    case = tell(
        node("start", "s"), node("or", "o", default="f"), node("user", "a"),
        sub("box", node("start", "bs"), node("user", "b"), line("bs", "b")),
        node("or", "j"), node("user", "last"),
        flows("s -> o\no -> a if x > 1\no -> box as f\na -> j\nbox -> j\nj -> last"),
        handler("h", event("message", "m"), node("user", "care"), line("h_start", "care")),
        boundary("note", "a", event("message", "n"), interrupts=False), node("user", "look"),
        line("note", "look"), x=9,
    )  # fmt: skip

    assert case.does("a").open == ["last"]
    assert tell(*CHOSEN, x=9).does("a").does("b").does("b2").open == ["last"]


WAITING_FOR_EACH_OTHER = (
    node("start", "s"), node("and", "fork"), node("or", "one", name="One"), node("or", "two"),
    node("user", "u"), node("user", "v"),
    flows("""
        s -> fork
        fork -> one
        fork -> two
        one -> u
        u -> two
        two -> v
        v -> one
    """),
)  # fmt: skip


def test_two_joins_that_wait_for_each_other_are_said():
    with pytest.raises(ProcessFailedError, match=r"One.*can no longer come"):
        tell(*WAITING_FOR_EACH_OTHER)


def test_the_tests_notice_a_join_that_does_not_look_who_can_still_come(monkeypatch):
    monkeypatch.setattr(InclusiveJoin, "_around", lambda *_: frozenset())

    assert tell(*CHOSEN, x=9).does("a").open == ["b", "last"]
