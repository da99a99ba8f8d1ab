"""Code that other engines would run around an element: it is not run here, and is said to be there.

A process owner who drew it believes that it does something. Nothing would come of it, silently.
"""

from collections.abc import Iterable

from lxml import etree

from engine.process import xml
from engine.process.finding import Finding, Severity

_EXTENSIONS = frozenset(
    {
        *("preScript", "postScript", "executionListener", "taskListener"),
        *("inputOutput", "ioMapping", "connector"),
    }
)
_RETRIEVALS = frozenset({"messagePath", "dataPath"})
"""Expressions by which BPMN reads a key from a message."""


def code_around_elements(roots: Iterable[etree._Element]) -> Iterable[Finding]:
    """Yield a finding for each piece of code that stands around an element."""
    for root in roots:
        for piece in pieces_of_code(root):
            yield _finding(piece, xml.tag(piece)[1])


def pieces_of_code(root: etree._Element) -> Iterable[etree._Element]:
    """Yield each element that holds code for another engine, in the order of the file."""
    for element in root.iter(etree.Element):
        namespace, name = xml.tag(element)
        is_retrieval = namespace == xml.BPMN and name in _RETRIEVALS
        is_extension = namespace != xml.BPMN and name in _EXTENSIONS
        if (is_retrieval or is_extension) and _says_something(element):
            yield element


def owner_of(element: etree._Element) -> etree._Element:
    """Return the element of BPMN that it belongs to: the nearest that people can name."""
    around = (each for each in element.iterancestors() if xml.tag(each)[0] == xml.BPMN)
    return next((each for each in around if each.get("id")), element)


def _says_something(element: etree._Element) -> bool:
    """Tell whether it holds more than an empty frame, as some editors leave them."""
    return any(part.attrib or xml.text(part) for part in element.iter(etree.Element))


def _finding(element: etree._Element, name: str) -> Finding:
    owner = owner_of(element)
    id_ = owner.get("id", "")
    return Finding(
        Severity.BLOCKING,
        id_,
        owner.get("name") or id_,
        f"It carries a {name} for another engine, which is not run here.",
        "A diagram is data and never runs code; what was meant by it would silently not happen.",
        "Remove it; say what is to happen by a script task, a condition or a service task.",
        rule="code-is-not-for-other-engines",
        mend="remove-code" if id_ else "",
    )
