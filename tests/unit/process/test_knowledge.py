"""Of all that is known of a variable, its latest setting counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProcessFailedError
from engine.process import handlers, knowledge
from engine.process.known import NOTHING, Known
from tests.unit.process.drawing import (
    DAY,
    boundary,
    condition,
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

SETTINGS = st.lists(
    st.dictionaries(st.sampled_from("xyz"), st.sampled_from([0, 1, True, None])), max_size=6
)


@st.composite
def three(draw):
    """Three who know some of the settings of one case, each as they happened."""
    settings = list(enumerate(draw(SETTINGS), start=1))
    heard = [draw(st.sets(st.integers(1, 6))) for _ in range(3)]
    return [_after(settings, numbers) for numbers in heard], _after(settings, set().union(*heard))


def _after(settings, numbers):
    known = NOTHING
    for number, values in settings:
        if number in numbers:
            known = known.setting(values, number)
    return known


@given(case=three())
def test_whoever_hears_of_everybody_in_any_order_knows_the_latest_settings(case):
    (one, two, three), everything = case

    assert one.hearing(two).hearing(three) == everything
    assert three.hearing(one.hearing(two)) == two.hearing(three.hearing(one)) == everything
    assert everything.hearing(one) == everything


@given(case=three())
def test_what_goes_beyond_is_just_what_is_missing(case):
    (one, two, _), _ = case

    news = one.beyond(two)

    assert two.hearing(news) == two.hearing(one)
    assert all(number > two.at.get(name, 0) for name, number in news.at.items())
    assert two.hearing(one).beyond(two) == news


def test_what_is_told_to_nobody_is_kept_until_it_is_taken_away():
    known = NOTHING.setting({"x": 1}, 1).keeping("turn", 2)

    assert NOTHING.hearing(known) == Known({"x": 1}, {"x": 1})
    assert known.hearing(NOTHING.setting({"x": 3}, 2)).values == {"x": 3, "turn": 2}
    assert known.without("turn") == Known({"x": 1}, {"x": 1})


MESSAGE = event("message", "m")
SIGNAL = event("signal", "s")


def beside(id_, body):
    """An event sub-process with one step, beside whatever else goes on."""
    step = f"{id_}_step"
    return handler(id_, body, node("user", step), line(f"{id_}_start", step), interrupts=False)


def runs(case, element):
    """The names under which an element is open, the oldest first."""
    tokens = (step.token for step in case.progress.open_steps if step.element == element)
    return sorted(tokens, key=int)


def completed(case, token, **answers):
    live = case.load()
    live.complete(token, answers, case.now)
    case.progress = live.progress()
    return case


def test_a_handler_that_begins_knows_what_one_that_still_runs_has_set():
    case = tell(
        node("start", "s"), node("catch", "main", event("message", "go")), line("s", "main"),
        handler("h1", timer("1 days"), script("count", "c = c + 1"), node("user", "first"),
                line("h1_start", "count", "first"), interrupts=False),
        beside("h2", SIGNAL), c=0,
    ).waits(DAY).hears("signal:s")  # fmt: skip

    assert case.variables("h2_step") == {"c": 1}


ESCALATING = (
    node("start", "s"),
    sub("box", several("2", in_turn=True), node("start", "bs"), node("user", "ask"),
        node("xor", "g", default="on"), node("throw", "t", event("escalation", "c")),
        node("xor", "j"), node("user", "more"),
        flows("bs -> ask\nask -> g\ng -> t if v < 2\ng -> j as on\nt -> j\nj -> more")),
    boundary("b", "box", event("escalation", "c"), interrupts=False), node("user", "note"),
    line("s", "box"), line("b", "note"),
    handler("h", MESSAGE, node("user", "care"), line("h_start", "care")),
)  # fmt: skip


def test_who_only_carries_an_older_value_does_not_put_it_over_a_newer_one():
    case = tell(*ESCALATING).does("ask", v=1).does("more").does("ask", v=2)
    assert (case.open, case.variables("note")) == (["more", "note"], {"v": 1})

    assert case.hears("m").variables("care") == {"v": 2}


ROUNDS = (
    node("start", "s"), node("and", "f"), node("xor", "m"), node("user", "pre"),
    node("and", "fork"), node("user", "a"), node("user", "b"), node("and", "join"),
    node("and", "split"), node("user", "left"), node("user", "right"), node("and", "end"),
    node("user", "last"), flows("s -> f\nf -> m as one\nf -> m as two\nm -> pre\npre -> fork"),
    line("fork", "a", "join", "split", "left", "end", "last"), line("fork", "b", "join"),
    line("split", "right", "end"),
)  # fmt: skip


def test_rounds_of_a_fork_that_get_mixed_up_do_not_bring_an_older_value_back():
    case = tell(*ROUNDS, x=0)
    for element, number, answers in [
        ("pre", 0, {"x": 1}), ("pre", 0, {}), ("b", 0, {"x": 2}), ("a", 1, {}), ("a", 0, {}),
        ("b", 0, {}), ("right", 0, {}), ("left", 1, {}),
    ]:  # fmt: skip
        completed(case, runs(case, element)[number], **answers)

    assert case.variables("last")["x"] == 2


TURNS = (
    node("start", "s"),
    sub("box", several("2"), node("start", "bs"), node("user", "ask"), node("user", "more"),
        node("throw", "t", event("escalation", "c")), node("user", "last"),
        line("bs", "ask", "more", "t", "last")),
    line("s", "box"),
)  # fmt: skip


CAUGHT = (
    boundary("caught", "box", event("escalation", "c"), interrupts=False)
    + node("user", "note")
    + line("caught", "note")
)


def test_what_a_handler_has_seen_of_one_turn_is_not_told_to_another():
    case = tell(*TURNS, CAUGHT, beside("h", MESSAGE)).does("ask", v=1).hears("m")
    assert case.variables("h_step") == {"v": 1}

    case.does("h_step", x=1)

    assert case.variables("more") == {"v": 1, "x": 1, "loopCounter": 1}
    assert case.variables("ask") == {"x": 1, "loopCounter": 2}


def of_turns(case):
    first, second = runs(case, "ask")
    return completed(completed(case, first, v=1), second, v=2)


@pytest.mark.parametrize(
    ("catcher", "step"),
    [(CAUGHT, "note"), (beside("h", event("escalation", "c")), "h_step")],
    ids=["border", "handler"],
)
def test_who_catches_what_a_turn_throws_knows_what_that_turn_knew(catcher, step):
    case = of_turns(tell(*TURNS, catcher))

    case.does("more")
    assert case.variables(step) == {"v": 1}

    case.does(step, x=1)
    assert case.variables("more") == {"v": 2, "x": 1, "loopCounter": 2}
    assert case.does("more").variables(step) == {"v": 2, "x": 1}


def test_a_condition_inside_a_turn_does_not_look_at_other_turns():
    case = of_turns(tell(
        node("start", "s"),
        sub("box", several("2"), node("start", "bs"), node("user", "ask"),
            node("catch", "enough", condition("v > 1")), node("user", "after"),
            line("bs", "ask", "enough", "after")),
        line("s", "box"),
    ))  # fmt: skip

    assert (case.open, case.variables("after")) == (["after"], {"v": 2, "loopCounter": 2})


def test_the_tests_notice_a_handler_that_does_not_look_inside_what_runs(monkeypatch):
    monkeypatch.setattr(handlers, "known", lambda scope, _: scope.begun)

    with pytest.raises(ProcessFailedError):
        test_a_handler_that_begins_knows_what_one_that_still_runs_has_set()


def test_the_tests_notice_turns_that_hear_of_one_another(monkeypatch):
    monkeypatch.setattr(knowledge, "_around", lambda _: ())
    monkeypatch.setattr(Known, "beyond", lambda news, _: news)

    for test in (
        test_what_a_handler_has_seen_of_one_turn_is_not_told_to_another,
        test_a_condition_inside_a_turn_does_not_look_at_other_turns,
    ):
        with pytest.raises(AssertionError):
            test()
