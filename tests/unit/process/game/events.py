"""What happens when an event comes: messages, signals, timers, escalations and errors."""

from tests.unit.process.game import versions
from tests.unit.process.game.blocks import ENDLESS, Border, Handler
from tests.unit.process.game.position import Armed, Position, Token, known_within


class Events(Position):
    """Lets events happen; what follows from them is the game's."""

    def _arm(self, holder, blocks):
        for block in blocks:
            timed = block.event.kind == "timer"
            due = self.now + block.event.minutes if timed else None
            holder.armed.append(Armed(holder, block, next(self._numbers), due))

    def _arm_again(self, armed):
        """Wait for the next time; a cycle counts from when it was due, not from now."""
        event = armed.block.event
        armed.holder.armed.remove(armed)
        if event.kind == "timer" and event.times != ENDLESS and not armed.left:
            return
        due = armed.due + event.minutes if event.kind == "timer" else None
        again = Armed(armed.holder, armed.block, next(self._numbers), due)
        again.left = armed.left - 1
        armed.holder.armed.append(again)

    def _fire(self, armed, brought, thrower=None):
        """Let an event happen, unless another one has ended the waiting for it.

        Args:
            armed: The event.
            brought: What the event brings along.
            thrower: The token that has thrown it, if one has.
        """
        if not armed.is_alive:
            return
        if isinstance(armed.block, Border):
            self._fire_border(armed, brought)
        elif isinstance(armed.block, Handler):
            self._fire_handler(armed, brought, thrower)
        else:
            token = armed.holder
            token.known = versions.together(token.known, brought)
            self._leave(token, armed.block)

    def _fire_border(self, armed, brought):
        token, block = armed.holder, armed.block
        self.passed[block.id] += 1
        if block.interrupts:
            token.scope.tokens.remove(token)
        else:
            self._arm_again(armed)
        self._go(Token(token.scope, versions.together(token.known, brought)), block.body)

    def _fire_handler(self, armed, brought, thrower):
        """Begin an event sub-process with all that its scope knows by then."""
        scope, block = armed.holder, armed.block
        known = known_within(scope, thrower)
        if block.interrupts:
            scope.clear()
        else:
            self._arm_again(armed)
        token = Token(scope, known)
        token.block = block
        self._inside(token, block, versions.together(known, brought))

    def _tell(self, kind, name, brought):
        """Let everybody know who waits at this moment."""
        for armed in [armed for armed in self.awaited(kind) if armed.block.event.name == name]:
            self._fire(armed, brought)

    def _throw(self, token, kind, name):
        """Hand an escalation or an error to the nearest that catches it, a signal to all."""
        if kind == "signal":
            self._tell(kind, name, {})
            return
        fitting = (
            [armed for armed in catchers if armed.block.event.kind == kind and _fits(armed, name)]
            for catchers in _around(token)
        )
        nearest = next((some for some in fitting if some), None)
        if nearest is None:
            self.has_failed |= kind == "error"
            return
        exact = max(nearest, key=lambda armed: armed.block.event.name == name)
        self._fire(exact, token.known, token)


def _fits(armed, name):
    return armed.block.event.name in {"", name}


def _around(token):
    """Yield who could catch what a token throws, from the inside outwards.

    What a handler throws goes past the handlers beside it.
    """
    scope, is_handling = token.scope, False
    while scope is not None:
        yield [] if is_handling else scope.armed
        host = scope.host
        yield host.armed if host else []
        is_handling = host is not None and isinstance(host.block, Handler)
        scope = host.scope if host else None
