"""What a mail that came in says, once it was read: hostile text, cut to size and made harmless."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

LARGEST_MAIL = 10 * 2**20
"""Bytes; a larger one is not read, and only its head is kept."""


class MailKind(StrEnum):
    """What sort of mail it is.

    Attributes:
        NEW: Somebody writes, and answers to nothing.
        REPLY: Somebody answers; to what, only a signed id tells.
        AUTO_REPLY: A machine writes, such as an absence note or a receipt of reading.
        BOUNCE: A mail server tells that a mail was not delivered, or not yet.
        BULK: A mailing list, an advertisement, or whatever else went to many.
        LOOP: It came from ourselves.
        UNREADABLE: It is larger or more tangled than an honest mail; somebody must look.
    """

    NEW = "new"
    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"
    LOOP = "loop"
    UNREADABLE = "unreadable"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the kind as a person reads it."""
        return {
            MailKind.NEW: "New message",
            MailKind.REPLY: "Reply",
            MailKind.AUTO_REPLY: "Automatic reply",
            MailKind.BOUNCE: "Delivery report",
            MailKind.BULK: "Mass mail",
            MailKind.LOOP: "Our own mail",
            MailKind.UNREADABLE: "Unreadable",
        }[self]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail.

    Attributes:
        name: As its sender called it; hostile, and perhaps empty.
        claimed_type: What its sender says it is; nobody relies on it.
    """

    name: str
    claimed_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """What a mail server tells of a mail of ours.

    Attributes:
        mail_ids: Message-IDs of the mails that it may be about.
        recipients: Addresses that were not reached, as far as it names them.
        status: Enhanced status code such as ``5.1.1``; empty where none is given.
        reason: In the words of the server, one line; empty where it gives none.
        is_final: Whether it gave up; else it still tries, or has even delivered it.
    """

    mail_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    status: str
    reason: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as it was read; every text is hostile, and none holds control characters.

    Attributes:
        kind: What sort of mail it is.
        why: Why it is of this kind, as a sentence; empty where somebody simply writes.
        sender: Address it says it comes from; anybody can write anything there. Empty for none.
        sender_name: Name beside that address.
        recipients: Addresses it went to, those on copy too; at most a hundred.
        subject: In one line.
        written_at: When its sender says that it was written; None where that is no time.
        message_id: With its angle brackets; empty for none.
        answers: Message-IDs that it answers to, the newest first.
        text: Whole text; of a page only what would be read.
        reply: The same without the history that is quoted below or above it.
        attachments: At most fifty files.
        is_person: Whether nothing tells that a machine wrote it; only then it may be answered by
            one.
        failure: What a delivery report tells.
    """

    kind: MailKind
    why: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    written_at: datetime | None = None
    message_id: str = ""
    answers: tuple[str, ...] = ()
    text: str = ""
    reply: str = ""
    attachments: tuple[Attachment, ...] = ()
    is_person: bool = False
    failure: Failure | None = None


class MailState(StrEnum):
    """What became of a mail.

    Attributes:
        FILED: It belongs to a complaint.
        ANSWERED: Besides, its sender was told at once that it came.
        QUARANTINED: Somebody must look at it.
        DISCARDED: Somebody has looked, and it needs nothing; it is forgotten after a while.
    """

    FILED = "filed"
    ANSWERED = "answered"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the state as a person reads it."""
        return {
            MailState.FILED: "Filed",
            MailState.ANSWERED: "Filed and answered",
            MailState.QUARANTINED: "To be looked at",
            MailState.DISCARDED: "Discarded",
        }[self]


@dataclass(frozen=True, slots=True)
class MailHead:
    """What is seen of a mail without reading it again.

    Attributes:
        said: Why somebody discarded it.
    """

    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    begin: str = ""
    files: int = 0
    size: int = 0
    said: str = ""

    def as_data(self) -> dict[str, object]:
        """Return it as JSON can hold it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> "MailHead":
        """Return it as it was; empty where it was erased."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail that is kept.

    Attributes:
        number: By which people name it.
        key: Blind: what two deliveries of it have in common.
        reference: Of the complaint that it belongs to; None for none.
        reason: Why it is in its state, in words of ours.
        arrived_at: When it reached the organisation.
        settled_at: When nobody had to look at it any more; None while somebody must.
    """

    number: int
    key: str
    reference: str | None
    kind: MailKind
    state: MailState
    reason: str
    head: MailHead
    arrived_at: datetime
    recorded_at: datetime
    settled_at: datetime | None
    settled_by: str

    @property
    def is_waiting(self) -> bool:
        """Tell whether somebody must look at it."""
        return self.state is MailState.QUARANTINED


EVENTS = {
    "mail.received": "A mail came in: {sort}",
    "mail.attached": "Mail {mail} was put here",
}
"""What happened to mails that came in for a complaint, in words."""
