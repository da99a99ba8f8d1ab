"""A process that an owner has drawn, with names of its own for messages and signals."""

from datetime import timedelta

from engine.process.bundle import build_bundle
from tests.integration.office import Office
from tests.unit.process.drawing import boundary, document, event, line, node, process


def publish(office: Office, kind: str, name: str) -> None:
    """Publish a process of one step that a message or signal of some name interrupts."""
    diagram = document(
        process(
            "complaint",
            node("start", "s"),
            node("user", "work", step={"role": "handler", "form": "acknowledge"}),
            boundary("called", "work", event(kind, name)),
            node("user", "fetch", step={"role": "handler", "form": "acknowledge"}),
            node("end", "e"),
            line("s", "work", "e"),
            line("called", "fetch", "e"),
        )
    )
    bundle = build_bundle([diagram])

    def add(tx):
        tx.processes.publish(
            digest=bundle.digest,
            process_id="complaint",
            diagrams=(diagram,),
            tables=(),
            by="otto",
            at=office.platform.now() + timedelta(hours=1),
            reason="Our own names",
        )

    office.platform.database.write(add)
