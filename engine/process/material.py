"""The files of one process version, read as far as they can be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from lxml import etree

from engine.domain.own_form import OwnForm
from engine.errors import DiagramRejectedError
from engine.process import foreign, xml
from engine.process.decision_file import read_file
from engine.process.decisions import Table
from engine.process.diagram import Diagram
from engine.process.diagram_file import read
from engine.process.finding import Finding, Severity
from engine.process.operators import ExpressionError
from engine.process.questions import read_forms
from engine.process.tree import Tree


@dataclass(frozen=True, slots=True)
class Material:
    """What the rules look at."""

    diagram: Diagram
    tree: Tree
    """The same files, with what no case runs."""
    tables: Mapping[str, Table]
    findings: tuple[Finding, ...]
    """What went wrong while reading; every one of them blocks."""
    has_diagrams: bool
    forms: Mapping[str, OwnForm] = field(default_factory=dict)
    """Forms of the organisation's own, by id."""


def gather(
    diagrams: Sequence[bytes], tables: Sequence[bytes], forms: Sequence[bytes] = ()
) -> Material:
    """Read all files, and go on past those that cannot be read."""
    findings: list[Finding] = []
    roots = [root for file in diagrams if (root := _parsed(file, findings)) is not None]
    findings += foreign.code_around_elements(roots)
    read_tables: dict[str, Table] = {}
    for file in tables:
        root = _parsed(file, findings)
        if root is not None:
            _collect(root, read_tables, findings)
    own_forms = read_forms(forms, findings)
    return Material(
        diagram=read(roots),
        tree=Tree(roots),
        tables=MappingProxyType(read_tables),
        findings=tuple(findings),
        has_diagrams=bool(diagrams),
        forms=MappingProxyType(own_forms),
    )


def _parsed(file: bytes, findings: list[Finding]) -> etree._Element | None:
    try:
        return xml.parse(file)
    except DiagramRejectedError as refusal:
        findings += [found for found in refusal.findings if isinstance(found, Finding)]
        return None


def _collect(root: etree._Element, tables: dict[str, Table], findings: list[Finding]) -> None:
    entries = read_file(root)
    if not entries:
        problem = "It holds no decision."
        findings.append(Finding(Severity.BLOCKING, "", "", problem, rule=xml.READABLE))
    for decision, table in entries:
        id_ = decision.get("id", "")
        if isinstance(table, ExpressionError):
            findings.append(_unreadable(decision, f"The decision cannot be used: {table}."))
            continue
        if id_ in tables or not id_:
            findings.append(_unreadable(decision, f"The decision id “{id_}” is not unique."))
        tables[id_] = table


def _unreadable(decision: etree._Element, problem: str) -> Finding:
    id_ = decision.get("id", "")
    label = decision.get("name") or id_
    return Finding(Severity.BLOCKING, id_, label, problem, rule=xml.READABLE)
