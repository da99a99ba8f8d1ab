"""Long and endless ways: what is long stays visible and cheap, what is endless is said soon."""

import time

import pytest

from engine.errors import ProcessFailedError
from engine.process import course
from engine.process.core import LiveCase
from tests.unit.process.drawing import (
    NOW,
    Story,
    build_bundle,
    document,
    flows,
    line,
    node,
    process,
    script,
    several,
    sub,
    tell,
    timetable,
)

SECONDS = 10
"""What an endless way may cost on the slowest machine; a good one takes half a second."""

LOOP = (
    node("start", "s"), node("xor", "top"), node("user", "work"),
    node("xor", "again", default="on"), node("end", "e"),
    flows("s -> top\ntop -> work\nwork -> again\nagain -> e if done\nagain -> top as on"),
)  # fmt: skip


def turn(case, times):
    """Complete the only step so often, and return the seconds of work it took."""
    begin = time.thread_time()
    for _ in range(times):
        (step,) = case.open_steps()
        case.complete(step.token, {}, NOW)
    return time.thread_time() - begin


def test_ten_thousand_turns_keep_the_step_visible_the_state_small_and_the_cost_even():
    bundle = build_bundle([document(process("p", *LOOP))])
    case = LiveCase.start(bundle, {}, now=NOW, timetable=timetable)

    early = turn(case, 1_000)
    turn(case, 8_000)
    late = turn(case, 1_000)

    state = case.progress().state
    story = Story(bundle)
    story.progress = LiveCase.load(bundle, state, timetable=timetable).progress()
    assert (story.open, len(state) < 150) == (["work"], True)
    assert story.does("work", done=True).progress.is_complete
    assert late < 4 * early


def test_a_circle_without_a_pause_is_said_within_seconds():
    hidden = sub("box", node("start", "is"), node("xor", "skip", default="past"),
                 node("user", "step"), node("end", "ie"),
                 flows("is -> skip\nskip -> step if x > 1\nskip -> ie as past\nstep -> ie"),
                 )  # fmt: skip
    begin = time.thread_time()

    with pytest.raises(ProcessFailedError, match="without a pause"):
        tell(node("start", "s"), node("xor", "top"), hidden, line("s", "top", "box", "top"))

    assert time.thread_time() - begin < SECONDS


def test_long_ways_of_the_machine_fit_into_one_command():
    body = several("1000", in_turn=True)
    case = tell(
        node("start", "s"),
        sub("box", body, node("start", "bs"), script("one", "n = n + 1"),
            script("two", "n = n + 1"), node("end", "be"), line("bs", "one", "two", "be")),
        node("user", "after"), line("s", "box", "after"), n=0,
    )  # fmt: skip

    assert case.variables("after") == {"n": 2000}


def test_the_tests_notice_a_budget_that_is_never_used_up(monkeypatch):
    monkeypatch.setattr(course, "STEP_BUDGET", 5)

    with pytest.raises(ProcessFailedError, match="without a pause"):
        test_long_ways_of_the_machine_fit_into_one_command()
