"""The token game of BPMN in its plainest form, played on a tree of blocks.

It knows no diagram, no library and nothing of the engine. A token rests at a block or moves on;
what happens then is what BPMN 2.0 says in its chapter 13. Each token knows the variables as they
were where the ways parted, and what was set on its own way since; where ways join or end, what
they know comes together.
"""

from collections import Counter, deque
from itertools import count

from tests.unit.process.game import versions
from tests.unit.process.game.blocks import (
    ENDLESS,
    YES,
    Border,
    Handler,
    Repeat,
    children,
    everything,
)

COUNTER = "loopCounter"


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

    @property
    def is_alive(self):
        return self.host is None or (self.host.is_alive and self in self.host.inner)


class Token:
    """A token and what it knows.

    ``arrival`` is a number while it waits for a person to do the step that it rests at.
    """

    def __init__(self, scope, known):
        self.scope, self.known = scope, known
        self.block = None
        self.arrival = None
        self.armed = []
        self.inner = []
        scope.tokens.append(self)

    @property
    def is_alive(self):
        return self in self.scope.tokens and self.scope.is_alive


class Armed:
    """An event that a token, or for its handlers a scope, waits for."""

    def __init__(self, holder, block, number, due):
        self.holder, self.block, self.number, self.due = holder, block, number, due
        self.left = block.event.times - 1

    @property
    def is_alive(self):
        return self in self.holder.armed and self.holder.is_alive


class Game:
    """Plays one plan; time is counted in minutes from the start.

    Attributes:
        passed: What was passed since the last command began.
        has_failed: Nobody caught an error.
        is_vague: From some moment on, nothing is said about variables any more.
        is_open: From some moment on, BPMN leaves open where it goes.
    """

    def __init__(self, plan, data):
        self.now = 0
        self.passed = Counter()
        self.has_failed = False
        self.is_vague = False
        self.is_open = False
        self._called = {called.id: called for called in plan.called}
        self._places = {
            child.id: (block, slot) for block in everything(plan) for slot, child in children(block)
        }
        self._moves = deque()
        self._numbers = count()
        self._arrivals = {}
        self.top = Scope(plan, None, versions.first(data))
        self._start(self.top, self.top.known)
        self._run()

    # What can be seen

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

        Errors, escalations and signals come from tokens that move; waiting for them is no hope.
        A handler that runs beside is none for a join that waits in vain: somebody has to know.
        """
        if self.is_over or self.open:
            return False
        awaited = self.awaited("message", "timer")
        if any(isinstance(armed.holder, Token) or armed.block.interrupts for armed in awaited):
            return False
        return not awaited or any(any(scope.arrived.values()) for scope in self.scopes)

    # What can be done

    def complete(self, token, answers, *, is_vague=False):
        self._begin()
        token.known = versions.told(token.known, answers, is_vague=is_vague)
        token.arrival = None
        self._leave(token, token.block)
        self._run()

    def hear(self, message, payload):
        self._begin()
        self._tell("message", message, lambda known: versions.told(known, payload))
        self._run()

    def pass_time(self, minutes):
        """Let time go by; what is due happens one after the other, the earliest first."""
        self._begin()
        self.now += minutes
        while due := [armed for armed in self.awaited("timer") if armed.due <= self.now]:
            self._fire(min(due, key=lambda armed: armed.due), _unchanged)
            self._run()

    def _begin(self):
        self.passed.clear()
        self._arrivals.clear()

    # Tokens on the move

    def _go(self, token, block):
        self._moves.append((self._enter, token, block))

    def _run(self):
        while self._moves:
            move, token, block = self._moves.popleft()
            if token.is_alive:
                move(token, block)

    def _enter(self, token, block):
        token.block = block
        getattr(self, f"_enter_{type(block).__name__.lower()}")(token, block)

    def _leave(self, token, block):
        """Leave an activity or event, which is over, and wait for nothing any more."""
        self.passed[block.id] += 1
        token.armed.clear()
        self._moves.append((self._finish, token, block))

    def _finish(self, token, block):
        """Go on with whatever comes behind a block."""
        parent, slot = self._places[block.id]
        getattr(self, f"_after_{type(parent).__name__.lower()}")(token, parent, slot)

    def _end(self, token, name=""):
        """Let a token end, and its scope with the last one.

        What it alone knows goes to those who know only what was before.
        """
        if name:
            self.passed[name] += 1
        scope = token.scope
        scope.tokens.remove(token)
        _spread(scope, versions.news(token.known, [other.known for other in scope.tokens]))
        scope.known = versions.together(scope.known, token.known)
        if not scope.tokens:
            self._close(scope)

    def _close(self, scope):
        scope.armed.clear()
        host = scope.host
        if host is None:
            return
        host.inner.remove(scope)
        host.known = versions.together(host.known, scope.known)
        host.armed.clear()
        if isinstance(host.block, Repeat):
            self._finish(host, host.block)
        else:
            self._leave(host, host.block)

    def _start(self, scope, known):
        """Let a scope begin: first its handlers stand by, then its first token goes."""
        self._arm(scope, scope.block.handlers)
        self._go(Token(scope, known), scope.block.body)

    def _inside(self, token, block, known):
        """Begin what is inside an activity that a token rests at."""
        scope = Scope(block, token, token.known)
        token.inner.append(scope)
        self._start(scope, known)

    # Entering a block

    def _enter_step(self, token, block):
        token.arrival = next(self._numbers)
        self._arm(token, block.borders)

    def _enter_script(self, token, block):
        counted = f"c_{block.id}"
        token.known = versions.told(token.known, {counted: token.known[counted].value + 1})
        self._leave(token, block)

    def _enter_wait(self, token, block):
        self._arm(token, (*block.borders, block))

    def _enter_sequence(self, token, block):
        self._go(token, block.parts[0])

    def _enter_choice(self, token, block):
        self._go(token, block.ask)

    _enter_inclusive = _enter_raise = _enter_leave = _enter_choice

    def _enter_loop(self, token, block):
        self._go(token, block.body)

    def _enter_parallel(self, token, block):
        if block.step is None:
            self._part(token, block, range(len(block.ways)))
        else:
            self._go(token, block.step)

    def _enter_race(self, token, block):
        self._arm(token, [way.parts[0] for way in block.ways])

    def _enter_inner(self, token, block):
        self._arm(token, block.borders)
        self._inside(token, self._called.get(block.calls, block), token.known)

    def _enter_repeat(self, token, block):
        if block.ask is None:
            self._repeat(token, block, block.times)
        else:
            self._go(token, block.ask)

    def _repeat(self, token, block, times):
        token.block = block
        if not times and not block.asks_again:
            self._finish(token, block)
            return
        self._arm(token, block.borders)
        scope = Scope(block, token, token.known)
        scope.total = times
        token.inner.append(scope)
        for number in range(1, times + 1 if block.kind == "parallel" else 2):
            self._turn(scope, number)

    def _turn(self, scope, number):
        known = versions.told(scope.known, {COUNTER: number})
        self._go(Token(scope, known), scope.block.turn)

    def _part(self, token, block, numbers):
        """Put a token on each of these ways."""
        token.scope.tokens.remove(token)
        for number in numbers:
            self._go(Token(token.scope, token.known), block.ways[number])

    # Leaving a block that stands inside another one

    def _after_plan(self, token, parent, slot):
        self._end(token, f"{parent.id}-end" if slot == "body" else "")

    _after_inner = _after_called = _after_handler = _after_plan

    def _after_sequence(self, token, parent, slot):
        if slot + 1 < len(parent.parts):
            self._go(token, parent.parts[slot + 1])
        else:
            self._finish(token, parent)

    def _after_choice(self, token, parent, slot):
        if slot == "ask":
            self._go(token, parent.yes if answer(token, parent.ask) >= YES else parent.no)
        else:
            self._finish(token, parent)

    def _after_loop(self, token, parent, slot):
        if slot == "body":
            self._go(token, parent.ask)
        elif answer(token, parent.ask) >= YES:
            self._go(token, parent.body)
        else:
            self._finish(token, parent)

    def _after_race(self, token, parent, _):
        self._finish(token, parent)

    def _after_parallel(self, token, parent, slot):
        if slot == "step":
            self._part(token, parent, range(len(parent.ways)))
        elif parent.joins:
            self._arrive(token, parent, slot)
        else:
            self._end(token, f"{parent.id}-end{slot}")

    def _after_inclusive(self, token, parent, slot):
        if slot == "ask":
            self._part(token, parent, parent.opened(answer(token, parent.ask)))
        elif parent.merges:
            self._finish(token, parent)
        else:
            self._end(token, f"{parent.id}-end{slot}")

    def _after_repeat(self, token, parent, slot):
        if slot == "ask":
            self._repeat(token, parent, parent.asked(answer(token, parent.ask)))
            return
        scope = token.scope
        scope.tokens.remove(token)
        without = {name: version for name, version in token.known.items() if name != COUNTER}
        scope.known = versions.together(scope.known, without)
        scope.done += 1
        if self._is_enough(scope, parent):
            scope.tokens.clear()
            self._close(scope)
        elif parent.kind != "parallel":
            self._turn(scope, scope.done + 1)

    def _is_enough(self, scope, block):
        if block.kind != "loop" or not block.asks_again:
            return scope.done in {scope.total, block.enough}
        said = scope.known[f"v_{block.turn.id}"].value
        self.is_open |= said is versions.VAGUE
        return said is versions.VAGUE or said < YES or scope.done == block.times

    def _after_border(self, token, parent, _):
        host, _ = self._places[parent.id]
        if parent.rejoins:
            self._finish(token, host)
        else:
            self._end(token, f"{parent.id}-end")

    def _after_raise(self, token, parent, _):
        self.passed[parent.id] += 1
        self._throw(token, parent.kind, parent.name)
        if token.is_alive:
            self._finish(token, parent)

    def _after_leave(self, token, parent, _):
        if answer(token, parent.ask) < YES:
            self._finish(token, parent)
            return
        if parent.how == "terminate":
            token.scope.tokens[:] = [token]
            token.scope.armed.clear()
        elif parent.how != "end":
            self._throw(token, parent.how, parent.name)
        if token.is_alive:
            self._end(token, f"{parent.id}-end")
        else:
            self.passed[f"{parent.id}-end"] += 1

    def _arrive(self, token, block, way):
        """Wait at a join until every way has brought a token; the oldest of each go on as one."""
        self._note_arrival(token, block, way)
        arrived = token.scope.arrived.setdefault(block.id, [])
        arrived.append((way, token))
        oldest = {}
        for entry in arrived:
            oldest.setdefault(entry[0], entry)
        if len(oldest) < len(block.ways):
            return
        joined = sorted(oldest.values(), key=arrived.index)
        for entry in joined:
            arrived.remove(entry)
        self._join([token for _, token in joined], block)

    def _note_arrival(self, token, block, way):
        """BPMN orders only what happens one after the other, not within one moment."""
        before = self._arrivals.setdefault((token.scope, block.id, way), token.known)
        self.is_vague |= before != token.known

    def _join(self, tokens, block):
        scope = tokens[-1].scope
        for token in tokens:
            scope.tokens.remove(token)
        known = versions.together(*(token.known for token in tokens))
        self._finish(Token(scope, known), block)

    # Events

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

    def _fire(self, armed, payload):
        """Let an event happen, unless another one has ended the waiting for it.

        Args:
            armed: The event.
            payload: Turns what is known into what is known with what the event brings.
        """
        if not armed.is_alive:
            return
        if isinstance(armed.block, Border):
            self._fire_border(armed, payload)
        elif isinstance(armed.block, Handler):
            self._fire_handler(armed, payload)
        else:
            token = armed.holder
            token.known = payload(token.known)
            self._leave(token, armed.block)

    def _fire_border(self, armed, payload):
        token, block = armed.holder, armed.block
        self.passed[block.id] += 1
        if block.interrupts:
            token.scope.tokens.remove(token)
        else:
            self._arm_again(armed)
        self._go(Token(token.scope, payload(token.known)), block.body)

    def _fire_handler(self, armed, payload):
        """Begin an event sub-process with all that its scope knows by then."""
        scope, block = armed.holder, armed.block
        known = _known_within(scope)
        self.is_vague |= not block.interrupts  # D6
        if block.interrupts:
            scope.tokens.clear()
            scope.armed.clear()
        else:
            self._arm_again(armed)
        token = Token(scope, known)
        token.block = block
        self._inside(token, block, payload(known))

    def _tell(self, kind, name, payload):
        """Let everybody know who waits at this moment."""
        for armed in [armed for armed in self.awaited(kind) if armed.block.event.name == name]:
            self._fire(armed, payload)

    def _throw(self, token, kind, name):
        """Hand an escalation or an error to the nearest that catches it, a signal to all."""
        if kind == "signal":
            self._tell(kind, name, _unchanged)
            return
        for catchers in _around(token):
            fitting = [a for a in catchers if a.block.event.kind == kind and _fits(a, name)]
            if fitting:
                nearest = max(fitting, key=lambda armed: armed.block.event.name == name)
                self._fire(nearest, lambda known: known | token.known)
                return
        self.has_failed |= kind == "error"


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


def _unchanged(known):
    return known


def answer(token, step):
    """Return what a person has said at a step."""
    return token.known[f"v_{step.id}"].value


def _known_within(scope):
    """Return what a scope and everything in it know together."""
    inner = [_known_within(within) for token in scope.tokens for within in token.inner]
    return versions.together(scope.known, *(token.known for token in scope.tokens), *inner)


def _spread(scope, told):
    """Let everything in a scope hear of newer versions."""
    scope.known = versions.together(scope.known, told)
    for token in scope.tokens:
        token.known = versions.together(token.known, told)
        for inner in token.inner:
            _spread(inner, told)
