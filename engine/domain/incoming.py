"""What a mail that came in says, once it was read: hostile text, cut to size and made harmless."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

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
