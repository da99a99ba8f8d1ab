"""Mails that come in: each is kept, once, and becomes a complaint, an answer, or work for people.

What a mail says decides nothing in a case: it is put where somebody reads it. It finds its case
by a signed id alone, never by its title or by who it says it comes from (ISO 10002:2018, 7.2).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.incident import IncidentKind
from engine.domain.incoming import LARGEST_MAIL, Failure, MailKind, MailState, ReadMail
from engine.errors import CaseErasedError, NotFoundError, UnavailableError
from engine.mail.bounds import LONGEST_HEAD, head_of
from engine.mail.reader import read
from engine.services.door import survey_mail
from engine.services.journal.jotting import jot_organisation
from engine.services.letters import letter, thread
from engine.services.mail.mail_filing import Enclosed, Incoming, add_to_case, enclosed, open_case
from engine.services.running import heirs
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

_DAY = timedelta(days=1)
_ALTERED = "It carries an id like ours that was not made here, or with a key that is gone."
_UNKNOWN_ANSWER = "It answers to something, and carries no id of a complaint."
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a mail that came in.

    Attributes:
        number: By which people name it.
        reason: Why it is in its state; empty where somebody simply wrote.
        reference: Of the complaint that it belongs to; None for none.
        is_new: It never came before.
    """

    number: int
    kind: MailKind
    state: MailState
    reason: str
    reference: str | None
    is_new: bool


def receive_mail(
    platform: Platform, *, actor: Actor = SYSTEM, raw: bytes, arrived_at: datetime | None = None
) -> Receipt:
    """Keep a mail that came in, and do with it what can be done without anybody.

    The same mail is kept once, however often and by whatever way it comes. Everything that follows
    from it stands in one transaction with it.

    Args:
        platform: Where to keep it.
        actor: Who hands it in.
        raw: As it came, any bytes.
        arrived_at: When it reached the mail server; None for now.

    Raises:
        NotAllowedError: The actor may not run jobs.
        UnavailableError: The database or the depot does not answer; hand it in again.
    """
    actor.require(Deed.RUN_JOBS)
    incoming = _incoming(platform, raw, arrived_at)
    with platform.database.read() as tx:
        is_new = tx.mails.known(incoming.key) is None
    if is_new:
        _take(platform, actor, incoming)
    with platform.database.read() as tx:
        number = tx.mails.known(incoming.key)
        kept = tx.mails.get(number) if number is not None else None
    if kept is None:
        raise UnavailableError("The mail could not be kept; hand it in again.")
    _log.info("mail.received", mail=kept.number, kind=kept.kind, state=kept.state, new=is_new)
    return Receipt(kept.number, kept.kind, kept.state, kept.reason, kept.reference, is_new)


def _incoming(platform: Platform, raw: bytes, arrived_at: datetime | None) -> Incoming:
    mail, now = read(raw, own=(platform.policy.organisation.mail_from,)), platform.now()
    head = head_of(raw)
    said = (mail.message_id, mail.sender, mail.subject, str(mail.written_at))
    body = hashlib.sha256(raw[len(head) :]).hexdigest()
    with platform.database.read() as tx:
        key = tx.mails.key_of("\n".join((*said, body)))
    kept = raw if len(raw) <= LARGEST_MAIL else head[:LONGEST_HEAD]
    return Incoming(kept, mail, key, min(arrived_at or now, now))


def _take(platform: Platform, actor: Actor, incoming: Incoming) -> None:
    mail = incoming.mail
    ids = mail.failure.mail_ids if mail.failure else mail.answers
    cases = thread.cases_of(platform, ids=ids, addresses=mail.recipients)
    if why := _why_aside(platform, mail, cases):
        _put_aside(platform, actor, incoming, why)
    elif cases:
        _take_in(platform, actor, incoming, cases[0])
    else:
        _open(platform, actor, incoming)


def _why_aside(platform: Platform, mail: ReadMail, cases: tuple[int, ...]) -> str:
    """Return why somebody must look at a mail first; empty where nobody need."""
    is_lost = mail.kind in {MailKind.UNREADABLE, MailKind.LOOP}
    if is_lost or (not cases and mail.kind in {MailKind.AUTO_REPLY, MailKind.BULK}):
        return mail.why
    if cases:
        return ""
    if mail.failure:
        return "It tells of a mail that did not arrive, and of none that left here."
    if any(thread.looks_like_ours(each) for each in (*mail.answers, *mail.recipients)):
        return _ALTERED
    if mail.kind is MailKind.REPLY:
        return _UNKNOWN_ANSWER
    return _why_no_complaint(platform, mail)


def _why_no_complaint(platform: Platform, mail: ReadMail) -> str:
    if not mail.sender:
        return "It names no address that it comes from."
    if not (mail.text or mail.attachments or mail.subject):
        return "It says nothing."
    most = platform.policy.mail.cases_per_day
    with platform.database.read() as tx:
        _, opened = tx.mails.count_since(mail.sender, platform.now() - _DAY)
    if opened >= most:
        return f"From this address came {most} complaints within a day; this is one more."
    return ""


def _put_aside(platform: Platform, actor: Actor, incoming: Incoming, why: str) -> None:
    """Keep a mail for somebody to look at."""

    def work(tx: Transaction) -> None:
        if tx.mails.known(incoming.key) is not None:
            return
        now, kind = platform.now(), incoming.mail.kind.value
        number = tx.mails.add(
            incoming.key,
            incoming.head,
            incoming.raw,
            kind=kind,
            state=MailState.QUARANTINED.value,
            reason=why,
            case_id=None,
            arrived_at=incoming.arrived_at,
            recorded_at=now,
            settled_at=None,
            settled_by="",
            has_receipt=False,
            opened_case=False,
        )
        jot_organisation(platform, tx, actor=actor, kind="mail.quarantined", mail=number, sort=kind)

    platform.database.write(work)


def _open(platform: Platform, actor: Actor, incoming: Incoming) -> None:
    with enclosed(platform, mail=incoming.mail) as files:

        def work(tx: Transaction) -> None:
            if tx.mails.known(incoming.key) is None:
                open_case(platform, tx, actor=actor, incoming=incoming, files_of=files)

        platform.database.write(work)


def _take_in(platform: Platform, actor: Actor, incoming: Incoming, case_id: int) -> None:
    """Put a mail into its case; one whose case is gone is put aside."""
    try:
        with platform.database.read() as tx:
            case = heirs.where_heard(tx, tx.cases.get_by_id(case_id), sender=incoming.mail.sender)
            reference = case.reference
        with enclosed(platform, mail=incoming.mail) as files:
            _file(platform, actor, incoming, reference, files)
    except (CaseErasedError, NotFoundError):
        why = "It answers to a complaint whose personal data were erased."
        _put_aside(platform, actor, incoming, why)


def _file(
    platform: Platform, actor: Actor, incoming: Incoming, reference: str, files: Enclosed
) -> None:
    def work(change: CaseChange) -> None:
        if change.tx.mails.known(incoming.key) is not None:
            return
        add_to_case(change, incoming, files)
        if incoming.mail.failure:
            _note_failure(change, incoming.mail.failure)

    command_id = uuid5(NAMESPACE_OID, incoming.key)
    content = {"mail": incoming.key}
    carry_out(
        platform,
        Command("attach_mail", actor, reference, content, command_id, resumes=True),
        work,
    )


def _note_failure(change: CaseChange, failure: Failure) -> None:
    """Note of a letter that it did not arrive, so that somebody finds another way."""
    why = f"{failure.status} {failure.reason}".strip() or "The mail server gives no reason."
    if not failure.is_final:
        change.record("letter.delayed", reason=why)
        return
    case_id, at = change.case.id, change.now
    for message_id in failure.mail_ids:
        came_back = change.tx.outbox.bounced(message_id, case_id=case_id, why=why, at=at)
        if came_back is None or survey_mail.came_back(change, message_id, why):
            continue
        title, number = came_back
        if number is not None:
            letter.fail(change.platform, change.tx, case_id=case_id, number=number, why=why, at=at)
        change.record("letter.bounced", reason=why)
        change.tx.incidents.note(
            IncidentKind.LETTER,
            message_id,
            case_id=case_id,
            element="",
            cause=f"“{title}” was sent, and came back. The mail server said: {why}"[:500],
            at=at,
            attempts=1,
        )
