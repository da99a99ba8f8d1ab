"""Mails for the tests, and how the commands about them are given, asked, and set side by side."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from engine.domain.second_look import SecondVerdict
from engine.services.mail import fetching, mailbox, receiving, second_looking
from tests.integration.office import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from engine.bootstrap import Platform
    from engine.services.mail.receiving import Receipt
    from tests.integration.asking import Ask
    from tests.integration.commands import Act, Desk
    from tests.integration.office import Office

_DRAWN = "SELECT mail_id FROM second_look"
WHY = {"reason": "An advertisement."}
PICTURE = b"The meter shows 471."


def written(
    text: str = "The bill is wrong.\n\nPlease look into it.",
    files: Mapping[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """Return a mail as it comes in; a header's underscores are hyphens."""
    made = EmailMessage()
    usual = {
        "From": "Jane Canary <jane@example.org>",
        "To": "complaints@northwind.example",
        "Subject": "My bill",
        "Message-ID": "<first@example.org>",
        "Date": "Mon, 05 Jan 2026 09:00:00 +0000",
    }
    for name, value in (usual | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        if value:
            made[name] = value
    made.set_content(text)
    for name, content in (files or {}).items():
        made.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return made.as_bytes()


def report(message_id: str, *, action: str = "failed", said: str = "550 No such user") -> bytes:
    """Return what a mail server sends when a mail of ours did not arrive."""
    return f"""\
From: MAILER-DAEMON@mx.example.org
To: complaints@northwind.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-{action}-{message_id.strip("<>")}>
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your mail was not delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; jane@example.org
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; {said}

--b
Content-Type: message/rfc822

Message-ID: {message_id}

--b--
""".encode()


def receive(platform: Platform, raw: bytes, **known: Any) -> Receipt:
    """Hand in a mail."""
    return receiving.receive_mail(platform, raw=raw, **known)


def waiting(platform: Platform, **headers: str) -> int:
    """Return the number of a mail that waits for somebody."""
    usual = {"List_Id": "<news.example.org>", "Message_ID": "<news@example.org>"}
    return receive(platform, written(**(usual | headers))).number


def _give_new(desk: Desk) -> Act:
    desk.office.lodge()
    raw = written(files={"meter.txt": PICTURE})
    return lambda p: receive(p, raw)


def _give_attach(desk: Desk) -> Act:
    number, where = waiting(desk.office.platform), desk.known("tom", desk.office.lodge())
    return lambda p: mailbox.attach(p, number=number, **where)


def _give_complaint(desk: Desk) -> Act:
    number, tom = waiting(desk.office.platform), desk.office.staff["tom"]
    return lambda p: mailbox.file_as_complaint(p, actor=tom, number=number)


def _give_discard(desk: Desk) -> Act:
    number, tom = waiting(desk.office.platform), desk.office.staff["tom"]
    return lambda p: mailbox.discard(p, actor=tom, number=number, **WHY)


def _give_forgetting(desk: Desk) -> Act:
    _give_discard(desk)(desk.office.platform)
    desk.clock.advance(days=31)
    return fetching.forget_discarded


def _folder(desk: Desk) -> Path:
    folder = desk.folder / f"mails-{uuid4().hex}"
    folder.mkdir()
    for n in range(2):
        raw = written(f"Bill {n}", Message_ID=f"<{n}@example.org>")
        (folder / f"{n}.eml").write_bytes(raw)
    return folder


def _give_folder(desk: Desk) -> Act:
    folder = _folder(desk)
    return lambda p: fetching.read_folder(p, folder=folder)


def _give_fetching(desk: Desk) -> Act:
    url = _folder(desk).as_uri()
    return lambda p: fetching.fetch(replace(p, mail_in_url=url))


def _give_drawing(desk: Desk) -> Act:
    _give_discard(desk)(desk.office.platform)
    desk.clock.advance(days=8)
    return second_looking.draw_mails


def _give_judgement(desk: Desk) -> Act:
    _give_drawing(desk)(desk.office.platform)
    (number,) = (mail for (mail,) in rows(desk.office.platform.database, _DRAWN))
    known = {"actor": desk.office.staff["mara"], "number": number}
    return lambda p: second_looking.judge_mail(p, verdict=SecondVerdict.COMPLAINT, **known)


ALL: Mapping[str, Callable[[Desk], Act]] = {
    "second_looking.draw_mails": _give_drawing,
    "second_looking.judge_mail": _give_judgement,
    "mailbox.attach": _give_attach,
    "mailbox.discard": _give_discard,
    "mailbox.file_as_complaint": _give_complaint,
    "receiving.receive_mail": _give_new,
    "fetching.forget_discarded": _give_forgetting,
}

PIECEWISE: Mapping[str, Callable[[Desk], Act]] = {
    "fetching.fetch": _give_fetching,
    "fetching.read_folder": _give_folder,
}

ASKS: Mapping[str, Ask] = {
    "second_looking.draw_mails": lambda a: second_looking.draw_mails(a.platform, actor=a.actor),
    "second_looking.judge_mail": lambda a: second_looking.judge_mail(
        a.platform, verdict=SecondVerdict.COMPLAINT, **_some(a)
    ),
    "second_looking.second_looks": lambda a: second_looking.second_looks(a.platform, actor=a.actor),
    "fetching.fetch": lambda a: fetching.fetch(a.platform, actor=a.actor),
    "fetching.forget_discarded": lambda a: fetching.forget_discarded(a.platform, actor=a.actor),
    "fetching.read_folder": lambda a: fetching.read_folder(
        a.platform, actor=a.actor, folder=a.folder
    ),
    "mailbox.attach": lambda a: mailbox.attach(a.platform, reference=a.reference, **_some(a)),
    "mailbox.counts": lambda a: mailbox.counts(a.platform, actor=a.actor),
    "mailbox.discard": lambda a: mailbox.discard(a.platform, **_some(a), **WHY),
    "mailbox.file_as_complaint": lambda a: mailbox.file_as_complaint(a.platform, **_some(a)),
    "mailbox.opened": lambda a: mailbox.opened(a.platform, **_some(a)),
    "mailbox.page": lambda a: mailbox.page(a.platform, actor=a.actor),
    "receiving.receive_mail": lambda a: receiving.receive_mail(a.platform, actor=a.actor, raw=b"x"),
}


def _some(asked: Any) -> dict[str, Any]:
    """Return who asks, and about which mail: one that waits, in spite of a test that keeps none."""
    database = getattr(asked.platform.database, "_database", asked.platform.database)
    return {"actor": asked.actor, "number": waiting(replace(asked.platform, database=database))}


def _rival(office: Office, reference: str) -> Callable[[], object]:
    number = waiting(office.platform, Message_ID=f"<{reference}@example.org>")
    known = {"actor": office.staff["tom"], "reference": reference}
    return partial(mailbox.attach, office.platform, number=number, **known)


RIVALS: Mapping[str, Callable[[Office, str], Callable[[], object]]] = {"mailbox.attach": _rival}
