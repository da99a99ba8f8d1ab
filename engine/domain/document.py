"""Documents of a complaint: their versions, their redacted copies, and who sees which of them.

A document is never changed. What is put in its place is a new version beside it, and what others
may see of it is a redacted copy, which is a file of its own (ISO 10002:2018, 4.10 and 7.6).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

LONGEST_NAME = 150
"""Characters of the name of a file, its ending among them."""

_NOBODY_SEES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that are not shown, or that turn the others around."""
_NOT_IN_NAMES = re.compile(r'[<>:"|?*/\\]+')
_OF_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_UNNAMED = "document"


class Kind(StrEnum):
    """What a file is by its content; nothing else is kept."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TEXT = "text"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the kind as a person reads it."""
        return _KINDS[self][0]

    @property
    def media_type(self) -> str:
        """Return what browsers and programs call it."""
        return _KINDS[self][1]

    @property
    def ending(self) -> str:
        """Return the ending of the names of such files, without its dot."""
        return _KINDS[self][2]


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_KINDS = {
    Kind.PDF: ("PDF", "application/pdf", "pdf"),
    Kind.PNG: ("Picture", "image/png", "png"),
    Kind.JPEG: ("Picture", "image/jpeg", "jpg"),
    Kind.TEXT: ("Text", "text/plain", "txt"),
    Kind.DOCX: ("Word document", f"{_OPEN_XML}wordprocessingml.document", "docx"),
    Kind.XLSX: ("Excel table", f"{_OPEN_XML}spreadsheetml.sheet", "xlsx"),
    Kind.PPTX: ("PowerPoint slides", f"{_OPEN_XML}presentationml.presentation", "pptx"),
    Kind.ODT: ("OpenDocument text", f"{_OPEN_DOCUMENT}text", "odt"),
    Kind.ODS: ("OpenDocument table", f"{_OPEN_DOCUMENT}spreadsheet", "ods"),
    Kind.ODP: ("OpenDocument slides", f"{_OPEN_DOCUMENT}presentation", "odp"),
}


class Purpose(StrEnum):
    """What a document is for."""

    EVIDENCE = "evidence"
    CORRESPONDENCE = "correspondence"
    AUTHORITY = "authority"
    IDENTITY = "identity"
    OTHER = "other"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the purpose as a person reads it."""
        return {
            Purpose.EVIDENCE: "Evidence",
            Purpose.CORRESPONDENCE: "Correspondence",
            Purpose.AUTHORITY: "Authority to represent",
            Purpose.IDENTITY: "Proof of identity",
            Purpose.OTHER: "Other",
        }[self]


class Origin(StrEnum):
    """Who a document comes from."""

    COMPLAINANT = "complainant"
    REPRESENTATIVE = "representative"
    ORGANISATION = "organisation"
    THIRD_PARTY = "third_party"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the origin as a person reads it."""
        return {
            Origin.COMPLAINANT: "The complainant",
            Origin.REPRESENTATIVE: "A representative",
            Origin.ORGANISATION: "The organisation",
            Origin.THIRD_PARTY: "Somebody else",
        }[self]


class FileState(StrEnum):
    """Whether a file may be read.

    Attributes:
        KEPT: It was looked into, and may be read.
        HELD: Something in it could do harm; somebody who answers for it releases it, or not.
        UNSEEN: It could not be looked into yet; that is tried again.
    """

    KEPT = "kept"
    HELD = "held"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """One file: a version of a document, or the redacted copy of one.

    Attributes:
        version: From 1.
        name: As it was called where it came from, made harmless.
        kind: By its content; None while it was not looked into.
        size: Bytes, as it is kept.
        sha256: Of what is kept, hex.
        arrived_sha256: Of what arrived; another one where a picture was written anew.
        finding: Why it is held; empty where nothing was found.
        storage: Under which random name it is stored.
        by: User name of whoever added it.
        released_by: Who let a held file be read; empty while nobody has.
    """

    id: int
    version: int
    is_redacted: bool
    name: str
    kind: Kind | None
    size: int
    sha256: str
    arrived_sha256: str
    state: FileState
    finding: str
    storage: str
    by: str
    at: datetime
    released_by: str = ""
    release_reason: str = ""

    @property
    def download_name(self) -> str:
        """Return a name whose ending says what the file is, whatever it was called."""
        if self.kind is None:
            return f"{self.name}.held"
        return f"{_ENDING.sub('', self.name) or _UNNAMED}.{self.kind.ending}"


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a case.

    Attributes:
        number: Within its case, from 1.
        is_closed: The original is only for those who work on the case; all others see the
            redacted copy, where there is one.
        withdrawn_at: Since when it no longer counts; None for one that does.
        files: Its versions and their redacted copies, oldest first.
    """

    id: int
    number: int
    purpose: Purpose
    origin: Origin
    description: str
    is_closed: bool
    by: str
    at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None
    withdrawal_reason: str
    files: tuple[DocumentFile, ...]

    @property
    def versions(self) -> int:
        """Return how many versions there are."""
        return max((file.version for file in self.files), default=0)

    @property
    def newest(self) -> DocumentFile | None:
        """Return the newest version, or the newest redacted copy where only copies are seen."""
        originals = [file for file in self.files if not file.is_redacted]
        found = originals or list(self.files)
        return found[-1] if found else None

    def file(self, version: int | None, *, is_redacted: bool) -> DocumentFile | None:
        """Return one file; the newest of its sort without a version, None where there is none."""
        found = [
            file
            for file in self.files
            if file.is_redacted == is_redacted and version in {None, file.version}
        ]
        return found[-1] if found else None

    def seen(self, *, sees_originals: bool) -> "Document":
        """Return the document as somebody sees it.

        Of a closed one, others see redacted copies only; neither name nor hash of the original
        nor what is said about it is told.
        """
        if sees_originals or not self.is_closed:
            return self
        copies = tuple(file for file in self.files if file.is_redacted)
        return replace(self, files=copies, description="")


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is said of a document that is added.

    Attributes:
        name: Of the file, as its sender called it.
        is_closed: Whether its original is only for those who work on the case.
    """

    name: str
    purpose: Purpose = Purpose.EVIDENCE
    origin: Origin = Origin.COMPLAINANT
    description: str = ""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a document.

    Attributes:
        is_closed: Whether its original is only for those who work on the case.
    """

    purpose: Purpose
    origin: Origin
    text: str = ""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is stored, and that a row is about to speak of.

    Attributes:
        name: As people see it.
        kind: None where it was not looked into.
        key: That it is sealed with; a secret.
        stored_size: Bytes, sealed.
        stored_sha256: Of the sealed file, hex.
    """

    name: str
    kind: Kind | None
    size: int
    sha256: str
    arrived_sha256: str
    state: FileState
    finding: str
    storage: str
    key: bytes = field(repr=False)
    stored_size: int
    stored_sha256: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what is taken.

    Attributes:
        largest: Bytes of one file.
        most_pixels: Of one picture.
        kinds: What is taken.
    """

    largest: int
    most_pixels: int
    kinds: Sequence[Kind] = tuple(Kind)


def safe_name(given: str) -> str:
    r"""Return a name of a file that says the same and can do nothing; never an empty one.

    It is shown to people and offered to browsers; nothing is ever stored under it.

    >>> safe_name("../../etc/cron.d/x"), safe_name("..\\evil\x00.exe"), safe_name("\u200b.htaccess")
    ('x', 'evil.exe', 'htaccess')
    """
    composed = unicodedata.normalize("NFC", given.encode(errors="replace").decode())
    last = re.split(r"[/\\]", composed)[-1]
    seen = "".join(c for c in last if unicodedata.category(c) not in _NOBODY_SEES)
    plain = " ".join(_NOT_IN_NAMES.sub(" ", seen).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    if _OF_WINDOWS.match(stem):
        stem = f"{stem}_"
    room = LONGEST_NAME - len(dot + ending[:20])
    return f"{stem[:room].rstrip('. ')}{dot}{ending[:20]}".strip(". ") or _UNNAMED


EVENTS = {
    "document.added": "Document {document} added",
    "document.version_added": "Document {document}: version {version} added",
    "document.redacted": "Document {document}: redacted copy of version {version} added",
    "document.described": "Document {document} described anew",
    "document.withdrawn": "Document {document} withdrawn: {reason}",
    "document.released": "Document {document}: version {version} released. {reason}",
    "document.inspected": "Document {document} looked into",
}
"""What happened to documents, in words; that one was read stands in the journal only."""
