"""The text of a mail that came as a page: what would be read, never what would be shown or run."""

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

_LARGEST = 2**20
"""Characters that are read of a page."""

_UNREAD = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg"})
_BLOCKS = frozenset(
    {
        *("address", "article", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
        *("ol", "p", "pre", "section", "table", "tr", "ul"),
    }
)
_QUOTE = "blockquote"
_DEEPEST_QUOTE = 20
_TAG = re.compile(r"<[^>]{0,2000}>")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")


def text_of(page: str) -> str:
    """Return what would be read of a page, line by line; quoted blocks begin with ``>``.

    Args:
        page: Anything at all.
    """
    cut = page[:_LARGEST]
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        tree = lxml.html.document_fromstring(cut.encode(errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return _without_tags(cut)
    if any("depth" in each.message.lower() for each in parser.error_log):
        return _without_tags(cut)
    return _lines("".join(_pieces(tree)))


def _without_tags(page: str) -> str:
    """Return the text of what is no page that can be read."""
    return _lines(_TAG.sub("\n", page))


def _pieces(tree: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield text, with line breaks where a block begins or ends, and a mark for each quote."""
    skipped = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _UNREAD:
            skipped += 1 if event == "start" else -1
        elif not skipped:
            yield from _marks(name, event)
        if not skipped:
            text = element.text if event == "start" else element.tail
            yield _SPACE.sub(" ", text or "") if name != "pre" else (text or "")


def _marks(name: str, event: str) -> Iterator[str]:
    if name == _QUOTE:
        yield "\n\x0e" if event == "start" else "\n\x0f"
    elif name in _BLOCKS or (name == "br" and event == "start"):
        yield "\n"
    elif name in {"td", "th"} and event == "end":
        yield " "


def _lines(text: str) -> str:
    """Return tidy lines: no more than one empty one at a time, quoted ones marked."""
    depth, lines = 0, list[str]()
    for line in text.split("\n"):
        depth = max(0, depth + line.count("\x0e") - line.count("\x0f"))
        plain = _SPACE.sub(" ", line.replace("\x0e", "").replace("\x0f", "")).strip()
        mark = "> " * min(depth, _DEEPEST_QUOTE)
        if plain or (lines and lines[-1].strip("> ")):
            lines.append(f"{mark}{plain}".rstrip())
    return "\n".join(lines).strip()
