"""What is thrown is caught by somebody, or not thrown."""

from lxml import etree

from engine.process.diagram import SUB_PROCESSES
from engine.process.drawing.element import bpmn, document, kind
from engine.process.repair.messages import definitions, kind_of
from engine.process.repair.record import Job


def catch_throws(job: Job) -> None:
    """Make plain events of those that throw an error or escalation that nobody catches."""
    for node in job.sheet.nodes:
        if kind(node) not in {"endEvent", "intermediateThrowEvent"}:
            continue
        for definition in definitions(node):
            of = kind_of(definition)
            if of in {"error", "escalation"} and not _is_caught(job, node, of, definition):
                node.remove(definition)
                document(node, f"It threw an {of}, which nothing in this file catches.")
                why = "A case would stop here as an incident."
                job.did(node, f"It no longer throws an {of}; nobody would catch it.", why)


def _is_caught(job: Job, node: etree._Element, of: str, thrown: etree._Element) -> bool:
    code = _code(job, of, thrown)
    waiting, seen = [(node.getparent(), False)], set[str]()
    while waiting:
        scope, is_handling = waiting.pop()
        if scope is None or f"{scope.get('id')} {is_handling}" in seen:
            continue
        seen.add(f"{scope.get('id')} {is_handling}")
        hosts = _hosts(job, scope)
        catchers = [border for host in hosts for border in job.sheet.boundaries(host)]
        catchers += [] if is_handling else _handler_starts(job, scope)
        if any(_catches(job, catcher, of, code) for catcher in catchers):
            return True
        waiting += [(host.getparent(), host.get("triggeredByEvent") == "true") for host in hosts]
    return False


def _hosts(job: Job, scope: etree._Element) -> list[etree._Element]:
    if kind(scope) in SUB_PROCESSES:
        return [scope]
    id_ = scope.get("id", "")
    calls = job.sheet.root.iter(bpmn("callActivity"))
    return [call for call in calls if call.get("calledElement", "").rpartition(":")[2] == id_]


def _handler_starts(job: Job, scope: etree._Element) -> list[etree._Element]:
    handlers = [n for n in job.sheet.nodes_of(scope) if n.get("triggeredByEvent") == "true"]
    return [s for h in handlers for s in job.sheet.nodes_of(h) if kind(s) == "startEvent"]


def _catches(job: Job, node: etree._Element, of: str, code: str) -> bool:
    found = [each for each in definitions(node) if kind_of(each) == of]
    return any(_code(job, of, each) in {"", code} for each in found)


def _code(job: Job, of: str, definition: etree._Element) -> str:
    found = job.sheet.find(definition.get(f"{of}Ref", "").rpartition(":")[2])
    if found is None:
        return ""
    return found.get(f"{of}Code", "") or found.get("name", "") or found.get("id", "")
