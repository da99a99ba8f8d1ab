"""Link events come in pairs; what links cannot say is drawn as flows."""

from collections.abc import Sequence

from lxml import etree

from engine.process.drawing.element import kind, label
from engine.process.repair.messages import definitions, kind_of
from engine.process.repair.record import Job


def pair_links(job: Job) -> None:
    """Leave the links that lead from some places to one; draw the others as flows."""
    for scope in job.sheet.scopes:
        linked = [node for node in job.sheet.nodes_of(scope) if _link(node) is not None]
        for node in linked:
            _name(job, node)
        for name in dict.fromkeys(_link(node) for node in linked):
            group = [node for node in linked if _link(node) == name]
            throws = [node for node in group if kind(node) != "intermediateCatchEvent"]
            catches = [node for node in group if kind(node) == "intermediateCatchEvent"]
            drawn = any(job.sheet.outgoing(node) for node in throws) or any(
                job.sheet.incoming(node) for node in catches
            )
            if len(catches) != 1 or not throws or drawn:
                _draw(job, name or "", throws, catches)


def _draw(
    job: Job, name: str, throws: Sequence[etree._Element], catches: Sequence[etree._Element]
) -> None:
    for node in (*throws, *catches):
        for definition in definitions(node):
            node.remove(definition)
        if kind(node) == "intermediateCatchEvent":
            job.sheet.retag(node, "intermediateThrowEvent")
        job.did(node, f"It is a plain event now, and no link “{name}”.", _why(throws, catches))
    for source in throws:
        for target in catches:
            if target not in job.sheet.successors(source):
                flow = job.sheet.connect(source, target)
                job.did(flow, f"A flow leads from “{label(source)}” to “{label(target)}” now.")


def _why(throws: Sequence[etree._Element], catches: Sequence[etree._Element]) -> str:
    if not throws or not catches:
        return "The link had no other half in this process."
    return "The link led to more than one place, or a flow was drawn besides."


def _link(node: etree._Element) -> str | None:
    found = [each for each in definitions(node) if kind_of(each) == "link"]
    return found[0].get("name", "").strip() if found else None


def _name(job: Job, node: etree._Element) -> None:
    for each in definitions(node):
        if kind_of(each) == "link" and not each.get("name", "").strip():
            each.set("name", label(node))
            job.did(node, f"The link is called “{label(node)}” now; it had no name.")
