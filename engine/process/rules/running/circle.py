"""Rules about what would never end: circles without a pause, processes that call themselves."""

from collections.abc import Iterable, Mapping

from engine.process.diagram import Diagram, Node
from engine.process.finding import Finding, Severity, block
from engine.process.material import Material

_PAUSES = frozenset({"task", "userTask", "manualTask", "receiveTask", "intermediateCatchEvent"})

_Graph = Mapping[str, Iterable[str]]


def circles_pause(material: Material) -> Iterable[Finding]:
    """Require a wait for a person or an event in every circle of the diagram."""
    for scope in material.diagram.scopes:
        running = {node.id: node for node in scope.nodes if not _pauses(node, material.diagram)}
        graph = {
            id_: [flow.target for flow in scope.outgoing(id_) if flow.target in running]
            for id_ in running
        }
        for id_ in _on_circles(graph)[:1]:
            why = "A case would run in circles for ever."
            yield block(running[id_], "It lies on a circle without a pause.", why)


def calls_find_their_process(material: Material) -> Iterable[Finding]:
    """Require that a called process is among the files, and calls nobody back."""
    diagram = material.diagram
    processes = {scope.id for scope in diagram.processes}
    for node in diagram.nodes:
        if node.kind == "callActivity" and called(node) not in processes:
            yield block(node, f"The process “{called(node)}” it calls is not among the files.")
    graph = {process: list(_called_by(process, diagram)) for process in processes}
    for node in diagram.nodes:
        if node.kind == "callActivity" and called(node) in _on_circles(graph):
            yield block(node, f"The process “{called(node)}” calls itself.")
            return


def processes_are_called(material: Material) -> Iterable[Finding]:
    """Advise about processes beside the main one that nothing calls."""
    calls = {called(node) for node in material.diagram.nodes}
    for scope in material.diagram.processes[1:]:
        if scope.id not in calls:
            label = scope.name or scope.id
            yield Finding(Severity.ADVICE, scope.id, label, "Nothing calls this process.")


def called(node: Node) -> str:
    """Return the id of the process a call activity calls; empty for other nodes."""
    return node.attributes.get("calledElement", "").rpartition(":")[2]


def _called_by(process: str, diagram: Diagram) -> Iterable[str]:
    for node in diagram.nodes:
        if node.kind == "callActivity" and process_of(node.scope, diagram) == process:
            yield called(node)


def process_of(scope: str, diagram: Diagram) -> str:
    """Return the id of the whole process a scope belongs to."""
    found = diagram.scope(scope)
    while found is not None and found.parent is not None:
        found = diagram.scope(found.parent)
    return "" if found is None else found.id


def _pauses(node: Node, diagram: Diagram) -> bool:
    """Tell whether a token surely waits at a node; inside a sub-process one step is enough.

    A sub-process may hold a way around its only pause. That is not looked at here: the step
    budget of the core stops such a case.
    """
    if node.kind in _PAUSES:
        return node.event is None or node.event.kind != "link"
    inner = called(node) or node.id if node.kind in {"subProcess", "callActivity"} else ""
    return any(
        other.kind in _PAUSES
        for other in diagram.nodes
        if inner and inner in _around(other.scope, diagram)
    )


def _around(scope: str, diagram: Diagram) -> Iterable[str]:
    found = diagram.scope(scope)
    while found is not None:
        yield found.id
        found = None if found.parent is None else diagram.scope(found.parent)


def _on_circles(graph: _Graph) -> list[str]:
    """Return the nodes from which a way leads back to themselves, in the order of the graph."""
    return [node for node in graph if _leads_back(node, graph)]


def _leads_back(node: str, graph: _Graph) -> bool:
    waiting, seen = list(graph[node]), set[str]()
    while waiting:
        place = waiting.pop()
        if place == node:
            return True
        if place not in seen:
            seen.add(place)
            waiting += graph.get(place, [])
    return False
