"""The token game of BPMN in its plainest form: the reference that our core is compared with.

It shares nothing with the engine but the XML reader: it keeps tokens on flows, has one set
of variables, and knows user tasks, scripts, gateways, sub-processes, messages and timers.
"""

from collections import Counter

from engine.process import xml

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


class Area:
    """A process or a sub-process that is being played."""

    def __init__(self, element, around=None, name=None):
        self.around, self.name = around, name
        self.nodes = {child.get("id"): child for child in element if child.get("id")}
        self.out, self.into, self.borders = {}, {}, {}
        for child in element:
            if child.tag == f"{_BPMN}sequenceFlow":
                self.out.setdefault(child.get("sourceRef"), []).append(child)
                self.into.setdefault(child.get("targetRef"), []).append(child.get("id"))
            if child.tag == f"{_BPMN}boundaryEvent":
                self.borders.setdefault(child.get("attachedToRef"), []).append(child.get("id"))
        self.waiting = []  # [task, [armed boundary events]]
        self.inside = []  # [area, [armed boundary events]]
        self.arrived = {}

    @property
    def is_over(self):
        pending = any(sum(flows.values()) for flows in self.arrived.values())
        return not (self.waiting or self.inside or pending)


class TokenGame:
    """Plays one diagram."""

    def __init__(self, content):
        self.values = {}
        self.top = Area(xml.parse(content).find(f"{_BPMN}process"))
        self._enter(self.top)

    @property
    def areas(self):
        found, look = [], [self.top]
        while look:
            area = look.pop()
            found.append(area)
            look += [inner for inner, _ in area.inside]
        return found

    @property
    def ready(self):
        return sorted(task for area in self.areas for task, _ in area.waiting)

    @property
    def is_stuck(self):
        """Tell whether a join waits for a branch while nothing else can move."""
        pending = any(sum(flows.values()) for a in self.areas for flows in a.arrived.values())
        return pending and not self.ready and not self.armed

    @property
    def armed(self):
        return sorted(
            event
            for area in self.areas
            for _, events in (*area.waiting, *area.inside)
            for event in events
        )

    def complete(self, task, value):
        area, wait = next((a, w) for a in self.areas for w in a.waiting if w[0] == task)
        self.values[f"v_{task}"] = value
        area.waiting.remove(wait)
        self._leave(area, task)

    def fire(self, event):
        for area in self.areas:
            for group in (area.waiting, area.inside):
                for held in [held for held in group if event in held[1]]:
                    self._fire(area, group, held, event)

    def _fire(self, area, group, held, event):
        node = area.nodes[event]
        if node.get("cancelActivity") != "false":
            group.remove(held)
        elif node.find(f"{_BPMN}timerEventDefinition") is not None:
            held[1].remove(event)
        self._leave(area, event)

    def _enter(self, area):
        start = next(i for i, node in area.nodes.items() if node.tag == f"{_BPMN}startEvent")
        self._leave(area, start)

    def _leave(self, area, node):
        for flow in area.out.get(node, []):
            self._arrive(area, flow)
        self._close(area)

    def _close(self, area):
        if area.around is not None and area.is_over:
            held = next((h for h in area.around.inside if h[0] is area), None)
            if held is not None:
                area.around.inside.remove(held)
                self._leave(area.around, area.name)

    def _arrive(self, area, flow):
        name = flow.get("targetRef")
        node = area.nodes[name]
        armed = list(area.borders.get(name, []))
        match node.tag.removeprefix(_BPMN):
            case "userTask":
                area.waiting.append([name, armed])
            case "subProcess":
                inner = Area(node, area, name)
                area.inside.append([inner, armed])
                self._enter(inner)
            case "exclusiveGateway":
                self._arrive(area, self._choose(area, node))
            case "parallelGateway":
                self._join(area, name, flow.get("id"))
            case "endEvent":
                pass
            case _:
                for way in area.out[name]:
                    self._arrive(area, way)

    def _join(self, area, name, flow):
        arrived = area.arrived.setdefault(name, Counter())
        arrived[flow] += 1
        if all(arrived[needed] for needed in area.into[name]):
            arrived.subtract(area.into[name])
            for way in area.out[name]:
                self._arrive(area, way)

    def _choose(self, area, node):
        ways = area.out[node.get("id")]
        for way in ways:
            asked = way.find(f"{_BPMN}conditionExpression")
            if asked is not None:
                name, _, limit = asked.text.split()
                if self.values.get(name) is not None and self.values[name] > int(limit):
                    return way
        return next((way for way in ways if way.get("id") == node.get("default")), ways[0])
