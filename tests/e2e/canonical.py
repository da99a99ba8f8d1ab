"""XML files compared by what they say: names, values and order of elements, not their spelling."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

Said = tuple[str, ...]
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def lost_and_gained(before: bytes, after: bytes) -> tuple[list[Said], list[Said]]:
    """Return what only the first file says, and what only the second one says."""
    one, other = (Counter(_said(_root(content), "")) for content in (before, after))
    return list((one - other).elements()), list((other - one).elements())


def says(content: bytes) -> int:
    """Return how many things a file says: elements, attributes, texts, comments and so on."""
    return sum(1 for _ in _said(_root(content), ""))


def order_of(content: bytes) -> list[str]:
    """Return the ids of a file in their order."""
    found = _root(content).iter(etree.Element)
    return [element.get("id", "") for element in found if element.get("id")]


def _root(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(content, parser)  # noqa: TID251 - material of the tests


def _said(node: etree._Element, path: str) -> Iterator[Said]:
    if not isinstance(node.tag, str):
        kind = "comment" if node.tag is etree.Comment else "instruction"
        yield path, kind, (node.text or "").strip()
        return
    here = f"{path}/{node.tag}#{node.get('id', '')}"
    yield path, "element", str(node.tag), node.get("id", "")
    for name, value in node.attrib.items():
        yield here, "attribute", str(name), _value(node, str(name), str(value))
    if text := " ".join((node.text or "").split()):
        yield here, "text", text
    for child in node:
        yield from _said(child, here)
        if tail := " ".join((child.tail or "").split()):
            yield here, "text", tail


def _value(node: etree._Element, name: str, value: str) -> str:
    """Return a value; the type of an element by its namespace, whatever its prefix is."""
    if name != _XSI_TYPE:
        return value
    prefix, _, local = value.rpartition(":")
    return f"{{{node.nsmap.get(prefix or None, '')}}}{local}"
