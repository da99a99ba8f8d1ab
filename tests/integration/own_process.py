"""A process that an owner has drawn, with names of its own for messages and signals."""

from datetime import timedelta

from engine.bootstrap import Platform
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
    _publish(office.platform, diagram)


def expert(competence: str = "Fees, Tax law") -> bytes:
    """Return a process of an owner to name, and of a step that asks for competences."""
    asks = {"role": "handler", "form": "acknowledge", "competence": competence}
    return document(
        process(
            "complaint",
            node("start", "s"),
            node("user", "give", step={"role": "team_leader", "form": "assign"}),
            node("user", "work", name="Work it out", step=asks),
            node("end", "e"),
            line("s", "give", "work", "e"),
        )
    )


def publish_expert(platform: Platform) -> None:
    """Publish the process that asks for competences."""
    _publish(platform, expert())


def _publish(platform: Platform, diagram: bytes) -> None:
    bundle = build_bundle([diagram])

    def add(tx):
        tx.processes.publish(
            digest=bundle.digest,
            process_id="complaint",
            diagrams=(diagram,),
            tables=(),
            by="otto",
            at=platform.now() + timedelta(hours=1),
            reason="Our own",
        )

    platform.database.write(add)
