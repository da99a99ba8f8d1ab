"""Sending what waits in the outbox: never lost, and under the same Message-ID if ever twice."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from engine.bootstrap import Platform
from engine.domain import envelope
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.case import Mail
from engine.domain.incident import IncidentKind
from engine.errors import InvalidInputError, UnsafeMailError
from engine.services.accounts.mail_folder import MailFolder
from engine.services.journal.jotting import jot_look
from engine.services.letters import letter, thread
from engine.services.post import outgoing_files
from engine.store.transaction import Transaction

_LEASE = timedelta(minutes=5)
_TRIES = 12
_PATIENCE = 20
"""Seconds to wait for the mail server."""
_OK = 250
_log = structlog.get_logger()

Server = smtplib.SMTP | MailFolder
"""What mails are handed to."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What one run of the outbox did.

    Attributes:
        sent: Taken by the mail server.
        failed: Refused by it this time.
        held: Still wait, refused ones among them.
        given_up: Refused for the last time, now or earlier; somebody must look at them.
    """

    sent: int
    failed: int
    held: int
    given_up: int = 0


def send_outbox(platform: Platform, *, actor: Actor = SYSTEM, limit: int = 500) -> Dispatch:
    """Send the mails that are due; without a mail server they stay where they are.

    A mail is taken under a lease, so that two runs do not send the same one; it is marked as sent
    only after the mail server has accepted it. A mail the server refuses is tried again later and
    later, twelve times in about two days. While no server answers, no mail uses up a try. A mail
    that would leave as another one than was meant is given up at once.

    In test mode they are written to a folder instead, and count as sent.

    Raises:
        NotAllowedError: The actor may not run jobs.
        InvalidInputError: The address of the mail server cannot be read.
        UnsafeMailError: This release of Python lets a subject become a header, in spite of us.
    """
    actor.require(Deed.RUN_JOBS)
    sent = failed = 0
    if (platform.smtp_url or platform.mail_folder) and _is_due(platform):
        envelope.self_test(platform.now())
        connect = _way_out(platform)
        try:
            with connect() as server:
                sent, failed = _drain(platform, server, limit)
        except (OSError, smtplib.SMTPException) as error:
            _log.warning("outbox.no-server", kind=type(error).__name__)
    with platform.database.read() as tx:
        return Dispatch(sent, failed, tx.outbox.waiting(), tx.outbox.given_up())


def _way_out(platform: Platform) -> Callable[[], Server]:
    """Return what opens the way out: a folder in test mode, else the mail server."""
    if platform.mail_folder is not None:
        return partial(MailFolder, platform.mail_folder)
    return partial(_server, _read_address(platform.smtp_url))


def _is_due(platform: Platform) -> bool:
    with platform.database.read() as tx:
        return tx.outbox.is_due(platform.now())


def _drain(platform: Platform, server: Server, limit: int) -> tuple[int, int]:
    """Send mail by mail until none is due; return how many were sent and refused."""
    sent = failed = 0
    while sent + failed < limit and (mail := _take(platform)) is not None:
        if _send(platform, server, mail):
            sent += 1
        else:
            failed += 1
            if not _is_alive(server):
                break
    return sent, failed


def _take(platform: Platform) -> Mail | None:
    def work(tx: Transaction) -> Mail | None:
        now = platform.now()
        return tx.outbox.take(now, lease_until=now + _LEASE)

    return platform.database.write(work)


def _send(platform: Platform, server: Server, mail: Mail) -> bool:
    try:
        _hand_over(platform, server, mail)
    except UnsafeMailError as refusal:
        _keep_failure(platform, mail, refusal, next_try=None)
        return False
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail, the others go on
        _keep_failure(platform, mail, error, next_try=_next_try(platform.now(), mail.attempts))
        return False

    def work(tx: Transaction) -> None:
        tx.outbox.sent(mail.id, platform.now())

    platform.database.write(work)
    return True


def _hand_over(platform: Platform, server: Server, mail: Mail) -> None:
    """Hand a mail to the server; it goes to the address of the mail, whatever stands in it.

    Raises:
        UnsafeMailError: It would not be the mail that was meant.
        SMTPException: The server does not take it.
    """
    sealed = envelope.seal(
        sender=platform.policy.organisation.mail_from,
        recipient=mail.recipient,
        subject=mail.subject,
        body=mail.body,
        message_id=mail.message_id,
        at=platform.now(),
        attachments=outgoing_files.of_mail(platform, mail=mail),
        thread=thread.of_mail(platform, mail=mail),
    )
    options = ("SMTPUTF8", "BODY=8BITMIME") if sealed.is_international else ()
    server.sendmail(sealed.sender, [sealed.recipient], sealed.content, mail_options=options)


def _keep_failure(
    platform: Platform, mail: Mail, error: Exception, *, next_try: datetime | None
) -> None:
    problem = f"{type(error).__name__}: {_without_address(mail, error)}"[:300]

    def work(tx: Transaction) -> None:
        tx.outbox.failed(mail.id, error=problem, next_try_at=next_try)
        if next_try is None:
            _hand_on(platform, tx, mail, _without_address(mail, error))
            tx.incidents.note(
                IncidentKind.LETTER,
                mail.message_id,
                case_id=mail.case_id,
                element="",
                cause=_cause(mail, error)[:500],
                at=platform.now(),
                attempts=mail.attempts,
            )

    platform.database.write(work)
    _log.warning("outbox.not-sent", mail=mail.id, attempts=mail.attempts)


def _hand_on(platform: Platform, tx: Transaction, mail: Mail, why: str) -> None:
    """Let somebody find another way for a letter that no mail server takes."""
    if mail.case_id is None or mail.communication_id is None:
        return
    case, number, now = tx.cases.take_by_id(mail.case_id), mail.communication_id, platform.now()
    letter.fail(platform, tx, case_id=case.id, number=number, why=why, at=now)
    facts = {"number": number, "reason": why[:300]}
    jot_look(platform, tx, case=case, actor=SYSTEM, kind="letter.failed", **facts)


def _cause(mail: Mail, error: Exception) -> str:
    if isinstance(error, UnsafeMailError):
        return f"“{mail.subject}” was not given to the mail server: {error.problem}."
    said = _without_address(mail, error)
    return f"The mail server did not take “{mail.subject}”. It last said: {said}"


def _without_address(mail: Mail, error: Exception) -> str:
    """Return what a mail server said; many repeat the address, which is kept sealed only."""
    return str(error).replace(mail.recipient, "(the address)")


def _is_alive(server: Server) -> bool:
    try:
        return server.noop()[0] == _OK
    except (OSError, smtplib.SMTPException):
        return False


def _next_try(now: datetime, attempts: int) -> datetime | None:
    if attempts >= _TRIES:
        return None
    return now + min(timedelta(minutes=2**attempts), timedelta(hours=12))


def _read_address(url: str) -> SplitResult:
    """Read ``smtp://[user:password@]host[:port]``; ``smtps`` for TLS from the start.

    Raises:
        InvalidInputError: It does not look like one.
    """
    problem = InvalidInputError({"REDRESS_SMTP_URL": "must look like smtp://host:25."})
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise problem from error
    if not is_good:
        raise problem
    return parts


def _server(address: SplitResult) -> smtplib.SMTP:
    """Connect to the mail server, encrypted where it offers that."""
    host, port, secure = address.hostname or "", address.port, ssl.create_default_context()
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port or smtplib.SMTP_SSL_PORT, timeout=_PATIENCE, context=secure
        )
    else:
        server = smtplib.SMTP(host, port or smtplib.SMTP_PORT, timeout=_PATIENCE)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=secure)
    if address.username:
        server.login(unquote(address.username), unquote(address.password or ""))
    return server
