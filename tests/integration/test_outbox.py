"""The outbox and a real mail server: sent once, never lost, and nothing smuggled into a header."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import InvalidInputError, NotAllowedError, UnsafeMailError
from engine.services.post import dispatch
from tests.integration.crowd import at_once
from tests.integration.office import forge, rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEADERS = [
    "From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "X-Auto-Response-Suppress",
    "References",
]  # fmt: skip


@pytest.fixture
def posting(office, postbox):
    """The platform with a mail server."""
    return replace(office.platform, smtp_url=postbox.url)


def _outbox(office, *columns):
    return rows(office.platform.database, f"SELECT {', '.join(columns)} FROM outbox ORDER BY id")  # noqa: S608


def _acknowledge(office, **facts):
    reference = office.reach("acknowledge", reference=office.lodge(**facts))
    office.do(reference, "acknowledge", text="Dear Jane, we have your complaint.")
    return reference


@pytest.mark.iso("7.4")
def test_a_letter_reaches_the_complainant_once(office, posting, postbox, clock):
    reference = _acknowledge(office)

    first = dispatch.send_outbox(posting)
    second = dispatch.send_outbox(posting)

    (mail,) = postbox.mails
    assert (first.sent, second.sent, second.held) == (1, 0, 0)
    assert postbox.recipients == [["jane@example.org"]]
    assert reference in mail["Subject"]
    assert mail["From"] == "complaints@northwind.example"
    assert next(mail.iter_parts()).get_content().strip() == "Dear Jane, we have your complaint."
    assert mail["Message-ID"] == _outbox(office, "message_id")[0][0]
    assert _outbox(office, "next_try_at", "attempts", "last_error") == [(None, 1, "")]


def test_eight_senders_at_once_send_each_mail_once(office, posting, postbox):
    for _ in range(6):
        _acknowledge(office)

    ends = at_once(8, lambda _: dispatch.send_outbox(posting))

    assert not [end for end in ends if isinstance(end, Exception)]
    assert sum(end.sent for end in ends) == 6
    ids = [mail["Message-ID"] for mail in postbox.mails]
    assert len(ids) == len(set(ids)) == 6


def test_without_an_address_nothing_is_queued_but_the_letter_is_kept(office):
    reference = _acknowledge(office, email=None)

    assert _outbox(office, "id") == []
    assert [c.channel for c in office.view(reference).communications] == ["letter"]


@ON_SQLITE
def test_without_a_mail_server_mails_wait(office):
    _acknowledge(office)

    held = dispatch.send_outbox(office.platform)

    assert (held.sent, held.failed, held.held) == (0, 0, 1)


@ON_SQLITE
def test_a_server_that_is_down_costs_no_try_and_loses_nothing(office, posting, postbox, clock):
    _acknowledge(office)
    postbox.close()
    down = [dispatch.send_outbox(posting) for _ in range(20)]
    before = _outbox(office, "attempts")
    postbox.open()

    up = dispatch.send_outbox(posting)

    assert {(d.sent, d.failed, d.held, d.given_up) for d in down} == {(0, 0, 1, 0)}
    assert before == [(0,)]
    assert (up.sent, up.held) == (1, 0)


@ON_SQLITE
def test_a_mail_the_server_refuses_is_tried_later_and_the_others_go(
    office, posting, postbox, clock
):
    postbox.refuses["gone@example.org"] = "550 No such person"
    _acknowledge(office, email="gone@example.org")
    _acknowledge(office)

    first = dispatch.send_outbox(posting)
    at_once_again = dispatch.send_outbox(posting)
    postbox.refuses.clear()
    clock.advance(minutes=3)
    later = dispatch.send_outbox(posting)

    assert (first.sent, first.failed, first.held) == (1, 1, 1)
    assert (at_once_again.sent, at_once_again.failed) == (0, 0)
    assert later.sent == 1
    assert [r for (r,) in postbox.recipients] == ["jane@example.org", "gone@example.org"]


@ON_SQLITE
def test_a_mail_that_is_always_refused_is_given_up_in_the_open(office, posting, postbox, clock):
    postbox.refuses["gone@example.org"] = "550 No such person"
    _acknowledge(office, email="gone@example.org")
    began, tries = clock.now, 0
    while dispatch.send_outbox(posting).held:
        tries += 1
        clock.advance(hours=13)

    end = dispatch.send_outbox(posting)

    assert tries == 11
    assert clock.now - began > timedelta(days=1)
    assert (end.held, end.given_up) == (0, 1)
    (error,) = _outbox(office, "last_error")[0]
    assert "No such person" in error


@ON_SQLITE
def test_a_sender_that_died_with_a_mail_in_hand_leaves_it_to_the_next(
    office, posting, postbox, clock
):
    _acknowledge(office)
    office.platform.database.write(
        lambda tx: tx.outbox.take(clock.now, lease_until=clock.now + timedelta(minutes=5))
    )
    soon = dispatch.send_outbox(posting)
    clock.advance(minutes=6)

    later = dispatch.send_outbox(posting)

    assert (soon.sent, soon.held) == (0, 1)
    assert later.sent == 1


@pytest.mark.parametrize(
    "smuggled",
    [
        "Re: x\r\nBcc: all@example.org",
        "Re: =?utf-8?q?x=0d=0aBcc:_all@example.org?=",
        "x\n\nAnother body",
        "x\r\n.\r\nMAIL FROM:<a@b.c>",
        "x\u2028Bcc: all@example.org",
        "\x00\x1b[31m",
    ],
)
@ON_SQLITE
def test_nothing_is_smuggled_into_a_header(office, posting, postbox, smuggled):
    _acknowledge(office)
    forge(office.platform.database, "outbox", subject=smuggled, body=smuggled)

    dispatch.send_outbox(posting)

    (mail,) = postbox.mails
    assert [name for name in mail if name in HEADERS] == HEADERS
    assert "Bcc" not in mail
    assert postbox.recipients == [["jane@example.org"]]


@ON_SQLITE
@pytest.mark.parametrize(
    "recipient",
    ["(@x.y", "a@[b.c", "@@a.b", "jané@exämple.org", "a" * 240 + "@b.c", "a@b.c\r\nX: y"],
)
def test_an_address_no_mail_can_go_to_stops_no_other_mail(office, posting, postbox, recipient):
    _acknowledge(office)
    forge(office.platform.database, "outbox", recipient=recipient)
    _acknowledge(office)

    done = dispatch.send_outbox(posting)

    assert done.sent + done.failed == 2
    assert ["jane@example.org"] in postbox.recipients
    assert all("X" not in mail for mail in postbox.mails)


@ON_SQLITE
@pytest.mark.parametrize("recipient", ["jane@example.org, all@example.org", "a@b.c\r\nBcc: d@e.f"])
def test_a_mail_that_would_go_to_others_too_is_given_up_at_once_and_said(
    office, posting, postbox, recipient
):
    reference = _acknowledge(office)
    forge(office.platform.database, "outbox", recipient=recipient)

    done = dispatch.send_outbox(posting)

    assert (done.sent, done.failed, done.held, done.given_up) == (0, 1, 0, 1)
    assert postbox.recipients == []
    (cause,) = rows(office.platform.database, "SELECT cause FROM incident")[0]
    assert reference in cause
    assert "its address is not one e-mail address" in cause


@ON_SQLITE
def test_nothing_is_sent_by_a_python_that_lets_a_subject_become_a_header(
    office, posting, postbox, monkeypatch
):
    _acknowledge(office)
    monkeypatch.setattr("engine.domain.envelope._one_line", lambda text: text)

    with pytest.raises(UnsafeMailError):
        dispatch.send_outbox(posting)

    assert postbox.mails == []
    assert _outbox(office, "attempts", "sent_at") == [(0, None)]


@ON_SQLITE
@pytest.mark.parametrize(
    "url", ["nonsense", "http://host", "smtp://", "smtp://host:x", "smtp://h:0"]
)
def test_an_unreadable_server_address_is_refused_before_a_mail_is_taken(office, url):
    _acknowledge(office)

    with pytest.raises(InvalidInputError, match="REDRESS_SMTP_URL"):
        dispatch.send_outbox(replace(office.platform, smtp_url=url))

    assert _outbox(office, "attempts") == [(0,)]


@ON_SQLITE
def test_people_do_not_send_the_outbox(office, staff):
    with pytest.raises(NotAllowedError):
        dispatch.send_outbox(office.platform, actor=staff["mara"])


@ON_SQLITE
def test_a_mail_that_is_not_marked_as_sent_is_noticed(office, posting, postbox, clock, monkeypatch):
    """Plant the bug: what was sent is not kept."""
    monkeypatch.setattr("engine.store.outbox.Outbox.sent", lambda *_: None)
    _acknowledge(office)
    dispatch.send_outbox(posting)
    clock.advance(minutes=6)

    dispatch.send_outbox(posting)

    ids = [mail["Message-ID"] for mail in postbox.mails]
    assert len(ids) == 2
    assert len(set(ids)) == 1  # the same id twice, so that a mail program shows it once


@ON_SQLITE
def test_what_a_server_says_of_an_address_is_kept_without_it(office, posting, postbox):
    postbox.refuses["jane@example.org"] = "550 <jane@example.org> is not known here"
    _acknowledge(office)

    dispatch.send_outbox(posting)

    ((kept,),) = rows(office.platform.database, "SELECT last_error FROM outbox")
    assert "(the address)" in kept
    assert "jane@" not in kept
