"""The token game of BPMN in its plainest form, played on a tree of blocks.

It knows no diagram, no library and nothing of the engine. A token rests at a block or moves on;
what happens then is what BPMN 2.0 says in its chapter 13. Each token knows the variables as they
were where the ways parted, what was set on its own way since, and what it has heard from tokens
that ended. Of what is known of a variable, what was set last counts.
"""

from collections import Counter, deque
from itertools import count

from tests.unit.process.game import versions
from tests.unit.process.game.blocks import YES, Border, Inclusive, Repeat, children, everything
from tests.unit.process.game.events import Events
from tests.unit.process.game.position import Scope, Token, known_within


class Game(Events):
    """Plays one plan; time is counted in minutes from the start.

    Attributes:
        passed: What was passed since the last command began.
        has_failed: Nobody caught an error.
        is_vague: From some moment on, nothing is said about variables any more.
    """

    def __init__(self, plan, data):
        self.now = 0
        self.passed = Counter()
        self.has_failed = False
        self.is_vague = False
        self._called = {called.id: called for called in plan.called}
        self._blocks = {block.id: block for block in everything(plan)}
        self._places = {
            child.id: (block, slot) for block in everything(plan) for slot, child in children(block)
        }
        self._moves = deque()
        self._numbers = count()
        self._arrivals = {}
        self._moment = 0
        self.top = Scope(plan, None, versions.told({}, data, self._moment))
        self._start(self.top, self.top.known)
        self._run()

    # What can be done

    def complete(self, token, answers):
        self._begin()
        token.known = versions.told(token.known, answers, self._moment)
        token.arrival = None
        self._leave(token, token.block)
        self._run()

    def hear(self, event, payload):
        """Let a message, or a signal from outside, come to all who wait for it."""
        self._begin()
        self._tell(event.kind, event.name, versions.told({}, payload, self._moment))
        self._run()

    def pass_time(self, minutes):
        """Let time go by; what is due happens one after the other, the earliest first."""
        self._begin()
        self.now += minutes
        while due := [armed for armed in self.awaited("timer") if armed.due <= self.now]:
            self._moment += 1
            self._fire(min(due, key=lambda armed: armed.due), {})
            self._run()

    def _begin(self):
        self._moment += 1
        self.passed.clear()
        self._arrivals.clear()

    # Tokens on the move

    def _go(self, token, block):
        self._moves.append((self._enter, token, block))

    def _run(self):
        while self._moves or self._join_some():
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

        The others hear what it has known.
        """
        if name:
            self.passed[name] += 1
        scope = token.scope
        scope.tokens.remove(token)
        _tell_end(scope, token.known)
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
        token.known = versions.count_up(token.known, f"c_{block.id}", self._moment)
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
        known = versions.together(scope.host.known, scope.known)
        self._go(Token(scope, known, number), scope.block.turn)

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
        elif parent.waits:
            self._note_arrival(token, parent, slot)
            token.scope.arrived.setdefault(parent.id, []).append((slot, token))
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
        scope.known = versions.together(scope.known, token.known)
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
        return said < YES or scope.done == block.times

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
            token.scope.clear()
            token.scope.tokens.append(token)
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
        self._take(arrived, oldest.values(), block)

    def _join_some(self):
        """Let inclusive ways come together for which nothing more can come; tell whether some did.

        A token inside a way that has brought none could still come; one that has not reached the
        split yet, or comes round again, could come by the others as well and is not waited for.
        """
        for scope in self.scopes:
            for id_, arrived in scope.arrived.items():
                block = self._blocks[id_]
                if arrived and isinstance(block, Inclusive) and not self._may_come(scope, block):
                    oldest = {entry[0]: entry for entry in reversed(arrived)}
                    self._take(arrived, oldest.values(), block)
                    return bool(self._moves)
        return False

    def _may_come(self, scope, block):
        arrived = scope.arrived[block.id]
        waiting = [token for _, token in arrived]
        inside = {self._way(token, block) for token in scope.tokens if token not in waiting}
        return bool(inside - {way for way, _ in arrived} - {None})

    def _way(self, token, block):
        """Return the number of the way of a block that a token goes; None for none of them."""
        parent, slot = self._places[token.block.id]
        while parent is not block:
            if parent.id not in self._places or (isinstance(parent, Border) and not parent.rejoins):
                return None
            parent, slot = self._places[parent.id]
        return slot if isinstance(slot, int) else None

    def _take(self, arrived, entries, block):
        joined = sorted(entries, key=arrived.index)
        for entry in joined:
            arrived.remove(entry)
        self._join([token for _, token in joined], block)

    def _note_arrival(self, token, block, way):
        """BPMN orders only what happens one after the other, not within one moment."""
        before = self._arrivals.setdefault((token.scope, block.id, way), token.known)
        self.is_vague |= not versions.is_same(before, token.known)

    def _join(self, tokens, block):
        scope = tokens[-1].scope
        for token in tokens:
            scope.tokens.remove(token)
        known = versions.together(*(token.known for token in tokens))
        token = Token(scope, known)
        token.block = block
        self._moves.append((self._finish, token, block))


def answer(token, step):
    """Return what a person has said at a step."""
    return token.known[f"v_{step.id}"].value


def _tell_end(scope, news):
    """Let everything in a scope hear what a token has known that has ended.

    Turns hear only what none of them knows, so that nothing goes from one turn to another.
    """
    scope.known = versions.heard(scope.known, news)
    for token in scope.tokens:
        for inner in token.inner:
            is_turns = isinstance(inner.block, Repeat)
            _tell_end(inner, versions.beyond(news, known_within(inner)) if is_turns else news)
        token.known = versions.heard(token.known, news)
