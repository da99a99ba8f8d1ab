"""Where cases wait on the live diagram."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.process.bundle import ProcessBundle
from engine.services import reach
from engine.services.processes import bundle_of, latest


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many steps wait at an element of the diagram."""

    element: str
    title: str
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class ProcessOverview:
    """The live diagram and where cases wait on it."""

    title: str
    version: int
    xml: str
    waiting: tuple[Waiting, ...]


def overview(platform: Platform, *, actor: Actor) -> ProcessOverview:
    """Return the live diagram with how many steps wait at each element.

    Raises:
        NotAllowedError: The actor may not see the process.
        NotFoundError: No process is published.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        digest, version = latest(tx, at=platform.now())
        bundle = bundle_of(platform, tx, digest)
        older = [bundle_of(platform, tx, digest) for digest in tx.processes.digests()]
        bundles = [bundle, *older]
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_PROCESS)
        counted = tx.steps.by_element(platform.now(), sight=seen)
    return ProcessOverview(
        title=bundle.title,
        version=version,
        xml=bundle.xml.decode(),
        waiting=tuple(_titled(bundles, counted)),
    )


def _titled(
    bundles: Sequence[ProcessBundle], counted: Iterable[tuple[str, int, int]]
) -> Iterable[Waiting]:
    """Name the elements; one that the live diagram no longer has, by the version it waits on."""
    for name, count, late in counted:
        known = (bundle.elements[name].title for bundle in bundles if name in bundle.elements)
        yield Waiting(name, next(known, name), count, late)
