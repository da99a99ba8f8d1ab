"""Read XML from strangers: bounded in size, without document types, entities or the network."""

from lxml import etree

from engine.errors import DiagramRejectedError
from engine.process.finding import Finding, Severity

MOST_BYTES = 1_000_000
"""Largest diagram or decision table; real ones have 10 to 300 kB."""

MOST_ELEMENTS = 20_000
"""Most elements of a file; a drawn step has about fifteen, and 500 steps are run."""

READABLE = "files-can-be-read"
"""Name of the rule that is asked before all others."""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
REDRESS = "urn:redress:bpmn:1.0"


def parse(content: bytes) -> etree._Element:
    """Return the root element of a file.

    Args:
        content: The bytes as they came; the encoding is taken from the file itself.

    Raises:
        DiagramRejectedError: The file is too large, declares a document type, or is no XML.
    """
    if len(content) > MOST_BYTES:
        problem = f"It has {len(content):,} bytes; at most {MOST_BYTES:,} are read."
        raise DiagramRejectedError([_finding(problem, fix="Split it into several files.")])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)  # noqa: TID251 - this is the way in that the rule names
    except (etree.XMLSyntaxError, ValueError) as error:
        problem = f"It is no well-formed XML: {error}."
        raise DiagramRejectedError([_finding(problem)]) from error
    count = sum(1 for _ in root.iter())
    if count > MOST_ELEMENTS:
        problem = f"It has {count:,} elements; at most {MOST_ELEMENTS:,} are read."
        raise DiagramRejectedError([_finding(problem, fix="Split it into several files.")])
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr] # the stubs are wrong
        found = _finding(
            "It declares a document type.",
            why="Document types can make a reader fetch or expand what nobody sees.",
            fix="Remove the line that begins with <!DOCTYPE.",
        )
        raise DiagramRejectedError([found])
    return root


def tag(element: etree._Element) -> tuple[str, str]:
    """Return namespace and local name; two empty texts for comments and instructions."""
    name = element.tag
    if not isinstance(name, str):
        return "", ""
    namespace, _, local = name.rpartition("}")
    return namespace[1:], local


def text(element: etree._Element | None) -> str:
    """Return the text of an element without space around it; empty when there is none."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def _finding(problem: str, why: str = "", fix: str = "") -> Finding:
    return Finding(Severity.BLOCKING, "", "", problem, why, fix, rule=READABLE)
