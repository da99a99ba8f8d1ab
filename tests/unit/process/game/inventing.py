"""Random processes out of a seed: trees of blocks, made of what the engine runs."""

import random
from collections import Counter

from tests.unit.process.game.blocks import (
    ENDLESS,
    Border,
    Called,
    Choice,
    Event,
    Handler,
    Inclusive,
    Inner,
    Leave,
    Loop,
    Parallel,
    Plan,
    Race,
    Raise,
    Repeat,
    Script,
    Sequence,
    Step,
    Wait,
    everything,
)

_MESSAGES = ("m1", "m2", "m3")
_SIGNALS = ("s1", "s2")
"""Names that several elements may share."""


_MOST_BLOCKS = 250


def invent(seed):
    """Return the process of a seed: as deep as its number says, if it does not grow too large."""
    depth = 2 + seed % 3
    plans = (Inventor(seed).plan(depth) for depth in range(depth, -1, -1))
    return next(plan for plan in plans if sum(1 for _ in everything(plan)) <= _MOST_BLOCKS)


class Inventor:
    """Invents one process; the same seed gives the same process."""

    def __init__(self, seed):
        self._dice = random.Random(seed)
        self._counts = Counter()
        self._minutes = self._dice.sample(range(400, 10_000), 2_000)
        self._called = []
        self._reusable = []
        self._catchers = []

    def plan(self, depth):
        body, handlers = self._scope(depth, ())
        return Plan("p", body, tuple(self._called), handlers)

    def _name(self, kind):
        self._counts[kind] += 1
        return f"{kind}{self._counts[kind]}"

    def _often(self, share):
        return self._dice.random() < share

    def _scope(self, depth, borders):
        """Return what stands in a process, and its handlers; now and then it splits for good."""
        self._catchers.append([border.event for border in borders])
        handlers = self._handlers(depth) if self._often(0.2) else ()
        self._catchers.append([handler.event for handler in handlers])
        parts = [self._block(depth)]
        if depth > 0 and self._often(0.2):
            parts.append(self._dice.choice([self._fray, self._burst])(depth - 1))
        del self._catchers[-2:]
        return Sequence(self._name("seq"), tuple(parts)), handlers

    def _fray(self, depth):
        return Inclusive(self._name("or"), self._ask(), self._ways(depth), merges=False)

    def _burst(self, depth):
        return Parallel(self._name("and"), self._ways(depth), joins=False)

    def _block(self, depth):
        kinds = _SHALLOW if depth <= 0 else _DEEP
        make = self._dice.choices(list(kinds), list(kinds.values()))[0]
        return getattr(self, f"_{make}")(depth - 1)

    def _ways(self, depth):
        return tuple(self._block(depth) for _ in range(self._dice.randint(2, 3)))

    # Blocks

    def _step(self, depth):
        return Step(self._name("step"), self._borders(depth))

    def _ask(self):
        """A step whose answer decides right behind it: nothing may rejoin in between."""
        return Step(self._name("ask"), self._borders(0, rejoining=False))

    def _script(self, _):
        return Script(self._name("script"))

    def _wait(self, depth):
        name, is_task = self._name("wait"), self._often(0.4)
        kind = "message" if is_task else self._dice.choice(["message", "timer", "signal"])
        event = self._event(kind, once=True)
        return Wait(name, event, self._borders(depth, but=event) if is_task else (), is_task)

    def _sequence(self, depth):
        parts = tuple(self._block(depth) for _ in range(self._dice.randint(2, 3)))
        return Sequence(self._name("seq"), parts, self._often(0.2))

    def _choice(self, depth):
        return Choice(self._name("xor"), self._ask(), self._block(depth), self._block(depth))

    def _parallel(self, depth):
        step = self._ask() if self._often(0.2) else None
        return Parallel(self._name("and"), self._ways(depth), step=step)

    def _inclusive(self, depth):
        name, ask, ways = self._name("or"), self._ask(), self._ways(depth)
        waits, is_implicit = self._often(0.6), self._often(0.4)
        return Inclusive(name, ask, ways, merges=True, waits=waits, is_implicit=is_implicit)

    def _loop(self, depth):
        return Loop(self._name("loop"), self._block(depth), self._ask())

    def _race(self, depth):
        events = [self._event(kind, once=True) for kind in ("message", "timer", "timer")]
        ways = tuple(
            Sequence(self._name("seq"), (Wait(self._name("wait"), event), self._block(depth)))
            for event in events[: self._dice.randint(2, 3)]
        )
        return Race(self._name("race"), ways)

    def _inner(self, depth, *, bordered=True):
        name = self._name("sub")
        borders = self._borders(depth, inside=True) if bordered else ()
        body, handlers = self._scope(depth, borders)
        return Inner(name, body, borders, handlers=handlers)

    def _call(self, depth):
        """A call of another process.

        The script before it leaves a trace by which tokens in two calls can be told apart.
        """
        return Sequence(self._name("seq"), (self._script(depth), self._called_activity(depth)))

    def _called_activity(self, depth):
        """A call of a process of its own, or of one that throws nothing and is called again."""
        name, borders = self._name("call"), self._borders(depth, inside=True)
        known = [process for process, height in self._reusable if height <= depth]
        if known and self._often(0.5):
            return Inner(name, None, borders, self._dice.choice(known))
        process, is_closed, kept = self._name("process"), self._often(0.5), self._catchers
        self._catchers = [] if is_closed else kept
        self._called.append(Called(process, *self._scope(depth, () if is_closed else borders)))
        self._catchers = kept
        if is_closed:
            self._reusable.append((process, depth))
        return Inner(name, None, borders, process)

    def _repeat(self, depth):
        name, borders = self._name("repeat"), self._borders(depth, inside=True)
        self._catchers.append([border.event for border in borders])
        turn = self._turn(depth)
        self._catchers.pop()
        kind = self._dice.choice(["parallel", "parallel", "sequential", "loop"])
        ask = self._ask() if self._often(0.4) else None
        times = self._dice.randint(1, 4)
        if kind == "loop" and ask is None and isinstance(turn, Step):
            times = self._dice.choice([0, 3])
        # Several instances that end at the same moment could be enough, or more than enough.
        ends_alone = kind == "sequential" or (kind == "parallel" and isinstance(turn, Step))
        enough = self._dice.randint(1, times) if ends_alone and self._often(0.4) else 0
        if not isinstance(turn, Script):
            return Repeat(name, turn, kind, times, ask, enough, borders)
        return Repeat(name, turn, kind, times, ask)

    def _turn(self, depth):
        if depth > 0 and self._often(0.5):
            return self._inner(depth, bordered=False)
        if self._often(0.3):
            return self._script(depth)
        if self._often(0.3):
            return Wait(self._name("wait"), self._event("message"), is_task=True)
        return Step(self._name("step"))

    def _throw(self, _):
        if self._often(0.4):
            return Raise(self._name("raise"), self._ask(), "signal", self._dice.choice(_SIGNALS))
        code = self._caught("escalation")
        return Raise(self._name("raise"), self._ask(), "escalation", code) if code else self._ask()

    def _leave(self, _):
        how = self._dice.choice(["end", "terminate", "escalation", "error", "error", "signal"])
        name = self._dice.choice(_SIGNALS) if how == "signal" else self._caught(how)
        if how == "error" and self._often(0.1):
            name = "nobody"
        if how in {"escalation", "error"} and not name:
            how = "terminate"
        return Leave(self._name("leave"), self._ask(), how, name)

    # Events

    def _borders(self, depth, *, inside=False, rejoining=True, but=None):
        chosen = self._dice.choices(_INSIDE if inside else _OUTSIDE, k=self._dice.randint(0, 2))
        seen, borders = [but], []
        for kind in chosen if inside or self._often(0.4) else []:
            event = self._event(kind)
            if event not in seen:
                seen.append(event)
                borders.append(self._border(event, depth, rejoining=rejoining))
        return tuple(borders)

    def _border(self, event, depth, *, rejoining):
        interrupts = event.kind == "error" or self._often(0.45)
        body = self._block(min(depth, 1) if self._often(0.3) else 0)
        rejoins = rejoining and self._often(0.6 if interrupts else 0.1)
        return Border(self._name("border"), event, body, interrupts, rejoins)

    def _handlers(self, depth):
        events = {self._event(kind) for kind in self._dice.choices(_INSIDE, k=2)}
        return tuple(self._handler(event, depth) for event in sorted(events, key=str))

    def _handler(self, event, depth):
        name, interrupts = self._name("handler"), event.kind == "error" or self._often(0.45)
        body, inner = self._scope(min(depth - 1, 1), ())
        return Handler(name, event, body, interrupts, inner)

    def _event(self, kind, *, once=False):
        if kind == "timer":
            times = 1 if once else self._dice.choice([1, 1, 3, ENDLESS])
            return Event(kind, minutes=self._minutes.pop(), times=times)
        if kind in {"escalation", "error"}:
            return Event(kind, "" if self._often(0.3) else f"c{self._dice.randint(1, 3)}")
        shared = _SIGNALS if kind == "signal" else _MESSAGES
        is_own = kind == "message" and self._often(0.6)
        return Event(kind, self._name("message") if is_own else self._dice.choice(shared))

    def _caught(self, kind):
        """Return a code that somebody around catches, any where they take any; else empty."""
        around = [event for events in self._catchers for event in events]
        codes = {event.name or "any" for event in around if event.kind == kind}
        return self._dice.choice(sorted(codes)) if codes else ""


_OUTSIDE = ("message", "timer", "signal")
_INSIDE = (*_OUTSIDE, "escalation", "error", "escalation", "error")
_SHALLOW = {"step": 6, "script": 2, "wait": 2, "throw": 1.5, "leave": 1}
_DEEP = {
    **{kind: weight / 4 for kind, weight in _SHALLOW.items()},
    "sequence": 4,
    "choice": 2,
    "parallel": 4,
    "inclusive": 1.2,
    "loop": 2,
    "race": 1.5,
    "inner": 3,
    "call": 1.5,
    "repeat": 2.5,
}
