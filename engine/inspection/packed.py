"""Files of office programs, which are archives; any other archive is refused.

They are never unpacked to the disk. Each part is read once, within limits, and looked at.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise

from engine.domain.document import Kind
from engine.inspection.report import RefusedError, Report, refuse, sentence

_MOST_PARTS = 4_000
_MOST_INFLATED = 256 * 2**20
"""Bytes of all parts together."""
_MOST_RATIO = 200
_SMALL = 16 * 2**20
"""Bytes of parts that are worth no thought about how well they were packed."""
_END_RECORD = 22
_PART_HEAD = 30

_OPEN_XML = {
    "word/document.xml": Kind.DOCX,
    "xl/workbook.xml": Kind.XLSX,
    "ppt/presentation.xml": Kind.PPTX,
}
_OPEN_DOCUMENT = {kind.media_type.encode(): kind for kind in (Kind.ODT, Kind.ODS, Kind.ODP)}
_MACRO_NAMES = re.compile(r"vbaproject\.bin$|vbadata\.xml$|^(?:basic|scripts)/", re.IGNORECASE)
_MACRO_TYPES = re.compile(rb"macroenabled", re.IGNORECASE)
_EMBEDDED_NAMES = re.compile(
    r"/embeddings/|/activex/|oleobject|externallinks/|/ctrlprops/", re.IGNORECASE
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
_ARCHIVES = (
    b"PK\x03\x04",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"BZh",
    b"\xfd7zXZ",
)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_FETCHED = re.compile(
    rb"<draw:(?:image|object|object-ole|plugin|applet|floating-frame)\b[^>]*"
    rb"xlink:href\s*=\s*[\"'](?:\w+:|//|\\\\)",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"\bDDE(?:AUTO)?\b")

_MACROS = "It holds macros. Save it without them, or as a PDF."
_DAMAGED = "It is damaged."
_NO_OFFICE_FILE = "Archives are not taken. Unpack it, and send the files in it one by one."
_HIDES = "It is put together so that it can be read in two ways."
_BOMB = "It unpacks to far more than an honest file would."


def look_into(data: bytes) -> Report:
    """Return what an office file is and why it is held back.

    Raises:
        RefusedError: It is no such file, is damaged, too large inside, or holds macros.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _refuse_tricks(data, archive, parts)
            finding = sentence(_findings(archive, parts))
            kind = _kind_of(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError,
            RuntimeError, KeyError) as error:  # fmt: skip
        raise RefusedError(_DAMAGED) from error
    return Report(kind, finding)


def _refuse_tricks(data: bytes, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that says of itself what cannot be, or that is something else besides.

    Raises:
        RefusedError: It does.
    """
    if not 0 < len(parts) <= _MOST_PARTS:
        refuse(_BOMB if parts else _DAMAGED)
    names = [part.filename.casefold() for part in parts]
    is_strange = any(
        "\\" in name or name.startswith("/") or ".." in name.split("/") for name in names
    )
    if is_strange or len(set(names)) < len(names):
        refuse(_HIDES)
    ends_there = data[-_END_RECORD:].startswith(b"PK\x05\x06") and not archive.comment
    begins = sorted((part.header_offset, part.compress_size) for part in parts)
    overlaps = any(
        at + _PART_HEAD + size > following for (at, size), (following, _) in pairwise(begins)
    )
    if begins[0][0] != 0 or not ends_there or overlaps:
        refuse(_HIDES)
    if any(part.flag_bits & 1 for part in parts):
        refuse("It is encrypted, so that nobody could look into it. Send it without a password.")
    whole = sum(part.file_size for part in parts)
    if whole > _MOST_INFLATED or (whole > _SMALL and whole > _MOST_RATIO * len(data)):
        refuse(_BOMB)


def _kind_of(archive: zipfile.ZipFile) -> Kind:
    """Return which office program made it.

    Raises:
        RefusedError: None did.
    """
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        found = [kind for name, kind in _OPEN_XML.items() if name in names]
        if len(found) == 1:
            return found[0]
    if "mimetype" in names and {"content.xml", "META-INF/manifest.xml"} <= names:
        kind = _OPEN_DOCUMENT.get(archive.read("mimetype").strip())
        if kind is not None:
            return kind
    raise RefusedError(_NO_OFFICE_FILE)


def _findings(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> Iterator[str]:
    """Yield what could do harm in the parts.

    Raises:
        RefusedError: A part holds a program, macros, or is longer than it says.
    """
    left = _MOST_INFLATED
    for part in parts:
        content = _content_of(archive, part)
        left -= len(content)
        if left < 0:
            refuse(_BOMB)
        if _MACRO_NAMES.search(part.filename) or content.startswith(_PROGRAMS):
            refuse(_MACROS)
        if _EMBEDDED_NAMES.search(part.filename) or content.startswith(_ARCHIVES):
            yield "other files are hidden in it"
        yield from _in_text(part.filename.lower(), content)


def _content_of(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with archive.open(part) as opened:
        content = opened.read(part.file_size + 1)
    if len(content) != part.file_size:
        refuse(_DAMAGED)
    return content


def _in_text(name: str, content: bytes) -> Iterator[str]:
    """Yield what could do harm in a part that is text.

    Raises:
        RefusedError: It holds macros, or entities.
    """
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    if b"\x00" in content[:200]:
        yield "parts of it are written so that they cannot be looked into"
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        refuse(_HIDES)
    if name == "[content_types].xml" and _MACRO_TYPES.search(content):
        refuse(_MACROS)
    relations = (each[0] for each in _RELATION.finditer(content) if name.endswith(".rels"))
    if any(_OUTSIDE.search(each) and not _LINK.search(each) for each in relations):
        yield "it fetches something from elsewhere when it is opened"
    if _FETCHED.search(content):
        yield "it fetches something from elsewhere when it is opened"
    if name == "word/document.xml" and _FIELD.search(content):
        yield "it asks other programs for data"
    if name == "meta-inf/manifest.xml" and b"encryption-data" in content:
        yield "it is encrypted, so that nobody could look into it"
