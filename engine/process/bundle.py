"""One published version of a process: checked, compiled, immutable, shared by all threads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType

from engine.domain.actor import Role
from engine.domain.allowance import Allowance, parse_allowance
from engine.domain.competence import named_in
from engine.domain.form import FORMS, BlankForm, Form
from engine.domain.own_form import OwnForm
from engine.errors import DiagramRejectedError, NotFoundError
from engine.process import rules, specs
from engine.process.decisions import Table
from engine.process.diagram import THROWING, Diagram, Flow, Node
from engine.process.finding import Finding, Layer, Severity, blocks
from engine.process.material import Material, gather
from engine.process.progress import signal_name
from engine.process.questions import ready
from engine.process.run import CaseRun, ScopeSpec
from engine.process.specs import Start
from engine.process.timetable import Timetable
from engine.process.vocabulary import lane_of, roles_of


@dataclass(frozen=True, slots=True)
class Gate:
    """What an approval step demands of the person who approves."""

    role: str
    four_eyes: bool
    limit_decision: str | None


@dataclass(frozen=True, slots=True)
class Element:
    """What the diagram says about one of its elements."""

    id: str
    title: str
    """The label, or the id where there is none."""
    kind: str
    """BPMN tag without its prefix."""
    documentation: str
    """What the process owner wrote for whoever does it; empty for nothing."""
    lane: str | None
    roles: tuple[str, ...]
    """Who may take the step; empty for elements that wait for nobody."""
    form: str | None
    due: Allowance | None
    warn: float | None
    """Share of the allowance after which to warn, above 0 and below 1."""
    clause: str | None
    gate: Gate | None
    operation: str | None
    decision: str | None
    milestone: str | None
    public_status: str | None
    public_hint: str | None
    competences: tuple[str, ...]
    """What somebody must be able to do besides holding a role; empty for nothing."""
    escalate_to: str | None


@dataclass(frozen=True, slots=True)
class ProcessBundle:
    """Everything the core needs to run cases of one version."""

    digest: str
    """SHA-256 over all files, in hexadecimal."""
    process_id: str
    title: str
    xml: bytes
    """The file that holds the main process, as it came."""
    elements: Mapping[str, Element]
    tables: Mapping[str, Table]
    findings: tuple[Finding, ...]
    """What is said of how it runs; what would forbid it today comes first, see ``load_bundle``."""
    awaits: frozenset[str]
    """Messages that its cases can wait for, by name; signals by what `signal_name` returns."""
    starts: Mapping[str, Start]
    turns: Mapping[str, ScopeSpec]
    """Scopes in which the turns of repeated activities run."""
    forms: Mapping[str, OwnForm]
    """Forms of the organisation's own, by id."""
    questions: Mapping[str, type[Form]]
    """What asks those forms and checks their answers, by id."""
    flows: Mapping[str, Flow] = field(default_factory=dict)
    """Sequence flows by id, with one for each pair of link events."""
    lost_forms: frozenset[str] = frozenset()
    """Forms that its steps name and that were forms when it was published; they ask nothing."""

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Return why this release would not run it, were it new."""
        return blocks(self.findings)

    def fresh_case(self, timetable: Timetable) -> CaseRun:
        """Return a case of this version without any token yet."""
        scopes = {id_: start.spec for id_, start in self.starts.items()} | dict(self.turns)
        return CaseRun(scopes, self.process_id, self.tables, timetable)

    def form(self, name: str) -> type[Form]:
        """Return what a step asks that names this form, or none; nothing for one that is lost.

        Raises:
            NotFoundError: It is neither a form of Redress nor of this version.
        """
        known = FORMS.get(name) or self.questions.get(name)
        if known is None and name and name not in self.lost_forms:
            raise NotFoundError("form", name)
        return known or BlankForm


def build_bundle(
    diagrams: Sequence[bytes], tables: Sequence[bytes] = (), forms: Sequence[bytes] = ()
) -> ProcessBundle:
    """Check the files of one process version and make them ready to run.

    Args:
        diagrams: BPMN files; the first holds the main process, the others what it calls.
        tables: DMN files; may be empty.
        forms: Forms of the organisation's own, as JSON; may be empty.

    Raises:
        DiagramRejectedError: It would not run; carries every finding that says why.
    """
    material = gather(diagrams, tables, forms)
    findings = _findings(material)
    if blocking := blocks(findings):
        raise DiagramRejectedError(blocking)
    return _built(material, findings, digest_of(diagrams, tables, forms), diagrams[0])


def load_bundle(
    diagrams: Sequence[bytes], tables: Sequence[bytes] = (), forms: Sequence[bytes] = ()
) -> ProcessBundle:
    """Make the files of a version ready to run that was published, whatever is asked today.

    Cases run on it, and it passed the rules of its day. What only the rules of this release
    forbid is read as it was read then, and told in the findings of the bundle. Where not even
    that can be, the version is refused: its files cannot be read, or nothing ever ran them.

    Args:
        diagrams: BPMN files as they were published; the first holds the main process.
        tables: DMN files; may be empty.
        forms: Forms of the organisation's own, as JSON; may be empty.

    Raises:
        DiagramRejectedError: It cannot be run at all; carries every finding that says why.
    """
    material = gather(diagrams, tables, forms)
    findings, digest = _findings(material), digest_of(diagrams, tables, forms)
    blocking = blocks(findings)
    if not blocking:
        return _built(material, findings, digest, diagrams[0])
    try:
        return _built(material, findings, digest, diagrams[0])
    except Exception as error:
        raise DiagramRejectedError(blocking) from error


def _findings(material: Material) -> tuple[Finding, ...]:
    """Return what is said of how the files run; of files without a process always something."""
    found = rules.check(material, Layer.RUNNING)
    if material.diagram.processes or blocks(found):
        return found
    problem = "There is no process among the files."
    return (Finding(Severity.BLOCKING, "", "", problem, rule="has-a-process"), *found)


def _built(
    material: Material, findings: tuple[Finding, ...], digest: str, xml: bytes
) -> ProcessBundle:
    """Return what runs of files that were read."""
    diagram, main = material.diagram, material.diagram.processes[0]
    built = specs.build(diagram)
    elements = {node.id: _element(node, diagram) for node in diagram.nodes}
    named = {element.form for element in elements.values() if element.form}
    return ProcessBundle(
        digest=digest,
        process_id=main.id,
        title=main.name or main.id,
        xml=xml,
        elements=MappingProxyType(elements),
        tables=material.tables,
        findings=findings,
        awaits=frozenset(_awaited(diagram)),
        starts=MappingProxyType(dict(built.starts)),
        turns=MappingProxyType(dict(built.turns)),
        forms=material.forms,
        questions=MappingProxyType({id_: ready(form) for id_, form in material.forms.items()}),
        flows=MappingProxyType(
            {flow.id: flow for scope in diagram.scopes for flow in scope.flows if flow.id}
        ),
        lost_forms=frozenset(named - FORMS.keys() - material.forms.keys()),
    )


def require_publishable(
    diagrams: Sequence[bytes], tables: Sequence[bytes] = (), forms: Sequence[bytes] = ()
) -> None:
    """Refuse files with anything that forbids publishing, of whatever layer.

    A version that is published already goes on running, even where a later release asks for more;
    so this is asked of what is new, and `build_bundle` of what runs.

    Raises:
        DiagramRejectedError: At least one finding forbids publishing; it carries all of those.
    """
    blocking = blocks(inspect(diagrams, tables, forms))
    if blocking:
        raise DiagramRejectedError(blocking)


def inspect(
    diagrams: Sequence[bytes], tables: Sequence[bytes] = (), forms: Sequence[bytes] = ()
) -> tuple[Finding, ...]:
    """Return all there is to say about the files; tables and forms may come without a diagram."""
    return rules.check(gather(diagrams, tables, forms))


def _awaited(diagram: Diagram) -> Iterable[str]:
    for node in diagram.nodes:
        for event in node.events if node.kind not in THROWING else ():
            if event.kind == "message":
                yield event.name
            elif event.kind == "signal":
                yield signal_name(event.name)


def digest_of(
    diagrams: Sequence[bytes], tables: Sequence[bytes] = (), forms: Sequence[bytes] = ()
) -> str:
    """Return the SHA-256 of a version, in hexadecimal.

    The files are hashed one by one first, so that no two divisions of the same bytes agree.
    """
    files = [*diagrams, *tables, *forms]
    return sha256(b"".join(sha256(file).digest() for file in files)).hexdigest()


def _element(node: Node, diagram: Diagram) -> Element:
    step = node.step
    due = step.get("due")
    return Element(
        id=node.id,
        title=node.label,
        kind=node.kind,
        documentation=node.documentation,
        lane=lane_of(node, diagram) or None,
        roles=roles_of(node, diagram),
        form=step.get("form"),
        due=parse_allowance(due) if due else None,
        warn=float(step["warn"]) if "warn" in step else None,
        clause=step.get("clause"),
        gate=_gate(node),
        operation=step.get("operation"),
        decision=step.get("decision"),
        milestone=step.get("milestone"),
        public_status=step.get("publicStatus"),
        public_hint=step.get("publicHint"),
        competences=named_in(step.get("competence", "")),
        escalate_to=step.get("escalateTo"),
    )


def _gate(node: Node) -> Gate | None:
    if node.gate is None:
        return None
    return Gate(
        role=node.gate.get("role", Role.APPROVER),
        four_eyes=node.gate.get("fourEyes", "false") == "true",
        limit_decision=node.gate.get("limitDecision"),
    )
