"""Plays one plan on both sides, the engine and the reference, and says where they differ."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from engine.errors import ProcessFailedError
from engine.process.bundle import build_bundle
from engine.process.core import LiveCase
from engine.process.progress import signal_name
from tests.unit.process.drawing import NOW, timetable
from tests.unit.process.game import versions
from tests.unit.process.game.blocks import Script, everything
from tests.unit.process.game.reference import Game
from tests.unit.process.game.writing import write

MOST_MOVES = 60


@dataclass
class Outcome:
    """How a play went.

    Attributes:
        moves: How often something was done to the case.
        ending: ``complete``; ``failed``, where nothing can go on; or ``open``.
        difference: What differed first; empty for nothing.
        passed: How often each element was passed.
    """

    moves: int = 0
    ending: str = "open"
    difference: str = ""
    passed: Counter = field(default_factory=Counter)


class Memory:
    """Keeps the written state of a case between two commands."""

    def __init__(self, bundle):
        self._bundle = bundle
        self._state = b""

    def start(self, variables):
        case = LiveCase.start(self._bundle, variables, now=NOW, timetable=timetable)
        return self._kept(case)

    def act(self, deed):
        """Take the case up, do something to it, write it down again."""
        case = self.load()
        deed(case)
        return self._kept(case)

    def load(self):
        return LiveCase.load(self._bundle, self._state, timetable=timetable)

    def _kept(self, case):
        progress = case.progress()
        self._state = progress.state
        return progress


def play(plan, seed, keeper=Memory, most=MOST_MOVES):
    """Do the same random things on both sides until they differ or nothing is left to do."""
    match = _Match(plan, seed, keeper)
    while match.goes_on(most):
        match.move()
    return match.outcome


class _Match:
    """One plan on both sides."""

    def __init__(self, plan, seed, keeper):
        self.outcome = Outcome()
        self._dice = random.Random(seed)
        self._told = 0
        scripts = [block.id for block in everything(plan) if isinstance(block, Script)]
        variables = {"last": 0} | {f"c_{name}": 0 for name in scripts}
        self._game = Game(plan, variables)
        self._case = keeper(build_bundle([write(plan)]))
        self._follow(lambda: self._case.start(variables))

    def goes_on(self, most):
        """Compare both sides and tell whether there is more to do."""
        game, outcome = self._game, self.outcome
        outcome.difference = self._difference()
        outcome.passed.update(game.passed)
        if game.is_over:
            outcome.ending = "complete"
        elif game.is_stuck or game.has_failed:
            outcome.ending = "failed"
        return not outcome.difference and outcome.ending == "open" and outcome.moves < most

    def move(self):
        """Do one random thing: a person's step, a message, or waiting for a timer."""
        game = self._game
        self.outcome.moves += 1
        moves = [self._complete] * 8 * bool(game.open)
        moves += [self._hear] * bool(game.awaited("message", "signal"))
        moves += [self._pass_time] * bool(game.awaited("timer"))
        self._dice.choice(moves)()

    def _complete(self):
        """Complete a step; few answers repeat an earlier one."""
        token, told = self._dice.choice(self._game.open), self._tell()
        is_plain = self._dice.random() < 0.15
        said = self._dice.randint(0, 9) + (0 if is_plain else told / 1000)
        answers = {f"v_{token.block.id}": said, "last": told}
        step = self._counterpart(token)
        self._game.complete(token, answers)
        self._follow_with(lambda case: case.complete(step, answers, self._now))

    def _hear(self):
        awaited = self._dice.choice(self._game.awaited("message", "signal")).block.event
        payload = {"last": self._tell()}
        self._game.hear(awaited, payload)
        name = awaited.name if awaited.kind == "message" else signal_name(awaited.name)
        self._follow_with(lambda case: case.deliver(name, payload, self._now))

    def _pass_time(self):
        nearest = min(armed.due for armed in self._game.awaited("timer")) - self._game.now
        self._game.pass_time(nearest + self._dice.choice([0, 0, self._dice.randint(0, 5_000)]))
        self._follow_with(lambda case: case.fire_due(self._now))

    def _tell(self):
        """Return a number that nobody was told before."""
        self._told += 1
        return self._told

    @property
    def _now(self):
        return NOW + timedelta(minutes=self._game.now)

    def _follow_with(self, deed):
        self._follow(lambda: self._case.act(deed))

    def _follow(self, command):
        """Let the engine do what the game has done; a failed command leaves no progress."""
        try:
            self._progress = command()
        except ProcessFailedError as error:
            self._progress, self._failure = None, str(error)

    def _difference(self):
        """Return in what the engine differs from the game; empty for nothing."""
        game, progress = self._game, self._progress
        if progress is None or game.is_stuck or game.has_failed:
            agree = progress is None and (game.is_stuck or game.has_failed)
            return "" if agree else f"failed: engine {progress is None}, game {game.is_stuck}"
        case = self._case.load()
        self._data = {step.token: case.variables(step.token) for step in progress.open_steps}
        meant, seen = self._meant(), self._seen()
        return "; ".join(
            f"{what}: meant {meant[what]}, seen {seen[what]}"
            for what in meant
            if meant[what] != seen[what]
        )

    def _meant(self):
        game = self._game
        return {
            "complete": game.is_over,
            "open": sorted(token.block.id for token in game.open),
            "data": _sorted((t.block.id, self._clear(t.block.id, t.values)) for t in game.open),
            "messages": sorted((a.block.event.name, a.block.id) for a in game.awaited("message")),
            "signals": sorted(
                (signal_name(a.block.event.name), a.block.id) for a in game.awaited("signal")
            ),
            "timers": sorted((a.block.id, due_at(a)) for a in game.awaited("timer")),
            "passed": sorted(game.passed.elements()),
        }

    def _seen(self):
        progress = self._progress
        known = [(s.element, self._data[s.token]) for s in progress.open_steps]
        return {
            "complete": progress.is_complete,
            "open": sorted(step.element for step in progress.open_steps),
            "data": _sorted((element, self._clear(element, data)) for element, data in known),
            "messages": sorted((s.message, s.element) for s in progress.subscriptions),
            "signals": sorted((s.message, s.element) for s in progress.signals),
            "timers": sorted((timer.element, timer.due_at) for timer in progress.timers),
            "passed": sorted(p.element for p in progress.passages if _is_noted(p.element, p.kind)),
        }

    def _clear(self, element, data):
        """Leave out the variables of which the game does not say for sure what they are."""
        if self._game.is_vague:
            return {}
        open_ = [token for token in self._game.open if token.block.id == element]
        vague = {name for t in open_ for name, value in t.values.items() if value is versions.OPEN}
        return {name: value for name, value in data.items() if name not in vague}

    def _counterpart(self, token):
        """Return the engine's name for a token: the same step, the same variables, the same age."""
        name, data = token.block.id, self._clear(token.block.id, token.values)
        open_ = [t for t in self._game.open if t.block.id == name]
        steps = [s for s in self._progress.open_steps if s.element == name]
        twins = [t for t in open_ if self._clear(name, t.values) == data]
        theirs = [s for s in steps if self._clear(name, self._data[s.token]) == data]
        return theirs[twins.index(token)].token


def due_at(armed):
    return NOW + timedelta(minutes=armed.due)


def _sorted(rows):
    return sorted((element, sorted(data.items())) for element, data in rows)


def _is_noted(element, kind):
    return kind != "startEvent" and not kind.endswith("Gateway") and "-link" not in element
