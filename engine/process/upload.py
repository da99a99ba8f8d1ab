"""Files as they come from somebody's computer: read as text, or refused with a clear sentence."""

import codecs
import json
from pathlib import PurePath
from typing import Final, NamedTuple

from engine.domain.process_draft import FileKind, kind_of
from engine.errors import DiagramRejectedError, InvalidInputError
from engine.process import xml
from engine.process.finding import Finding
from engine.process.repair.reading import as_utf8, read_any

_OTHERS: Final = (
    (b"%PDF", "is a PDF, in which a process is only a picture."),
    (b"\x89PNG", "is a picture (PNG)."),
    (b"\xff\xd8\xff", "is a picture (JPEG)."),
    (b"GIF8", "is a picture (GIF)."),
    (b"PK\x03\x04", "is a packed file (ZIP, or a document of Office, Visio or Bizagi)."),
    (b"\xd0\xcf\x11\xe0", "is a document of an old Office or Visio."),
    (b"\x1f\x8b", "is a packed file (GZIP)."),
    (b"7z\xbc\xaf", "is a packed file (7z)."),
    (b"Rar!", "is a packed file (RAR)."),
)
_INSTEAD: Final = "Export the process as BPMN 2.0 from the program it was drawn in."
_DMN: Final = "omg.org/spec/DMN/"
_ENDINGS: Final = "is no diagram (.bpmn), no decision table (.dmn) and no form (.json)."
_PROGRAMS: Final = {
    "package": "XPDL",
    "aml": "an export of ARIS (AML)",
    "adoxml": "an export of ADONIS (ADOxml)",
    "svg": "a picture (SVG)",
    "html": "a page of the web",
    "mxfile": "a drawing of draw.io",
    "mxgraphmodel": "a drawing of draw.io",
    "pnml": "a Petri net (PNML)",
    "epml": "an event-driven process chain (EPML)",
}
"""What files hold that people take for diagrams, by the name that they begin with."""


class Upload(NamedTuple):
    """A file that can be kept with a process.

    Attributes:
        name: As it came, with another ending where it is of another kind than its ending says.
        text: In whatever encoding it came; its declaration says UTF-8.
        told: A sentence for each thing that had to be put right so that it can be kept as text.
    """

    name: str
    kind: FileKind
    text: str
    told: tuple[str, ...]


def read_upload(name: str, content: bytes) -> Upload:
    """Return a file of a process as text.

    Raises:
        InvalidInputError: It is none; it says what it is, and what to do.
    """
    kind, foreign = kind_of(name), _foreign(content)
    if not content.strip(b"\0 \t\r\n" + codecs.BOM_UTF8):
        said = "is empty."
    elif foreign:
        said = f"{foreign} {_INSTEAD}"
    elif kind is None:
        said = _ENDINGS
    else:
        text, told = as_utf8(content)
        space = _space_of(text)
        if kind is not FileKind.FORM and space:
            kind = FileKind.TABLE if _DMN in space else FileKind.DIAGRAM
        said = _problem_of(kind, text)
        if not said:
            return Upload(_named(name, kind), kind, text, tuple(told))
    raise InvalidInputError({name[:60]: said})


def _foreign(content: bytes) -> str:
    return next((said for begin, said in _OTHERS if content.startswith(begin)), "")


def _space_of(text: str) -> str:
    """Return the namespace of definitions; empty for anything else."""
    try:
        space, name = xml.tag(xml.parse(text.encode()))
    except DiagramRejectedError:
        return ""
    return space if name == "definitions" and (_DMN in space or space == xml.BPMN) else ""


def _named(name: str, kind: FileKind) -> str:
    return name if kind_of(name) is kind else f"{PurePath(name).stem}{kind.suffix}"


def _problem_of(kind: FileKind, text: str) -> str:
    """Return why a file is none of its kind; empty when it can be kept."""
    try:
        if kind is FileKind.DIAGRAM:
            read_any(text.encode())
        elif kind is FileKind.TABLE:
            xml.parse(text.encode())
        elif not isinstance(json.loads(text), dict):
            return "is no form: it holds no fields."
    except DiagramRejectedError as refusal:
        return _in_words(refusal, kind)
    except (ValueError, RecursionError):
        return "is no form: it is not written as JSON."
    return ""


def _in_words(refusal: DiagramRejectedError, kind: FileKind) -> str:
    """Return why a file is refused, naming the program that it may come from."""
    found = (each.problem for each in refusal.findings if isinstance(each, Finding))
    problem = next(found, str(refusal))
    if kind is FileKind.TABLE:
        return f"cannot be read as a decision table: {problem[0].lower()}{problem[1:]}"
    word = problem.partition("begins with “")[2].partition("”")[0]
    if program := _PROGRAMS.get(word.lower()):
        return f"is {program} and not BPMN 2.0. {_INSTEAD}"
    return f"cannot be read as a diagram: {problem[0].lower()}{problem[1:]} {_INSTEAD}"
