"""A letter as the bytes of a mail: nothing in it becomes a header, an address or a second mail.

What somebody wrote stands in subject, address and body. Some releases of Python write a line break
into a header that came in as an encoded word (CVE-2024-6923), so we do not trust the library with
it: whatever is written is read again, by a reader of our own, and compared with what was meant.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime

from engine.domain.text import without_controls
from engine.errors import UnsafeMailError

LONGEST_SUBJECT = 200
"""Characters; a longer one is cut, since it is only a title."""

LONGEST_BODY = 200_000
"""Characters; the longest letter that a form takes has a tenth of it."""

_ALWAYS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Says to machines that they need not answer (RFC 3834, 5), so that two never write in a circle."""

_CONTENT = ("Content-Type", "Content-Transfer-Encoding", "MIME-Version")
_CONTENTS = ("Content-Type", "MIME-Version")
"""Of a mail with something attached; how each part is written stands with the part."""
_ATOM = r"[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]"
_ADDRESS = re.compile(f"{_ATOM}{{1,64}}@{_ATOM}+")
_LONGEST_ADDRESS = 254
_ID = re.compile(r"<[\w.+-]+@[\w.-]+>")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,98}\.[a-z]{3,4}")
_MEDIA_TYPE = re.compile(r"(application|image)/[a-z0-9][a-z0-9.+-]{0,126}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail.

    Attributes:
        name: Of the file: letters, digits, hyphens and full stops.
        media_type: Of its content; never one of text, which mail programs write anew.
    """

    name: str
    content: bytes
    media_type: str = "application/pdf"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("references", MessageIDHeader)  # type: ignore[arg-type] # a mixin, as all there
# Else the library writes a long one as an encoded word, and no program finds the id in it.
_PLAIN = policy.SMTP.clone(header_factory=_HEADERS)
_INTERNATIONAL = policy.SMTPUTF8.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class Thread:
    """What programs put into an answer, so that it is known what it answers to.

    Attributes:
        reference: An id that all mails about the same share, with its angle brackets.
        reply_to: Where answers are to go; empty for where the mail comes from.
    """

    reference: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail as it leaves.

    Attributes:
        sender: The one address it comes from.
        recipient: The one address it goes to.
        content: What the mail server is handed; in UTF-8 where an address is no ASCII.
    """

    sender: str
    recipient: str
    content: bytes

    @property
    def is_international(self) -> bool:
        """Tell whether the mail server must know addresses in UTF-8 (RFC 6531)."""
        return not (self.sender.isascii() and self.recipient.isascii())


def seal(
    *,
    sender: str,
    recipient: str,
    subject: str,
    body: str,
    message_id: str,
    at: datetime,
    attachments: Sequence[Attachment] = (),
    thread: Thread | None = None,
) -> Envelope:
    """Return the mail as bytes that were read again and say what was meant, and no more.

    Args:
        sender: Address of the organisation.
        recipient: One address, without a name.
        subject: Becomes one line; cut to ``LONGEST_SUBJECT`` characters.
        body: Plain text, at most ``LONGEST_BODY`` characters.
        message_id: As the outbox keeps it, so that a second copy has the same.
        at: When it leaves.
        attachments: The same letter as PDF, or files that somebody is asked about.
        thread: By what an answer finds back; None for a mail that nobody is to answer.

    Raises:
        UnsafeMailError: An address is not one address, the text is too long, or what was written
            does not say what was meant.
    """
    if len(body) > LONGEST_BODY:
        raise UnsafeMailError(f"it has {len(body):,} characters; {LONGEST_BODY:,} are sent at most")
    headers = {
        "From": _address(sender),
        "To": _address(recipient),
        "Subject": _one_line(subject),
        "Message-ID": _id(message_id),
        "Date": format_datetime(at),
        **_ALWAYS,
        **_threaded(thread),
    }
    text = without_controls(body).replace("\r\n", "\n").replace("\r", "\n")
    envelope = Envelope(sender, recipient, _written(headers, text, attachments))
    _compare(envelope, headers, text, attachments)
    return envelope


def self_test(at: datetime) -> None:
    """Write a mail whose subject tries to become a header, on the Python that runs this.

    Raises:
        UnsafeMailError: It does; then nothing may be sent.
    """
    smuggled = "Re: =?utf-8?q?x=0d=0aBcc:_all=40example.org?="
    seal(
        sender="a@example.org",
        recipient="b@example.org",
        subject=smuggled,
        body=f"{smuggled}\r\n.\r\nBcc: all@example.org",
        message_id="<self-test@example.org>",
        at=at,
    )


def _address(text: str) -> str:
    """Return an address that is exactly one.

    Raises:
        UnsafeMailError: It is none, or several.
    """
    is_word = "=?" in text or not text.isprintable()
    if is_word or len(text) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
        raise UnsafeMailError("its address is not one e-mail address")
    return text


def _threaded(thread: Thread | None) -> dict[str, str]:
    if thread is None:
        return {}
    answers = {"Reply-To": _address(thread.reply_to)} if thread.reply_to else {}
    return {"References": _id(thread.reference)} | answers


def _id(text: str) -> str:
    """Return a Message-ID.

    Raises:
        UnsafeMailError: It is none.
    """
    if not _ID.fullmatch(text):
        raise UnsafeMailError("its Message-ID is none")
    return text


def _one_line(text: str) -> str:
    """Return text that stays one header line, and in which nothing is an encoded word."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(printable.replace("=?", "= ?").split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def _written(headers: dict[str, str], body: str, attachments: Sequence[Attachment]) -> bytes:
    """Return the mail as the library writes it.

    Raises:
        UnsafeMailError: The library refuses it.
    """
    is_ascii = (headers["From"] + headers["To"]).isascii()
    message = EmailMessage(policy=_PLAIN if is_ascii else _INTERNATIONAL)
    try:
        for name, value in headers.items():
            message[name] = value
        message.set_content(body, cte="quoted-printable")
        for each in attachments:
            maintype, _, subtype = _media_type(each).partition("/")
            message.add_attachment(
                each.content, maintype=maintype, subtype=subtype, filename=_file_name(each.name)
            )
        return message.as_bytes()
    except (ValueError, LookupError) as error:
        raise UnsafeMailError(f"it cannot be written: {error}") from error


def _media_type(attachment: Attachment) -> str:
    """Return the type of a file whose bytes a mail program leaves as they are.

    Raises:
        UnsafeMailError: It is none, or one that is written anew.
    """
    if not _MEDIA_TYPE.fullmatch(attachment.media_type):
        raise UnsafeMailError("what is attached is of a type that is not sent")
    return attachment.media_type


def _file_name(text: str) -> str:
    """Return the name of a file that is nothing but a name.

    Raises:
        UnsafeMailError: It is more.
    """
    if not _NAME.fullmatch(text):
        raise UnsafeMailError("the name of what is attached is none")
    return text


def _compare(
    envelope: Envelope, headers: dict[str, str], body: str, attachments: Sequence[Attachment]
) -> None:
    """Read the bytes again and compare them with what was meant.

    Raises:
        UnsafeMailError: They differ.
    """
    head, _, _ = envelope.content.partition(b"\r\n\r\n")
    if b"\n" in head.replace(b"\r\n", b"") or b"\r" in head.replace(b"\r\n", b""):
        raise UnsafeMailError("a line break stands inside a header")
    found = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    meant = [name.encode() for name in (*headers, *(_CONTENTS if attachments else _CONTENT))]
    if sorted(found) != sorted(meant):
        raise UnsafeMailError("it has headers that nobody meant")
    again = BytesParser(policy=policy.SMTPUTF8).parsebytes(envelope.content)
    if {name: str(again[name]) for name in headers} != headers:
        raise UnsafeMailError("its headers do not say what was meant")
    _compare_content(again, body, attachments)


def _compare_content(again: EmailMessage, body: str, attachments: Sequence[Attachment]) -> None:
    """Compare the text that was read again, and what is attached, with what was meant.

    Raises:
        UnsafeMailError: They differ.
    """
    parts = list(again.iter_parts()) if again.is_multipart() else [again]
    kinds = [part.get_content_type() for part in parts]
    if kinds != ["text/plain", *(each.media_type for each in attachments)]:
        raise UnsafeMailError("it has other parts than were meant")
    if parts[0].get_content().replace("\r\n", "\n").rstrip("\n") != body.rstrip("\n"):
        raise UnsafeMailError("its text does not say what was meant")
    for part, meant in zip(parts[1:], attachments, strict=True):
        name, content = str(part.get_filename()), part.get_content()
        if Attachment(name, content, part.get_content_type()) != meant:
            raise UnsafeMailError("what is attached is not what was meant")
