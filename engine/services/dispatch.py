"""Sending what waits in the outbox: never lost, and under the same Message-ID if ever twice."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.case import Mail
from engine.errors import InvalidInputError
from engine.store.transaction import Transaction

_LEASE = timedelta(minutes=5)
_TRIES = 12
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What one run of the outbox did."""

    sent: int
    failed: int
    held: int


def send_outbox(platform: Platform, *, actor: Actor = SYSTEM, limit: int = 500) -> Dispatch:
    """Send the mails that are due; without a mail server they stay where they are.

    A mail is taken under a lease, so that two runs do not send the same one; it is marked as sent
    only after the mail server has accepted it. A failure is tried again later and later, twelve
    times in about three days.

    Raises:
        NotAllowedError: The actor may not run jobs.
        InvalidInputError: The address of the mail server cannot be read.
    """
    actor.require(Deed.RUN_JOBS)
    if not platform.smtp_url:
        with platform.database.read() as tx:
            return Dispatch(0, 0, tx.outbox.waiting())
    sent = failed = 0
    while sent + failed < limit:
        now = platform.now()
        mail = platform.database.write(
            lambda tx, at=now: tx.outbox.take(at, lease_until=at + _LEASE)
        )  # type: ignore[misc] - mypy does not infer the bound default
        if mail is None:
            break
        if _send(platform, mail):
            sent += 1
        else:
            failed += 1
    with platform.database.read() as tx:
        return Dispatch(sent, failed, tx.outbox.waiting())


def _send(platform: Platform, mail: Mail) -> bool:
    message = _message(platform, mail)
    try:
        with _server(platform.smtp_url) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        problem = f"{type(error).__name__}: {error}"[:300]
        next_try = _next_try(platform.now(), mail.attempts)
        platform.database.write(
            lambda tx: tx.outbox.failed(mail.id, error=problem, next_try_at=next_try)
        )
        _log.warning("outbox.not-sent", mail=mail.id, attempts=mail.attempts)
        return False

    def work(tx: Transaction) -> None:
        tx.outbox.sent(mail.id, platform.now())

    platform.database.write(work)
    return True


def _next_try(now: datetime, attempts: int) -> datetime | None:
    if attempts >= _TRIES:
        return None
    return now + min(timedelta(minutes=2**attempts), timedelta(hours=12))


def _message(platform: Platform, mail: Mail) -> EmailMessage:
    """Build the mail; line breaks never reach a header, whatever a complainant wrote."""
    message = EmailMessage()
    message["From"] = _one_line(platform.policy.organisation.mail_from)
    message["To"] = _one_line(mail.recipient)
    message["Subject"] = _one_line(mail.subject)
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(platform.now())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()


def _server(url: str) -> smtplib.SMTP:
    """Connect to ``smtp://[user:password@]host[:port]``; ``smtps`` for TLS from the start."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise InvalidInputError({"REDRESS_SMTP_URL": "must look like smtp://host:25."})
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            parts.hostname, parts.port or 465, timeout=20, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=20)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(parts.username, parts.password or "")
    return server
