"""A process that an owner has drawn, with names of its own for messages and signals."""

from collections.abc import Sequence
from datetime import timedelta

from engine.bootstrap import Platform
from engine.process.bundle import build_bundle
from tests.integration.office import Office
from tests.unit.process.drawing import boundary, document, event, flows, line, node, process


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


def publish_forms(platform: Platform, *forms: bytes, later: int = 1) -> str:
    """Publish a process whose steps ask forms of its own, and return its digest.

    Hanna reads the meter with the form “meter”; gas goes on to a step that asks nothing, anything
    else to one with the form “more” where there is one.

    Args:
        platform: Where to publish it.
        forms: As JSON; one is called “meter”.
        later: Hours from now; versions are told apart by it.
    """
    has_more = any(b'"id": "more"' in form for form in forms)
    handler = {"role": "handler"}
    diagram = document(
        process(
            "complaint",
            node("start", "s"),
            node("user", "read", name="Read the meter", step=handler | {"form": "meter"}),
            node("xor", "which", default="other"),
            node("user", "blank", name="Just do it", step=handler),
            node("user", "tell", step=handler | {"form": "more" if has_more else "closing"}),
            node("end", "e"),
            line("s", "read", "which"),
            flows("which -> blank as gas if meter_kind == 'gas'\nwhich -> tell as other"),
            line("blank", "e"),
            line("tell", "e"),
        )
    )
    return _publish(platform, diagram, forms, later=later)


def _publish(
    platform: Platform, diagram: bytes, forms: Sequence[bytes] = (), *, later: int = 1
) -> str:
    bundle = build_bundle([diagram], [], forms)

    def add(tx):
        tx.processes.publish(
            digest=bundle.digest,
            process_id="complaint",
            diagrams=(diagram,),
            tables=(),
            forms=tuple(forms),
            by="otto",
            at=platform.now() + timedelta(hours=later),
            reason="Our own",
        )

    platform.database.write(add)
    return bundle.digest
