"""Writes a plan down as a BPMN file."""

from itertools import pairwise
from xml.sax.saxutils import escape

from tests.unit.process.drawing import boundary, document, event, flows, node, process, timer
from tests.unit.process.game.blocks import ENDLESS, YES, Handler


def write(plan):
    """Return the BPMN file of a plan; the process of the plan comes first."""
    drawn = [process(scope.id, *_Drawing(scope).parts) for scope in (plan, *plan.called)]
    return document(*drawn)


class _Drawing:
    """The elements and flows of one scope."""

    def __init__(self, scope):
        self.parts = [_start(scope)]
        first, last = self._block(scope.body)
        self._flow(f"{scope.id}-start", first)
        if last:
            self._stop(last, f"{scope.id}-end")
        for handler in scope.handlers:
            self._handler(handler)

    def _block(self, block):
        """Draw a block and return its first and its last element; no last where it just ends."""
        return getattr(self, f"_{type(block).__name__.lower()}")(block)

    def _flow(self, source, target, condition="", name=""):
        named = f" as {name}" if name else ""
        asked = f" if {condition}" if condition else ""
        self.parts.append(flows(f"{source} -> {target}{named}{asked}"))

    def _node(self, kind, name, body="", **attributes):
        self.parts.append(node(kind, name, body, **attributes))
        return name

    def _stop(self, last, name, how=""):
        self._flow(last, self._node("end", name, how))

    def _step(self, block, marker=""):
        self._node("user", block.id, marker)
        return block.id, self._bordered(block)

    def _script(self, block, marker=""):
        counted = f"<bpmn:script>c_{block.id} = c_{block.id} + 1</bpmn:script>"
        self._node("script", block.id, counted + marker)
        return block.id, block.id

    def _wait(self, block, marker=""):
        if block.is_task:
            reference = f"message-{block.event.name}"
            self._node("receive", block.id, marker, messageRef=reference)
        else:
            self._node("catch", block.id, _event(block.event))
        return block.id, self._bordered(block)

    def _sequence(self, block):
        ends = [self._block(part) for part in block.parts]
        for number, ((_, before), (after, _)) in enumerate(pairwise(ends)):
            if block.is_linked:
                self._link(f"{block.id}-link{number}", before, after)
            else:
                self._flow(before, after)
        return ends[0][0], ends[-1][1]

    def _link(self, name, before, after):
        drawn = f'<bpmn:linkEventDefinition name="{name}"/>'
        self._flow(before, self._node("throw", f"{name}-from", drawn))
        self._flow(self._node("catch", f"{name}-to", drawn), after)

    def _choice(self, block):
        (ask, split), merge = self._split("xor", block), f"{block.id}-merge"
        (yes, after_yes), (no, after_no) = self._block(block.yes), self._block(block.no)
        self._flow(split, yes, _yes(block.ask))
        self._flow(split, no, name=f"{split}-other")
        self._flow(after_yes, self._node("xor", merge))
        self._flow(after_no, merge)
        return ask, merge

    def _parallel(self, block):
        first, fork = self._fork(block)
        join = self._node("and", f"{block.id}-merge") if block.joins else None
        for number, way in enumerate(block.ways):
            begin, last = self._block(way)
            self._flow(fork, begin)
            self._gather(block, last, number, join)
        return first, join

    def _fork(self, block):
        """Draw where ways part: the first element of it and the one that the ways leave."""
        if block.step is None:
            split = self._node("and", f"{block.id}-split")
            return split, split
        return self._block(block.step)

    def _inclusive(self, block):
        if block.is_implicit:
            ask = split = self._node("user", block.ask.id, default=f"{block.id}-split-other")
            self._bordered(block.ask)
        else:
            ask, split = self._split("or", block)
        kind = "or" if block.waits else "xor"
        merge = self._node(kind, f"{block.id}-merge") if block.merges else None
        for number, way in enumerate(block.ways):
            first, last = self._block(way)
            if number + 1 < len(block.ways):
                self._flow(split, first, f"v_{block.ask.id} >= {block.threshold(number)}")
            else:
                self._flow(split, first, name=f"{block.id}-split-other")
            self._gather(block, last, number, merge)
        return ask, merge

    def _gather(self, block, last, number, merge):
        if merge:
            self._flow(last, merge)
        else:
            self._stop(last, f"{block.id}-end{number}")

    def _loop(self, block):
        top, again, out = f"{block.id}-top", f"{block.id}-split", f"{block.id}-out"
        for name in (top, out):
            self._node("xor", name)
        first, last = self._block(block.body)
        ask, asked = self._block(block.ask)
        self._node("xor", again, default=f"{again}-other")
        self._flow(top, first)
        self._flow(last, ask)
        self._flow(asked, again)
        self._flow(again, top, _yes(block.ask))
        self._flow(again, out, name=f"{again}-other")
        return top, out

    def _race(self, block):
        race, merge = self._node("race", block.id), self._node("xor", f"{block.id}-merge")
        for way in block.ways:
            first, last = self._block(way)
            self._flow(race, first)
            self._flow(last, merge)
        return race, merge

    def _inner(self, block, marker=""):
        if block.calls:
            self._node("call", block.id, marker, calledElement=block.calls)
        else:
            self._node("sub", block.id, "".join(_Drawing(block).parts) + marker)
        return block.id, self._bordered(block)

    def _handler(self, block):
        self._node("sub", block.id, "".join(_Drawing(block).parts), triggeredByEvent="true")

    def _repeat(self, block):
        draw = getattr(self, f"_{type(block.turn).__name__.lower()}")
        name, _ = draw(block.turn, _marker(block))
        after = self._bordered(block, name)
        if block.ask is None:
            return name, after
        ask, asked = self._block(block.ask)
        self._flow(asked, name)
        return ask, after

    def _raise(self, block):
        ask, asked = self._block(block.ask)
        self._flow(asked, self._node("throw", block.id, event(block.kind, block.name)))
        return ask, block.id

    def _leave(self, block):
        (ask, split), out = self._split("xor", block), f"{block.id}-merge"
        how = "" if block.how == "end" else event(block.how, block.name)
        self.parts.append(node("end", f"{block.id}-end", how))
        self._flow(split, f"{block.id}-end", _yes(block.ask))
        self._flow(split, self._node("xor", out), name=f"{split}-other")
        return ask, out

    def _split(self, kind, block):
        """Draw the asking step and the gateway behind it."""
        split = f"{block.id}-split"
        ask, asked = self._block(block.ask)
        self._node(kind, split, default=f"{split}-other")
        self._flow(asked, split)
        return ask, split

    def _bordered(self, block, host=None):
        """Draw the borders of an activity and return what a next element follows."""
        host = host or block.id
        after = host
        if any(border.rejoins for border in block.borders):
            after = self._node("xor", f"{block.id}-after")
            self._flow(host, after)
        for border in block.borders:
            drawn = _event(border.event)
            self.parts.append(boundary(border.id, host, drawn, interrupts=border.interrupts))
            first, last = self._block(border.body)
            self._flow(border.id, first)
            if border.rejoins:
                self._flow(last, after)
            else:
                self._stop(last, f"{border.id}-end")
        return after


def _start(scope):
    name = f"{scope.id}-start"
    if not isinstance(scope, Handler):
        return node("start", name)
    interrupts = str(scope.interrupts).lower()
    return node("start", name, _event(scope.event), isInterrupting=interrupts)


def _event(what):
    if what.kind != "timer":
        return event(what.kind, what.name)
    if what.times == 1:
        return timer(f"PT{what.minutes}M")
    turns = "" if what.times == ENDLESS else what.times
    return timer(f"R{turns}/PT{what.minutes}M", "Cycle")


def _marker(block):
    if block.kind == "loop":
        return _loop_marker(block)
    count = f"min(round(v_{block.ask.id} - 0.4), {block.times})" if block.ask else block.times
    inner = f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality>"
    if block.enough:
        condition = escape(f"numberOfCompletedInstances >= {block.enough}")
        inner += f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    is_sequential = str(block.kind == "sequential").lower()
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{is_sequential}">'
        f"{inner}</bpmn:multiInstanceLoopCharacteristics>"
    )


def _loop_marker(block):
    attributes = f' testBefore="{str(block.ask is not None).lower()}"'
    attributes += f' loopMaximum="{block.times}"' if block.times else ""
    asked = block.ask or (block.turn if block.asks_again else None)
    condition = f"<bpmn:loopCondition>{escape(_yes(asked))}</bpmn:loopCondition>" if asked else ""
    tag = "standardLoopCharacteristics"
    return f"<bpmn:{tag}{attributes}>{condition}</bpmn:{tag}>"


def _yes(step):
    return f"v_{step.id} >= {YES}"
