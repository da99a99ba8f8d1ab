"""Random processes go as the token game says, with the state written and read at every step.

A seed that fails runs alone: ``REDRESS_GAME_SEED=4711 pytest`` on this file.
"""

import os
from collections import Counter
from pprint import pformat

import pytest

from engine.process import codec, handlers, joins
from engine.process.elements import Boundary, Catch
from engine.process.joins import Join
from engine.process.known import Known
from engine.process.repeats import TurnEnd
from engine.process.run import cancel
from tests.unit.process.game.blocks import Plan, Step, everything
from tests.unit.process.game.inventing import invent
from tests.unit.process.game.playing import Memory, play
from tests.unit.process.game.shrinking import shrunk

ALONE = os.environ.get("REDRESS_GAME_SEED")
SEEDS = range(500) if ALONE is None else [int(ALONE)]


def difference(seed):
    """Return what differs on the process of a seed, with the smallest process found; else empty."""
    plan = invent(seed)
    try:
        found = play(plan, seed).difference
    except Exception as error:
        error.add_note(f"This was the process of seed {seed}.")
        raise
    if not found:
        return ""
    small, walk = shrunk(plan, seed)
    return f"seed {seed}: {found}\nshrunk, walk {walk}: {play(small, walk).difference}\n" + pformat(
        small
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_process_goes_as_the_token_game_says(seed):
    assert difference(seed) == ""


@pytest.mark.fuzz
@pytest.mark.parametrize("hundred", range(100))
def test_ten_thousand_random_processes_go_as_the_token_game_says(hundred):
    seeds = range(1_000 + 100 * hundred, 1_100 + 100 * hundred)

    assert [found for seed in seeds if (found := difference(seed))] == []


def test_every_shape_is_drawn_often():
    shapes = Counter(shape for seed in range(500) for shape in _shapes(invent(seed)))

    rare = {shape: count for shape, count in shapes.items() if count < 10}
    assert rare == {}
    assert set(shapes) >= EXPECTED


def _shapes(plan):
    """Yield what a plan is made of, with what tells its blocks of one kind apart."""
    for block in everything(plan):
        kind = type(block).__name__
        yield kind
        if hasattr(block, "event"):
            once = "" if block.event.times == 1 else " again"
            yield f"{kind} {block.event.kind}{once}"
        if hasattr(block, "interrupts"):
            yield f"{kind} that interrupts" if block.interrupts else f"{kind} beside"
        for trait in (
            "joins",
            "merges",
            "waits",
            "rejoins",
            "is_linked",
            "is_implicit",
            "is_task",
            "calls",
        ):
            if hasattr(block, trait):
                yield f"{kind} {trait} {bool(getattr(block, trait))}"
        for trait in ("kind", "how"):
            if hasattr(block, trait):
                yield f"{kind} {getattr(block, trait)}"


TRAITS = {"joins", "merges", "waits", "rejoins", "is_linked", "is_implicit", "is_task", "calls"}
EXPECTED = {
    *("Parallel joins True", "Parallel joins False", "Inclusive waits True", "Choice", "Loop"),
    *("Race", "Inner calls True", "Inner calls False", "Sequence is_linked True"),
    *("Repeat parallel", "Repeat sequential", "Repeat loop", "Inclusive is_implicit True"),
    *(f"Leave {how}" for how in ("end", "terminate", "error", "escalation", "signal")),
    *("Raise escalation", "Raise signal", "Wait message", "Wait timer", "Wait signal"),
    *("Border that interrupts", "Border beside", "Border timer", "Border timer again"),
    *(f"Border {kind}" for kind in ("message", "signal", "escalation", "error")),
    *("Handler that interrupts", "Handler beside", "Handler timer", "Handler timer again"),
    *(f"Handler {kind}" for kind in ("message", "signal", "escalation", "error")),
}


def test_plays_come_to_every_kind_of_end_and_pass_every_kind_of_element():
    plays = [play(invent(seed), seed) for seed in range(100)]

    passed = Counter(name.rstrip("0123456789") for each in plays for name in each.passed.elements())
    assert {each.ending for each in plays} >= {"complete", "failed"}
    assert passed.keys() >= {"step", "script", "wait", "sub", "call", "border", "raise", "handler"}
    assert sum(each.moves for each in plays) > 300


class Mirror(Memory):
    """Reads each state that is written, and writes it again."""

    def _kept(self, case):
        progress = super()._kept(case)
        assert self.load().progress().state == progress.state
        return progress


@pytest.mark.parametrize("seed", range(20))
def test_a_state_that_was_read_is_written_as_it_was(seed):
    assert play(invent(seed), seed, Mirror).difference == ""


def test_a_seed_always_gives_the_same_process_and_the_same_play():
    first, second = (play(invent(42), 42) for _ in range(2))

    assert invent(42) == invent(42)
    assert first == second


def a_join_that_counts_arrivals_of_the_round_before(monkeypatch):
    arrive, seen = Join.arrive, set()

    def arrive_again(self, token):
        goes_on = arrive(self, token)
        if not goes_on and self in seen:
            cancel(
                t for t in token.workflow.live.values() if t.task_spec is self and t is not token
            )
            return True
        if goes_on:
            seen.add(self)
        return goes_on

    monkeypatch.setattr(Join, "arrive", arrive_again)


def a_join_that_keeps_the_last_branch_only(monkeypatch):
    bring = joins._bring_together

    def bring_one(token, arrived):
        bring(token, [])
        cancel(other for other in arrived if other is not token)

    monkeypatch.setattr(joins, "_bring_together", bring_one)


def a_border_that_comes_only_once(monkeypatch):
    monkeypatch.setattr(Boundary, "comes_again", lambda *_: False)


def a_border_that_never_interrupts(monkeypatch):
    monkeypatch.setattr(Boundary, "fire", Catch.fire)


def a_state_that_forgets_what_timers_wait_for(monkeypatch):
    load = codec.load

    def load_forgetfully(case, state, digest):
        load(case, state, digest)
        for token in case.tokens:
            token.internal_data.pop("due", None)

    monkeypatch.setattr(codec, "load", load_forgetfully)


def an_instance_too_few(monkeypatch):
    act = TurnEnd.act

    def act_early(self, token):
        token.workflow.host.internal_data["done"] += 1
        act(self, token)

    monkeypatch.setattr(TurnEnd, "act", act_early)


def a_branch_that_puts_its_older_values_over_newer_ones(monkeypatch):
    def take(known, other):
        return Known({**known.values, **other.values}, {**known.at, **other.at})

    monkeypatch.setattr(Known, "hearing", take)


def a_handler_that_begins_without_what_goes_on_beside_it(monkeypatch):
    monkeypatch.setattr(handlers, "known", lambda scope, _: scope.begun.hearing(scope.result))


BUGS = [
    a_branch_that_puts_its_older_values_over_newer_ones,
    a_handler_that_begins_without_what_goes_on_beside_it,
    a_join_that_counts_arrivals_of_the_round_before,
    a_join_that_keeps_the_last_branch_only,
    a_border_that_comes_only_once,
    a_border_that_never_interrupts,
    a_state_that_forgets_what_timers_wait_for,
    an_instance_too_few,
]


@pytest.mark.parametrize("bug", BUGS)
def test_the_game_notices(bug, monkeypatch):
    bug(monkeypatch)

    assert any(_goes_wrong(seed) for seed in range(100))


def _goes_wrong(seed):
    """Tell whether a planted bug shows, as a difference or as a crash."""
    try:
        return bool(play(invent(seed), seed).difference)
    except (LookupError, AttributeError):
        return True


def test_a_process_that_goes_wrong_is_made_small(monkeypatch):
    a_join_that_keeps_the_last_branch_only(monkeypatch)
    seed = next(seed for seed in range(100) if play(invent(seed), seed).difference)

    small, walk = shrunk(invent(seed), seed)

    assert play(small, walk).difference
    assert len(list(everything(small))) <= 12


def test_shrinking_leaves_a_sound_process_alone():
    plan = Plan("p", Step("a"))

    assert shrunk(plan, 1) == (plan, 1)
