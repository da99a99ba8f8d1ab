"""What a mail becomes in a case: a complaint or an answer, with its files, in one transaction."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.resources import files
from string import Template
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Communication, Note
from engine.domain.complaint import Channel, Complaint
from engine.domain.document import NewDocument, Origin, Purpose, safe_name
from engine.domain.incoming import KeptMail, MailHead, MailKind, MailState, ReadMail
from engine.domain.inquiry import Inquiry
from engine.domain.journal import content_hash
from engine.errors import FileRefusedError
from engine.mail.reader import read
from engine.services.bulk.reason import LONGEST
from engine.services.documents.arrival import arrived
from engine.services.documents.enclosing import enclose
from engine.services.documents.storing import Storing, limits_of, storing
from engine.services.intake import intake
from engine.services.investigation import inquiry_book
from engine.services.running import heirs
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction

_DAY = timedelta(days=1)
_BEGIN = 300
"""Characters of a mail that are seen in a list."""

_LONGEST_TITLE = 200
_LONGEST_TEXT = 50_000
_UNTITLED = "Message without a title"
_SHORTEST_TITLE = 3


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail on its way into a case.

    Attributes:
        raw: As it came, or as much of it as is kept.
        key: What two deliveries of it have in common.
        kept: It lies here already, and somebody says what becomes of it; None for a new one.
    """

    raw: bytes
    mail: ReadMail
    key: str
    arrived_at: datetime
    kept: KeptMail | None = None

    @property
    def head(self) -> MailHead:
        """Return what is seen of it in a list."""
        mail = self.mail
        begin = " ".join(mail.reply[: 4 * _BEGIN].split())[:_BEGIN]
        count, size = len(mail.attachments), len(self.raw)
        return MailHead(mail.sender, mail.sender_name, mail.subject, begin, count, size)


@dataclass
class Enclosed:
    """Files of a mail.

    Attributes:
        stored: Those that are kept, and what is said of each.
        refused: Sentences about those that are not.
    """

    stored: list[tuple[Storing, NewDocument]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def kept_as_came(platform: Platform, *, raw: bytes, kept: KeptMail) -> Incoming:
    """Return a mail that lies here, read again."""
    mail = read(raw, own=(platform.policy.organisation.mail_from,))
    return Incoming(raw, mail, kept.key, kept.arrived_at, kept)


@contextmanager
def enclosed(platform: Platform, *, mail: ReadMail) -> Iterator[Enclosed]:
    """Look into the files of a mail and store them, until the block has used them.

    Raises:
        UnavailableError: They cannot be stored.
        RedressError: What the block was refused.
    """
    found = Enclosed()
    with ExitStack() as stack:
        for each in mail.attachments:
            name = safe_name(each.name)
            try:
                stored = stack.enter_context(_stored(platform, each.content, name))
            except FileRefusedError as refusal:
                found.refused.append(f"“{name}” was not kept. {refusal.why}")
                continue
            found.stored.append((stored, NewDocument(name, Purpose.CORRESPONDENCE)))
        yield found


@contextmanager
def _stored(platform: Platform, content: bytes, name: str) -> Iterator[Storing]:
    largest = limits_of(platform).largest
    with (
        arrived(platform.arriving, [content], largest=largest) as arrival,
        storing(platform, arrival=arrival, name=name) as stored,
    ):
        yield stored


def open_case(
    platform: Platform, tx: Transaction, *, actor: Actor, incoming: Incoming, files_of: Enclosed
) -> CaseChange:
    """Open a complaint for a mail inside a transaction, and finish it.

    Its sender is told that it came, where that is not too often and no machine.
    """
    change = intake.begin(platform, tx, actor=actor, complaint=_complaint(incoming, platform.now()))
    has_receipt = _may_be_answered(platform, tx, incoming)
    number = _keep(
        change,
        incoming,
        MailState.ANSWERED if has_receipt else MailState.FILED,
        has_receipt=has_receipt,
        opened_case=incoming.kept is None,
    )
    change.record("mail.received", mail=number, sort=incoming.mail.kind.title.lower())
    _add_files(change, files_of)
    if has_receipt:
        change.post(_receipt(platform, change))
    change.finish()
    return change


def add_to_case(change: CaseChange, incoming: Incoming, files_of: Enclosed) -> None:
    """Put a mail into the case that it answers to; it decides nothing there."""
    mail = incoming.mail
    number = _keep(change, incoming, MailState.FILED)
    kind = "mail.received" if incoming.kept is None else "mail.attached"
    change.record(kind, mail=number, sort=mail.kind.title.lower())
    asked = inquiry_book.answered_by_mail(change, mail.answers)
    if asked is not None and mail.kind is not MailKind.BOUNCE:
        notes = _take_answer(change, asked, mail, files_of)
    else:
        if mail.kind is not MailKind.BOUNCE:
            change.tx.records.add(change.case.id, _said(change, mail))
        _add_files(change, files_of)
        notes = [*_cautions(change, incoming), *files_of.refused]
    if notes:
        text = "\n".join(notes)
        change.tx.records.add(change.case.id, Note(change.actor.username, change.now, text))
        change.record("note.added", content=content_hash({"text": text}))
    heirs.tell(change)


def _take_answer(
    change: CaseChange, asked: Inquiry, mail: ReadMail, files_of: Enclosed
) -> list[str]:
    """Let a mail answer what somebody outside was asked; return what is noted besides.

    The complainant has not written, so that nothing stands among the letters.
    """
    text = (mail.reply or mail.text)[:LONGEST].strip()
    if mail.kind in {MailKind.AUTO_REPLY, MailKind.BULK}:
        _add_files(change, files_of)
        return [f"An automatic reply came to request {asked.number}: {text}", *files_of.refused]
    files_of.stored[:] = [
        (stored, replace(said, purpose=Purpose.EVIDENCE, origin=Origin.THIRD_PARTY))
        for stored, said in files_of.stored
    ]
    numbers = _add_files(change, files_of)
    sender = f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender
    inquiry_book.answered(
        change,
        asked,
        answer=text or "(The mail holds no text.)",
        source=f"{sender or 'Unknown sender'}, by mail"[:300],
        documents=numbers,
    )
    is_as_asked = mail.sender.casefold() == asked.email.casefold()
    strange = f"The answer to request {asked.number} came from {mail.sender or 'nobody'}, and not "
    strange += "from the address that was asked."
    return [*([] if is_as_asked else [strange]), *files_of.refused]


def _complaint(incoming: Incoming, now: datetime) -> Complaint:
    mail = incoming.mail
    text = mail.text[:_LONGEST_TEXT].strip()
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    title = next(
        (each for each in (mail.subject, first) if len(each.strip()) >= _SHORTEST_TITLE), _UNTITLED
    )
    return Complaint(
        received_at=min(incoming.arrived_at, now),
        channel=Channel.EMAIL,
        summary=title[:_LONGEST_TITLE],
        description=text,
        complainant_name=mail.sender_name or mail.sender or "Unknown sender",
        email=mail.sender or None,
    )


def _said(change: CaseChange, mail: ReadMail) -> Communication:
    """Return what somebody wrote, as a word from outside."""
    text = (mail.reply or mail.text)[:_LONGEST_TEXT].strip()
    kinds = {MailKind.AUTO_REPLY: "automatic reply", MailKind.BULK: "mass mail"}
    is_known = _is_complainant(change, mail)
    kind = kinds.get(mail.kind) or ("message" if is_known else "message from somebody else")
    return Communication(
        direction="in",
        kind=kind,
        channel=Channel.EMAIL.value,
        subject=mail.subject[:_LONGEST_TITLE],
        body=text or "(The mail holds no text.)",
        by=change.actor.username,
        at=change.now,
        content_hash=content_hash({"text": text}),
    )


def _is_complainant(change: CaseChange, mail: ReadMail) -> bool:
    known = change.case.complaint.email or ""
    return bool(known) and known.casefold() == mail.sender.casefold()


def _cautions(change: CaseChange, incoming: Incoming) -> list[str]:
    """Return what whoever works on the case must know of a mail besides its text."""
    mail, notes = incoming.mail, list[str]()
    if mail.kind in {MailKind.BOUNCE, MailKind.AUTO_REPLY, MailKind.BULK}:
        return notes
    if not _is_complainant(change, mail):
        sender = mail.sender or "somebody without an address"
        notes.append(f"A mail came from {sender}, and not from the complainant's address.")
    if change.awaits("answer"):
        notes.append(
            "The complainant wrote, and their answer to the decision is awaited: read the mail, "
            "and record what they say."
        )
    elif not change.case.is_open:
        notes.append("The complainant wrote after the complaint was closed: read the mail.")
    return notes


def _add_files(change: CaseChange, files_of: Enclosed) -> list[int]:
    """Keep the files of a mail while there is room; return the numbers of the documents."""
    room, numbers = change.platform.policy.documents.most_per_case, list[int]()
    for stored, about in files_of.stored:
        if change.tx.documents.file_count(change.case.id) >= room:
            files_of.refused.append(f"“{about.name}” was not kept. The complaint has {room} files.")
        else:
            numbers.append(enclose(change, stored, about))
    return numbers


def _keep(
    change: CaseChange,
    incoming: Incoming,
    state: MailState,
    *,
    has_receipt: bool = False,
    opened_case: bool = False,
) -> int:
    """Keep a mail with its case, and return its number."""
    case_id, by, at = change.case.id, change.actor.username, change.now
    if incoming.kept is not None:
        change.tx.mails.settle(
            incoming.kept, state=state, by=by, at=at, case_id=case_id, has_receipt=has_receipt
        )
        return incoming.kept.number
    return change.tx.mails.add(
        incoming.key,
        incoming.head,
        incoming.raw,
        kind=incoming.mail.kind.value,
        state=state.value,
        reason=incoming.mail.why,
        case_id=case_id,
        arrived_at=incoming.arrived_at,
        recorded_at=at,
        settled_at=at,
        settled_by=by,
        has_receipt=has_receipt,
        opened_case=opened_case,
    )


def _may_be_answered(platform: Platform, tx: Transaction, incoming: Incoming) -> bool:
    if not (incoming.mail.is_person and incoming.mail.sender):
        return False
    sent, _ = tx.mails.count_since(incoming.mail.sender, platform.now() - _DAY)
    return sent < platform.policy.mail.receipts_per_day


def _receipt(platform: Platform, change: CaseChange) -> Communication:
    """Return the note that a mail came; the acknowledgement is written by people."""
    text = (files("config") / "mail" / "receipt.txt").read_text(encoding="utf-8")
    local = change.case.complaint.received_at.astimezone(ZoneInfo(platform.policy.calendar.zone))
    body = Template(text).substitute(
        name=change.case.complaint.complainant_name,
        reference=change.case.reference,
        received=f"{local.day} {local:%B %Y}",
        organisation=platform.policy.organisation.name,
    )
    return Communication(
        direction="out",
        kind="receipt",
        channel=Channel.EMAIL.value,
        subject=f"We have received your message: {change.case.reference}",
        body=body,
        by=change.actor.username,
        at=change.now,
        content_hash=content_hash({"text": body}),
    )
