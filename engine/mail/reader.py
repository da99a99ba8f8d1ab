"""Bytes in, a mail out: for any bytes at all."""

from collections.abc import Collection
from email import policy
from email.parser import BytesParser

from engine.domain.incoming import MailKind, ReadMail
from engine.mail import bounds
from engine.mail.kind import kind_of
from engine.mail.parts import Content, Part, content_of
from engine.mail.quote import without_history
from engine.mail.report import failure_in
from engine.mail.words import addresses, header_text, ids, moment

_COMPAT = policy.compat32
"""Headers stay text; the newer policies make a tree of each, which takes minutes for some."""

_UNREADABLE = "The standard reader of mails cannot read it"


def read(raw: bytes, *, own: Collection[str] = ()) -> ReadMail:
    """Return what a mail says; never raises, whatever the bytes are.

    Args:
        raw: The mail as it came.
        own: Our own addresses: what comes from one of them is a loop.
    """
    problem = bounds.too_much(raw)
    if problem:
        return _head_only(raw, problem)
    try:
        mail = BytesParser(policy=_COMPAT).parsebytes(raw)
        return _read(mail, content_of(mail), {each.casefold() for each in own})
    except Exception as error:  # noqa: BLE001 - whatever the library stumbles over, no mail is lost
        return _head_only(raw, f"{_UNREADABLE}: {type(error).__name__}.")


def _read(mail: Part, content: Content, own: Collection[str]) -> ReadMail:
    name, sender = _sender(mail)
    kind, why = kind_of(mail, content)
    if sender.casefold() in own:
        kind, why = MailKind.LOOP, "It comes from our own address."
    text = content.text
    return ReadMail(
        kind=kind,
        why=why,
        sender=sender,
        sender_name=name,
        recipients=_recipients(mail),
        subject=header_text(_first(mail, "Subject")),
        written_at=moment(_first(mail, "Date")),
        message_id=next(iter(ids(_first(mail, "Message-ID"))), ""),
        answers=_answers(mail),
        text=text,
        reply=without_history(text),
        attachments=tuple(content.files),
        is_person=kind in {MailKind.NEW, MailKind.REPLY} and bool(sender),
        failure=failure_in(mail, content) if kind is MailKind.BOUNCE else None,
    )


def _head_only(raw: bytes, problem: str) -> ReadMail:
    """Return what the headers of an unreadable mail say, as far as they are honest ones."""
    said = {"From": "", "Subject": "", "Message-ID": "", "Date": ""}
    for line in bounds.head_of(raw)[: bounds.LONGEST_HEAD].splitlines()[:500]:
        name, colon, value = line.partition(b":")
        known = next((each for each in said if each.lower().encode() == name.lower()), None)
        if colon and known and not said[known] and len(value) <= 1000:
            said[known] = value.decode("ascii", errors="surrogateescape").strip()
    name_of, sender = next(iter(addresses(said["From"])), ("", ""))
    return ReadMail(
        kind=MailKind.UNREADABLE,
        why=problem,
        sender=sender,
        sender_name=name_of,
        subject=header_text(said["Subject"]),
        written_at=moment(said["Date"]),
        message_id=next(iter(ids(said["Message-ID"])), ""),
    )


def _first(mail: Part, name: str) -> str:
    """Return a header as it stands; the first where there are several, empty for none."""
    wanted = name.lower()
    return next((str(value) for key, value in mail.raw_items() if key.lower() == wanted), "")


def _sender(mail: Part) -> tuple[str, str]:
    for name in ("From", "Reply-To", "Sender"):
        if found := addresses(_first(mail, name)):
            return found[0]
    return header_text(_first(mail, "From"))[:200], ""


def _recipients(mail: Part) -> tuple[str, ...]:
    found = [
        address
        for name in ("To", "Cc", "Delivered-To", "X-Original-To")
        for _, address in addresses(_first(mail, name))
    ]
    return tuple(dict.fromkeys(found))[:100]


def _answers(mail: Part) -> tuple[str, ...]:
    direct, thread = ids(_first(mail, "In-Reply-To")), ids(_first(mail, "References"))
    return tuple(dict.fromkeys([*direct, *reversed(thread)]))
