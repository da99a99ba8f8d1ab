"""What undoes something is started by a message: nothing is undone by itself here."""

from engine.process.drawing.element import bpmn, kind, label, take
from engine.process.repair.messages import become, definitions, kind_of
from engine.process.repair.record import Job


def undo_on_demand(job: Job) -> None:
    """Let border events that undo wait for a message, and lead to what undoes by a flow."""
    for node in job.sheet.nodes:
        kinds = {kind_of(each) for each in definitions(node)}
        if kind(node) != "boundaryEvent" or not kinds & {"compensate", "compensation"}:
            continue
        become(job, node, "message")
        node.set("cancelActivity", "false")
        why = "Nothing that was done is undone by itself."
        job.did(node, f"It waits for the message “{label(node)}”, and then undoes.", why)
        for line in list(job.sheet.root.iter(bpmn("association"))):
            target = job.sheet.find(line.get("targetRef", ""))
            if line.get("sourceRef") != node.get("id") or target is None:
                continue
            if target.getparent() is node.getparent() and not job.sheet.incoming(target):
                job.sheet.remove(line)
                job.sheet.connect(node, target)
                job.did(target, "A flow leads to it from the event that it undoes for.")
    for node in job.sheet.nodes:
        if {*take(node, "isForCompensation")} & {"true", "1"}:
            job.did(node, "It is a step as any other now, and not one that only undoes.")
