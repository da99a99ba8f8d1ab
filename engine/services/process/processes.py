"""The processes that cases run on: publishing, and what stands where."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor
from engine.domain.inbox import written
from engine.domain.ladder import all_roles_on
from engine.errors import DiagramRejectedError, InvalidInputError, NotFoundError
from engine.process.bundle import Element, ProcessBundle, build_bundle, inspect, load_bundle
from engine.process.finding import Finding, Layer, blocks
from engine.services.clocks.waiting import CALLS_UPWARDS
from engine.services.journal.jotting import jot_organisation
from engine.services.process.shipped_scenarios import bring
from engine.store.transaction import Transaction

COMPLAINT = "complaint"
"""Id of the process that a complaint runs on."""

CONCLUDED = "concluded"
"""Id of the process of complaints that were handled before Redress."""


def install_shipped(platform: Platform) -> bool:
    """Publish the diagrams that Redress ships, unless a process is published already.

    Returns:
        True when it was published now.

    Raises:
        DiagramRejectedError: The shipped diagram breaks a rule.
    """
    return _install(platform, COMPLAINT, ("triage.dmn", "authority.dmn"))


def install_concluded(platform: Platform) -> None:
    """Publish the process of complaints that were handled before Redress, unless it is."""
    _install(platform, CONCLUDED)


@cache
def _shipped(
    name: str, tables_of: tuple[str, ...]
) -> tuple[ProcessBundle, tuple[bytes, ...], tuple[bytes, ...]]:
    """Return a process that Redress ships, its diagrams and its tables; read once per program."""
    folder = files("bpmn")
    diagrams = ((folder / f"{name}.bpmn").read_bytes(),)
    tables = tuple((folder / table).read_bytes() for table in tables_of)
    return build_bundle(diagrams, tables), diagrams, tables


def _install(platform: Platform, name: str, tables_of: tuple[str, ...] = ()) -> bool:
    bundle, diagrams, tables = _shipped(name, tables_of)
    platform.bundles[bundle.digest] = bundle

    def work(tx: Transaction) -> bool:
        known = tx.processes.latest(name)
        if known is not None:
            if name == COMPLAINT and known[0] == bundle.digest:
                bring(platform, tx, bundle.digest)
            return False
        reason = "Shipped with Redress"
        version = tx.processes.publish(
            digest=bundle.digest,
            process_id=bundle.process_id,
            diagrams=diagrams,
            tables=tables,
            by=SYSTEM.username,
            at=platform.now(),
            reason=reason,
        )
        told = {"process": bundle.process_id, "version": version, "digest": bundle.digest}
        jot_organisation(
            platform, tx, actor=SYSTEM, kind="process.published", reason=reason, **told
        )
        if name == COMPLAINT:
            bring(platform, tx, bundle.digest)
        return True

    return platform.database.write(work)


def check_files(paths: Sequence[Path], *, layer: str = "") -> tuple[Finding, ...]:
    """Return everything there is to say about diagrams (.bpmn), tables (.dmn) and forms (.json).

    Args:
        paths: The files of one version.
        layer: Only what the rules of this layer say; all of them when empty.

    Raises:
        InvalidInputError: A file cannot be read, or is none of these; or no layer is called so.
    """
    if layer and layer not in set(Layer):
        raise InvalidInputError({"": f"“{layer}” is no layer; there are {', '.join(Layer)}."})
    findings = inspect(*read_files(paths))
    return tuple(each for each in findings if layer in {"", each.layer})


def by_layer(findings: Sequence[Finding]) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    """Return findings by what their layer asks, in their order; without layers that say nothing."""
    told = ((each.question, tuple(f for f in findings if f.layer is each)) for each in Layer)
    return tuple((question, of_layer) for question, of_layer in told if of_layer)


def read_files(paths: Sequence[Path]) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Return the bytes of diagrams (.bpmn), of decision tables (.dmn) and of forms (.json).

    A form that lies beside a diagram and is called after it, as ``claim.fee.json`` beside
    ``claim.bpmn``, belongs to it and need not be named.

    Raises:
        InvalidInputError: A file cannot be read, or is none of these.
    """
    diagrams: list[bytes] = []
    tables: list[bytes] = []
    forms: list[bytes] = []
    kinds = {
        **dict.fromkeys((".bpmn", ".bpmn2", ".xml"), diagrams),
        ".dmn": tables,
        ".json": forms,
    }
    for path in dict.fromkeys((*paths, *_forms_beside(paths))):
        kind = kinds.get(path.suffix.lower())
        if kind is None:
            raise InvalidInputError(
                {"": f"{path} is neither a diagram (.bpmn), a table (.dmn) nor a form (.json)."}
            )
        try:
            kind.append(path.read_bytes())
        except OSError as error:
            raise InvalidInputError({"": f"{path} cannot be read: {error.strerror}."}) from error
    return diagrams, tables, forms


def _forms_beside(paths: Sequence[Path]) -> Iterable[Path]:
    named = {path.resolve() for path in paths}
    for path in paths:
        if path.suffix.lower() == ".bpmn" and path.parent.is_dir():
            begin = f"{path.stem}."
            found = (each for each in sorted(path.parent.iterdir()) if each.suffix == ".json")
            yield from (e for e in found if e.name.startswith(begin) and e.resolve() not in named)


def bundle_of(platform: Platform, tx: Transaction, digest: str) -> ProcessBundle:
    """Return the process version with this digest, read once per program.

    It was published, so it runs, whatever the rules of this release ask of what is new.

    Raises:
        NotFoundError: It was never published here.
        DiagramRejectedError: Its files cannot be run at all, since somebody altered them.
    """
    known = platform.bundles.get(digest)
    if known is None:
        version = tx.processes.get(digest)
        if version is None:
            raise NotFoundError("process version", digest[:12])
        known = load_bundle(*version.files)
        platform.bundles[digest] = known
    return known


def latest(tx: Transaction, process: str = COMPLAINT, *, at: datetime) -> tuple[str, int]:
    """Return digest and number of the version on which new complaints start at a moment.

    Raises:
        NotFoundError: None is published, or none holds yet.
    """
    version = tx.releases.valid(process, at)
    if version is None:
        raise NotFoundError("published process", process)
    return version


def role_sets(
    platform: Platform, tx: Transaction, *, actor: Actor, is_able: bool = False
) -> tuple[str, ...]:
    """Return what steps carry that wait for a role of the actor.

    Args:
        platform: Where processes are known.
        tx: Reads which are published.
        actor: Whose roles.
        is_able: Leave out those for which the actor lacks a competence.
    """
    found: set[str] = set()
    for bundle in _loaded(platform, tx):
        for element in bundle.elements.values():
            held = [roles for roles in _roles_at(element) if actor.holds_any(roles)]
            # Steps that began to wait in an earlier release ask for no competence.
            found.update(map(written, held))
            if not (is_able and actor.lacks(element.competences)):
                found.update(written(roles, element.competences) for roles in held)
    return tuple(sorted(found))


def _roles_at(element: Element) -> Iterable[tuple[str, ...]]:
    """Return who may take a step of the diagram: of a call upwards, rung by rung."""
    if not element.roles:
        return ()
    return all_roles_on(element.roles) if element.form in CALLS_UPWARDS else (element.roles,)


def awaited_names(platform: Platform, tx: Transaction) -> frozenset[str]:
    """Return the messages and signals that cases of any published version can wait for."""
    return frozenset().union(*(bundle.awaits for bundle in _loaded(platform, tx)))


def _loaded(platform: Platform, tx: Transaction) -> Iterable[ProcessBundle]:
    """Return every published version that can be run; one that cannot hinders no other."""
    for digest in tx.processes.digests():
        with suppress(DiagramRejectedError):
            yield bundle_of(platform, tx, digest)


def faults_of(platform: Platform, tx: Transaction, digest: str) -> tuple[Finding, ...]:
    """Return why a published version would not pass, were it proposed today; read once."""
    known = platform.verdicts.get(digest)
    if known is None:
        version = tx.processes.get(digest)
        files = ((), (), ()) if version is None else version.files
        known = platform.verdicts[digest] = blocks(inspect(*files))
    return known
