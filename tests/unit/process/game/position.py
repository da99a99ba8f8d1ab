"""Where a game stands: its scopes, their tokens, and the events that these wait for."""

from tests.unit.process.game import versions
from tests.unit.process.game.blocks import Repeat

COUNTER = "loopCounter"
"""What tells the number of the turn in which a token stands, from 1."""


class Scope:
    """A process, a sub-process, or the turns of an activity, while it is under way.

    ``known`` is what it knew at its beginning and what the tokens knew that have ended in it.
    """

    def __init__(self, block, host, known):
        self.block, self.host, self.known = block, host, known
        self.tokens = []
        self.armed = []
        self.arrived = {}
        self.total, self.done = 0, 0

    def clear(self):
        """Take everything away that is in it."""
        for part in (self.tokens, self.armed, self.arrived):
            part.clear()

    @property
    def is_alive(self):
        return self.host is None or (self.host.is_alive and self in self.host.inner)


class Token:
    """A token and what it knows.

    ``arrival`` is a number while it waits for a person to do the step that it rests at, ``turn``
    one as long as it stands for a turn of a repeated activity.
    """

    def __init__(self, scope, known, turn=None):
        self.scope, self.known, self.turn = scope, known, turn
        self.block = None
        self.arrival = None
        self.armed = []
        self.inner = []
        scope.tokens.append(self)

    @property
    def is_alive(self):
        return self in self.scope.tokens and self.scope.is_alive

    @property
    def holders(self):
        """The token, and those that wait for what runs around it, from the inside outwards."""
        host = self.scope.host
        return [self] if host is None else [self, *host.holders]

    @property
    def values(self):
        """The variables as it sees them."""
        turns = (token.turn for token in self.holders if token.turn is not None)
        seen = {name: version.value for name, version in self.known.items()}
        number = next(turns, None)
        return seen if number is None else {**seen, COUNTER: number}


class Armed:
    """An event that a token, or for its handlers a scope, waits for."""

    def __init__(self, holder, block, number, due):
        self.holder, self.block, self.number, self.due = holder, block, number, due
        self.left = block.event.times - 1

    @property
    def is_alive(self):
        return self in self.holder.armed and self.holder.is_alive


class Position:
    """What there is, without what happens to it."""

    @property
    def scopes(self):
        """Every scope that is under way, from the outside inwards."""
        found = [self.top]
        for scope in found:
            found += [inner for token in scope.tokens for inner in token.inner]
        return found

    @property
    def open(self):
        """Tokens that wait for a person, in the order in which they arrived."""
        tokens = [token for scope in self.scopes for token in scope.tokens]
        waiting = [token for token in tokens if token.arrival is not None]
        return sorted(waiting, key=lambda token: token.arrival)

    @property
    def armed(self):
        """Events that somebody waits for, the oldest first."""
        holders = [holder for scope in self.scopes for holder in (scope, *scope.tokens)]
        found = [armed for holder in holders for armed in holder.armed]
        return sorted(found, key=lambda armed: armed.number)

    def awaited(self, *kinds):
        return [armed for armed in self.armed if armed.block.event.kind in kinds]

    @property
    def is_over(self):
        return not self.top.tokens

    @property
    def is_stuck(self):
        """Whether tokens are left of which none can ever move.

        Errors and escalations come from tokens that move; waiting for them is no hope.
        A handler that runs beside is none for a join that waits in vain: somebody has to know.
        """
        if self.is_over or self.open:
            return False
        awaited = self.awaited("message", "timer", "signal")
        if any(isinstance(armed.holder, Token) or armed.block.interrupts for armed in awaited):
            return False
        return not awaited or any(any(scope.arrived.values()) for scope in self.scopes)


def known_within(scope, asker=None):
    """Return what a scope and everything in it know together.

    One who asks from inside a turn hears nothing of the other turns.
    """
    asking = asker.holders if asker else []
    own = [token for token in scope.tokens if token in asking]
    if not isinstance(scope.block, Repeat) or not own:
        own, around = scope.tokens, scope.known
    else:
        around = scope.host.known
    inner = [known_within(within, asker) for token in own for within in token.inner]
    return versions.together(around, *(token.known for token in own), *inner)
