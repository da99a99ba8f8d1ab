"""The parts of a mail: what is its text, and what are files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from engine.domain.incoming import Attachment
from engine.mail.page import text_of
from engine.mail.words import decoded, header_text, readable

_MOST_PARTS = 500
_MOST_FILES = 50
_LONGEST_TEXT = 200_000
"""Characters."""

Part = Message


@dataclass
class Content:
    """What the parts of a mail hold.

    Attributes:
        texts: Texts to read, in order.
        reports: What mail servers say of a mail, for machines.
        returned: Mails or heads of mails that came back in it.
        left_out: How many files are more than are kept.
    """

    texts: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    left_out: int = 0

    @property
    def text(self) -> str:
        """Return all that is to be read."""
        return "\n\n".join(each for each in self.texts if each)[:_LONGEST_TEXT]


def parts_in(part: Part) -> list[Part]:
    """Return the parts that a part holds; none where it holds text."""
    inside = part.get_payload()
    return [each for each in inside if isinstance(each, Message)] if part.is_multipart() else []


def content_of(mail: Part) -> Content:
    """Return what the parts of a mail hold; of the same text twice, the plain one."""
    content = Content()
    for number, part in enumerate(_leaves(mail)):
        if number >= _MOST_PARTS:
            content.left_out += 1
            continue
        _take(content, part)
    return content


def _leaves(part: Part) -> Iterator[Part]:
    """Yield the parts that hold no others, in order; of alternatives, one."""
    kind = part.get_content_type()
    if not part.is_multipart() or kind.startswith("message/"):
        yield part
    elif kind == "multipart/alternative":
        yield from _best(parts_in(part))
    else:
        for each in parts_in(part):
            yield from _leaves(each)


def _best(choices: list[Part]) -> Iterator[Part]:
    """Yield the plain text where there is some, else the last choice, and every file among them."""
    leaves = [list(_leaves(each)) for each in choices]
    plain = [n for n, found in enumerate(leaves) if any(_is_plain_text(each) for each in found)]
    if plain:
        chosen = plain[-1]
    else:
        pages = [n for n, found in enumerate(leaves) if any(_is_page(each) for each in found)]
        chosen = pages[-1] if pages else len(leaves) - 1
    for number, found in enumerate(leaves):
        for each in found:
            if number == chosen or _is_file(each) or not _is_text(each):
                yield each


def _is_plain_text(part: Part) -> bool:
    is_plain = part.get_content_type() == "text/plain" and not _is_file(part)
    return is_plain and bool(bytes_of(part).strip())


def _is_page(part: Part) -> bool:
    return part.get_content_type() == "text/html" and not _is_file(part)


def _is_text(part: Part) -> bool:
    return part.get_content_type() in {"text/plain", "text/html", "text/enriched"}


def _is_file(part: Part) -> bool:
    return part.get_content_disposition() == "attachment" or bool(name_of(part))


def _take(content: Content, part: Part) -> None:
    kind = part.get_content_type()
    if kind in {"message/delivery-status", "message/feedback-report"}:
        content.reports.append(part)
    elif kind in {"text/rfc822-headers", "message/rfc822", "message/global"}:
        content.returned.append(_returned(part))
        if kind != "text/rfc822-headers":
            _keep(content, part)
    elif _is_text(part) and not _is_file(part):
        text = decoded(bytes_of(part), part.get_content_charset())
        content.texts.append((text_of(text) if kind == "text/html" else readable(text)).strip())
    else:
        _keep(content, part)


def _keep(content: Content, part: Part) -> None:
    data = bytes_of(part)
    if not data:
        return
    if len(content.files) >= _MOST_FILES:
        content.left_out += 1
        return
    content.files.append(Attachment(name_of(part), part.get_content_type(), data))


def _returned(part: Part) -> str:
    """Return the head of a mail that came back, as text."""
    if inside := parts_in(part):
        return "\n".join(f"{name}: {value}" for name, value in inside[0].raw_items())
    return decoded(bytes_of(part), None)[:20_000]


def bytes_of(part: Part) -> bytes:
    """Return what a part holds, out of whatever it was packed in."""
    if part.is_multipart():
        inside = parts_in(part)
        return inside[0].as_bytes() if len(inside) == 1 else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def name_of(part: Part) -> str:
    """Return how the sender called a file; empty where it has no name."""
    found = part.get_filename()
    return header_text(found)[:200] if found else ""
