"""Reads a diagram in whatever encoding it comes, and says what had to be put right for that."""

import codecs
import html
import re
from typing import Final

from lxml import etree

from engine.errors import DiagramRejectedError
from engine.process import xml
from engine.process.drawing.plane import BPMNDI, DC, DI
from engine.process.finding import Finding, Severity
from engine.process.text_file import as_text, saying_utf8

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)(\w+;)?")
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SPACE: Final = re.compile(r"""xmlns(:[\w.-]+)?\s*=\s*(["'])([^"']*)\2""")
_MODELS: Final = re.compile(r"https?://\S*bpmn\S*", re.IGNORECASE)
_PREFIXED: Final = re.compile(
    r"""</?([A-Za-z_][\w.-]{0,60}):|\s([A-Za-z_][\w.-]{0,60}):[\w.-]{1,60}=["']"""
)
_ROOT: Final = re.compile(r"<[A-Za-z_][\w.:-]{0,90}")
_SPACES: Final = {
    **dict.fromkeys(("bpmn", "bpmn2", "semantic", "model"), xml.BPMN),
    "bpmndi": BPMNDI,
    **dict.fromkeys(("dc", "omgdc"), DC),
    **dict.fromkeys(("di", "omgdi"), DI),
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_UTF8: Final = frozenset({"", "utf-8", "utf8", "ascii", "us-ascii"})


def read_any(content: bytes) -> tuple[etree._Element, list[str]]:
    """Return the root of a diagram, and a sentence for each thing that was put right.

    Raises:
        DiagramRejectedError: It is no XML, or no diagram of BPMN 2.0, or far too large.
    """
    declared = _declared(content)
    if _is_misnamed(content, declared):
        return _read_text(content.decode(), [f"It is in UTF-8, and not in {declared} as it says."])
    try:
        root = xml.parse(content)
    except DiagramRejectedError:
        if len(content) > xml.MOST_BYTES or not content.strip():
            raise
        return _read_text(*_decoded(content, declared))
    return _as_definitions(root, _told_of(declared))


def as_utf8(content: bytes) -> tuple[str, list[str]]:
    """Return a file as text that says it is UTF-8, and a sentence for what was put right for that.

    Whatever keeps it from being read as XML stays: it may not be a diagram.
    """
    declared = _declared(content)
    if _is_misnamed(content, declared):
        text, told = content.decode(), [f"It is in UTF-8, and not in {declared} as it says."]
    else:
        try:
            text, told = as_text(content), _told_of(declared)
        except DiagramRejectedError:
            text, told = _decoded(content, declared)
    text = saying_utf8(text)
    plain = _NO_XML.sub("", text)
    if plain != text:
        told = [*told, "Control characters that no file may hold were left out."]
    return plain, told


def _told_of(declared: str) -> list[str]:
    return [] if declared in _UTF8 else [f"It was written in {declared}; now it is in UTF-8."]


def _declared(content: bytes) -> str:
    mark = next((name for begin, name in _MARKS if content.startswith(begin)), "")
    if mark and mark != "utf-8-sig":
        return mark
    found = _DECLARED.match(content.removeprefix(codecs.BOM_UTF8))
    return found[1].decode().lower() if found else ""


def _is_misnamed(content: bytes, declared: str) -> bool:
    """Tell whether it says a one-byte encoding, but is in UTF-8."""
    if declared in _UTF8 or declared.startswith("utf-") or content.isascii():
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(content: bytes, declared: str) -> tuple[str, list[str]]:
    """Return the text, by its mark, by what it says, and else by what it looks like."""
    mark = next((name for begin, name in _MARKS if content.startswith(begin)), "")
    zeros = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
    guesses = [mark, zeros.get(content.lstrip()[:2], ""), declared, "utf-8", "cp1252", "latin-1"]
    for guess in filter(None, guesses):
        try:
            text = content.decode(guess)
        except (UnicodeDecodeError, LookupError):
            continue
        plain = guess.removesuffix("-sig")
        said = f"It was written in {plain}; now it is in UTF-8."
        return text, [] if plain in _UTF8 else [said]
    return content.decode("latin-1"), []


def _read_text(text: str, told: list[str]) -> tuple[etree._Element, list[str]]:
    """Return the root of a text, freed of what keeps it from being read.

    Raises:
        DiagramRejectedError: It cannot be read all the same.
    """
    plain = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n")).lstrip()
    for pattern, by, said in (
        (_NO_XML, "", "Control characters that no XML may hold were left out."),
        (_DOCTYPE, "", "Its document type was left out; nothing of a diagram stands there."),
    ):
        changed = pattern.sub(by, plain)
        told += [said] if changed != plain else []
        plain = changed
    plain, missing = _with_spaces_declared(plain)
    told += [f"What {missing} stands for was not declared."] if missing else []
    changed = _ENTITY.sub(_plain_entity, plain)
    told += ["Signs such as & were written as XML wants them."] if changed != plain else []
    return _as_definitions(xml.parse(changed.encode()), told)


def _with_spaces_declared(text: str) -> tuple[str, str]:
    """Return a text that declares all prefixes it uses, and those that it did not."""
    plain = _SPACE.sub(lambda m: m.group().replace(m[3], m[3].replace(" ", "%20")), text)
    declared = {found[1] for found in re.finditer(r"xmlns:([\w.-]{1,60})\s{0,9}=", plain)}
    used = [found[1] or found[2] for found in _PREFIXED.finditer(plain)]
    missing = [name for name in dict.fromkeys(used) if name not in {*declared, "xml", "xmlns"}]
    root = _ROOT.search(plain)
    if not missing or root is None:
        return plain, ""
    spaces = "".join(f' xmlns:{name}="{_SPACES.get(name, f"urn:{name}")}"' for name in missing)
    written = f"{plain[: root.end()]}{spaces}{plain[root.end() :]}"
    return written, ", ".join(f"“{name}:”" for name in missing)


def _plain_entity(found: re.Match[str]) -> str:
    """Return a character that HTML has a name for; any other & stands for itself."""
    sign = html.unescape(found.group())
    return html.escape(sign) if sign != found.group() else f"&amp;{found[1] or ''}"


def _as_definitions(root: etree._Element, told: list[str]) -> tuple[etree._Element, list[str]]:
    """Return the root as one of BPMN 2.0, where it is of a draft, or says no namespace.

    Raises:
        DiagramRejectedError: It is something else.
    """
    space, name = xml.tag(root)
    if space == xml.BPMN and name == "definitions":
        return root, told
    inner = root.find(f".//{{{xml.BPMN}}}definitions")
    if inner is not None:
        text: bytes = etree.tostring(inner, with_tail=False)
        return xml.parse(text), [*told, "What stood around the diagram was left out."]
    if name != "definitions" or (space and not _MODELS.fullmatch(space)):
        raise DiagramRejectedError([_no_diagram(name)])
    text_of: str = etree.tostring(root, encoding="unicode")
    if space:
        text_of = _SPACE.sub(
            lambda m: m.group().replace(space, xml.BPMN) if m[3] == space else m.group(), text_of
        )
        return xml.parse(text_of.encode()), [*told, "It is of a draft of BPMN 2.0."]
    for part in root.iter(etree.Element):
        if not xml.tag(part)[0]:
            part.tag = f"{{{xml.BPMN}}}{part.tag}"
    return root, [*told, "It did not say that it is of BPMN 2.0."]


def _no_diagram(name: str) -> Finding:
    problem = f"It is no diagram of BPMN 2.0, but begins with “{name}”."
    fix = "Save it as BPMN 2.0 in the tool that it was drawn in."
    return Finding(Severity.BLOCKING, "", "", problem, fix=fix)
