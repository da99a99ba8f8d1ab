"""Every process and sub-process begins once, and everything in it is reached."""

from collections.abc import Iterable

from lxml import etree

from engine.process.drawing.element import kind, label, take
from engine.process.repair.messages import definitions, kind_of
from engine.process.repair.record import Job, listed


def begin_once(job: Job) -> None:
    """Give each scope one start from which a way leads to every element."""
    for scope in job.sheet.scopes:
        is_handler = scope.get("triggeredByEvent") in {"true", "1"}
        nodes = job.sheet.nodes_of(scope)
        if not nodes:
            continue
        starts = [node for node in nodes if kind(node) == "startEvent"]
        if not starts:
            _begin(job, scope, is_handler=is_handler)
        elif len(starts) > 1:
            _choose_start(job, starts, is_handler=is_handler)
        _reach_all(job, scope)


def _begin(job: Job, scope: etree._Element, *, is_handler: bool) -> None:
    roots = _roots(job, scope)
    if not roots:
        candidates = [n for n in job.sheet.nodes_of(scope) if _can_follow(n)]
        if not candidates:
            start = job.sheet.put_beside(job.sheet.nodes_of(scope)[0], "startEvent")
            job.did(start, "A start was added; only events begin anything else here.")
            return
        roots = candidates[:1]
    first = roots[0] if len(roots) == 1 else job.sheet.lead_in(roots, "parallelGateway")
    start = job.sheet.lead_in([first], "startEvent")
    names = listed([label(root) for root in roots])
    job.did(start, f"A start was added before {names}.", "A process begins somewhere.")
    if is_handler:
        start.set("name", label(scope))


def _choose_start(job: Job, starts: list[etree._Element], *, is_handler: bool) -> None:
    """Put one start before several: a person says which of them it is, unless all are needed."""
    if is_handler:
        for other in starts[1:]:
            _pass(job, other)
        return
    for start in starts:
        _pass(job, start)
    names = listed([label(start) for start in starts])
    if _meet(job, starts):
        first = job.sheet.lead_in(starts, "parallelGateway")
        job.did(first, f"The starts {names} begin together.", "Their ways meet further on.")
    else:
        first = job.sheet.lead_in(starts, "exclusiveGateway", "How does it begin?")
        job.did(first, f"A person says which of the starts {names} it is.", "A case begins once.")
    start = job.sheet.lead_in([first], "startEvent")
    job.did(start, "One start was added before the others.")


def _pass(job: Job, start: etree._Element) -> None:
    for definition in definitions(start):
        start.remove(definition)
    take(start, "isInterrupting")
    job.sheet.retag(start, "intermediateThrowEvent")
    job.did(start, "It is an event on the way now.", "A process has one start.")


def _meet(job: Job, starts: list[etree._Element]) -> bool:
    """Tell whether the ways from several starts come together in a gateway that waits for all."""
    reached = [_reached_from(job, [start]) for start in starts]
    for scope in {start.getparent() for start in starts}:
        for node in () if scope is None else job.sheet.nodes_of(scope):
            flows = job.sheet.incoming(node)
            if kind(node) != "parallelGateway" or len(flows) < 2:
                continue
            sources = [flow.get("sourceRef") for flow in flows]
            by = [frozenset(n for n, ids in enumerate(reached) if s in ids) for s in sources]
            if len(set(by)) > 1 and all(by):
                return True
    return False


def _reach_all(job: Job, scope: etree._Element) -> None:
    """Let a way lead from the start to what none leads to: it begins with the process."""
    starts = [node for node in job.sheet.nodes_of(scope) if kind(node) == "startEvent"]
    if len(starts) != 1:
        return
    while missed := _missed(job, scope, starts[0]):
        roots = [node for node in _roots(job, scope) if node in missed]
        roots = roots or [node for node in missed if _can_follow(node)][:1]
        if not roots:
            for node in missed:
                _release(job, node)
            continue
        _fork(job, starts[0], roots)


def _fork(job: Job, start: etree._Element, roots: list[etree._Element]) -> None:
    ways = job.sheet.successors(start)
    fork = ways[0] if len(ways) == 1 and kind(ways[0]) == "parallelGateway" else None
    if fork is None or len(job.sheet.incoming(fork)) > 1:
        fork = job.sheet.insert_behind(start, "parallelGateway")
        job.did(fork, "A gateway was put behind the start.", "More than one way begins there.")
    for root in roots:
        job.sheet.connect(fork, root)
        job.did(root, "A flow from the start was drawn to it.", "Nothing led to it.")
        job.ask(
            root, "It is done from the beginning on.", "Draw a flow to it from what it follows."
        )


def _release(job: Job, node: etree._Element) -> None:
    """Make an event on the way of one that sits on nothing."""
    take(node, "attachedToRef")
    take(node, "cancelActivity")
    if {kind_of(each) for each in definitions(node)} & {"message", "timer", "signal"}:
        job.sheet.retag(node, "intermediateCatchEvent")
    else:
        for definition in definitions(node):
            node.remove(definition)
        job.sheet.retag(node, "intermediateThrowEvent")
    job.did(node, "It is an event on the way now.", "It sat on no step.")


def _roots(job: Job, scope: etree._Element) -> list[etree._Element]:
    return [
        node
        for node in job.sheet.nodes_of(scope)
        if _can_follow(node) and not job.sheet.incoming(node) and not _is_linked(node)
    ]


def _can_follow(node: etree._Element) -> bool:
    is_handler = node.get("triggeredByEvent") in {"true", "1"}
    return kind(node) not in {"startEvent", "boundaryEvent"} and not is_handler


def _is_linked(node: etree._Element) -> bool:
    is_catch = kind(node) == "intermediateCatchEvent"
    return is_catch and any(kind_of(each) == "link" for each in definitions(node))


def _missed(job: Job, scope: etree._Element, start: etree._Element) -> list[etree._Element]:
    handlers = [n for n in job.sheet.nodes_of(scope) if n.get("triggeredByEvent") in {"true", "1"}]
    reached = _reached_from(job, [start, *handlers])
    return [node for node in job.sheet.nodes_of(scope) if node.get("id", "") not in reached]


def _reached_from(job: Job, starts: Iterable[etree._Element]) -> set[str]:
    """Return the ids of what can be reached, over border events and links too."""
    waiting, reached = list(starts), set[str]()
    while waiting:
        node = waiting.pop()
        if node.get("id", "") in reached:
            continue
        reached.add(node.get("id", ""))
        waiting += job.sheet.successors(node) + job.sheet.boundaries(node) + _linked(job, node)
    return reached


def _linked(job: Job, node: etree._Element) -> list[etree._Element]:
    names = {each.get("name", "").strip() for each in definitions(node) if kind_of(each) == "link"}
    scope = node.getparent()
    if not names or scope is None or kind(node) != "intermediateThrowEvent":
        return []
    return [
        other
        for other in job.sheet.nodes_of(scope)
        if _is_linked(other)
        and names & {each.get("name", "").strip() for each in definitions(other)}
    ]


def end_everywhere(job: Job) -> None:
    """Put an end behind each element where the way just stops."""
    for node in job.sheet.nodes:
        if kind(node) == "endEvent" or not kind(node) or job.sheet.outgoing(node):
            continue
        is_handler = node.get("triggeredByEvent") in {"true", "1"}
        if is_handler or _linked(job, node):
            continue
        end = job.sheet.append(node, "endEvent")
        job.did(end, f"An end was put behind “{label(node)}”.", "The way just stopped there.")
