"""Documents as the programming interface tells of them."""

from datetime import datetime

from pydantic import Field

from engine.domain.document import FileState, Kind, Origin, Purpose
from ui.api.shape import Shape


class DocumentFile(Shape):
    """A version of a document, or the redacted copy of one."""

    version: int
    is_redacted: bool
    name: str
    kind: Kind | None = Field(description="By its content; none while nothing has looked into it.")
    size: int = Field(description="Bytes.")
    sha256: str = Field(description="Of what is kept.")
    arrived_sha256: str = Field(description="Of what arrived; pictures are written anew.")
    state: FileState = Field(description="Only what is `kept` can be read.")
    finding: str = Field(description="Why it is held back.")
    by: str
    at: datetime


class Document(Shape):
    """A document of a complaint, as far as the caller may see it."""

    number: int
    purpose: Purpose
    origin: Origin
    description: str
    is_closed: bool = Field(description="Its original is only for those who work on the complaint.")
    by: str
    at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str
    files: list[DocumentFile]


class Documents(Shape):
    """The documents of a complaint."""

    items: list[Document]


class Filed(Shape):
    """The document that was made of a file."""

    number: int
